"""The days of an agency's own time limits."""

from datetime import date

import pytest

from khuyencong.deadlines.models import AgencyDeadline
from khuyencong.deadlines.rule_days import after, days_of, describe, falls_on


def rule(**fields):
    values = {"title": "Việc", "document": "QC", "rule": "monthly", "role": "officer", "shift": "none"}
    return AgencyDeadline(**{**values, "from_on": date(2020, 1, 1), **fields})


def days(one, first, last):
    return [found.deadline.on for found in days_of(one, first, last)]


def test_monthly_day_that_a_month_does_not_have_is_its_last():
    found = days(rule(day=31), date(2026, 1, 1), date(2026, 4, 30))
    assert found == [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)]


def test_yearly_day_of_a_leap_year():
    one = rule(rule="yearly", month=2, day=29)
    assert days(one, date(2027, 1, 1), date(2028, 12, 31)) == [date(2027, 2, 28), date(2028, 2, 29)]


def test_single_day_falls_once():
    one = rule(rule="day", on_day=date(2026, 5, 4))
    assert days(one, date(2026, 1, 1), date(2026, 12, 31)) == [date(2026, 5, 4)]
    assert days(one, date(2026, 5, 5), date(2026, 12, 31)) == []


@pytest.mark.parametrize(
    ("shift", "expected"),
    [("none", date(2026, 2, 17)), ("previous", date(2026, 2, 13)), ("next", date(2026, 2, 23))],
)
def test_day_inside_tet_moves_as_chosen(shift, expected):
    one = rule(rule="day", on_day=date(2026, 2, 17), shift=shift)
    (found,) = days_of(one, date(2026, 2, 1), date(2026, 3, 1))
    assert found.deadline.on == expected
    assert found.nominal == date(2026, 2, 17)
    assert ("17/02/2026 là ngày nghỉ" in found.deadline.sentence) is (shift != "none")


def test_window_is_about_the_day_after_the_shift():
    one = rule(rule="day", on_day=date(2026, 2, 17), shift="next")
    assert days(one, date(2026, 2, 17), date(2026, 2, 20)) == []
    assert days(one, date(2026, 2, 23), date(2026, 2, 23)) == [date(2026, 2, 23)]


def test_only_days_inside_its_own_time_count():
    one = rule(day=20, from_on=date(2026, 2, 20), to_on=date(2026, 3, 19))
    assert days(one, date(2026, 1, 1), date(2026, 12, 31)) == [date(2026, 2, 20)]
    assert falls_on(one, date(2026, 2, 20))
    for other in (date(2026, 1, 20), date(2026, 3, 20), date(2026, 2, 21), date.min):
        assert not falls_on(one, other)


def test_days_after_a_step_skip_days_off_where_they_are_working_days():
    one = rule(rule="after_step", step="submitted", days=10, working_days=True)
    assert after(one, date(2026, 2, 9)).on == date(2026, 3, 2)
    one.working_days = False
    assert after(one, date(2026, 2, 9)).on == date(2026, 2, 19)
    one.shift = "next"
    assert after(one, date(2026, 2, 9)).on == date(2026, 2, 23)
    assert after(one, date(2026, 2, 9)).article == "QC"


def test_day_reached_over_a_day_off_that_nobody_has_read_is_not_verified():
    one = rule(rule="after_step", step="submitted", days=3, working_days=True)
    assert not after(one, date(2026, 11, 20)).verified  # 24/11
    assert not days_of(rule(day=24, shift="next"), date(2026, 11, 1), date(2026, 11, 30))[0].deadline.verified
    assert days_of(rule(day=22, shift="next"), date(2026, 11, 1), date(2026, 11, 30))[0].deadline.verified


def test_rule_from_a_step_has_no_days_of_its_own():
    assert days(rule(rule="after_step", step="submitted", days=3), date(2026, 1, 1), date(2026, 12, 31)) == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"rule": "day", "on_day": date(2026, 5, 4)}, "Ngày 04/05/2026"),
        ({"rule": "yearly", "month": 6, "day": 1}, "Hằng năm, ngày 01/06"),
        ({"day": 5, "shift": "next"}, "Hằng tháng, ngày 5; trúng ngày nghỉ: lùi sang ngày làm việc tiếp theo"),
        (
            {"rule": "after_step", "step": "submitted", "days": 10, "working_days": True},
            "10 ngày làm việc kể từ khi đề án: được gửi thẩm định",
        ),
    ],
)
def test_rule_in_words(fields, said):
    assert describe(rule(**fields)) == said
