"""What must hold for every cost, norm and acceptance."""

import json
from dataclasses import replace
from datetime import date
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from khuyencong.law.catalogue import catalogue
from khuyencong.law.support import payable_at_acceptance, sheet_from_dict, support_for
from khuyencong.law.tests.cases import query

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
    )


@given(queries())
def test_allowed_never_exceeds_rate_cap_or_cost(case):
    sheet = support_for(case)
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


@given(queries(), positive)
def test_allowed_is_monotone_in_cost(case, more):
    larger = replace(case, eligible_cost=case.eligible_cost + more)
    first, second = support_for(case).allowed, support_for(larger).allowed
    assert (first is None) == (second is None)
    assert first is None or first <= second


@given(queries(amounts))
def test_any_input_gives_the_same_storable_sheet_twice(case):
    sheet = support_for(case)
    assert support_for(case) == sheet
    assert sheet_from_dict(json.loads(json.dumps(sheet.as_dict()))) == sheet


@given(queries(), positive, st.lists(positive, max_size=4))
def test_payable_parts_never_exceed_the_approval(case, approved, acceptances):
    sheet = support_for(case)
    paid = 0
    for accepted in acceptances:
        payable = payable_at_acceptance(sheet=sheet, approved=approved, accepted_cost=accepted, already=paid)
        assert 0 <= payable.amount <= payable.earned <= accepted
        if sheet.norm is not None and sheet.norm.rate is not None:
            assert payable.amount <= sheet.norm.rate * accepted
        paid += payable.amount
    assert paid <= approved
