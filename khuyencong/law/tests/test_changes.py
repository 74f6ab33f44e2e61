"""What differs between two days or two places, in words; the days on which anything changes."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khuyencong.law.catalogue import activities_on, activity
from khuyencong.law.changes import (
    ONE_DAY,
    Likeness,
    Side,
    changes_between,
    compare,
    side_by_side,
    turning_days,
    turns,
)
from khuyencong.law.norms import NoNorm, Norm, NormBook, shipped_norms
from khuyencong.law.regulations import regulations
from khuyencong.law.tests.cases import TR, national
from khuyencong.law.values import LOCAL, NATIONAL, Tier
from khuyencong.law.wording import cap_text, period_text, rate_text, terms_text

BEFORE, AFTER = date(2018, 5, 10), date(2018, 5, 11)


def between(first, second, source=NATIONAL, keys=()):
    found = changes_between(
        shipped_norms(), activities_on(), source=source, province_keys=keys, first=first, second=second
    )
    return {one.activity.code: one for one in found}


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("machinery", "mức tối đa 200 → 300 triệu đồng/cơ sở (+50 %)"),
        ("demonstration_model", "mức tối đa 500 → 1.000 triệu đồng/mô hình (+100 %)"),
        ("competition_nation", "mức tối đa 200 → 400 triệu đồng/lần (+100 %)"),
        ("cluster_infrastructure", "mức tối đa 3.000 → 6.000 triệu đồng/cụm công nghiệp (+100 %)"),
        ("technology_line", "định mức chưa có → 50 %, tối đa 450 triệu đồng/cơ sở"),
        ("trademark", "đơn vị tính thương hiệu → nhãn hiệu"),
    ],
)
def test_money_circular_of_2018_in_words(code, text):
    change = between(BEFORE, AFTER)[code]
    assert change.likeness is Likeness.TERMS
    assert change.sentence == f"{activity(code).name}: {text}"


def test_two_norms_at_once_are_no_unread_norm():
    found = between(BEFORE, AFTER)["machinery"]
    both = NormBook([found.after, replace(found.after, document="Thông tư 1/2018/TT-BTC", cap=400 * TR)], strict=False)
    clash = both.norm_on("machinery", source=NATIONAL, on=AFTER)
    assert compare(found.activity, found.before, clash).terms[0].after == "hai định mức cùng hiệu lực"


def test_same_norm_in_another_document_differs_in_its_grounds_only():
    change = between(BEFORE, AFTER)["enterprise_founding"]
    assert change.likeness is Likeness.GROUNDS
    assert [part.label for part in change.grounds] == ["Căn cứ"]
    assert "Thông tư liên tịch 26/2014" in change.grounds[0].before
    assert "Thông tư 28/2018" in change.grounds[0].after
    assert change.terms == ()


def test_norm_that_was_read_and_then_was_not_says_so():
    parts = {part.label: part for part in between(BEFORE, AFTER)["consulting"].grounds}
    assert (parts["Xác minh"].before, parts["Xác minh"].after) == ("đã xác minh", "chờ xác minh")


def test_nothing_changes_between_two_days_of_one_circular():
    assert between(date(2019, 6, 1), date(2019, 6, 2)) == {}
    assert between(AFTER, AFTER) == {}


def test_province_that_makes_its_own_norms():
    found = between(date(2025, 7, 25), date(2025, 7, 26), LOCAL, ("66",))
    read = {code for code, change in found.items() if isinstance(change.after, Norm)}
    assert read == {"enterprise_founding", "demonstration_model", "cleaner_production_model"}
    assert found["demonstration_model"].terms[0].after == "30 %, tối đa 800 triệu đồng/mô hình"


def test_province_whose_document_was_not_read_ends_what_held_for_all():
    """Phú Thọ on 01/01/2026: its resolution is in force, no value of it was read, so nothing may be taken from elsewhere."""
    found = between(date(2025, 12, 31), date(2026, 1, 1), LOCAL, ("25", "17@2025"))
    assert "machinery" not in found
    assert found["conference"].terms[0].after == "chưa đọc được mức"


def test_two_provinces_on_one_day():
    on = date(2025, 8, 1)
    one, other = Side(LOCAL, ("82", "87@2025"), on), Side(LOCAL, ("66",), on)
    found = {change.activity.code: change for change in side_by_side(shipped_norms(), activities_on(on), one, other)}
    assert len(found) == len(activities_on(on))
    model = found["demonstration_model"]
    assert model.terms[0].text == "1.000 → 800 triệu đồng/mô hình (−20 %)"
    assert found["machinery"].terms[0].text == "50 %, tối đa 300 triệu đồng/cơ sở → chưa đọc được mức"
    assert found["pollution_cluster"].likeness is Likeness.NEITHER


def test_tiers_price_and_recovery_are_compared():
    norm = national("machinery", 2019, 6, 1)
    tiered = replace(norm, rate=None, cap=None, tiers=(Tier("cấp vùng", None, 70 * TR), Tier("cấp tỉnh", None, None)))
    change = compare(activity("machinery"), norm, replace(tiered, recoverable=True, by_price=True))
    assert {part.label for part in change.terms} == {"Tỷ lệ tối đa", "Mức tối đa", "Bậc", "Cách tính", "Thu hồi"}
    assert "cấp vùng: tối đa 70 triệu đồng/cơ sở; cấp tỉnh: chưa đọc được mức" in terms_text(tiered)


def test_cap_of_another_unit_is_not_compared_in_percent():
    norm = national("machinery", 2019, 6, 1)
    change = compare(activity("machinery"), norm, replace(norm, unit="mô hình", cap=400 * TR))
    assert change.terms[0].text == "300 triệu đồng/cơ sở → 400 triệu đồng/mô hình"


def test_two_missing_norms_are_alike():
    change = compare(activity("showroom"), NoNorm("a"), NoNorm("b"))
    assert (change.likeness, change.sentence) == (Likeness.NEITHER, activity("showroom").name)


# --- days ------------------------------------------------------------------------------------------------------------


def test_turning_days_of_the_shipped_documents():
    days = turning_days(regulations().documents.values())
    assert days == tuple(sorted(set(days)))
    for day in (
        date(2014, 4, 8),
        AFTER,
        date(2019, 4, 13),  # the day after the last of Đồng Tháp's decision
        date(2024, 7, 11),
        date(2025, 7, 26),
        date(2025, 10, 15),
        date(2026, 1, 1),
    ):
        assert day in days
    assert turning_days(regulations().documents.values(), date(2025, 12, 4))[0] == date(2026, 1, 1)


def test_between_two_turning_days_no_norm_changes():
    days = [date(2012, 7, 5), *turning_days(regulations().documents.values(), date(2012, 7, 5)), date(2030, 1, 1)]
    for source, keys in ((NATIONAL, ()), (LOCAL, ("82", "87@2025")), (LOCAL, ("92", "93@2025"))):
        for first, following in pairwise(days):
            changed = between(first, following - ONE_DAY, source, keys)
            # A local norm is questioned from the day its national basis ended, which is a turning day of the nation.
            assert changed == {}, (first, following)


def test_period_without_a_beginning_turns_nothing():
    assert turns([(None, None), (None, date(2020, 1, 1))]) == ()
    assert turns([(date(2020, 1, 1), date.max)]) == (date(2020, 1, 1),)


DAYS = st.dates(date(2013, 1, 1), date(2030, 12, 31))
KEYS = st.sampled_from([(), ("82", "87@2025"), ("66",), ("25", "17@2025"), ("92", "93@2025")])


@given(DAYS, DAYS, KEYS)
def test_both_directions_find_the_same_activities(first, second, keys):
    source = LOCAL if keys else NATIONAL
    there, back = between(first, second, source, keys), between(second, first, source, keys)
    assert there.keys() == back.keys()
    for code, change in there.items():
        assert change.likeness is back[code].likeness
        assert (change.before, change.after) == (back[code].after, back[code].before)


@given(st.integers(1, 10**12), st.integers(1, 10**12))
def test_any_two_caps_can_be_told(one, other):
    norm = national("machinery", 2019, 6, 1)
    change = compare(activity("machinery"), replace(norm, cap=one), replace(norm, cap=other))
    assert bool(change.terms) is (one != other)
    if one != other:
        assert ("+" if other > one else "−") in change.terms[0].text


# --- words -----------------------------------------------------------------------------------------------------------


def test_norm_in_words():
    norm = national("machinery", 2017, 6, 1)
    assert (rate_text(norm), cap_text(norm)) == ("50 %", "200 triệu đồng/cơ sở")
    assert terms_text(norm) == "50 %, tối đa 200 triệu đồng/cơ sở"
    assert terms_text(national("fair_abroad", 2017, 6, 1)) == "100 %, theo giá đấu thầu hoặc giá được duyệt"
    assert terms_text(national("conference", 2017, 6, 1)) == "không nêu số (theo chế độ chung hoặc hợp đồng)"
    assert terms_text(national("association", 2017, 6, 1)) == (
        "cấp vùng: 30 %, tối đa 70 triệu đồng/hội, hiệp hội; cấp quốc gia: 30 %, tối đa 100 triệu đồng/hội, hiệp hội"
    )
    half = replace(norm, rate=Fraction(1, 8), cap=None, unit="", recoverable=True)
    assert (terms_text(half), cap_text(half)) == ("12,5 %, có thu hồi", "–")


def test_period_in_words():
    assert period_text(date(2018, 5, 11), None) == "từ 11/05/2018"
    assert period_text(date(2014, 4, 8), BEFORE) == "08/04/2014 – 10/05/2018"
    assert period_text(None, None) == "chưa đọc được ngày bắt đầu"
    assert period_text(None, BEFORE) == "chưa đọc được ngày bắt đầu, đến 10/05/2018"


def test_empty_book_changes_nothing():
    assert (
        changes_between(NormBook(()), activities_on(), source=NATIONAL, province_keys=(), first=BEFORE, second=AFTER)
        == ()
    )
