"""What is due, gathered from every room: whose it is, until when, and in how many queries."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from khuyencong.core.dates import today
from khuyencong.deadlines.actions import mark_done, set_escalation
from khuyencong.deadlines.due import DueKind
from khuyencong.deadlines.tests.making import make_deadline
from khuyencong.desk.due import LISTED, SOURCES, beside_the_lists, dues, question, too_late
from khuyencong.desk.work import by_urgency, money_of, tasks
from khuyencong.finance.models import Contract
from khuyencong.monitoring.actions import set_report_day
from khuyencong.monitoring.models import ProgressReport
from khuyencong.people.actors import Actor
from khuyencong.people.roles import Role
from khuyencong.projects.models import Project
from khuyencong.testing import make_project

UNIT, SO, CUC = "dong-thap-centre", "dong-thap", "national"
ON = date(2026, 11, 27)  # Friday


def found(world, who, *, on=ON, everybody=False, **window):
    return dues(question(world.actor(*who), on=on, everybody=everybody, **window))


def keys(world, who, **more):
    return {one.key for one in found(world, who, **more)}


def test_steps_of_a_project_are_owed_by_the_role_that_may_take_them(world):
    project = make_project(world, state="submitted")
    key = f"step:{project.pk}:appraise_base"
    assert key in keys(world, (SO, "appraiser"))
    assert key not in keys(world, (SO, "leader")) | keys(world, (UNIT, "officer")) | keys(world, (SO, "auditor"))
    (whole,) = [one for one in found(world, (SO, "auditor"), everybody=True) if one.key == key]
    assert whole.roles == {Role.APPRAISER}
    assert whole.owed_by == "người thẩm định, Sở Công Thương Đồng Tháp"
    assert key not in keys(world, ("phu-tho", "leader"), everybody=True)


def test_what_stands_against_one_person_does_not_stand_against_the_colleague(world):
    """A leader looks at an agency in which she sent the đề án herself: an appraiser owes it all the same."""
    project = make_project(world, state="submitted")
    leader = world.actor(SO, "leader")
    Project.objects.filter(pk=project.pk).update(submitted_by=leader.user)
    assert f"step:{project.pk}:appraise_base" in keys(world, (SO, "leader"), everybody=True)
    appraiser = world.actor(SO, "appraiser")
    Project.objects.filter(pk=project.pk).update(submitted_by=appraiser.user)
    assert f"step:{project.pk}:appraise_base" not in keys(world, (SO, "appraiser"))


def test_colleague_of_an_actor_costs_no_query(world):
    actor = world.actor(SO, "leader")
    assert actor.agency_ids
    with CaptureQueriesContext(connection) as captured:
        other = actor.in_role(Role.OFFICER)
        assert (other.role, other.agency_ids) == (Role.OFFICER, actor.agency_ids)
    assert isinstance(other, Actor)
    assert len(captured) == 0


def test_registration_days_are_for_those_who_register(world):
    window = {"on": date(2026, 5, 1), "first": date(2026, 4, 1), "last": date(2026, 6, 30)}
    (unit,) = [one for one in found(world, (UNIT, "officer"), **window) if one.reminder]
    assert (unit.last_day, unit.kind) == (date(2026, 5, 19), DueKind.LEGAL)
    assert not unit.deadline.verified
    for who in ((SO, "officer"), ("region", "officer")):
        (own,) = [one for one in found(world, who, **window) if one.key.startswith("law:to_agency")]
        assert (own.last_day, own.key) == (date(2026, 6, 19), "law:to_agency:2027")
    for who in ((SO, "leader"), (CUC, "officer"), (SO, "auditor")):
        assert not [one for one in found(world, who, **window) if one.key.startswith("law:")]


def test_days_of_the_law_that_have_passed_are_never_overdue(world):
    window = {"on": date(2026, 7, 1), "first": date(2026, 4, 1), "last": date(2026, 7, 30)}
    own = [one for one in found(world, (SO, "officer"), **window) if one.reminder]
    assert own
    assert not any(one.is_overdue(date(2026, 7, 1)) for one in own)


def test_regional_centres_report_each_month(world):
    window = {"first": date(2026, 10, 1), "last": date(2026, 12, 31)}
    days = [one.last_day for one in found(world, ("region", "officer"), **window) if "regional_centre" in one.key]
    assert days == [date(2026, 10, 24), date(2026, 11, 24), date(2026, 12, 24)]


# --- monthly reports ---------------------------------------------------------------------------------------------------


def report_case(world, *, signed, months=(), state="submitted", source="national"):
    """A đề án under way whose reports of these months were handed in."""
    project = make_project(world, state="in_progress", source=source)
    Contract.objects.filter(parts__project=project).update(signed_on=signed, ends_on=None)
    officer = world.actor(UNIT, "officer").user
    for month in months:
        handed_in = {} if state == "draft" else {"filed_on": month, "submitted_on": month, "submitted_by": officer}
        ProgressReport.objects.create(project=project, month=month, state=state, created_by=officer, **handed_in)
    return Project.objects.get(pk=project.pk)


@pytest.mark.parametrize(
    ("signed", "months", "missed"),
    [
        (date(2026, 9, 1), (), date(2026, 11, 25)),
        (date(2026, 9, 1), (date(2026, 10, 1),), date(2026, 11, 25)),
        (date(2026, 9, 1), (date(2026, 12, 1),), date(2026, 11, 25)),
        (date(2026, 9, 1), (date(2026, 11, 1),), None),
        (date(2026, 11, 24), (), date(2026, 11, 25)),
        (date(2026, 11, 25), (), None),
    ],
)
def test_report_is_missed_where_none_was_filed_for_the_month(world, signed, months, missed):
    project = report_case(world, signed=signed, months=months)
    answer = money_of([project], on=ON)[project.pk].reports.missed
    assert (answer.deadline.on if answer else None) == missed


def test_draft_is_no_report_yet(world):
    project = report_case(world, signed=date(2026, 9, 1), months=(date(2026, 11, 1),), state="draft")
    assert money_of([project], on=ON)[project.pk].reports.missed.month == date(2026, 11, 1)


def test_missed_report_and_the_next_one_are_two_things(world):
    project = report_case(world, signed=date(2026, 9, 1))
    reports = [one for one in found(world, (UNIT, "officer")) if one.key.startswith("report:")]
    assert [(one.key, one.last_day, one.is_overdue(ON)) for one in reports] == [
        (f"report:{project.pk}:2026-11", date(2026, 11, 24), True),
        (f"report:{project.pk}:2026-12", date(2026, 12, 24), False),
    ]
    assert "tháng 11/2026" in reports[0].title


def test_report_that_waits_is_due_to_the_department_and_to_nobody_who_wrote_it(world):
    project = report_case(world, signed=date(2026, 9, 1), months=(date(2026, 11, 1),))
    key = f"step:{project.pk}:confirm_report"
    assert key in keys(world, (SO, "officer"))
    assert key in keys(world, (SO, "appraiser"))
    assert key not in keys(world, (CUC, "officer")) | keys(world, (UNIT, "officer")) | keys(world, (SO, "leader"))
    ProgressReport.objects.update(created_by=world.actor(SO, "officer").user)
    assert key not in keys(world, (SO, "officer"))


def test_agency_may_ask_for_reports_of_its_local_money(world):
    project = report_case(world, signed=date(2026, 9, 1), source="local")
    set_report_day(
        by=world.actor(SO, "leader"), creation_key=uuid4(), from_month=date(2026, 11, 1), day=20, document="CV 5/SCT"
    )
    (first, *_) = [one for one in found(world, (UNIT, "officer")) if one.key.startswith("report:")]
    assert (first.key, first.last_day) == (f"report:{project.pk}:2026-11", date(2026, 11, 19))
    assert (first.kind, first.deadline.article) == (DueKind.OWN, "CV 5/SCT")


def test_local_money_asks_for_no_monthly_report(world):
    make_project(world, state="in_progress")
    assert not [one for one in found(world, (UNIT, "officer")) if one.key.startswith("report:")]


# --- the agency's own --------------------------------------------------------------------------------------------------


def test_own_time_limit_is_for_its_role_and_gone_from_the_list_when_done(world, visit):
    made = make_deadline(world, rule="day", on_day=today(), title="Việc của hôm nay")
    officer, key = world.actor(SO, "officer"), f"own:{made.pk}:{today():%Y-%m-%d}"
    assert key in keys(world, (SO, "officer"), on=today())
    assert key not in keys(world, (SO, "leader"), on=today())
    assert key in keys(world, (SO, "leader"), on=today(), everybody=True)
    assert "Việc của hôm nay" in visit(officer).get(reverse("work")).content.decode()
    mark_done(deadline_id=made.pk, by=officer, version=1, on=today())
    (one,) = [one for one in found(world, (SO, "officer"), on=today()) if one.key == key]
    assert one.done
    assert one.tick.on == today()
    assert "Việc của hôm nay" not in visit(officer).get(reverse("work")).content.decode()


def test_time_limit_after_a_step_is_open_while_the_project_waits_for_the_agency(world):
    made = make_deadline(world, rule="after_step", step="submitted", days=10, role="appraiser")
    waiting, _done = make_project(world, state="submitted"), make_project(world, state="base_appraised")
    Project.objects.filter(pk=waiting.pk).update(submitted_on=date(2026, 11, 2))
    (one,) = [one for one in found(world, (SO, "appraiser")) if one.key.startswith(f"own:{made.pk}")]
    assert one.last_day == date(2026, 11, 16)
    assert waiting.name in one.title
    assert one.is_overdue(ON)
    assert one.tick is None


@pytest.mark.parametrize(
    ("step", "source", "waits_for"),
    [
        ("returned", "local", UNIT),
        ("submitted", "local", SO),
        ("base_appraised", "local", SO),
        ("base_appraised", "national", CUC),
        ("central_appraised", "national", CUC),
        ("approved", "local", SO),
        ("approved", "national", CUC),
        ("in_progress", "local", SO),
        ("in_progress", "national", SO),
        ("accepted", "local", SO),
        ("accepted", "national", CUC),
    ],
)
def test_step_counts_only_at_the_agency_whose_turn_it_is(world, step, source, waits_for):
    make_project(world, state=step, source=source)
    for agency in (UNIT, SO, CUC):
        made = make_deadline(world, who=(agency, "officer"), rule="after_step", step=step, days=10)
        own = [one for one in found(world, (agency, "officer"), on=today()) if one.key.startswith(f"own:{made.pk}:")]
        assert len(own) == (agency == waits_for)
        assert all(one.last_day > today() for one in own)


def test_time_limit_of_another_agency_is_nobodys_business(world):
    made = make_deadline(world, rule="day", on_day=ON)
    for agency in (CUC, UNIT, "phu-tho", "region"):
        assert f"own:{made.pk}:{ON}" not in keys(world, (agency, "officer"), everybody=True)


# --- leaders -----------------------------------------------------------------------------------------------------------


def late_work(world):
    """Appraisal that was due on 16/11/2026, by the Sở's own rule."""
    make_deadline(world, rule="after_step", step="submitted", days=10, role="appraiser")
    project = make_project(world, state="submitted")
    Project.objects.filter(pk=project.pk).update(submitted_on=date(2026, 11, 2))
    return project


def test_leader_is_told_after_the_agencys_number_of_working_days(world):
    late_work(world)
    leader = world.actor(SO, "leader")
    assert len(too_late(question(leader, on=date(2026, 11, 23)))) == 1
    assert too_late(question(leader, on=date(2026, 11, 20))) == []
    set_escalation(by=leader, version=1, working_days=20)
    assert too_late(question(leader, on=date(2026, 11, 23))) == []
    set_escalation(by=leader, version=2, working_days=1)
    assert len(too_late(question(leader, on=date(2026, 11, 17)))) == 1


def test_only_leaders_of_the_agency_are_told(world):
    late_work(world)
    for who in ((SO, "officer"), (SO, "auditor"), (UNIT, "leader"), ("phu-tho", "leader"), (CUC, "leader")):
        assert too_late(question(world.actor(*who), on=date(2026, 12, 15))) == []


def test_leader_sees_it_on_the_first_page(world, visit):
    project = late_work(world)
    Project.objects.filter(pk=project.pk).update(submitted_on=today() - timedelta(days=60))
    page = visit(world.actor(SO, "leader")).get(reverse("work")).content.decode()
    assert "cần lãnh đạo xem (1)" in page
    assert "cần lãnh đạo xem" not in visit(world.actor(SO, "appraiser")).get(reverse("work")).content.decode()


def test_what_a_leader_owes_is_found_in_the_whole_agencys_work(world):
    late_work(world)
    for role in ("leader", "appraiser"):
        make_deadline(world, role=role)
    for state in ("in_progress", "accepted", "settled"):
        make_project(world, state=state)
    leader = world.actor(SO, "leader")
    asked = question(leader, on=ON)
    own = [due for source in SOURCES if source not in LISTED for due in source(asked)]
    expected = {due.key for due in own if not (due.reminder and due.last_day is not None and due.last_day < ON)}
    assert {due.key for due in beside_the_lists(question(leader, on=ON))} == expected != set()


# --- the page ----------------------------------------------------------------------------------------------------------


def test_tasks_stand_under_their_urgency(world):
    make_project(world)
    found_tasks = tasks(world.actor(UNIT, "officer"))
    (group,) = by_urgency(found_tasks, ON)
    assert (group.title, list(group.tasks)) == ("Không có hạn", found_tasks)


def test_everything_is_read_in_as_many_queries_for_three_as_for_one(world):
    counts = []
    for number in (1, 2):
        for _ in range(number):
            for state in ("submitted", "in_progress", "accepted"):
                make_project(world, state=state, source="national")
                make_project(world, state=state)
            make_deadline(world)
            make_deadline(world, rule="after_step", step="submitted", days=10)
        actor = world.actor(SO, "leader")
        asked = question(actor, on=ON)
        with CaptureQueriesContext(connection) as captured:
            dues(asked)
            too_late(asked)
            dues(question(actor, on=ON, everybody=True))
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_every_source_stands_in_the_one_tuple_and_yields_different_keys(world):
    make_project(world, state="submitted")
    make_deadline(world)
    listed = [one.key for one in found(world, (SO, "leader"), everybody=True)]
    assert len(listed) == len(set(listed))
    assert len(set(SOURCES)) == len(SOURCES)
