"""The threat model and the self-check name files that are there, and their sums are right."""

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "security"
NAMED = re.compile(r"`([^`\s]+/[^`\s]+|[A-Za-z_]+\.(?:py|md)|Makefile)`")
ROW = re.compile(r"^\| (\d+(?:\.\d+){2}) \| [^|]+ \| (met|not met|not applicable) \| ([^|]+) \|$", re.MULTILINE)
MET, NOT_MET, NONE = "met", "not met", "not applicable"
REQUIRED = 259  # requirements of levels 1 and 2 in version 4.0.3


def text_of(name):
    return (FOLDER / name).read_text(encoding="utf-8")


def is_there(name):
    return any((base / name).exists() for base in (ROOT, ROOT / "khuyencong"))


def test_every_file_that_is_named_is_there():
    named = {name for page in ("threat-model.md", "asvs.md") for name in NAMED.findall(text_of(page))}
    assert len(named) > 120
    assert sorted(name for name in named if not is_there(name) and name != "/") == []


def test_the_self_check_is_whole_and_its_sums_are_right():
    rows = ROW.findall(text_of("asvs.md"))
    assert len({number for number, _, _ in rows}) == len(rows) == REQUIRED
    sums = Counter(outcome for _, outcome, _ in rows)
    told = f"**{sums[MET]} met, {sums[NOT_MET]} not met, {sums[NONE]} not applicable**"
    assert told in text_of("asvs.md")
    assert [number for number, outcome, where in rows if outcome == MET and len(where) < 8] == []


def test_every_threat_says_what_meets_it_or_what_remains():
    lines = [line for line in text_of("threat-model.md").splitlines() if re.match(r"\| [STRIDE, ]+ \|", line)]
    assert len(lines) > 50
    for line in lines:
        _, _, threat, met, remains, _ = (part.strip() for part in line.split("|"))
        assert threat
        assert (met, remains) != ("–", "–"), line
