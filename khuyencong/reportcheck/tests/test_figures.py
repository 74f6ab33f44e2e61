"""Figures as they are written: what is one, what is none, and what it may mean."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khuyencong.core.money import format_dong, format_number, format_percent, format_trieu, format_ty
from khuyencong.reportcheck.checking import check
from khuyencong.reportcheck.document import Document
from khuyencong.reportcheck.figures import NOUNS, find_figures
from khuyencong.reportcheck.passages import paragraphs_of

MILLION, BILLION = 10**6, 10**9


def read(text):
    return [(one.text, one.value, one.unit.label) for one in find_figures(text)]


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("3.108,129 triệu đồng", 3_108_129_000, "đồng"),
        ("1,5 tỷ", 1_500_000_000, "đồng"),
        ("1.5 tỉ đồng", 1_500_000_000, "đồng"),
        ("1.436 tỷ đồng", 1_436 * BILLION, "đồng"),
        ("4,6 nghìn tỷ đồng", 4_600 * BILLION, "đồng"),
        ("2 tỷ 450 triệu đồng", 2_450_000_000, "đồng"),
        ("600tr", 600_000_000, "đồng"),
        ("600 tr.đ", 600_000_000, "đồng"),
        ("1.750.000.000 đồng", 1_750_000_000, "đồng"),
        ("1 750 000 000 đồng", 1_750_000_000, "đồng"),
        ("1,750,000 VNĐ", 1_750_000, "đồng"),
        ("93,5 %", Fraction("93.5"), "%"),
        ("52.03%", Fraction("52.03"), "%"),
        ("100 phần trăm", 100, "%"),
        ("07 (bảy) đề án", 7, "đề án"),
        ("1.013 cơ sở", 1_013, "cơ sở"),
        ("1,250 lao động", 1_250, "lao động"),
        ("2 nghìn lao động", 2_000, "lao động"),
        ("1,2 triệu sản phẩm", 1_200_000, "sản phẩm"),
        ("8 triệu đồng/người/tháng", 8_000_000, "đồng/người/tháng"),
        ("150 triệu đồng mỗi đề án", 150_000_000, "đồng/đề án"),
    ],
)
def test_figure_is_read(text, value, unit):
    assert read(f"Có {text}.") == [(text, value, unit)]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("hơn 33,8 tỷ", 33_800, 33_900),
        ("trên 10 tỷ", 10_000, 12_500),
        ("gần 8 tỷ", 7_200, 8_000),
        ("khoảng 6.900 triệu", 6_800, 7_000),
        ("33,8 tỷ", 33_750, 33_900),
        ("600 triệu", Fraction("599.5"), Fraction("600.5")),
        ("300 - 400 triệu", 300, 400),
        ("600.000.000 đồng", 600, 600),
    ],
)
def test_what_a_figure_may_mean(text, low, high):
    (found,) = find_figures(f"Kinh phí {text}.")
    assert (found.text, found.interval.low, found.interval.high) == (text, low * MILLION, high * MILLION)


def test_pairs_have_one_unit():
    assert read("73,5/78,6 tỷ đồng") == [("73,5", 73_500 * MILLION, "đồng"), ("78,6 tỷ đồng", 78_600 * MILLION, "đồng")]


@pytest.mark.parametrize(
    "text",
    [
        "Thông tư 36/2013/TT-BCT và Quyết định số 191/QĐ-UBND ngày 18/01/2021",
        "ngày 18 tháng 01 năm 2021, giai đoạn 2021-2025, năm 2023 đề án được phê duyệt",
        "giai đoạn 2021-2025 đề án tập trung; đến tháng 12/2023 đề án hoàn thành; tháng 6 đề án đã nghiệm thu",
        "Điện thoại 0225.3842.123, trang 12, Điều 5 cơ sở thụ hưởng, khoản 2, lần thứ XIV",
        "tỷ lệ 3 tỷ lệ, 5 đồng chí, quý 3 cơ sở báo cáo, 24/24 giờ, IP 10.0.0.1 máy, phiên bản 1.2.3 máy",
        "KCN 2, quốc lộ 1A, A4, Covid-19, 9 tháng, 15 ngày, máy 3D",
    ],
)
def test_what_is_no_figure(text):
    assert read(text) == []


def test_limits_and_differences_are_no_amounts():
    text = "Hỗ trợ tối đa 300 triệu đồng, không quá 5 cơ sở; tăng 2 tỷ đồng so với năm trước, giảm 3 đề án."
    assert [one.is_amount for one in find_figures(text)] == [False] * 4
    assert [one.is_amount for one in find_figures("tăng lên 2 tỷ đồng, tăng 25 %")] == [True, True]


AMOUNTS = st.integers(min_value=0, max_value=10**15)


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(
        AMOUNTS.map(lambda one: (f"{format_dong(one)} đồng", Fraction(one))),
        AMOUNTS.map(lambda one: (f"{format_trieu(one)} triệu đồng", Fraction(one))),
        AMOUNTS.map(lambda one: (f"{format_ty(one)} tỷ đồng", Fraction(one))),
        st.integers(0, 10**7).map(lambda one: (format_percent(Decimal(one).scaleb(-1)), Fraction(one, 10))),
        st.tuples(st.integers(0, 10**9), st.sampled_from(NOUNS)).map(
            lambda two: (f"{format_number(Decimal(two[0]))} {two[1]}", Fraction(two[0]))
        ),
    )
)
def test_what_we_write_is_read_back_exactly(written):
    text, value = written
    (found,) = find_figures(f"Báo cáo ghi {text}, như trên.")
    assert (found.text, found.value) == (text, value)


PIECES = st.sampled_from(
    ["trong đó ", "gồm ", "(", ")", ", ", ". ", "; ", ":\n- ", "tổng ", "kế hoạch ", "đạt ", "% ", "5 ", "1.000,5 ", "0 ",
     "tỷ đồng ", "triệu ", "đề án ", "/", "-", "còn lại ", "chiếm ", "tăng ", "so với năm 2022 ", "KCQG ", "KCĐP ", "hơn ",
     "bình quân ", "mỗi ", "+", "=", "\n", "đối ứng ", "\u0301", "\x00", "từ ", "lên "]
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(max_size=400), st.lists(PIECES, max_size=60).map("".join)))
def test_no_text_makes_it_fail(text):
    report = check(Document(tuple(paragraphs_of(text))))
    assert all(one.sentence and one.figure.text in one.sentence for one in report.claims)
    assert all(one.explanation.endswith(".") for one in report.contradictions)
