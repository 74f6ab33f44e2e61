"""What a statement says, in whatever way it was kept: headings, letters, figures, days."""

import unicodedata

import pytest

from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import Refused
from khuyencong.treasury.models import LineOutcome
from khuyencong.treasury.reading import read_statement
from khuyencong.treasury.tests.making import HEADINGS, line, table, xlsx

ROW = line(text="Chi hỗ trợ đề án 82-2026-ĐP-0001", account="0071000123456", debit="50.000.000")


def read(content):
    return read_statement(content)[1]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("sign", [";", ",", "\t", "|"])
def test_plain_tables_in_every_way_of_writing(encoding, sign):
    (one,) = read(table(ROW, sign=sign, encoding=encoding))
    assert (one.outcome, one.amount, one.text, one.account) == (LineOutcome.OUT, 50_000_000, ROW[2], ROW[3])
    assert one.on == today()


def test_windows_1258_with_tones_beside_their_letters():
    text = f"Ngày giao dịch;Số chứng từ;Nội dung;Ghi nợ\n{format_date(today())};UNC-1;Chi hỗ trợ đề án;50000000\n"
    (one,) = read("".join(map(_of_the_code_page, text)).encode("cp1258"))
    assert (one.text, one.amount) == ("Chi hỗ trợ đề án", 50_000_000)


def _of_the_code_page(letter):
    """A letter as Windows-1258 has it: ê is one byte, the tone over or under it another."""
    try:
        letter.encode("cp1258")
    except UnicodeEncodeError:
        parts = unicodedata.normalize("NFD", letter)
        tones = [one for one in parts if one in "\u0300\u0301\u0303\u0309\u0323"]
        return unicodedata.normalize("NFC", "".join(one for one in parts if one not in tones)) + "".join(tones)
    return letter


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("50.000.000", 50_000_000), ("50,000,000", 50_000_000), ("50,000,000.00", 50_000_000), ("50000000", 50_000_000),
        ("50 000 000", 50_000_000), ("50.000.000 VND", 50_000_000), ("50.000.000,00 đ", 50_000_000), ("1.500", 1_500),
    ],
)  # fmt: skip
def test_amounts_as_banks_write_them(written, amount):
    for content in (table(line(debit=written)), xlsx(line(debit=written))):
        assert read(content)[0].amount == amount


@pytest.mark.parametrize(
    ("values", "column", "words"),
    [
        ({"debit": "-50.000.000"}, "Ghi nợ", "Số tiền âm"),
        ({"debit": "(50.000.000)"}, "Ghi nợ", "Số tiền âm"),
        ({"debit": "1.5"}, "Ghi nợ", "không phải là số tiền"),
        ({"debit": "năm mươi"}, "Ghi nợ", "không phải là số tiền"),
        ({"debit": "9" * 30}, "Ghi nợ", "không quá"),
        ({"debit": "1.000", "credit": "1.000"}, "Ghi nợ", "vừa có tiền chi vừa có tiền vào"),
        ({"on": ""}, "Ngày giao dịch", "Thiếu ngày"),
        ({"on": "31/02/2026"}, "Ngày giao dịch", ""),
        ({"on": "01/01/2100"}, "Ngày giao dịch", "tương lai"),
        ({"on": "01/01/1066"}, "Ngày giao dịch", "không phải là ngày"),
    ],
)
def test_a_row_that_cannot_be_read_says_where_and_why(values, column, words):
    one, good = read(table(line(**values), line()))
    assert one.outcome is LineOutcome.REFUSED
    assert good.outcome is LineOutcome.OUT
    (error,) = one.row.errors
    assert error.column == column
    assert words in error.sentence


def test_money_in_is_kept_apart_and_balances_are_left_out():
    sheet, lines = read_statement(
        table(line(text="Số dư đầu kỳ", debit="", on=""), line(debit="", credit="5.000"), line(debit="0", credit="0"))
    )
    assert [one.outcome for one in lines] == [LineOutcome.INCOMING]
    assert any("Bỏ qua 2 dòng" in note for note in sheet.notes)


def test_other_headings_and_a_title_above():
    headings = ("Ngày hạch toán", "Số CT", "Diễn giải", "TK đối ứng", "Phát sinh nợ (VND)", "Phát sinh có", "Số dư")
    rows = [("SAO KÊ TÀI KHOẢN", *[""] * 6), headings, (format_date(today()), "07", "Chi KC", "111", "1.000", "", "9")]
    content = table(*rows[1:], headings=rows[0])
    (one,) = read(content)
    assert (one.reference, one.text, one.account, one.amount) == ("07", "Chi KC", "111", 1_000)


def test_times_and_other_ways_of_days():
    day = today()
    for written in (f"{day:%d/%m/%Y} 10:15:00", f"{day:%Y-%m-%d}", f"{day:%d-%m-%Y}"):
        assert read(table(line(on=written)))[0].on == day


def test_equal_lines_of_one_file_are_two_and_known_again():
    first, second = read(table(line(), line()))
    assert first.fingerprint != second.fingerprint
    assert [one.fingerprint for one in read(xlsx(line(), line(), line(text="Khác")))][:2] == [
        first.fingerprint,
        second.fingerprint,
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "rỗng"),
        (b"\x00\x01\x02\x03" * 50, "bảng mã"),
        (b"%PDF-1.4 1 0 obj", "tiêu đề"),
        ("một hai ba".encode(), "tiêu đề"),
        (table(headings=HEADINGS), "chưa có dòng sao kê nào"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 100, ".xls"),
        (b"PK\x03\x04 broken", "bị hỏng"),
        (table(("x" * 40_000, *[""] * 5)), "dài hơn"),
    ],
    ids=["empty", "binary", "pdf", "prose", "headings only", "old excel", "broken zip", "long cell"],
)
def test_what_is_no_statement_is_refused_with_a_sentence(content, words):
    with pytest.raises(Refused, match=words):
        read_statement(content)


def test_formulas_and_markup_stay_text():
    (one,) = read(table(line(text="=1+1<script>alert(1)</script>")))
    assert one.text == "=1+1<script>alert(1)</script>"
