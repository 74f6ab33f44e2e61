import unicodedata
from dataclasses import replace

import pytest

from khuyencong.core.errors import Refused
from khuyencong.documents.incoming import sheet as reading
from khuyencong.documents.reading import Unreadable
from khuyencong.documents.tests.xlsx import by_hand, texts, written
from khuyencong.establishments.importing import sheet as establishments
from khuyencong.establishments.importing.sheet import ESTABLISHMENTS, NO_HEADINGS, read_sheet
from khuyencong.establishments.tests.lists import HEADS, row, sheet


def keys(read):
    return [column.key for column in read.columns]


def cells(read):
    """{row number: {field: cell}}"""
    return {
        line.number: {column.key: line.cells[column.index] for column in read.columns if column.index in line.cells}
        for line in read.lines
    }


def refusal(content):
    with pytest.raises(Refused) as caught:
        read_sheet(content)
    return caught.value.sentence


def test_plain_list():
    read = read_sheet(sheet(row(), row(name="HTX Rau", workers=None)))
    assert keys(read) == ["name", "kind", "tax_code", "commune", "place_text", "workers"]
    assert [line.number for line in read.lines] == [2, 3]
    assert read.notes == []
    assert cells(read)[2] == {
        "name": "Cơ khí Đúc", "kind": "HKD", "commune": "29869", "place_text": "Ấp 3", "workers": 12,
    }  # fmt: skip


def test_columns_in_any_order_with_titles_above_and_numbers_below():
    rows = [
        ["UBND TỈNH"], [None], ["DANH SÁCH CƠ SỞ CÔNG NGHIỆP NÔNG THÔN"], [None],
        ["STT", "Mã xã", "Tên cơ sở", "Cột lạ"], ["(1)", "(2)", "(3)", "(4)"], [1, "29869", "Cơ khí", "a"],
        [None, None, "Tổng cộng: ", None],
    ]  # fmt: skip
    read = read_sheet(written(("DS", rows)))
    assert keys(read) == ["", "commune", "name", ""]
    assert cells(read) == {7: {"": "a", "commune": "29869", "name": "Cơ khí"}}
    assert any("D «Cột lạ»" in note for note in read.notes)
    assert any("dòng 8" in note for note in read.notes)


def test_a_and_b_may_number_the_columns_too():
    read = read_sheet(written(("DS", [HEADS, ["A", "B", 1, 2, 3, 4], row()])))
    assert [line.number for line in read.lines] == [3]


def test_two_rows_of_headings():
    rows = [
        ["Tên cơ sở", "Chủ cơ sở", None, None, "Lao động", None],
        [None, "Họ tên", "Giới tính", "Dân tộc", "Tổng số", "Trong đó nữ"],
        ["Cơ khí", "Nguyễn Văn A", "Nam", "Kinh", 12, 3],
    ]

    def touch(_book, pages):
        for place in ("A1:A2", "B1:D1", "E1:F1"):
            pages[0].merge_range(place, rows[0][ord(place[0]) - ord("A")])

    read = read_sheet(written(("DS", rows), touch=touch))
    assert keys(read) == ["name", "owner_name", "owner_gender", "owner_ethnicity", "workers", "women_workers"]
    assert [column.title for column in read.columns][1:3] == ["Chủ cơ sở – Họ tên", "Giới tính"]
    assert [line.number for line in read.lines] == [3]


def test_headings_merged_over_two_rows_take_both():
    def touch(_book, pages):
        for at, head in enumerate(HEADS):
            pages[0].merge_range(0, at, 1, at, head)

    read = read_sheet(written(("DS", [HEADS, [None] * 6, row()]), touch=touch))
    assert [line.number for line in read.lines] == [3]
    below = written(("DS", [HEADS, ["a", None, None, None, "thường xuyên"], row()]), touch=None)
    assert [line.number for line in read_sheet(below).lines] == [2, 3]  # nothing says that it belongs to the headings


def test_cells_merged_downwards_are_read_for_every_row():
    def touch(_book, pages):
        pages[0].merge_range("D2:D4", "29869")

    read = read_sheet(written(("DS", [HEADS, row(), row("Hai", commune=None), row("Ba", commune=None)]), touch=touch))
    assert [line.cells[3] for line in read.lines] == ["29869"] * 3
    assert any("D2:D4" in note for note in read.notes)


def test_merged_rows_head_a_group_or_are_refused():
    def touch(_book, pages):
        pages[0].merge_range("A2:F2", "I. Xã Thử Nghiệm")
        pages[0].merge_range("B3:C3", "HKD")

    read = read_sheet(written(("DS", [HEADS, [None], row(code=None), row("Hai")]), touch=touch))
    assert [line.number for line in read.lines] == [3, 4]
    assert isinstance(read.lines[0].cells[1], Unreadable)
    assert "gộp" in read.lines[0].cells[1].sentence
    assert any("dòng 2" in note for note in read.notes)


def test_merges_that_overlap_cost_nothing():
    merges = "".join(f'<mergeCell ref="A2:A{1_048_576 - number}"/>' for number in range(15_000))
    content = by_hand(
        texts(1, *HEADS) + "".join(texts(number, "Cơ khí", "HKD") for number in range(2, 3_000)),
        after=f"<mergeCells>{merges}</mergeCells>",
    )
    assert len(read_sheet(content).lines) == 2_998


def test_decomposed_headings_and_odd_blanks():
    heads = [unicodedata.normalize("NFD", f" {head.upper()}\u00a0(*)") for head in HEADS]
    assert keys(read_sheet(sheet(row(), heads=heads))) == keys(read_sheet(sheet(row())))


def test_sheet_is_found_among_others():
    others = [("Bìa", [["Báo cáo"]]), ("Danh mục", [["Loại hình"], ["HKD"]]), ("Trống", [])]
    read = read_sheet(written(*others, ("Cơ sở", [HEADS, row()]), ("Cũ", [HEADS, row()]), hidden=("Cũ",)))
    assert read.name == "Cơ sở"
    assert read.notes == ["Chỉ đọc trang «Cơ sở», bỏ qua «Bìa», «Danh mục», «Trống»."]


def test_empty_template_beside_a_full_list_is_no_rival():
    assert read_sheet(written(("Mẫu", [HEADS]), ("Cơ sở", [HEADS, row()]))).name == "Cơ sở"


def test_lists_that_cannot_be_read_are_refused_with_what_to_do():
    assert "Có nhiều trang tính" in refusal(written(("Một", [HEADS, row()]), ("Hai", [HEADS, row()])))
    hidden = written(("Bìa", [["a"]]), ("Hai", [HEADS, row()]), hidden=("Hai",))
    assert "bỏ ẩn" in refusal(hidden)
    assert refusal(written(("DS", [["Họ tên", "Lớp"], ["An", "5A"]]))) == NO_HEADINGS
    assert refusal(written(("DS", [["Tên cơ sở"], ["An"]]))) == NO_HEADINGS
    assert refusal(written(("DS", []))) == NO_HEADINGS
    assert "chưa có cơ sở nào" in refusal(sheet())
    assert "Cột A và cột B cùng là «Tên cơ sở»" in refusal(sheet(row(), heads=("Tên cơ sở", "Tên đơn vị", "MST")))


def test_too_many_rows_are_refused(monkeypatch):
    monkeypatch.setattr(establishments, "ESTABLISHMENTS", replace(ESTABLISHMENTS, most_rows=2))
    assert "hơn 2 dòng" in refusal(sheet(row(), row(), row()))
    monkeypatch.setattr(reading, "_ABOVE", 0)
    assert "hơn 2 dòng" in refusal(sheet(row(), row(), row()))


def test_formulas_and_hidden_rows_are_said():
    def touch(_book, pages):
        pages[0].write_formula("F2", "=5+7", None, 12)
        pages[0].set_row(1, None, None, {"hidden": True})

    read = read_sheet(written(("DS", [HEADS, row()]), touch=touch))
    assert cells(read)[2]["workers"] == 12
    assert any("1 ô công thức" in note and "F2" in note for note in read.notes)
    assert any("1 dòng đang ẩn" in note for note in read.notes)
