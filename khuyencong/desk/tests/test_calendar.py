"""The page of one month."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from khuyencong.core.dates import today
from khuyencong.deadlines.tests.making import make_deadline
from khuyencong.desk.month import MOST_IN_A_CELL, month_of, next_month, read_month, span
from khuyencong.people.roles import STAFF
from khuyencong.testing import make_project

SO = "dong-thap"


def test_month_begins_on_a_monday_and_ends_on_a_sunday():
    for first in (date(2026, 2, 1), date(2026, 11, 1), date(2027, 2, 1), date(2026, 12, 1)):
        month = month_of(first, [], today=date(2026, 11, 29))
        days = [day.on for week in month.weeks for day in week]
        assert (days[0], days[-1]) == span(first)
        assert {len(week) for week in month.weeks} == {7}
        assert all(week[0].on.weekday() == 0 for week in month.weeks)
        assert [day.on.day for week in month.weeks for day in week if day.in_month] == list(
            range(1, (next_month(first) - timedelta(days=1)).day + 1)
        )


def test_days_off_carry_their_names_and_worked_weekends_are_no_days_off():
    days = {day.on: day for week in month_of(date(2026, 9, 1), [], today=date(2026, 9, 3)).weeks for day in week}
    assert days[date(2026, 9, 2)].off == "Quốc khánh"
    assert days[date(2026, 9, 5)].is_off
    assert not days[date(2026, 9, 7)].is_off
    assert [day.on for day in days.values() if day.is_today] == [date(2026, 9, 3)]
    worked = {day.on: day for week in month_of(date(2014, 1, 1), [], today=date(2026, 9, 3)).weeks for day in week}
    assert not worked[date(2014, 1, 25)].is_off
    assert worked[date(2014, 1, 28)].is_off


@pytest.mark.parametrize(
    "text", ["2026-5", "2026-13", "2026-00", "26-05", "0001-01", "9999-12", "x", "٢٠٢٦-05", "2012-12"]
)
def test_month_that_is_none_is_not_read(text):
    assert read_month(text) is None


def test_neighbours_end_where_nothing_is_recorded():
    assert month_of(date(2013, 1, 1), [], today=date(2026, 1, 1)).before == ""
    assert month_of(date(2100, 12, 1), [], today=date(2026, 1, 1)).after == ""
    assert month_of(date(2026, 12, 1), [], today=date(2026, 1, 1)).after == "2027-01"
    assert month_of(date(2026, 1, 1), [], today=date(2026, 1, 1)).before == "2025-12"


def test_page_shows_what_is_due_for_me_or_for_my_agency(world, visit):
    make_deadline(world, title="Việc của chuyên viên")
    make_deadline(world, title="Việc của kế toán", role="accountant")
    client = visit(world.actor(SO, "officer"))
    whole = client.get(reverse("calendar"), {"thang": "2026-05"}).content.decode()
    assert "Việc của chuyên viên" in whole
    assert "Việc của kế toán" in whole
    assert "Ngày Chiến thắng" in client.get(reverse("calendar"), {"thang": "2026-04"}).content.decode()
    mine = client.get(reverse("calendar"), {"thang": "2026-05", "cua": "toi"}).content.decode()
    assert "Việc của chuyên viên" in mine
    assert "Việc của kế toán" not in mine
    assert "thang=2026-06&amp;cua=toi" in mine
    assert "Việc của" not in visit(world.actor("phu-tho", "officer")).get(
        reverse("calendar"), {"thang": "2026-05"}
    ).content.decode().replace("Việc của tôi", "")


def test_page_is_for_staff(world, visit):
    for role in STAFF:
        answer = visit(world.actor(SO, role.value)).get(reverse("calendar"), {"cua": "toi"})
        assert answer.status_code == 200
        assert len(answer.context["tabs"]) == (1 if role.value == "auditor" else 2)
    for who in (("owner", "owner"), ("dong-thap-commune", "collaborator")):
        assert visit(world.actor(*who)).get(reverse("calendar")).status_code == 403


def test_month_that_cannot_be_read_is_this_month_and_says_so(world, visit):
    answer = visit(world.actor(SO, "officer")).get(reverse("calendar"), {"thang": "tháng <5>\x00"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Không đọc được tháng «tháng &lt;5&gt;»" in page
    assert answer.context["month"].first == today().replace(day=1)


def test_full_day_says_how_many_more(world, visit):
    for number in range(MOST_IN_A_CELL + 2):
        make_deadline(world, title=f"Việc số {number}")
    page = visit(world.actor(SO, "officer")).get(reverse("calendar"), {"thang": "2026-05"}).content.decode()
    assert 'href="#ngay-2026-05-20">và 2 việc nữa' in page
    assert 'id="ngay-2026-05-20"' in page


def test_only_who_may_gets_the_button(world, visit):
    make_deadline(world)
    for role, shown in (("officer", True), ("accountant", True), ("auditor", False), ("administrator", False)):
        page = visit(world.actor(SO, role)).get(reverse("calendar"), {"thang": "2026-05"}).content.decode()
        assert ("Đã xong<span" in page) is shown


def test_month_takes_as_many_queries_for_three_as_for_one(world, visit):
    client, counts = visit(world.actor(SO, "leader")), []
    for number in (1, 2):
        for _ in range(number):
            make_project(world, state="submitted")
            make_deadline(world)
            make_deadline(world, rule="after_step", step="submitted", days=10)
        client.get(reverse("calendar"))
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("calendar"))
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 53
