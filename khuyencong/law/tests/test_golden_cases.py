"""Cases from the law and the press, computed whole: each is what an officer would find with the paper in hand."""

from datetime import date, timedelta
from fractions import Fraction

import pytest

from khuyencong.law.eligibility import Verdict
from khuyencong.law.norms import NoNorm
from khuyencong.law.sheet import GROUP_ARTICLE
from khuyencong.law.support import group_sheet, support_for
from khuyencong.law.tests.cases import TR, answer, codes, declared, local, national, query

PRIORITY = {
    "priority_multiplier": Fraction(3, 2),
    "priority_approved": True,
    "priority_basis": "Huyện nghèo (điểm b khoản 1 Điều 6 Thông tư 46/2012/TT-BCT); Quyết định 1/QĐ-BCT",
}


@pytest.mark.parametrize(
    ("activity", "day", "allowed"),
    [
        ("machinery", date(2017, 6, 1), 200),
        ("machinery", date(2019, 6, 1), 300),
        ("technology_line", date(2019, 6, 1), 450),
        ("demonstration_model", date(2018, 5, 10), 500),
        ("demonstration_model", date(2018, 5, 11), 1000),
    ],
)
def test_caps_of_national_money(activity, day, allowed):
    case = query(activity=activity, on=day, eligible_cost=5000 * TR, total_cost=5000 * TR, asked=allowed * TR)
    sheet = support_for(case)
    assert sheet.allowed == allowed * TR
    assert sheet.is_admissible
    over = support_for(
        query(activity=activity, on=day, eligible_cost=5000 * TR, total_cost=5000 * TR, asked=allowed * TR + 1)
    )
    assert codes(over) - {"norm_pending"} == {"asked_above_allowed"}


def test_cap_of_a_technology_line_is_told_from_that_of_a_machine():
    sheet = support_for(query(activity="technology_line", eligible_cost=2000 * TR, total_cost=2000 * TR))
    (step,) = [step for step in sheet.steps if step.label == "Mức của dây chuyền công nghệ"]
    assert step.formula == "1,5 × mức máy móc 300.000.000 = 450.000.000 đồng/cơ sở"
    assert step.article == "khoản 4 Điều 8 Thông tư 28/2018/TT-BTC"


@pytest.mark.parametrize(("activity", "cap"), [("demonstration_model", 800), ("cleaner_production_model", 400)])
def test_dak_lak_on_the_first_day_of_its_resolution(activity, cap):
    case = {"activity": activity, "source": "local", "province_keys": ("66", "54@2025"), "asked": cap * TR}
    big = {"eligible_cost": 5000 * TR, "total_cost": 5000 * TR}
    assert codes(support_for(query(on=date(2025, 7, 25), **case, **big))) == {"no_norm"}
    sheet = support_for(query(on=date(2025, 7, 26), **case, **big))
    assert (sheet.allowed, sheet.is_admissible) == (cap * TR, True)


def test_viet_sec_cleaner_production():
    """30 % of 1.360 = 408, at most 500: 300 passes. No norm of Đà Nẵng is known, so the officer names one."""
    case = {
        "activity": "cleaner_production_model",
        "on": date(2024, 6, 1),
        "province_keys": ("48",),
        "beneficiary_name": "Công ty CP Việt Séc",
        "eligible_cost": 1360 * TR,
        "total_cost": 1360 * TR,
        "asked": 300 * TR,
    }
    assert isinstance(local("cleaner_production_model", ["48"], 2024, 6, 1), NoNorm)
    assert codes(support_for(query(source="local", **case))) == {"no_norm"}
    sheet = support_for(query(source="local", declared=declared(30, 500), **case))
    assert (sheet.allowed, sheet.is_admissible) == (408 * TR, True)
    assert codes(sheet) == {"norm_unverified"}
    assert "chờ xác minh" in sheet.findings[0].sentence
    # The nation's norm, to compare with: the same amounts, and as little verified.
    compared = support_for(query(source="national", **case))
    assert (compared.allowed, compared.norm.verified) == (408 * TR, False)
    # It stands in a ward of a centrally-run city: cleaner production has no limit of place.
    place = answer("place", activity="cleaner_production_model", province_is_city=True, on=date(2024, 6, 1))
    assert place.verdict is Verdict.YES


def test_phu_yen_three_households():
    """899 in all, support 286, counterpart 613, by a norm that the officer names; the sum is told with its article."""
    shares = {"Hộ kinh doanh hải sản Sông Cầu": (300, 96), "Hộ thứ hai": (300, 95), "Hộ thứ ba": (299, 95)}
    group = group_sheet(
        [
            support_for(
                query(
                    source="local",
                    on=date(2024, 6, 1),
                    province_keys=("66", "54@2025"),
                    beneficiary_name=name,
                    eligible_cost=cost * TR,
                    total_cost=cost * TR,
                    asked=asked * TR,
                    declared=declared(50, 150),
                )
            )
            for name, (cost, asked) in shares.items()
        ]
    )
    assert group.is_admissible
    assert group.asked == 286 * TR
    assert sum(part.query.total_cost for part in group.sheets) == 899 * TR
    assert sum(part.query.total_cost - part.asked for part in group.sheets) == 613 * TR
    assert group.allowed == (150 + 150) * TR + 149_500_000
    asked = group.steps[-1]
    assert asked.label == "Cộng 3 cơ sở: đề nghị"
    assert asked.formula == "96.000.000 + 95.000.000 + 95.000.000 = 286.000.000 đồng"
    assert asked.article == GROUP_ARTICLE


def test_flagship_with_priority():
    """A flagship of 2017, machines and a model, both with the priority of 1.5 that the Ministry approved."""
    big = {"on": date(2017, 6, 1), "eligible_cost": 3000 * TR, "total_cost": 3000 * TR} | PRIORITY
    parts = [
        support_for(query(asked=300 * TR, **big)),
        support_for(query(activity="demonstration_model", asked=750 * TR, **big)),
    ]
    assert [part.allowed for part in parts] == [300 * TR, 750 * TR]
    group = group_sheet(parts)
    assert (group.allowed, group.findings, group.is_admissible) == (1050 * TR, (), True)
    (step,) = [step for step in parts[0].steps if step.label == "Hệ số ưu tiên"]
    assert step.article == "điểm t khoản 2 Điều 6 Thông tư liên tịch 26/2014/TTLT-BTC-BCT"
    assert PRIORITY["priority_basis"] in step.formula


# The days on which the National Assembly made these provinces cities; the places room holds them, with their doubt.
PASSED = [("Đồng Nai", date(2026, 4, 24)), ("Quảng Ninh", date(2026, 8, 24)), ("Bắc Ninh", date(2026, 8, 24))]


@pytest.mark.parametrize(("name", "passed"), PASSED)
def test_ward_of_a_province_before_and_after_it_became_a_city(name, passed):
    eve = passed - timedelta(days=1)
    ward = {"commune_kind": "phường"}
    assert answer("place", on=eve, **ward).verdict is Verdict.YES
    assert answer("place", on=passed, province_is_city=True, **ward).verdict is Verdict.NO
    assert answer("place", on=passed, province_is_city=True, in_craft_village=True, **ward).verdict is Verdict.YES
    assert answer("place", on=passed, province_is_city=True, commune_kind="xã").verdict is Verdict.YES
    assert answer("place", on=date(2025, 10, 14), **ward).verdict is Verdict.CHECK


@pytest.mark.parametrize("activity", ["machinery", "demonstration_model"])
def test_hau_giang_pays_half_of_what_the_nation_paid(activity):
    big = {
        "activity": activity,
        "on": date(2016, 1, 1),
        "eligible_cost": 5000 * TR,
        "total_cost": 5000 * TR,
        "asked": TR,
    }
    whole = support_for(query(**big)).allowed
    half = support_for(query(source="local", province_keys=("92", "93@2025"), **big)).allowed
    assert half * 2 == whole == national(activity, 2016, 1, 1).cap
