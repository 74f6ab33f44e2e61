"""The scratch copy of the book: what it changes, what it leaves alone, what it refuses."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from khuyencong.core.errors import Refused
from khuyencong.core.money import MILLION
from khuyencong.law.norms import NoNorm, Norm, NormBook
from khuyencong.law.values import Tier
from khuyencong.whatif.changes import Change, Rule, as_json, changed_keys, fingerprint, from_json, scratch_book
from khuyencong.whatif.shifts import shifts_between

MACHINERY = Norm(
    activity="machinery", rate=Fraction(1, 2), cap=200 * MILLION, unit="cơ sở", document="Văn bản cũ", article="Điều 1",
    verified=True, cost_base="", source="national", scope=None, valid_from=date(2014, 4, 8), valid_to=date(2018, 5, 10),
)  # fmt: skip
LATER = replace(MACHINERY, cap=300 * MILLION, document="Văn bản mới", valid_from=date(2018, 5, 11), valid_to=None)
OLD_PROVINCE = replace(LATER, source="local", scope="87@2025", document="Nghị quyết", valid_from=date(2024, 7, 11))
PRIZE = replace(
    LATER, activity="competition_prize", rate=None, cap=None,
    tiers=(Tier("cấp khu vực", None, 5 * MILLION), Tier("cấp quốc gia", None, 10 * MILLION)),
)  # fmt: skip
COMMON = replace(LATER, activity="information", rate=None, cap=None, common=True)
FOUNDING = replace(LATER, activity="enterprise_founding", rate=None, cap=10 * MILLION)
BOOK = NormBook([MACHINERY, LATER, OLD_PROVINCE, PRIZE, COMMON, FOUNDING])
DAYS = [date(2013, 6, 1), date(2016, 6, 1), date(2018, 5, 10), date(2018, 5, 11), date(2030, 1, 1)]


def national(book, on, activity="machinery"):
    return book.norm_on(activity, source="national", on=on)


def local(book, on, activity="machinery"):
    return book.norm_on(activity, source="local", province_keys=("82", "87@2025"), on=on)


def refusal(*changes, book=BOOK):
    with pytest.raises(Refused) as refused:
        scratch_book(book, changes)
    return str(refused.value)


# --- single norms ----------------------------------------------------------------------------------------------------


def test_change_holds_on_every_day():
    """Also before the first norm: the trial asks what if the resolution had always been there."""
    tried = scratch_book(BOOK, [Change("machinery", None, None, 240 * MILLION)])
    assert isinstance(national(BOOK, DAYS[0]), NoNorm)
    assert {(national(tried, on).cap, national(tried, on).rate) for on in DAYS} == {(240 * MILLION, Fraction(1, 2))}


def test_change_keeps_what_it_does_not_name():
    tried = national(scratch_book(BOOK, [Change("machinery", None, Decimal("37.5"))]), DAYS[1])
    assert tried == replace(MACHINERY, rate=Fraction(3, 8), valid_from=date.min)


def test_change_leaves_everything_else_alone():
    tried = scratch_book(BOOK, [Change("machinery", None, None, 240 * MILLION)])
    assert changed_keys(BOOK, tried) == ((None, "machinery"),)
    assert local(tried, DAYS[-1]) == local(BOOK, DAYS[-1])
    assert [national(BOOK, on).cap for on in DAYS[1:]] == [200 * MILLION, 200 * MILLION, 300 * MILLION, 300 * MILLION]


def test_norm_of_a_province_without_one_stands_before_those_it_was_made_of():
    tried = scratch_book(BOOK, [Change("machinery", "82", Decimal(40), 240 * MILLION)])
    norm = local(tried, DAYS[-1])
    assert (norm.scope, norm.rate, norm.cap, norm.unit) == ("82", Fraction(2, 5), 240 * MILLION, "cơ sở")
    assert local(tried, date(2016, 1, 1)).cap == 240 * MILLION


def test_new_norm_must_be_whole():
    """Nothing can stay as it is where there is nothing."""
    said = refusal(Change("machinery", "82", None, 240 * MILLION))
    assert "Ứng dụng máy móc" in said
    assert "tỷ lệ" in said
    assert "mức trần" in refusal(Change("machinery", "82", Decimal(50)))
    founding = scratch_book(BOOK, [Change("enterprise_founding", "82", None, 12 * MILLION)])
    assert local(founding, DAYS[-1], "enterprise_founding").cap == 12 * MILLION


def test_tier_is_changed_by_its_name():
    tried = scratch_book(BOOK, [Change("competition_prize", None, None, 7 * MILLION, "cấp khu vực")])
    assert [tier.cap for tier in national(tried, DAYS[-1], "competition_prize").tiers] == [7 * MILLION, 10 * MILLION]


def test_norm_with_tiers_needs_one_named():
    assert "cấp khu vực; cấp quốc gia" in refusal(Change("competition_prize", None, None, 7 * MILLION))
    assert "cấp xã" in refusal(Change("competition_prize", None, None, 7 * MILLION, "cấp xã"))
    assert "cấp xã" in refusal(Change("machinery", None, None, 7 * MILLION, "cấp xã"))


# --- many norms at once ----------------------------------------------------------------------------------------------


def test_rule_multiplies_caps_and_tiers_of_its_scopes():
    tried = scratch_book(BOOK, [Rule((None,), caps=Decimal(80))])
    assert [national(tried, on).cap for on in DAYS[1:]] == [160 * MILLION, 160 * MILLION, 240 * MILLION, 240 * MILLION]
    assert isinstance(national(tried, DAYS[0]), NoNorm)
    assert [tier.cap for tier in national(tried, DAYS[-1], "competition_prize").tiers] == [4 * MILLION, 8 * MILLION]
    assert local(tried, DAYS[-1]).cap == 300 * MILLION


def test_rule_multiplies_rates():
    tried = scratch_book(BOOK, [Rule((None, "87@2025"), rates=Decimal(60))])
    assert national(tried, DAYS[-1]).rate == local(tried, DAYS[-1]).rate == Fraction(3, 10)
    assert national(tried, DAYS[-1]).cap == 300 * MILLION


def test_rule_leaves_named_activities_to_their_change():
    changes = [Rule((None,), caps=Decimal(10)), Change("machinery", None, None, 250 * MILLION)]
    tried = scratch_book(BOOK, changes)
    assert national(tried, DAYS[-1]).cap == 250 * MILLION
    assert national(tried, DAYS[-1], "enterprise_founding").cap == MILLION


def test_cap_is_rounded_down():
    odd = NormBook([replace(LATER, cap=100_000_001)])
    assert national(scratch_book(odd, [Rule((None,), caps=Decimal(50))]), DAYS[-1]).cap == 50_000_000


# --- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ([], "ít nhất một"),
        ([Change("bay", None, Decimal(50))], "bay"),
        ([Change("machinery", "Đồng Tháp", Decimal(50), 1)], "Đồng Tháp"),
        ([Change("machinery", None)], "hãy nêu"),
        ([Change("machinery", None, Decimal(0))], "lớn hơn 0"),
        ([Change("machinery", None, Decimal("100.01"))], "100 %"),
        ([Change("machinery", None, None, -1)], "lớn hơn 0"),
        ([Change("machinery", None, None, 0)], "lớn hơn 0"),
        ([Change("machinery", None, None, 10**15 + 1)], "không quá"),
        ([Change("machinery", None, Decimal(50)), Change("machinery", None, None, 1)], "hai mức thử"),
        ([Change("information", None, None, 10 * MILLION)], "chế độ chung"),
        ([Rule((None,))], "tỷ lệ nhân"),
        ([Rule((), Decimal(80))], "phạm vi"),
        ([Rule((None,), Decimal(-80))], "lớn hơn 0"),
        ([Rule((None,), Decimal(1001))], "không quá"),
        ([Rule((None,), Decimal(80)), Rule((None, "82"), Decimal(90))], "hai tỷ lệ nhân"),
        ([Rule(("25",), Decimal(80))], "chưa có định mức nào"),
        ([Rule((None,), rates=Decimal(250))], "vượt 100 %"),
        ([Change("machinery", None, Decimal(number)) for number in range(1, 42)], "nhiều nhất"),
    ],
)
def test_nonsense_gets_a_sentence(changes, word):
    said = refusal(*changes)
    assert word in said
    assert len(said.split()) > 5


def test_two_norms_at_once_are_not_guessed_between():
    twice = NormBook([LATER, replace(LATER, document="Văn bản khác", valid_from=date(2020, 1, 1))], strict=False)
    assert "cùng hiệu lực" in refusal(Change("machinery", None, Decimal(50)), book=twice)


def test_book_with_a_clash_elsewhere_can_still_be_tried():
    clash = replace(FOUNDING, document="Văn bản khác", valid_from=date(2020, 1, 1))
    tried = scratch_book(NormBook([LATER, FOUNDING, clash], strict=False), [Change("machinery", None, Decimal(50), 9)])
    assert national(tried, DAYS[-1]).cap == 9
    assert tried.clashes


# --- kept and told ---------------------------------------------------------------------------------------------------


def test_changes_come_back_from_json_as_they_were():
    changes = (
        Change("machinery", None, Decimal("12.5"), 240 * MILLION),
        Change("competition_prize", "82", None, 1, "cấp khu vực"),
        Rule((None, "82"), Decimal(80), None),
    )
    assert from_json(as_json(changes)) == changes


def test_fingerprint_tells_books_apart():
    same = NormBook([FOUNDING, COMMON, PRIZE, OLD_PROVINCE, LATER, MACHINERY])
    assert fingerprint(BOOK) == fingerprint(same)
    assert fingerprint(BOOK) != fingerprint(scratch_book(BOOK, [Rule((None,), Decimal(80))]))


def shifts(*changes, first=date(2013, 1, 1), last=date(2026, 12, 31)):
    places = {"82": "Đồng Tháp", "87@2025": "Đồng Tháp (cũ)"}
    tried = scratch_book(BOOK, changes)
    found = shifts_between(BOOK, tried, first=first, last=last, places=places, formerly={"82": ["87@2025"]})
    return [(one.place, one.period, one.before, one.after, one.citation) for one in found]


def test_shifts_tell_old_and_new_by_period():
    after = "50 %, tối đa 240 triệu đồng/cơ sở"
    nation = "Khuyến công quốc gia"
    assert shifts(Change("machinery", None, None, 240 * MILLION)) == [
        (nation, "đến 07/04/2014", "chưa có định mức", after, ""),
        (nation, "08/04/2014 – 10/05/2018", "50 %, tối đa 200 triệu đồng/cơ sở", after, "Điều 1 Văn bản cũ"),
        (nation, "từ 11/05/2018", "50 %, tối đa 300 triệu đồng/cơ sở", after, "Điều 1 Văn bản mới"),
    ]


def test_shifts_tell_what_a_province_falls_back_on():
    after = "40 %, tối đa 240 triệu đồng/cơ sở"
    nothing = "chưa có định mức; đề án tự nêu định mức thì tính theo định mức ấy"
    old = "Đồng Tháp (cũ): 50 %, tối đa 300 triệu đồng/cơ sở"
    assert shifts(Change("machinery", "82", Decimal(40), 240 * MILLION), first=date(2024, 1, 1)) == [
        ("Đồng Tháp", "đến 10/07/2024", nothing, after, ""),
        ("Đồng Tháp", "từ 11/07/2024", old, after, "Điều 1 Nghị quyết"),
    ]


def test_shifts_leave_out_what_stays_the_same():
    same = Change("machinery", None, None, 300 * MILLION)
    assert shifts(same, first=date(2019, 1, 1)) == []
    assert [one[1] for one in shifts(same, first=date(2017, 1, 1))] == ["đến 10/05/2018"]
    assert [one[1] for one in shifts(same, first=date(2017, 1, 1), last=date(2017, 12, 31))] == ["mọi ngày được tính"]
