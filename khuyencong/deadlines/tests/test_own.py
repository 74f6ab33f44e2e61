"""An agency's own time limits: who sets them, what the database holds, what the pages show."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from khuyencong.audit.models import AuditEvent
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.deadlines.actions import add_deadline, mark_done, set_escalation, unmark_done, update_deadline
from khuyencong.deadlines.actions.leaders import escalation_days
from khuyencong.deadlines.models import AgencyDeadline, DoneDay, EscalationSetting, Reminder
from khuyencong.deadlines.tests.making import MONTHLY, make_deadline
from khuyencong.people.roles import STAFF

SO = "dong-thap"
DAY = date(2026, 3, 20)


def test_officer_and_leader_set_time_limits_and_nobody_else(world):
    for role in STAFF:
        actor = world.actor(SO, role.value)
        if role.value in {"officer", "leader"}:
            assert add_deadline(by=actor, creation_key=uuid4(), fields=MONTHLY).agency == actor.agency
        else:
            with pytest.raises(NotAllowed):
                add_deadline(by=actor, creation_key=uuid4(), fields=MONTHLY)


def test_setting_leaves_one_event_and_a_second_click_none(world):
    officer, key = world.actor(SO, "officer"), uuid4()
    first = add_deadline(by=officer, creation_key=key, fields=MONTHLY)
    assert add_deadline(by=officer, creation_key=key, fields=MONTHLY) == first
    event = AuditEvent.objects.get(thread=first.thread)
    assert (event.action, event.after["cách tính"]) == ("deadline.add", "Hằng tháng, ngày 20")


def test_parts_that_the_way_of_counting_does_not_use_are_emptied(world):
    made = make_deadline(world, month=7, on_day=DAY, step="submitted", days=4)
    assert (made.month, made.on_day, made.step, made.days) == (None, None, "", None)


@pytest.mark.parametrize(
    "fields",
    [
        {"day": None},
        {"rule": "yearly", "month": None},
        {"rule": "day"},
        {"rule": "after_step", "step": "", "days": 3},
        {"rule": "after_step", "step": "submitted"},
        {"to_on": date(2025, 12, 31)},
    ],
)
def test_time_limit_that_is_not_whole_is_refused(world, fields):
    with pytest.raises(Refused):
        make_deadline(world, **fields)
    assert not AgencyDeadline.objects.exists()


def test_change_needs_the_current_version(world):
    made = make_deadline(world)
    officer = world.actor(SO, "officer")
    update_deadline(deadline_id=made.pk, by=officer, version=1, fields={"title": "Khác"})
    with pytest.raises(Stale):
        update_deadline(deadline_id=made.pk, by=officer, version=1, fields={"title": "Nữa"})
    with pytest.raises(NotAllowed):
        update_deadline(
            deadline_id=made.pk, by=world.actor("phu-tho", "officer"), version=2, fields={"title": "Của người"}
        )
    assert AgencyDeadline.objects.get().title == "Khác"


def test_done_day_is_marked_once_by_whoever_works_there(world):
    made = make_deadline(world)
    mark_done(deadline_id=made.pk, by=world.actor(SO, "accountant"), version=1, on=DAY)
    with pytest.raises(Refused, match="đã được ghi"):
        mark_done(deadline_id=made.pk, by=world.actor(SO, "officer"), version=1, on=DAY)
    for who in ((SO, "auditor"), (SO, "administrator"), ("dong-thap-centre", "officer")):
        with pytest.raises(NotAllowed):
            mark_done(deadline_id=made.pk, by=world.actor(*who), version=1, on=date(2026, 4, 20))
    assert DoneDay.objects.get().by == world.actor(SO, "accountant").user


def test_only_its_own_days_can_be_marked(world):
    made = make_deadline(world)
    officer = world.actor(SO, "officer")
    for day in (date(2026, 3, 21), date(2025, 12, 20), date.min):
        with pytest.raises(Refused, match="không rơi"):
            mark_done(deadline_id=made.pk, by=officer, version=1, on=day)
    step = make_deadline(world, rule="after_step", step="submitted", days=10)
    with pytest.raises(Refused, match="tự hết"):
        mark_done(deadline_id=step.pk, by=officer, version=1, on=DAY)
    with pytest.raises(Stale):
        mark_done(deadline_id=made.pk, by=officer, version=2, on=DAY)


def test_what_was_marked_by_mistake_is_taken_back_and_both_stay_in_the_trail(world):
    made = make_deadline(world)
    officer, other = world.actor(SO, "officer"), world.actor(SO, "accountant")
    with pytest.raises(Refused, match="chưa được ghi"):
        unmark_done(deadline_id=made.pk, by=officer, version=1, on=DAY)
    mark_done(deadline_id=made.pk, by=other, version=1, on=DAY)
    with pytest.raises(NotAllowed):
        unmark_done(deadline_id=made.pk, by=world.actor("phu-tho", "officer"), version=1, on=DAY)
    unmark_done(deadline_id=made.pk, by=officer, version=1, on=DAY)
    assert not DoneDay.objects.exists()
    told = AuditEvent.objects.filter(thread=made.thread).order_by("pk").values_list("action", flat=True)
    assert list(told)[-2:] == ["deadline.done", "deadline.undone"]
    assert AuditEvent.objects.filter(action="deadline.undone").get().before["người ghi"] == str(other.user)


def test_way_of_counting_stays_once_a_day_is_done(world):
    made = make_deadline(world)
    officer = world.actor(SO, "officer")
    mark_done(deadline_id=made.pk, by=officer, version=1, on=DAY)
    with pytest.raises(Refused, match="Đến hết ngày"):
        update_deadline(deadline_id=made.pk, by=officer, version=1, fields={"day": 25})
    update_deadline(deadline_id=made.pk, by=officer, version=1, fields={"to_on": date(2026, 12, 31), "shift": "next"})


@pytest.mark.parametrize(
    "changed",
    [
        {"month": 3},
        {"day": 0},
        {"day": 32},
        {"day": None},
        {"rule": "after_step", "day": None, "step": "submitted", "days": 0},
        {"rule": "after_step", "day": None, "step": "settled", "days": 5},
        {"rule": "after_step", "day": None, "step": "submitted"},
        {"rule": "yearly"},
        {"rule": "day", "day": None},
        {"rule": "other"},
        {"to_on": date(2025, 12, 31)},
        {"title": ""},
        {"document": ""},
        {"role": "auditor"},
    ],
)
def test_database_holds_no_half_rule(world, changed):
    made = make_deadline(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        AgencyDeadline.objects.filter(pk=made.pk).update(**changed)


def test_database_holds_one_done_day_and_a_sane_setting(world):
    made = make_deadline(world)
    user = world.actor(SO, "officer").user
    DoneDay.objects.create(deadline=made, on=DAY, by=user)
    with pytest.raises(IntegrityError), transaction.atomic():
        DoneDay.objects.create(deadline=made, on=DAY, by=user)
    for days in (0, 61):
        with pytest.raises(IntegrityError), transaction.atomic():
            EscalationSetting.objects.create(agency=made.agency, working_days=days)
    with pytest.raises(IntegrityError), transaction.atomic():
        Reminder.objects.create(user=user, every="hourly")


def test_agency_says_when_its_leaders_are_told(world):
    officer, agency = world.actor(SO, "officer"), world.agencies[SO]
    assert escalation_days(agency) == 5
    set_escalation(by=officer, version=1, working_days=3)
    assert escalation_days(agency) == 3
    assert escalation_days(world.agencies["phu-tho"]) == 5
    with pytest.raises(Stale):
        set_escalation(by=officer, version=1, working_days=4)
    with pytest.raises(NotAllowed):
        set_escalation(by=world.actor(SO, "accountant"), version=2, working_days=4)


# --- pages -----------------------------------------------------------------------------------------------------------


def test_everybody_of_the_agency_sees_them_and_no_other_agency(world, visit):
    make_deadline(world, title="Việc riêng của Sở")
    for role in STAFF:
        page = visit(world.actor(SO, role.value)).get(reverse("agency_deadlines")).content.decode()
        assert "Việc riêng của Sở" in page
        assert ("Đặt thời hạn" in page) is (role.value in {"officer", "leader"})
    for agency in ("national", "phu-tho", "dong-thap-centre", "region"):
        page = visit(world.actor(agency, "leader")).get(reverse("agency_deadlines")).content.decode()
        assert "Việc riêng của Sở" not in page
    assert visit(world.actor("owner", "owner")).get(reverse("agency_deadlines")).status_code == 403


def test_time_limit_of_another_agency_does_not_exist(world, visit):
    made = make_deadline(world)
    for agency in ("national", "phu-tho", "dong-thap-centre"):
        client = visit(world.actor(agency, "leader"))
        assert client.get(reverse("agency_deadline_edit", args=[made.pk])).status_code == 404
        answer = client.post(reverse("agency_deadline_done", args=[made.pk]), {"version": 1, "on": "2026-03-20"})
        assert answer.status_code == 404
    assert not DoneDay.objects.exists()


def test_list_takes_as_many_queries_for_three_as_for_one(world, visit):
    client, counts = visit(world.actor(SO, "officer")), []
    for number in (1, 2):
        for _ in range(number):
            make_deadline(world)
        client.get(reverse("agency_deadlines"))
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("agency_deadlines"))
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 12


def test_ended_ones_are_shown_on_demand(world, visit):
    make_deadline(world, title="Đã thôi rồi", from_on=date(2020, 1, 1), to_on=date(2020, 12, 31))
    client = visit(world.actor(SO, "officer"))
    assert "Đã thôi rồi" not in client.get(reverse("agency_deadlines")).content.decode()
    assert "Đã thôi rồi" in client.get(reverse("agency_deadlines"), {"xem": "het"}).content.decode()


def test_form_asks_for_the_parts_of_its_way_of_counting(world, visit):
    client, address = visit(world.actor(SO, "leader")), reverse("agency_deadline_new")
    assert "Ngày ấy tính thế nào" in client.get(address).content.decode()
    assert "Ngày ấy tính thế nào" in client.get(address, {"cach": "x"}).content.decode()
    assert client.post(address, {"rule": "x"}).status_code == 422
    for kind, parts in {
        "day": {"on_day"}, "yearly": {"day", "month"}, "monthly": {"day"},
        "after_step": {"step", "days", "working_days"},
    }.items():  # fmt: skip
        fields = set(client.get(address, {"cach": kind}).context["form"].fields)
        assert fields & {"on_day", "day", "month", "step", "days", "working_days"} == parts


def test_form_says_at_its_field_what_is_missing(world, visit):
    answer = visit(world.actor(SO, "officer")).post(
        reverse("agency_deadline_new"),
        {"creation_key": uuid4(), "rule": "monthly", "title": "", "day": "32", "from_on": "x", "to_on": "01/01/2020"},
    )
    assert answer.status_code == 422
    assert {"title", "document", "role", "day", "from_on"} <= set(answer.context["form"].errors)


def test_button_goes_back_to_where_it_stood_and_never_to_another_site(world, visit):
    made = make_deadline(world)
    client, address = visit(world.actor(SO, "officer")), reverse("agency_deadline_done", args=[made.pk])
    answer = client.post(address, {"version": 1, "on": "2026-03-20", "next": "https://example.com/"})
    assert answer.url == reverse("calendar")
    answer = client.post(address, {"version": 1, "on": "2026-04-20", "next": "/lich/?thang=2026-04"})
    assert answer.url == "/lich/?thang=2026-04"
    for day in ("", "x", "2026-04-20", "20/05/2026", "٢٠٢٦-05-20"):
        client.post(address, {"version": 1, "on": day})
    assert DoneDay.objects.count() == 2
