"""Interest of the first two years, exact and rounded once: TTLT 26/2014 Đ6.2.n."""

from datetime import date
from fractions import Fraction

import pytest

from khuyencong.core.findings import Blocker, NeedsApproval
from khuyencong.law import loans as law
from khuyencong.law.loans import Flow, Loan, LoanTerm, Overdue, Rate, window_end
from khuyencong.law.support import SupportQuery, support_for

TEN, EIGHT = Fraction(10, 100), Fraction(8, 100)


def loan(**changed):
    """3.650 triệu đồng from 01/03/2015 at 10 %, the lowest rate 8 %, everything in order: 800.000 đồng a day."""
    base = {
        "term": LoanTerm.MEDIUM,
        "in_dong": True,
        "disbursed": (Flow(date(2015, 3, 1), 3_650_000_000),),
        "repaid": (),
        "rates": (Rate(date(2015, 3, 1), TEN, EIGHT),),
        "completed_on": date(2015, 2, 1),
        "interest_paid": 10**12,
    }
    return Loan(**{**base, **changed})


def interest_of(one, on=date(2017, 6, 1), source="national"):
    return law.interest_of(one, on=on, source=source)


def codes(found):
    return {one.code for one in found.findings}


def test_two_years_day_by_day():
    found = interest_of(loan())
    # 2016 has 366 days: 731 days at 3.650.000.000 × 8 % / 365 = 800.000 đồng a day.
    assert found.eligible == 731 * 800_000
    assert codes(found) == set()
    later = loan(disbursed=(Flow(date(2015, 3, 1), 3_650_000_000), Flow(date(2017, 3, 1), 10**12)))
    assert interest_of(later).eligible == found.eligible  # after the window nothing counts


def test_balance_rate_and_overdue_cut_the_time():
    found = interest_of(
        loan(
            disbursed=(Flow(date(2015, 3, 1), 365_000_000), Flow(date(2015, 3, 11), 365_000_000)),
            repaid=(Flow(date(2015, 3, 21), 730_000_000),),
            rates=(Rate(date(2015, 1, 1), TEN, EIGHT), Rate(date(2015, 3, 16), Fraction(5, 100), EIGHT)),
            overdue=(Overdue(date(2015, 3, 18), date(2015, 3, 21)),),
        )
    )
    # 10 days at 80.000, 5 at 160.000, 2 at 100.000 (the contract's own 5 % is the lower one), 3 overdue, then nothing owed.
    assert [(span.days, span.interest) for span in found.spans] == [(10, 800_000), (5, 800_000), (2, 200_000), (3, 0)]
    assert found.eligible == 1_800_000
    assert codes(found) == {"loan_overdue_days"}


def test_rounded_once_and_then_by_the_norm():
    found = interest_of(
        loan(disbursed=(Flow(date(2015, 3, 1), 1_000_001),), rates=(Rate(date(2015, 3, 1), Fraction(1, 3)),))
    )
    assert found.exact == Fraction(1_000_001 * 731, 3 * 365)
    assert found.eligible == int(found.exact)
    sheet = support_for(
        SupportQuery(
            activity="relocation_interest", source="national", on=date(2017, 6, 1), province_keys=(), beneficiary_name="A",
            eligible_cost=found.eligible, total_cost=found.eligible, asked=1,
        )
    )  # fmt: skip
    assert sheet.allowed == int(found.exact / 2)


def test_the_cap_is_that_of_the_norm():
    found = interest_of(loan(disbursed=(Flow(date(2015, 3, 1), 36_500_000_000),)))
    sheet = support_for(
        SupportQuery(
            activity="relocation_interest", source="national", on=date(2017, 6, 1), province_keys=(), beneficiary_name="A",
            eligible_cost=found.eligible, total_cost=found.eligible, asked=1,
        )
    )  # fmt: skip
    assert sheet.allowed == 500_000_000


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"term": LoanTerm.SHORT}, "loan_short_term"),
        ({"in_dong": False}, "loan_not_in_dong"),
        ({"overdue": (Overdue(date(2016, 1, 1)),)}, "loan_overdue"),
        ({"disbursed": ()}, "loan_without_disbursement"),
        ({"rates": (Rate(date(2015, 3, 2), TEN),)}, "loan_without_rate"),
        ({"rates": (Rate(date(2015, 3, 1), TEN), Rate(date(2015, 3, 1), EIGHT))}, "loan_two_rates"),
        ({"repaid": (Flow(date(2015, 4, 1), 3_650_000_001),)}, "loan_repaid_too_much"),
        ({"repaid": (Flow(date(2015, 4, 1), 0),)}, "loan_flow_not_positive"),
        ({"days_of_year": 364}, "loan_days_of_year"),
        ({"overdue": (Overdue(date(2016, 1, 1), date(2016, 1, 1)),)}, "loan_overdue_order"),
    ],
)
def test_what_stops_it(changed, code):
    found = interest_of(loan(**changed))
    assert found.eligible is None
    assert code in {one.code for one in found.findings if isinstance(one, Blocker)}


def test_what_needs_a_decision_or_a_paper():
    found = interest_of(loan(completed_on=None, interest_paid=None, rates=(Rate(date(2015, 3, 1), TEN),)))
    assert codes(found) == {"loan_investment_open", "loan_interest_unpaid", "loan_lowest_rate_unknown"}
    assert found.eligible == 731 * 1_000_000
    paid = interest_of(loan(interest_paid=5_000_000))
    assert (paid.eligible, codes(paid)) == (5_000_000, {"loan_paid_less"})


def test_the_window_of_a_leap_day():
    assert window_end(date(2024, 2, 29)) == date(2026, 3, 1)
    assert window_end(date(2015, 3, 1)) == date(2017, 3, 1)


def test_a_loan_that_was_overdue_and_paid_afterwards_needs_a_decision():
    for late in (Overdue(date(2016, 1, 1), date(2016, 1, 11)), Overdue(date(2017, 4, 1), date(2017, 4, 11))):
        found = interest_of(loan(overdue=(late,)))
        assert [(one.code, type(one)) for one in found.findings] == [("loan_overdue_days", NeedsApproval)]
        assert found.eligible


def test_what_has_not_come_about_yet_does_not_count():
    ahead = interest_of(loan(completed_on=date(2099, 1, 1)))
    assert [(one.code, type(one)) for one in ahead.findings] == [("loan_investment_open", NeedsApproval)]
    still = loan(overdue=(Overdue(date(2017, 5, 1), date(2099, 1, 1)),))
    assert interest_of(still).eligible is None
    assert interest_of(still, on=date(2099, 1, 1)).eligible


def test_the_terms_are_cited_from_the_document_of_the_day():
    short = loan(term=LoanTerm.SHORT)
    then, now, local = (interest_of(short, on=on, source=source) for on, source in (
        (date(2018, 5, 10), "national"), (date(2018, 5, 11), "national"), (date(2018, 5, 11), "local"),
    ))  # fmt: skip
    assert [(one.code, one.article) for one in then.findings] == [
        ("loan_short_term", "điểm n khoản 2 Điều 6 Thông tư liên tịch 26/2014/TTLT-BTC-BCT")
    ]
    assert [(one.code, type(one)) for one in now.findings] == [
        ("loan_terms_unverified", NeedsApproval), ("loan_short_term", Blocker)
    ]  # fmt: skip
    assert {"28/2018" in one.article for one in now.findings} == {True}
    # No document of the province is known: nothing is cited, and a person decides.
    assert [(one.code, type(one), one.article) for one in local.findings] == [
        ("loan_terms_unknown", NeedsApproval, ""), ("loan_short_term", NeedsApproval, "")
    ]  # fmt: skip
    assert local.eligible == then.reckoned
