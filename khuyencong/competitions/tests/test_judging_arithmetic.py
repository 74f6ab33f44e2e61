"""Points as they are typed, exact means, ties, what stands out, who is too near, what blind mode covers. No database."""

from decimal import Decimal
from fractions import Fraction

import pytest

from khuyencong.competitions.judging.arithmetic import enough, mean, mean_shown, read_points, spread_of
from khuyencong.competitions.judging.closeness import Known, address_key, family_name, hide
from khuyencong.competitions.judging.ties import Standing, ranked


@pytest.mark.parametrize(
    ("typed", "points"),
    [
        ("0", Decimal(0)),
        ("9", Decimal(9)),
        (" 9,5 ", Decimal("9.5")),
        ("9.5", Decimal("9.5")),
        ("9,50", Decimal("9.5")),
        ("40", Decimal(40)),
        ("", None),
        ("  ", None),
    ],
)
def test_points_are_read_as_people_write_them(typed, points):
    assert read_points(typed, most=Decimal(40), step=Decimal("0.5")) == points


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("chín", "hãy ghi điểm bằng chữ số"),
        ("100.5", "tối đa 40 điểm"),
        ("40,5", "tối đa 40 điểm"),
        ("-1", "không được âm"),
        ("9,25", "theo bước 0,5 điểm"),
        ("1e1", "hãy ghi điểm bằng chữ số"),
        ("9,", "hãy ghi điểm bằng chữ số"),
        ("٩", "hãy ghi điểm bằng chữ số"),
        ("NaN", "hãy ghi điểm bằng chữ số"),
        ("9" * 500, "hãy ghi điểm bằng chữ số"),
    ],
)
def test_points_that_cannot_be_are_told_in_a_sentence(typed, sentence):
    with pytest.raises(ValueError, match=sentence):
        read_points(typed, most=Decimal(40), step=Decimal("0.5"))


def test_a_criterion_of_a_hundred_takes_0_and_100_but_not_more():
    """Where the whole scale stands in one criterion."""
    assert read_points("100", most=Decimal(100), step=Decimal("0.5")) == 100
    with pytest.raises(ValueError, match="tối đa 100 điểm"):
        read_points("100.5", most=Decimal(100), step=Decimal("0.5"))


def test_mean_is_exact_and_never_shown_as_passed_before_it_is():
    thirds = mean([Decimal(70), Decimal(70), Decimal("69.99")])
    assert thirds == Fraction(20999, 300)
    assert thirds < 70
    assert mean_shown(thirds) == "70,00"
    assert mean_shown(thirds, passes_from=Fraction(70)) == "69,99"
    assert mean_shown(mean([Decimal(70), Decimal(70), Decimal(70)]), passes_from=Fraction(70)) == "70,00"
    assert mean_shown(mean([Decimal("83.25"), Decimal("83.25"), Decimal("83.5")])) == "83,33"
    assert sum([mean([Decimal("0.1")] * 3)] * 10) == 1  # a float would not say so


def test_what_stands_out_is_measured_from_the_median():
    spread = spread_of({1: Decimal(80), 2: Decimal(82), 3: Decimal("71.5"), 4: Decimal("92.25")})
    assert (spread.lowest, spread.highest, spread.width) == (Decimal("71.5"), Decimal("92.25"), Decimal("20.75"))
    assert spread.far == (4,)  # 81 is in the middle: 71,5 lies within ten of it
    assert spread_of({1: Decimal(40), 2: Decimal(90)}).far == ()
    assert spread_of({}) is None


def sheets(*rows):
    return Standing.of([sum(map(Decimal, column)) for column in zip(*rows, strict=True)], len(rows))


def test_ties_follow_the_written_rule_and_the_codes():
    standings = {
        1: (sheets((30, 30, 5, 5), (30, 30, 5, 5)), "SP-001"),
        2: (sheets((35, 25, 5, 5), (25, 35, 5, 5)), "SP-002"),  # the same mean and the same parts as 1
        3: (sheets((31, 29, 5, 5), (30, 30, 5, 5)), "SP-003"),  # the same mean, more of the market
        4: (sheets((40, 40, 10, 10)), "SP-004"),
        5: (sheets((0, 0, 0, 0)), "SP-005"),
    }
    parts = [(one.key, one.rank, one.tied) for one in ranked(standings, "parts")]
    assert parts == [(4, 1, False), (3, 2, True), (1, 3, True), (2, 3, True), (5, 5, False)]
    same = [(one.key, one.rank) for one in ranked(standings, "same")]
    assert same == [(4, 1), (1, 2), (2, 2), (3, 2), (5, 5)]
    backwards = dict(reversed(standings.items()))
    assert ranked(backwards, "parts") == ranked(standings, "parts")
    with pytest.raises(KeyError):
        ranked(standings, "by hand")


@pytest.mark.parametrize(
    ("signed", "able", "rule", "is_enough"),
    [(2, 3, "half", True), (2, 4, "half", False), (2, 3, "two_thirds", True), (5, 9, "two_thirds", False),
     (6, 9, "two_thirds", True), (0, 0, "half", False), (3, 4, "three_quarters", True), (1, 1, "two_thirds", True)],
)  # fmt: skip
def test_quorum_counts_those_who_may_score(signed, able, rule, is_enough):
    assert enough(signed, able, rule) is is_enough


def known(name="", address="", tax_code=""):
    return Known.of(name=name, address=address, tax_code=tax_code)


def test_who_is_too_near():
    maker = known("Nguyễn Văn Chủ", "Số 12 đường Trần Hưng Đạo, phường 1", "1400123456-001")
    assert known("Trần A", "", "1400123456").ties_with(maker) == ["tax_code"]
    assert known("Trần A", "12 Đ. Trần Hưng Đạo, P. 1, TP. Cao Lãnh").ties_with(maker) == ["address"]
    assert known("Trần A", "121 đường Trần Hưng Đạo, phường 1").ties_with(maker) == []
    assert known("TS. Nguyễn Thị B").ties_with(maker) == ["family_name"]
    assert known("Nguyên Thị B").ties_with(maker) == ["family_name"]  # marks are left out: a person decides
    assert known().ties_with(known()) == []
    assert known("Chủ", "ấp Thử").ties_with(known("Chủ", "ấp Thử")) == []  # too little to say anything


def test_keys_say_nothing_where_little_is_known():
    assert address_key("Xã An Bình") == address_key("12") == address_key("") == ""
    assert family_name("Nghệ nhân Lê Văn C") == "le"
    assert family_name("") == family_name("Chủ") == ""


def test_blind_mode_covers_names_and_their_parts():
    names = ("Cơ sở Bà Tám", "Đỗ Thị Tám", "Xã Tháp Mười")
    assert hide("Khô cá lóc Bà Tám", *names) == "Khô cá lóc ●●●"
    assert hide("CƠ SỞ BÀ TÁM và Gạo Tháp Mười", *names) == "●●● và Gạo ●●●"
    assert hide("Mắm Cá Linh", *names) == "Mắm Cá Linh"
    assert hide("khô cá", "", "  ") == "khô cá"
    assert hide("Gọi 0912 345.678 hoặc +84912345678, xem www.batam.vn, batam.com.vn/ca, ba@tam.vn", *names) == (
        "Gọi ●●● hoặc ●●●, xem ●●● ●●● ●●●"
    )
    assert hide("Giá 0,5 triệu; 1.200.000.000 đồng; TCVN 9001:2015; 0912 hộp", *names).count("●") == 0
