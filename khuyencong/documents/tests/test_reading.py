import time
import tracemalloc
import zipfile
from contextlib import suppress
from datetime import date
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khuyencong.core.errors import Refused
from khuyencong.documents.reading import (
    MAX_FILE_BYTES,
    Merge,
    Row,
    Unreadable,
    address,
    archive,
    letters,
    open_workbook,
    position,
    workbook,
)
from khuyencong.documents.reading.cells import MAX_ROW_ELEMENTS, day_of
from khuyencong.documents.reading.workbook import shows_days
from khuyencong.documents.tests.xlsx import MAIN, by_hand, texts, written, zipped

MIB = 1024 * 1024


def table(content, sheet=0, most_rows=1_000):
    book = open_workbook(content)
    return book.table(book.sheets[sheet], most_rows=most_rows)


def rows(content, sheet=0):
    return table(content, sheet).rows


def refusal(content):
    with pytest.raises(Refused) as caught:
        rows(content)
    return caught.value.sentence


# --- what cells hold -------------------------------------------------------------------------------------------------


def test_values_come_as_what_they_are():
    content = written(("Một", [["Chữ", 12, 12.5, True, None, " "], [None], ["0101"]]))
    assert rows(content) == [Row(1, {0: "Chữ", 1: 12, 2: 12.5, 3: True}), Row(3, {0: "0101"})]


def test_days_are_days_and_numbers_are_numbers():
    def touch(book, pages):
        pages[0].write_datetime(0, 0, date(1975, 5, 12), book.add_format({"num_format": "dd/mm/yyyy"}))
        pages[0].write_number(0, 1, 27526)
        pages[0].write_number(0, 2, 27526, book.add_format({"num_format": '#,##0" đồng"'}))
        pages[0].write_number(0, 3, 27526.75, book.add_format({"num_format": 14}))

    cells = rows(written(("Một", []), touch=touch))[0].cells
    assert cells == {0: date(1975, 5, 12), 1: 27526, 2: 27526, 3: date(1975, 5, 12)}


def test_days_of_old_macintosh_files():
    styles = f'<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'
    content = by_hand(
        '<row r="1"><c r="A1" s="1"><v>26064</v></c></row>',
        properties='<workbookPr date1904="1"/>',
        parts={"xl/styles.xml": styles},
    )
    assert rows(content) == [Row(1, {0: date(1975, 5, 12)})]


def test_excel_has_a_day_that_never_was():
    assert day_of(59, from_1904=False) == date(1900, 2, 28)
    assert day_of(61, from_1904=False) == date(1900, 3, 1)
    assert day_of(0.5, from_1904=False) is None
    assert day_of(10**7, from_1904=False) is None


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        ("dd/mm/yyyy", True), ("[$-42A]d mmmm yyyy", True), ("yyyy", True), ('"ngày" 0', False), ("0.00", False),
        ("h:mm:ss", False), ("[h]:mm", False), ("#,##0\\ \\d", False), ("General", False), ("0;dd/mm", False),
    ],
)  # fmt: skip
def test_which_formats_show_a_day(code, answer):
    assert shows_days(code) is answer


def test_numbers_are_read_in_full_and_what_lost_digits_is_not():
    written_out = {
        "A": "1500445126",
        "B": "1.500445126E9",
        "C": "-3",
        "D": "1E300",
        "E": "1_000",
        "F": "NaN",
        "G": "12.0",
    }
    content = by_hand(
        '<row r="1">' + "".join(f'<c r="{at}1"><v>{value}</v></c>' for at, value in written_out.items()) + "</row>"
    )
    cells = rows(content)[0].cells
    assert (cells[0], cells[1], cells[2], cells[6]) == (1500445126, 1500445126, -3, 12)
    assert all(isinstance(cells[at], Unreadable) for at in (3, 4, 5))


def test_shared_and_rich_texts():
    shared = (
        f'<sst xmlns="{MAIN}"><si><t>Một</t></si><si><r><t>Cơ khí </t></r><r><t xml:space="preserve">Đúc</t></r>'
        "<rPh><t>bỏ</t></rPh></si><si><t>a_x000D_b_x0000_c_xD800_d</t></si></sst>"
    )
    content = by_hand(
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c t="s"><v>2</v></c></row>',
        parts={"xl/sharedStrings.xml": shared},
    )
    assert rows(content) == [Row(1, {0: "Một", 1: "Cơ khí Đúc", 2: "a\rbcd"})]


def test_rows_and_cells_without_addresses_follow_one_another():
    content = by_hand(
        "<row><c><v>1</v></c><c><v>2</v></c></row><row r='5'><c><v>3</v></c></row><row><c><v>4</v></c></row>"
    )
    assert rows(content) == [Row(1, {0: 1, 1: 2}), Row(5, {0: 3}), Row(6, {0: 4})]


def test_prefixes_of_names_do_not_matter():
    sheet = f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>7</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    assert rows(by_hand(parts={"xl/worksheets/sheet1.xml": sheet})) == [Row(1, {0: 7})]


def test_formula_gives_the_result_that_was_kept():
    def touch(_book, pages):
        pages[0].write_formula("A1", "=5+5", None, 10)
        pages[0].write_formula("B1", '="Cơ"&" khí"', None, "Cơ khí")
        pages[0].write_formula("C1", "=1+1")  # nobody has calculated it: XlsxWriter writes a 0

    found = table(written(("Một", []), touch=touch))
    assert found.rows[0].cells[0] == 10
    assert found.rows[0].cells[1] == "Cơ khí"
    assert isinstance(found.rows[0].cells[2], Unreadable)
    assert (found.formula_count, found.formulas) == (3, ["A1", "B1", "C1"])


def test_formula_without_a_result_and_errors_say_what_to_do():
    content = by_hand(
        '<row r="1"><c r="A1"><f>B1+1</f></c><c r="B1" t="e"><v>#N/A</v></c><c r="C1"><f>0</f><v>0</v></c></row>'
    )
    cells = rows(content)[0].cells
    assert "công thức" in cells[0].sentence
    assert "#N/A" in cells[1].sentence
    assert cells[2] == 0  # Excel has calculated it


def test_merged_cells_and_hidden_rows_are_known():
    content = by_hand(
        texts(1, "a", "b") + '<row r="2" hidden="1"><c r="A2"><v>1</v></c></row>',
        after='<mergeCells><mergeCell ref="A1:B1"/><mergeCell ref="A2:A9"/><mergeCell ref="rác"/></mergeCells>',
    )
    found = table(content)
    assert found.merges == [Merge(1, 0, 1, 1), Merge(2, 0, 9, 0)]
    assert found.hidden_rows == 1


def test_head_reads_no_further_than_it_must():
    many = "".join(f'<row r="{number}"><c r="A{number}"><v>1</v></c></row>' for number in range(1, 30_000))
    book = open_workbook(by_hand(many + "<row r='bad'"))
    assert len(book.head(book.sheets[0])) == 40


def test_sheets_are_known_with_those_that_are_hidden():
    content = written(("Một", [[1]]), ("Ẩn", [[2]]), hidden=("Ẩn",))
    assert [(sheet.name, sheet.hidden) for sheet in open_workbook(content).sheets] == [("Một", False), ("Ẩn", True)]


@given(st.integers(0, 16_383), st.integers(1, 1_048_576))
def test_addresses_there_and_back(column, row):
    assert position(address(row, column)) == (row, column)


def test_letters_of_columns():
    assert [letters(column) for column in (0, 25, 26, 701, 702, 16_383)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]
    assert position("rác") is None


# --- what is not read ------------------------------------------------------------------------------------------------


def test_other_files_are_refused_with_what_to_do():
    assert "rỗng" in refusal(b"")
    assert ".xls" in refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    assert ".xlsx" in refusal(b"%PDF-1.7")
    assert ".xlsx" in refusal(b"Ten,Loai\n")
    assert "hỏng" in refusal(b"PK\x03\x04" + b"\0" * 100)
    assert ".xlsx" in refusal(zipped({"a.txt": "a"}))
    assert ".xlsx" in refusal(zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": "<a/>"}))
    assert "macro" in refusal(by_hand(parts={"xl/vbaProject.bin": "x"}))
    assert "20 MB" in refusal(b"PK\x03\x04" + b"\0" * MAX_FILE_BYTES)


@pytest.mark.parametrize("part", [0.01, 0.3, 0.6, 0.9, 0.99])
def test_half_a_file_is_refused(part):
    whole = by_hand(texts(1, "a", "b"))
    assert "hỏng" in refusal(whole[: int(len(whole) * part)])


def test_every_byte_may_be_wrong():
    """A flipped byte gives rows or a sentence, never an error of the program."""
    whole = bytearray(by_hand(texts(1, "a", "b") + texts(2, "c", "d")))
    for place in range(0, len(whole), 3):
        broken = bytes(whole[:place]) + bytes([whole[place] ^ 0x55]) + bytes(whole[place + 1 :])
        with suppress(Refused):
            rows(broken)


@given(st.binary(max_size=600))
def test_any_bytes_in_a_sheet_give_rows_or_a_sentence(inside):
    with suppress(Refused):
        rows(by_hand(parts={"xl/worksheets/sheet1.xml": inside}))


def test_bombs_are_refused_before_they_are_opened():
    nothing = b"\0" * (250 * MIB)
    bomb = by_hand(parts={"xl/media/a.bin": nothing})
    started = time.process_time()
    assert "bất thường" in refusal(bomb)
    dense = by_hand(parts={"xl/media/a.bin": nothing[: 30 * MIB]})
    assert "bất thường" in refusal(dense)
    assert "bất thường" in refusal(zipped({f"{number}": "" for number in range(archive.MAX_ENTRIES + 1)}))
    assert time.process_time() - started < 5


def test_size_that_the_archive_lies_about_is_not_believed():
    """The declared size is what is read at most: a part cannot unpack to more than was judged."""
    content = bytearray(by_hand("<row r='1'>" + "<c><v>1</v></c>" * 150 + "</row>"))
    place = content.rindex(b"xl/worksheets/sheet1.xml") - 46
    content[place + 24 : place + 28] = (10).to_bytes(4, "little")
    assert "hỏng" in refusal(bytes(content))


def test_archives_that_are_odd_are_refused():
    assert "hỏng" in refusal(by_hand(texts(1, "a"), method=zipfile.ZIP_LZMA))
    buffer = BytesIO(by_hand(texts(1, "a")))
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(buffer, "a") as twice:
        twice.writestr("xl/workbook.xml", "<workbook/>")
    assert "hỏng" in refusal(buffer.getvalue())
    secret = bytearray(by_hand(texts(1, "a")))
    place = secret.rindex(b"xl/worksheets/sheet1.xml") - 46
    secret[place + 8] |= 1
    assert "mật khẩu" in refusal(bytes(secret))


@pytest.mark.parametrize(
    "sheet",
    [
        '<!DOCTYPE a [<!ENTITY x "xxxx">]><worksheet><sheetData><row r="1"><c r="A1"><v>&x;</v></c></row></sheetData></worksheet>',
        '<!DOCTYPE a SYSTEM "file:///etc/passwd"><worksheet/>',
        "<a>" * 5_000,
        f'<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>{"a" * 50_000}</t></is></c></row></sheetData></worksheet>',
        '<worksheet><sheetData><row r="2"/><row r="1"/></sheetData></worksheet>',
        '<worksheet><sheetData><row r="1"><c r="A7"><v>1</v></c></row></sheetData></worksheet>',
        '<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>5</v></c></row></sheetData></worksheet>',
    ],
)
def test_hostile_xml_is_refused(sheet):
    assert "hỏng" in refusal(by_hand(parts={"xl/worksheets/sheet1.xml": sheet}))


def test_one_endless_tag_takes_no_time():
    """Expat before 2.6 looks at an unfinished tag again with every chunk."""
    tag = '<worksheet><sheetData><row r="1" a="' + "b" * (15 * MIB)
    started = time.process_time()
    assert "hỏng" in refusal(by_hand(parts={"xl/worksheets/sheet1.xml": tag}))
    assert time.process_time() - started < 5


def test_million_rows_are_refused_early_and_in_little_memory():
    """As many rows as Excel can have, in a file of about 20 MB: refused at the limit, not at the end."""
    one = '<row r="{0}"><c r="A{0}"><v>{0}</v></c><c r="B{0}"><v>7</v></c></row>'
    content = by_hand("".join(one.format(number) for number in range(1, 1_048_577)))
    assert len(content) < MAX_FILE_BYTES
    tracemalloc.start()
    started = time.process_time()
    assert "hơn 1.000 dòng" in refusal(content)
    taken, (_, peak) = time.process_time() - started, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert taken < 5
    assert peak < 40 * MIB


def test_million_empty_rows_are_refused_too():
    """Rows that only have a format hold nothing, but reading on for ever would hold a worker."""
    content = by_hand("".join(f'<row r="{number}"/>' for number in range(1, MAX_ROW_ELEMENTS + 100)))
    assert "dòng trống" in refusal(content)


def test_too_many_cells_are_refused(monkeypatch):
    monkeypatch.setattr(workbook, "MAX_CELLS", 5)
    content = written(("Một", [[1, 2, 3], [1, 2, 3]]))
    assert "quá nhiều ô" in refusal(content)


def test_one_cell_at_the_far_corner_needs_no_room():
    content = by_hand('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    assert "200 cột" in refusal(content)
    assert rows(by_hand('<row r="1048576"><c r="A1048576"><v>1</v></c></row>')) == [Row(1_048_576, {0: 1})]


def test_links_to_the_outside_are_not_followed():
    relations = (
        '<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="http://example.invalid/sheet.xml" '
        'TargetMode="External"/></Relationships>'
    )
    assert "không có trang tính" in refusal(by_hand(parts={"xl/_rels/workbook.xml.rels": relations}))
    relations = relations.replace('TargetMode="External"', "").replace("http://example.invalid", "../../../../etc")
    assert "không có trang tính" in refusal(by_hand(parts={"xl/_rels/workbook.xml.rels": relations}))
