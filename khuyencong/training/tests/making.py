"""Classes on the way that tests and examples start from, through the real actions."""

from datetime import time
from uuid import uuid4

from django.utils import timezone

from khuyencong.core.dates import today
from khuyencong.core.money import MILLION
from khuyencong.demo.walk import Item, advance_to, make_establishment, write_project
from khuyencong.training import actions
from khuyencong.training.actions import Mark, SessionInput
from khuyencong.training.models import Course, Learner

UNIT = "dong-thap-centre"
OFFICER, LEADER = (UNIT, "officer"), (UNIT, "leader")
MORNING, AFTERNOON = (time(7, 30), time(11)), (time(13, 30), time(16, 30))
RATE = {"kind": "meal", "unit": "person_day", "amount": 100_000, "document": "NQ 01/VIDU, Điều 3"}


def fresh(record):
    if isinstance(record, Course):
        return Course.objects.with_all().get(pk=record.pk)
    return type(record).objects.get(pk=record.pk)


def project_of(world, activity="vocational_training", *, state="approved"):
    """A đề án of the centre; no norm of the province is known in numbers, so it declares one."""
    declared = {
        "declared_norm_document": "Nghị quyết 01/VIDU", "declared_norm_article": "Điều 3", "declared_norm_percent": 100,
        "declared_norm_cap": 300 * MILLION,
    }  # fmt: skip
    fields = {"name": f"Đề án lớp Thử {activity}", "activity": activity, **declared}
    items = [Item("Tổ chức lớp thử", 200 * MILLION, 200 * MILLION, make_establishment(world))]
    project = write_project(world, unit=UNIT, source="local", province="82", fields=fields, items=items)
    return advance_to(world, project, state)


def course_of(world, project=None, *, who=OFFICER, key=None, **changed):
    """A class that is being prepared, of today."""
    project = project or project_of(world)
    fields = {
        "kind": "vocational", "name": "Lớp đan lục bình Thử", "place_text": "Nhà văn hóa xã Thử", "commune": None,
        "starts_on": today(), "ends_on": today(), "planned_learners": 30, "attendance_needed": None, "programme": "",
        "told_people": None, "told_women": None, "told_minority": None, "told_from": "", **changed,
    }  # fmt: skip
    return actions.create_course(
        project_id=project.pk, by=world.actor(*who), creation_key=key or uuid4(), fields=fields
    )


def running(world, project=None, *, days=(), **changed):
    """An open class with a morning and an afternoon on each of its days (today where none are named)."""
    course = course_of(world, project, **changed)
    sessions = [SessionInput(day, *half) for day in days or [course.starts_on] for half in (MORNING, AFTERNOON)]
    by = world.actor(*OFFICER)
    actions.add_sessions(course_id=course.pk, by=by, version=course.version, sessions=sessions)
    course = fresh(course)
    actions.open_course(course_id=course.pk, by=by, version=course.version)
    return fresh(course)


def enter(world, course, name="Người Học Thử", **fields):
    return actions.add_learner(
        course_id=course.pk, by=world.actor(*OFFICER), creation_key=uuid4(), fields={"name": name, **fields}
    )


def mark(world, session, *learners, present=True, at=None):
    marks = {one.pk: Mark(present, at or timezone.now()) for one in learners}
    return actions.mark_attendance(session_id=session.pk, by=world.actor(*OFFICER), marks=marks)


def attended(world, course, *learners):
    """Everybody was there in every session so far."""
    for session in course.sessions.filter(held_on__lte=today()):
        mark(world, session, *learners)


def finished(world, course):
    actions.finish_course(course_id=course.pk, by=world.actor(*OFFICER), version=fresh(course).version)
    return fresh(course)


def set_rate(world, course, **changed):
    actions.set_rate(course_id=course.pk, by=world.actor(*OFFICER), version=fresh(course).version, **RATE | changed)


def pay_list(world, course, *, kind="meal", **more):
    return actions.prepare_list(
        course_id=course.pk, by=world.actor(*OFFICER), version=fresh(course).version, creation_key=uuid4(), kind=kind,
        **more,
    )  # fmt: skip


def certify(world, course, learners, *, who=LEADER, number="12/QĐ-VIDU"):
    return actions.certify(
        course_id=course.pk, by=world.actor(*who), version=fresh(course).version, creation_key=uuid4(),
        learner_ids=[one.pk for one in learners], word="attestation", number=number, decided_on=today(),
        signed_by="Giám đốc Thử",
    )  # fmt: skip


def people(course):
    return list(Learner.objects.listed().filter(course=course))
