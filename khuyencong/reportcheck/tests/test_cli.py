"""`khuyencong report-check` as people and scripts meet it."""

import json
import subprocess
import sys

import pytest

from khuyencong.cli import main

WRONG = "Tổng kinh phí hỗ trợ 900 triệu đồng, gồm 500 triệu đồng và hơn 300 triệu đồng."
FOUND = "500 + hơn 300 = 800 triệu đồng, không phải 900."


@pytest.fixture
def ask(capsys, tmp_path):
    """`ask(text, words…)`: exit code, what was answered, what was said of mistakes."""

    def run(text, *words):
        file = tmp_path / "bao-cao.txt"
        file.write_text(text, encoding="utf-8")
        code = main(["report-check", str(file), *words])
        return code, *capsys.readouterr()

    return run


def test_contradictions_are_told_and_end_with_one(ask):
    code, out, err = ask(WRONG)
    assert (code, err) == (1, "")
    assert out.splitlines() == [f"Mâu thuẫn: {FOUND}", f"  {WRONG}", "", "Đã đọc 3 con số có đơn vị. 1 chỗ mâu thuẫn."]
    assert ask("Có 5 đề án.") == (0, "Đã đọc 1 con số có đơn vị. Không thấy số nào mâu thuẫn với nhau.\n", "")


def test_json_has_claims_with_sentence_value_and_unit(ask, capsys):
    code, out, _ = ask(WRONG, "--json")
    data = json.loads(out)
    assert code == 1
    assert list(data) == ["file", "claims", "contradictions"]
    assert data["claims"][2] == {
        "text": "hơn 300 triệu đồng",
        "value": 300_000_000,
        "unit": "đồng",
        "low": 300_000_000,
        "high": 375_000_000,
        "qualifier": "over",
        "sentence": WRONG,
    }
    assert data["contradictions"] == [
        {
            "rule": "sum",
            "sentence": WRONG,
            "figures": ["900 triệu đồng", "500 triệu đồng", "hơn 300 triệu đồng"],
            "explanation": FOUND,
        }
    ]


def test_what_cannot_be_read_ends_with_two(ask, capsys, tmp_path):
    assert main(["report-check", str(tmp_path / "khong-co.txt"), "--json"]) == 2
    assert list(json.loads(capsys.readouterr().out)) == ["error"]
    assert main(["report-check", str(tmp_path)]) == 2
    assert capsys.readouterr().err.startswith("Không đọc được tệp")
    with pytest.raises(SystemExit) as stopped:
        main(["report-check"])
    assert stopped.value.code == 2


def test_it_starts_without_django(tmp_path):
    file = tmp_path / "a.txt"
    file.write_text(WRONG, encoding="utf-8")
    code = (
        "import sys; from khuyencong.cli import main; "
        "assert main(['report-check', sys.argv[1]]) == 1; assert 'django' not in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", code, str(file)], capture_output=True, check=False).returncode == 0  # noqa: S603  # ours
