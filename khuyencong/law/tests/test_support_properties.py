"""What must hold for every cost, norm and acceptance."""

import json
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khuyencong.core import dates
from khuyencong.law.catalogue import catalogue
from khuyencong.law.differences import differences
from khuyencong.law.norms import NormBook, Tier
from khuyencong.law.priority import PriorityFacts, criteria, order_findings, priority_score, rank
from khuyencong.law.support import group_sheet, payable_at_acceptance, sheet_from_dict, support_for
from khuyencong.law.tests.cases import norm, query

amounts = st.integers(-(10**6), 10**13)
positive = st.integers(1, 10**13)
days = st.dates(date(2010, 1, 1), date(2030, 12, 31))
activities = st.sampled_from(sorted(catalogue().activities))
multipliers = st.sampled_from([Fraction(1), Fraction(5, 4), Fraction(3, 2), Fraction(2)])
places = st.sampled_from([(), ("82", "87@2025"), ("66",), ("93@2025",), ("25", "17@2025")])


@st.composite
def queries(draw, cost=positive):
    eligible = draw(cost)
    return query(
        activity=draw(activities),
        source=draw(st.sampled_from(["national", "local"])),
        on=draw(days),
        province_keys=draw(places),
        eligible_cost=eligible,
        total_cost=draw(cost),
        asked=draw(cost),
        priority_multiplier=draw(multipliers),
        priority_approved=draw(st.booleans()),
        priority_basis=draw(st.sampled_from(["", "Huyện nghèo; Quyết định 1"])),
        charter_capital=draw(st.none() | st.integers(-1, 10**12)),
        tier=draw(st.sampled_from(["", "cấp vùng", "cấp quốc gia", "bậc khác"])),
    )


rates = st.none() | st.fractions(min_value=Fraction(1, 100), max_value=1, max_denominator=100)
caps = st.none() | st.integers(1, 10**13)


@st.composite
def books(draw):
    """One local norm for machines, plain or in tiers of charter capital, some of them unread."""
    bounds = sorted(draw(st.sets(st.integers(0, 10**12), max_size=3)))
    tiers = [
        Tier(f"bậc {number}", draw(rates), draw(caps), above=low, up_to=high)
        for number, (low, high) in enumerate(zip([None, *bounds], [*bounds, None], strict=True))
    ]
    plain = {"rate": draw(rates), "cap": draw(caps)}
    tiered = {"tier_by": "charter_capital", "tiers": tuple(tiers)}
    return NormBook([norm(**(plain | (tiered if draw(st.booleans()) else {})), recoverable=draw(st.booleans()))])


def never_too_much(sheet):
    case = sheet.query
    if sheet.allowed is None:
        return
    assert 0 <= sheet.allowed <= case.eligible_cost
    if sheet.norm.rate is not None:
        assert sheet.allowed <= sheet.norm.rate * case.eligible_cost
    if sheet.norm.cap is not None:
        assert sheet.allowed <= sheet.norm.cap * sheet.multiplier
    assert Fraction(1) <= sheet.multiplier <= Fraction(3, 2)
    if case.asked > sheet.allowed:
        assert not sheet.is_admissible


@given(queries())
def test_allowed_never_exceeds_rate_cap_or_cost(case):
    never_too_much(support_for(case))


@given(queries(), books())
def test_allowed_never_exceeds_rate_cap_or_cost_of_an_entered_norm(case, book):
    here = replace(case, activity="machinery", source="local", province_keys=("48",), on=date(2026, 2, 1))
    never_too_much(support_for(here, book=book))


@given(queries(), positive)
def test_allowed_is_monotone_in_cost(case, more):
    larger = replace(case, eligible_cost=case.eligible_cost + more)
    first, second = support_for(case).allowed, support_for(larger).allowed
    assert (first is None) == (second is None)
    assert first is None or first <= second


@given(queries(), books(), positive)
def test_allowed_is_monotone_in_cost_for_an_entered_norm(case, book, more):
    here = replace(case, activity="machinery", source="local", province_keys=("48",), on=date(2026, 2, 1))
    first = support_for(here, book=book).allowed
    second = support_for(replace(here, eligible_cost=here.eligible_cost + more), book=book).allowed
    assert (first is None) == (second is None)
    assert first is None or first <= second


@given(queries(amounts), queries(amounts), days)
def test_same_inputs_give_the_same_storable_sheet_on_any_day(case, other, day):
    """Whatever was computed in between, and whatever day it is today."""
    sheet = support_for(case)
    support_for(replace(other, on=day))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(dates.timezone, "localdate", lambda: day)
        assert support_for(case) == sheet
    stored = sheet_from_dict(json.loads(json.dumps(sheet.as_dict())))
    assert stored == sheet
    assert support_for(stored.query) == sheet
    assert differences(stored, sheet) == ()


@given(st.lists(queries(amounts), max_size=5))
def test_parts_of_a_group_make_the_whole(cases):
    sheets = [support_for(case) for case in cases]
    group = group_sheet(sheets)
    parts = [sheet.allowed for sheet in sheets]
    assert group.asked == sum(sheet.asked for sheet in sheets)
    assert group.allowed == (None if None in parts else sum(parts))
    assert {finding.code for sheet in sheets for finding in sheet.findings} <= {one.code for one in group.findings}
    assert group.is_admissible <= all(sheet.is_admissible for sheet in sheets)


@given(queries(), positive, st.lists(positive, max_size=4))
def test_payable_parts_never_exceed_the_approval(case, approved, acceptances):
    sheet = support_for(case)
    paid = 0
    for accepted in acceptances:
        payable = payable_at_acceptance(sheet=sheet, approved=approved, accepted_cost=accepted, already=paid)
        assert 0 <= payable.amount <= payable.earned <= accepted
        assert payable.amount <= approved - paid
        if sheet.norm is not None and sheet.norm.rate is not None:
            assert payable.amount <= sheet.norm.rate * accepted
        paid += payable.amount
    assert paid <= approved


facts = st.builds(
    PriorityFacts,
    activity=activities,
    place=st.sampled_from(["", "poor_district", "difficult_area", "?"]),
    trade=st.sampled_from(["", "certified_key_export_local"]),
    flagship=st.booleans(),
    unit_settled=st.integers(-1, 30),
    unit_late=st.integers(-1, 30),
    certificate=st.sampled_from(["", "nation", "commune", "?"]),
    ocop_stars=st.integers(-1, 7),
    women_owned=st.booleans(),
    ethnic_minority_owned=st.booleans(),
)
weights = st.dictionaries(st.sampled_from([one.code for one in criteria(date(2026, 1, 1))]), st.integers(0, 10**9))


@given(st.dictionaries(st.text(max_size=5), facts, max_size=6), days, weights, st.randoms())
def test_rank_is_a_total_order_whatever_the_order_of_the_list(proposals, on, points, random):
    rows = list(proposals.items())
    found = rank(rows, on=on, weights=points)
    random.shuffle(rows)
    assert rank(rows, on=on, weights=points) == found
    assert [(one.score.total, one.key) for one in found] == sorted(
        ((one.score.total, one.key) for one in found), key=lambda one: (-one[0], one[1])
    )
    assert {one.key for one in found} == set(proposals)
    for number, one in enumerate(found, start=1):
        assert one.place == min(n for n, other in enumerate(found, start=1) if other.score.total == one.score.total)
        assert one.place <= number
        assert one.tied == (sum(other.score.total == one.score.total for other in found) > 1)


@given(facts, days, weights)
def test_score_is_the_sum_of_its_lines(case, on, points):
    score = priority_score(case, on=on, weights=points)
    assert score.total == sum(line.points for line in score.lines)
    assert all(line.points >= 0 and line.sentence for line in score.lines)
    order_findings(points, on)
