"""One due thing: its last day, when it is late, under which heading it stands."""

from datetime import date

import pytest

from khuyencong.deadlines.due import Due, DueKind, grouped, in_order
from khuyencong.law.deadlines import Deadline, regional_centre_report
from khuyencong.law.workdays import day_off, is_working_day, working_day_after, working_day_before
from khuyencong.people.roles import Role


def due(on=None, *, inclusive=True, **more):
    found = Deadline(on, "Hạn.", "Đ1", verified=True, inclusive=inclusive) if on else None
    values = {"key": f"k{on}", "title": "Việc", "url": "/", "kind": DueKind.LEGAL, "roles": frozenset({Role.OFFICER})}
    return Due(**{**values, "agency": "Sở", "deadline": found, **more})


def test_before_a_day_means_the_day_before():
    assert due(date(2026, 5, 20), inclusive=False).last_day == date(2026, 5, 19)
    assert due(date(2026, 5, 20)).last_day == date(2026, 5, 20)
    assert due().last_day is None


def test_overdue_begins_after_the_last_day():
    one = due(date(2026, 5, 20), inclusive=False)
    assert not one.is_overdue(date(2026, 5, 19))
    assert one.is_overdue(date(2026, 5, 20))
    assert not due(date(2026, 5, 20), reminder=True).is_overdue(date(2026, 6, 1))
    assert not due(date(2026, 5, 20), done=True).is_overdue(date(2026, 6, 1))
    assert not due().is_overdue(date(2026, 6, 1))


def test_overdue_is_counted_in_working_days():
    friday = due(date(2026, 11, 13))
    assert not friday.is_overdue_by(5, date(2026, 11, 19))
    assert friday.is_overdue_by(5, date(2026, 11, 20))
    tet = due(date(2026, 2, 13))  # Tết lies between: five working days take until the end of the month
    assert not tet.is_overdue_by(5, date(2026, 2, 20))
    assert tet.is_overdue_by(5, date(2026, 3, 2))


def test_advice_names_the_last_working_day_before_a_day_off():
    assert due(date(2026, 5, 20)).advice == ""
    assert "thứ Bảy" in due(date(2026, 11, 14)).advice
    assert "13/11/2026" in due(date(2026, 11, 14)).advice
    assert "Quốc khánh" in due(date(2026, 9, 2)).advice


def test_groups_follow_the_week_that_begins_on_monday():
    on = date(2026, 11, 11)  # Wednesday
    found = grouped([due(), due(date(2026, 11, 16)), due(date(2026, 11, 15)), due(date(2026, 11, 10))], on)
    assert [(group.title, len(group.items)) for group in found] == [
        ("Quá hạn", 1), ("Trong tuần này", 1), ("Sau tuần này", 1), ("Không có hạn", 1),
    ]  # fmt: skip
    assert [group.urgent for group in found] == [True, False, False, False]


def test_things_without_a_day_come_last():
    assert [one.last_day for one in in_order([due(), due(date(2026, 1, 2)), due(date(2026, 1, 1))])] == [
        date(2026, 1, 1), date(2026, 1, 2), None,
    ]  # fmt: skip


def test_duty_names_roles_and_agency():
    assert due(roles=frozenset({Role.LEADER, Role.OFFICER})).owed_by == "chuyên viên hoặc lãnh đạo, Sở"


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 11, 30), True),
        (date(2026, 11, 29), False),
        (date(2026, 9, 2), False),
        (date(2014, 1, 25), True),  # a Saturday that is worked in place of the 28th
        (date(2014, 1, 28), False),
    ],
)
def test_working_days(day, works):
    assert is_working_day(day) is works
    assert (working_day_before(day) == day) is works
    assert (working_day_after(day) == day) is works


def test_day_off_has_a_name_and_weekends_have_none():
    assert day_off(date(2026, 9, 2)).name == "Quốc khánh"
    assert day_off(date(2026, 11, 29)) is None


def test_regional_centres_report_before_the_25th():
    assert regional_centre_report(2026, 11).on == date(2026, 11, 25)
    assert "Điều 22" in regional_centre_report(2026, 11).article
    assert regional_centre_report(2013, 1) is None
