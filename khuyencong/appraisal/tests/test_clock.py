"""Working days with the appraiser and with the unit."""

from datetime import date

import pytest

from khuyencong.appraisal.clock import Hands, Moment, read, spells
from khuyencong.law.workdays import count_working_days

# March 2026 has no day off but its Saturdays and Sundays; the 2nd is a Monday.
MONDAY, WEDNESDAY, FRIDAY, NEXT_MONDAY, NEXT_FRIDAY = (date(2026, 3, day) for day in (2, 4, 6, 9, 13))


def shown(moments, route="local", on=NEXT_FRIDAY):
    return {(one.hands, one.days, one.running) for one in read(moments, route=route, on=on)}


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        (MONDAY, MONDAY, 0),
        (MONDAY, date(2026, 3, 1), 0),
        (MONDAY, WEDNESDAY, 2),
        (FRIDAY, NEXT_MONDAY, 1),
        (date(2026, 4, 29), date(2026, 5, 4), 1),  # 30/4 and 1/5 are days off, then a weekend
    ],
)
def test_working_days_are_counted_from_the_day_after(start, end, days):
    assert count_working_days(start, end) == days


def test_the_clock_runs_from_the_submission_until_the_decision():
    sent = Moment(MONDAY, "submit")
    assert shown([]) == set()
    assert shown([sent]) == {(Hands.BASE, 9, True)}
    assert shown([sent, Moment(WEDNESDAY, "base_agree")]) == {(Hands.BASE, 2, False)}
    assert shown([sent, Moment(WEDNESDAY, "base_refuse")]) == {(Hands.BASE, 2, False)}
    assert shown([sent, Moment(WEDNESDAY, "withdraw")]) == {(Hands.BASE, 2, False)}


def test_the_clock_stands_still_between_return_and_resubmission():
    moments = [Moment(MONDAY, "submit"), Moment(WEDNESDAY, "base_return"), Moment(NEXT_MONDAY, "submit")]
    assert shown(moments[:2]) == {(Hands.BASE, 2, False), (Hands.UNIT, 7, True)}
    assert shown(moments) == {(Hands.BASE, 2 + 4, True), (Hands.UNIT, 3, False)}


def test_a_national_project_goes_on_to_the_central_level():
    moments = [Moment(MONDAY, "submit"), Moment(WEDNESDAY, "base_agree")]
    assert shown(moments, "national") == {(Hands.BASE, 2, False), (Hands.CENTRAL, 7, True)}
    moments += [Moment(FRIDAY, "central_return")]
    assert shown(moments, "national") == {(Hands.BASE, 2, False), (Hands.CENTRAL, 2, False), (Hands.UNIT, 5, True)}
    assert shown([Moment(MONDAY, "submit")], "national_direct") == {(Hands.CENTRAL, 9, True)}


def test_what_hands_nothing_over_is_passed_by():
    moments = [Moment(MONDAY, "submit"), Moment(WEDNESDAY, "attach"), Moment(FRIDAY, "remark")]
    assert [one.hands for one in spells(moments, route="local")] == [Hands.BASE]
    assert shown([Moment(MONDAY, "update"), Moment(MONDAY, "record_history")]) == set()


def test_every_hand_has_a_label():
    assert len({one.label for one in Hands}) == len(Hands)
