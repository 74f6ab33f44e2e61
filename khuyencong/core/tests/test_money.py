import time
import unicodedata
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khuyencong.core.money import (
    MAX_DONG,
    MILLION,
    format_dong,
    format_percent,
    format_trieu,
    format_ty,
    parse_dong,
    percent,
    share_down,
)

amounts = st.integers(min_value=0, max_value=MAX_DONG)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1.750.000.000", 1_750_000_000),
        ("1750000000", 1_750_000_000),
        ("1 750 000 000", 1_750_000_000),
        ("1\u00a0750\u00a0000\u00a0000", 1_750_000_000),
        ("1\u202f750\u202f000\u202f000", 1_750_000_000),
        ("  1.750.000.000\n", 1_750_000_000),
        ("1.750\u200b.000.000", 1_750_000_000),
        ("1.750.000.000 đồng", 1_750_000_000),
        ("1.750.000.000đ", 1_750_000_000),
        ("1.750.000.000 Đ", 1_750_000_000),
        ("1.750.000.000 ₫", 1_750_000_000),
        ("1.750.000.000 VND", 1_750_000_000),
        ("1.750.000.000 vnđ", 1_750_000_000),
        ("1.750.000,00 đồng", 1_750_000),
        ("616 đồng", 616),
        ("3.108,129 triệu", 3_108_129_000),
        ("3.108,129", 3_108_129_000),
        ("3108,129", 3_108_129_000),
        ("3 108,129", 3_108_129_000),
        ("541,9", 541_900_000),
        ("0,5", 500_000),
        ("800 triệu", 800_000_000),
        ("800 Triệu Đồng", 800_000_000),
        (unicodedata.normalize("NFD", "800 triệu đồng"), 800_000_000),
        ("800tr", 800_000_000),
        ("800 trieu dong", 800_000_000),
        ("0,0005 triệu", 500),
        ("1,5 tỷ", 1_500_000_000),
        ("1,5 tỉ đồng", 1_500_000_000),
        ("1.500 tỷ", 1_500_000_000_000),
        ("450 nghìn", 450_000),
        ("0", 0),
        ("0 đồng", 0),
        ("0,0", 0),
        ("1.000", 1_000),
        ("1.000.000 tỷ", MAX_DONG),
        (format_dong(MAX_DONG), MAX_DONG),
    ],
)
def test_parse_dong_reads_what_people_write(text, amount):
    assert parse_dong(text) == amount


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Hãy nhập số tiền."),
        ("  \u00a0\u200b", "Hãy nhập số tiền."),
        ("-5", "Số tiền không được âm."),
        ("−1.000.000", "Số tiền không được âm."),
        ("–1.000.000", "Số tiền không được âm."),
        ("616", "616 triệu"),
        ("1", "1 triệu"),
        ("541.9", "hãy viết 541,9 triệu"),
        ("1.5 tỷ", "Dấu chấm"),
        ("1.75.000", "Dấu chấm"),
        ("1.750.00", "Dấu chấm"),
        ("1.750.000.", "Dấu chấm"),
        ("1..000", "Dấu chấm"),
        ("1.000 000", "Dấu chấm"),
        ("1 75 000", "Dấu chấm"),
        ("1,750,000", "Có phải ý là 1.750.000?"),
        ("1,750.5", "Có phải ý là 1.750,5?"),
        ("1,2,3", "Dấu chấm"),
        ("5,", "Dấu chấm"),
        ("007", "chữ số 0"),
        ("000", "một chữ số 0"),
        ("0.500", "chữ số 0"),
        ("1.750.000,00", "viết thêm đồng, triệu hoặc tỷ"),
        ("NaN", "Không đọc được"),
        ("Infinity", "Không đọc được"),
        ("1e9", "Không đọc được"),
        ("0x10", "Không đọc được"),
        ("1_000_000", "Không đọc được"),
        ("tám trăm triệu", "Không đọc được"),
        ("800 usd", "Không đọc được"),
        ("triệu", "Không đọc được"),
        (",5", "Không đọc được"),
        ("+5.000", "Không đọc được"),
        ("1\x00000", "Không đọc được"),
        ("1 tỷ 500 triệu", "Không đọc được"),
        ("1000000000000001", "nhiều nhất là 1.000.000.000.000.000 đồng"),
        ("1.000.001 tỷ", "quá lớn"),
        ("9" * 79, "quá lớn"),
        ("1.000.000,5 đồng", "đồng nguyên"),
        ("0,0000001 triệu", "đồng nguyên"),
        ("1,0000000001 tỷ", "đồng nguyên"),
        ("１２３０００", "từ 0 đến 9"),
        ("١٢٣٠٠٠", "từ 0 đến 9"),
        ("1².000", "từ 0 đến 9"),
        ("½ tỷ", "từ 0 đến 9"),
        ("1" * 81, "quá dài"),
    ],
)
def test_parse_dong_refuses_with_a_sentence(text, sentence):
    with pytest.raises(ValueError, match=r"\S") as caught:
        parse_dong(text)
    assert sentence in str(caught.value)
    assert len(str(caught.value)) < 250


def test_parse_dong_refuses_ten_megabytes_at_once():
    started = time.perf_counter()
    for text in ("1" * 10_000_000, " " * 10_000_000, "1" + "\u0301\u0323" * 3_000_000):
        with pytest.raises(ValueError, match=r"Số tiền quá dài|Hãy nhập"):
            parse_dong(text)
    assert time.perf_counter() - started < 2


def test_parse_dong_takes_small_numbers_when_told_to():
    assert parse_dong("616", allow_small=True) == 616


@given(amounts)
def test_parse_dong_reads_back_format_dong(amount):
    assert parse_dong(format_dong(amount), allow_small=True) == amount


@given(amounts)
def test_parse_dong_reads_back_trieu_and_ty(amount):
    assert parse_dong(f"{format_trieu(amount)} triệu") == amount
    assert parse_dong(f"{format_ty(amount)} tỷ đồng") == amount


@given(st.text(max_size=100))
def test_parse_dong_gives_an_amount_or_a_sentence_for_anything(text):
    try:
        answer = parse_dong(text)
    except ValueError as error:
        answer = str(error)
    assert answer.endswith((".", "?")) if isinstance(answer, str) else 0 <= answer <= MAX_DONG


@pytest.mark.parametrize(
    ("amount", "dong", "trieu", "ty"),
    [
        (0, "0", "0", "0"),
        (3_108_129_000, "3.108.129.000", "3.108,129", "3,108129"),
        (800_000_000, "800.000.000", "800", "0,8"),
        (43_735_000_000, "43.735.000.000", "43.735", "43,735"),
        (5, "5", "0,000005", "0,000000005"),
        (-541_900_000, "-541.900.000", "-541,9", "-0,5419"),
    ],
)
def test_amounts_are_written_with_dots_and_a_comma(amount, dong, trieu, ty):
    assert (format_dong(amount), format_trieu(amount), format_ty(amount)) == (dong, trieu, ty)


@pytest.mark.parametrize(
    ("part", "whole", "value"),
    [
        (935, 1000, "93.5"),
        (1, 3, "33.3"),
        (2, 3, "66.7"),
        (1, 2000, "0.1"),
        (49, 100_000, "0.0"),
        (5, 5, "100.0"),
        (0, 7, "0.0"),
        (-1, 2000, "-0.1"),
        (3, 2, "150.0"),
    ],
)
def test_percent_has_one_decimal_and_rounds_half_up(part, whole, value):
    assert percent(part, whole) == Decimal(value)


def test_percent_of_nothing_is_none_and_shown_as_a_dash():
    assert percent(5, 0) is None
    assert format_percent(None) == "–"


@pytest.mark.parametrize(
    ("value", "shown"),
    [("93.5", "93,5 %"), ("100", "100,0 %"), ("1234.56", "1.234,6 %"), ("0.25", "0,3 %"), ("0", "0,0 %")],
)
def test_percent_is_written_with_a_comma(value, shown):
    assert format_percent(Decimal(value)) == shown


def test_share_down_never_rounds_up():
    assert share_down(Fraction(1, 3), 1_000_000) == 333_333
    assert share_down(Fraction(1, 2), 1_200_000_001) == 600_000_000
    assert share_down(Fraction(7, 10), 0) == 0


@given(st.fractions(min_value=0, max_value=1), amounts)
def test_share_down_is_below_the_share_by_less_than_a_dong(rate, amount):
    assert 0 <= rate * amount - share_down(rate, amount) < 1


@pytest.mark.parametrize(("rate", "amount"), [(Fraction(-1, 2), 5), (Fraction(1, 2), -5)])
def test_share_down_refuses_negatives(rate, amount):
    with pytest.raises(ValueError, match="không được âm"):
        share_down(rate, amount)


def test_million_is_a_million():
    assert MILLION == 1_000_000
