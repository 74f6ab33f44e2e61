"""Law files written by the program load again and say the same."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from khuyencong.law.book import combine
from khuyencong.law.regulations import REGULATIONS_FOLDER, load_regulations, regulations
from khuyencong.law.tests.test_book import MACHINES, MODEL, document
from khuyencong.law.values import Tier
from khuyencong.law.yamlwriter import changed_text, document_text

SHIPPED = sorted(regulations().documents)


def load_beside_shipped(folder, **files):
    """What the shipped folder says once these files stand in it."""
    for path in REGULATIONS_FOLDER.glob("*.yaml"):
        (folder / path.name).write_text(path.read_text())
    for name, text in files.items():
        (folder / f"{name.replace('_', '-')}.yaml").write_text(text)
    return load_regulations(folder)


def same(norms, *, but=()):
    """Norms without what a file cannot say: the id of their document."""
    return [replace(norm, document_id="", **dict.fromkeys(but)) for norm in norms]


def test_document_loads_again(tmp_path):
    tiers = (
        Tier("đến 10 tỷ: «nhỏ»", Fraction(1, 8), 5_000_000, None, 10_000_000_000),
        Tier("trên 10 tỷ # lớn", None, 10_000_000, 10_000_000_000, None),
    )
    entered = document("x", (MACHINES, 60, 500), (MODEL, 30, 900), scope="82", valid_to=date(2031, 1, 1))
    plain, tiered = entered.norms
    entered = replace(
        entered,
        title="Trích yếu: «a, b» # không phải chú thích",
        note="- yes\n",
        norms=(
            replace(plain, rate=Fraction(125, 1000), recoverable=True, by_price=True, cost_base="x: y", note="null"),
            replace(tiered, rate=None, cap=None, tier_by="charter_capital", tiers=tiers),
        ),
    )
    text = document_text(entered)
    assert "cap: 500_000_000\n" in text
    assert "rate: 12.5\n" in text
    assert "issued_on: 2030-01-01\nfrom: 2030-01-01\nto: 2031-01-01\nscope: '82'\n" in text
    found = load_beside_shipped(tmp_path, x=text).documents["x"]
    assert same(found.norms) == same(replace(norm, document=found.name) for norm in entered.norms)
    assert (found.title, found.scope, found.valid_to) == (entered.title, "82", date(2031, 1, 1))
    assert found.note == "- yes"


@pytest.mark.parametrize("key", SHIPPED)
def test_a_file_without_changes_stays_as_it_is(key):
    text = (REGULATIONS_FOLDER / f"{key}.yaml").read_text()
    shipped = regulations().documents[key]
    assert changed_text(text, shipped, shipped) == text


@pytest.mark.parametrize("key", [key for key in SHIPPED if regulations().documents[key].valid_to is None])
def test_a_document_that_ends_gets_its_last_day(key, tmp_path):
    shipped = regulations().documents[key]
    scope = shipped.scope
    ending = document("new", scope=scope, replaces=(key,))
    after = {one.id: one for one in combine(regulations().documents.values(), [ending])}[key]
    text = changed_text((REGULATIONS_FOLDER / f"{key}.yaml").read_text(), shipped, after)
    found = load_beside_shipped(tmp_path, **{key: text}).documents[key]
    assert found.valid_to == after.valid_to == date(2029, 12, 31)
    assert same(found.norms, but=("basis_ended_on",)) == same(after.norms, but=("basis_ended_on",))


@pytest.mark.parametrize("key", SHIPPED)
def test_a_corrected_file_says_what_the_book_says(key, tmp_path):
    shipped = regulations().documents[key]
    correction = document(
        "e1", (MACHINES, 41, 123), ("conference", 42, 12), scope=shipped.scope, corrects=key, number=shipped.number
    )
    after = {one.id: one for one in combine(regulations().documents.values(), [correction])}[key]
    after = replace(after, norms=tuple(replace(norm, unit=unit_of(norm)) for norm in after.norms))
    text = changed_text((REGULATIONS_FOLDER / f"{key}.yaml").read_text(), shipped, after)
    if not shipped.norms:  # elsewhere another document has them
        (tmp_path / "alone").mkdir()
        path = tmp_path / "alone" / f"{key}.yaml"
        path.write_text(
            "\n".join(line for line in text.splitlines() if not line.startswith(("replaces:", "amends:", "based_on:")))
        )
        found = load_regulations(tmp_path / "alone").documents[key]
    else:
        found = load_beside_shipped(tmp_path, **{key: text}).documents[key]
    assert [
        (norm.activity, norm.rate, norm.cap, norm.unit, norm.valid_from, norm.valid_to) for norm in found.norms
    ] == [(norm.activity, norm.rate, norm.cap, norm.unit, norm.valid_from, norm.valid_to) for norm in after.norms]
    assert [norm.verified for norm in found.norms] == [norm.verified for norm in after.norms]
    unchanged = [line for line in (REGULATIONS_FOLDER / f"{key}.yaml").read_text().splitlines() if line.startswith("#")]
    assert [line for line in text.splitlines() if line.startswith("#")] == unchanged


def unit_of(norm):
    return "hội nghị" if norm.activity == "conference" else norm.unit


def test_comments_between_norms_stay(tmp_path):
    text = document_text(document("x", (MACHINES, 60, 500), (MODEL, 30, 900), scope="82"))
    text = text.replace("  - activity: demonstration", "\n  # mô hình\n  - activity: demonstration") + "\n# cuối tệp\n"
    before = load_beside_shipped(tmp_path, x=text).documents["x"]
    gone = replace(before, norms=before.norms[1:])
    changed = changed_text(text, before, gone)
    assert "# mô hình\n  - activity: demonstration_model" in changed
    assert changed.endswith("# cuối tệp\n")
    assert MACHINES not in changed
