from datetime import date
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from khuyencong.documents.lists import Aid, FilledList, ListColumn, list_workbook
from khuyencong.documents.reading import open_workbook

COLUMNS = [ListColumn(("Tên",), note="Ghi chú"), ListColumn(("Lao động",), kind="int"), ListColumn(("Ngày",))]


def read(content, sheet=0):
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    return book.get_sheet_by_index(sheet).to_python()


def test_headings_stand_in_the_first_row_and_values_are_what_they_are():
    content = list_workbook(FilledList("DS", COLUMNS, [["Cơ sở 1", 12, date(2026, 5, 1)], ["0012", None, None]]))
    assert read(content) == [
        ["Tên", "Lao động", "Ngày"],
        ["Cơ sở 1", 12, date(2026, 5, 1)],
        ["0012", "", ""],
    ]


@pytest.mark.parametrize("name", ["=1+1", "+84", "-5", "@SUM(A1)", '=HYPERLINK("http://x")'])
def test_text_never_becomes_a_formula(name):
    content = list_workbook(FilledList("DS", COLUMNS, [[name, 1, None]]))
    book = open_workbook(content)
    found = book.table(book.sheets[0], most_rows=10)
    assert found.rows[1].cells[0] == name
    assert found.formula_count == 0


def test_two_rows_of_headings():
    columns = [ListColumn(("Lao động", "Tổng số")), ListColumn(("", "Nữ"))]
    assert read(list_workbook(FilledList("DS", columns, [["3", "1"]]))) == [
        ["Lao động", ""],
        ["Tổng số", "Nữ"],
        ["3", "1"],
    ]


def test_choices_and_marks_are_in_the_file():
    content = list_workbook(
        FilledList("DS", [ListColumn(("Loại",), choices="Danh mục!A")], [["x"]], {(0, 0)}),
        [Aid("Danh mục", ("Loại",), [["HKD"], ["HTX"]])],
        room=5,
    )
    book = open_workbook(content)
    sheet = b"".join(book.archive.chunks(book.sheets[0].part)).decode()
    assert "'Danh mục'!$A$2:$A$3" in sheet
    assert 'sqref="A2:A7"' in sheet
    assert [info.name for info in book.sheets] == ["DS", "Danh mục"]


def test_names_of_sheets_are_made_fit():
    assert (
        open_workbook(list_workbook(FilledList("a/b:[c]" * 9, COLUMNS))).sheets[0].name
        == "a b c a b c a b c a b c a b c a"
    )
    assert open_workbook(list_workbook(FilledList("[]", COLUMNS))).sheets[0].name == "Danh sách"


def test_row_that_does_not_fit_is_an_error():
    with pytest.raises(ValueError, match="2 values"):
        list_workbook(FilledList("DS", COLUMNS, [["a", 1]]))
