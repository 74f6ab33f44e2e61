import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from python_calamine import CalamineWorkbook

from khuyencong.documents.excel import Column, Sheet, workbook

COLUMNS = [
    Column("TT", "int", 5),
    Column("Tên đề án", "text", 40),
    Column("Kinh phí (đồng)", "dong", 18),
    Column("Kinh phí (triệu đồng)", "trieu", 12),
    Column("Tỷ lệ", "percent", 8),
    Column("Ngày", "date", 12),
]
ROWS = [
    [1, "=1+1", 1_750_000_000, 3_108_129_000, Decimal("93.5"), date(2026, 8, 5)],
    [2, "http://x.vn", 10**15, 0, None, datetime(2026, 8, 4, 18, 0, tzinfo=UTC)],
    [3, "-5", None, 500, Fraction(100), None],
]
TOTALS = [None, "Tổng cộng", 1_001_750_000_000_000, 3_108_129_500, None, None]


def sheet(**changes):
    values = {"name": "Đề án", "title": "DANH MỤC ĐỀ ÁN", "columns": COLUMNS, "rows": ROWS} | changes
    return Sheet(**values)


def read(data, index=0):
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(index).to_python(skip_empty_area=False)


def part(data, name):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name).decode()


def test_values_are_read_back_as_what_they_are():
    rows = read(workbook([sheet(subtitle_lines=["Năm 2026", "Đơn vị: đồng"], totals=TOTALS)]))
    assert [row[0] for row in rows[:3]] == ["DANH MỤC ĐỀ ÁN", "Năm 2026", "Đơn vị: đồng"]
    assert rows[4] == [column.title for column in COLUMNS]
    assert rows[5] == [1, "=1+1", 1_750_000_000, 3108.129, 0.935, date(2026, 8, 5)]
    assert rows[6] == [2, "http://x.vn", 10**15, 0, "", date(2026, 8, 5)]
    assert rows[7] == [3, "-5", "", 0.0005, 1, ""]
    assert rows[8] == ["", "Tổng cộng", 1_001_750_000_000_000, 3108.1295, "", ""]


def test_nothing_is_ever_a_formula_or_a_link():
    data = workbook([sheet(title="=2+2", subtitle_lines=["@SUM(A1)"])])
    xml = part(data, "xl/worksheets/sheet1.xml")
    assert "<f>" not in xml
    assert "<hyperlink" not in xml
    assert read(data)[0][0] == "=2+2"


def test_a_sheet_opens_and_prints_ready_to_use():
    data = workbook([sheet(totals=TOTALS)])
    xml = part(data, "xl/worksheets/sheet1.xml")
    assert 'topLeftCell="A4"' in xml
    assert 'state="frozen"' in xml
    assert '<autoFilter ref="A3:F6"/>' in xml
    assert 'paperSize="9"' in xml
    assert 'orientation="landscape"' in xml
    assert 'fitToHeight="0"' in xml
    assert "Print_Titles" in part(data, "xl/workbook.xml")
    styles = part(data, "xl/styles.xml")
    assert "dd/mm/yyyy" in styles
    assert "#,##0.0##" in styles
    assert "0.0%" in styles


def test_a_table_without_rows_still_has_its_header():
    assert read(workbook([sheet(rows=[])]))[2] == [column.title for column in COLUMNS]


def test_sheet_names_are_made_fit():
    names = ["Đề án: 2026/2027 [tỉnh] * dài hơn ba mươi mốt ký tự", "'", "", "A", "a", "History", "x" * 40, "x" * 40]
    data = workbook([sheet(name=name) for name in names])
    assert CalamineWorkbook.from_filelike(io.BytesIO(data)).sheet_names == [
        "Đề án 2026 2027 tỉnh dài hơn ba",
        "Bảng",
        "Bảng (2)",
        "A",
        "a (2)",
        "History_",
        "x" * 31,
        "x" * 27 + " (2)",
    ]


def test_long_and_broken_text_is_written_all_the_same():
    rows = read(workbook([sheet(columns=[Column("Ghi chú")], rows=[["a" * 40_000], ["b\ud800\x01c"]])]))
    assert len(rows[3][0]) == 32_767
    assert rows[3][0].endswith("… (đã cắt bớt)")
    assert rows[4][0].startswith("b")


@pytest.mark.parametrize(
    ("kind", "value"),
    [("dong", 1.5), ("dong", Decimal(5)), ("dong", date(2026, 8, 5)), ("date", 5), ("percent", date(2026, 8, 5))],
)
def test_a_value_of_another_kind_is_a_mistake(kind, value):
    with pytest.raises(TypeError, match="kind"):
        workbook([sheet(columns=[Column("A", kind)], rows=[[value]])])


def test_a_row_of_another_length_is_a_mistake():
    with pytest.raises(ValueError, match="5 values for 6 columns"):
        workbook([sheet(rows=[ROWS[0][:5]])])


def test_a_workbook_without_sheets_is_a_mistake():
    with pytest.raises(ValueError, match="at least one sheet"):
        workbook([])
