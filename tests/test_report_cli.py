"""The command `khuyencong report`: one year of a province as JSON, text and Excel."""

import io
import json
from contextlib import redirect_stderr, redirect_stdout

import pytest
from python_calamine import CalamineWorkbook

from khuyencong.cli import main
from khuyencong.core.dates import today
from khuyencong.core.money import MILLION
from khuyencong.testing import make_project


@pytest.fixture
def run(world):
    def command(*words):
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            try:
                code = main(["report", "year", *map(str, words)])
            except SystemExit as stop:
                code = stop.code
        return code, out.getvalue(), err.getvalue()

    return command


def test_a_year_of_a_province_is_told_and_written(world, run, tmp_path):
    year = today().year
    make_project(world, province="25", state="settled", support=290 * MILLION, total=616 * MILLION)
    file = tmp_path / "nam.xlsx"
    code, out, _ = run("--province", "25", "--year", year, "--json", "--xlsx", file)
    found = json.loads(out)
    assert code == 0
    assert (found["place"], found["year"]) == ("Tỉnh Phú Thọ", year)
    assert (found["total"]["settled"], found["total"]["total"]) == (290 * MILLION, 616 * MILLION)
    assert found["shares"]["paid_of_plan"]["percent"] == 100.0
    assert [row["keys"][0] for row in found["activities"]] == ["local"]
    assert found["before"] is None
    sheet = CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()
    assert any(290 * MILLION in row for row in sheet)
    code, out, _ = run("--year", year - 1)
    assert code == 0
    assert "Giải ngân lũy kế so với kế hoạch: –" in out


def test_what_cannot_be_told_is_said_in_a_sentence(run):
    assert run("--province", "99", "--year", "2025")[::2] == (
        1,
        "Không có tỉnh, thành phố hiện nay mang mã «99». Tra mã: khuyencong places --help\n",
    )
    assert run("--year", "1999")[0] == 2
    assert run()[0] == 2
    assert run("--year", "2025", "--xlsx", "/khong/co/tep.xlsx")[0] == 1
