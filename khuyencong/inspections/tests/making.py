"""Inspections on the way that tests start from, through the real actions."""

from datetime import timedelta
from uuid import uuid4

from khuyencong.core.dates import today
from khuyencong.inspections import actions
from khuyencong.inspections.actions import MemberInput, Seen
from khuyencong.inspections.actions.visiting import places_of
from khuyencong.inspections.machines import machines_at
from khuyencong.inspections.models import Inspection, InspectionFinding, ItemState, TeamRole
from khuyencong.testing import make_project

SO, CENTRE = "dong-thap", "dong-thap-centre"
SEEN = {
    "met": "Ông Chủ Thử, chủ cơ sở", "place": "Ấp Thử", "latitude": None, "longitude": None, "accuracy": None,
    "placed_by": "", "compared": "Khớp hợp đồng.", "result": "Máy đang chạy.",
}  # fmt: skip
FINDING = {
    "kind": "wrong_use", "severity": "minor", "text": "Máy dùng cho việc khác.", "demand": "Đưa máy về đúng việc.",
    "by_unit": False, "amount": None,
}  # fmt: skip


def fresh(record):
    return type(record).objects.with_all().get(pk=record.pk)


def last_day():
    """A day that lies in the year of a plan of this year."""
    return today().replace(month=12, day=31)


def plan_of(world, agency=SO, number="1/QĐ-KT", year=None, **changed):
    fields = {
        "year": year or today().year, "title": "Kế hoạch kiểm tra", "decision_number": number, "decision_on": today(),
        "note": "", **changed,
    }  # fmt: skip
    return actions.make_inspection_plan(by=world.actor(agency, "officer"), creation_key=uuid4(), fields=fields)


def order(world, project=None, establishment=None, *, plan=None, who=(SO, "officer"), lead=None, key=None, **changed):
    """An inspection of a đề án (made where none is given), sudden or of a plan."""
    if project is None and establishment is None:
        project = make_project(world, state="in_progress")
    if project is not None:
        project.refresh_from_db()
    by = world.actor(*who)
    fields = {
        "reason": "periodic", "why": "", "planned_on": last_day(), "lead": lead or by.user,
        "order_number": "" if plan else "9/LKT", "order_on": None if plan else today(), **changed,
    }  # fmt: skip
    return fresh(
        actions.plan_inspection(
            by=by, creation_key=key or uuid4(), fields=fields, plan=plan, project=project, establishment=establishment
        )
    )


def team(world, *who):
    """The lead and others, users by agency and role."""
    people = [world.actor(*one).user for one in (who or ((SO, "officer"),))]
    return [MemberInput(TeamRole.LEAD if index == 0 else TeamRole.MEMBER, user) for index, user in enumerate(people)]


def visited(
    world, inspection=None, *, who=(SO, "officer"), at=..., version=None, members=None, states=(), photos=(), **changed
):
    """The inspection after a visit to its first place; `states`: of the machines in their order."""
    inspection = fresh(inspection or order(world))
    places = places_of(inspection)
    if at is ...:
        at = places[0] if places else None
    machines = machines_at(inspection, at)
    items = {
        one.key: Seen(ItemState(state), "Ghi chú." if state != "running" else "")
        for one, state in zip(machines, states, strict=False)
    }
    actions.record_visit(
        inspection_id=inspection.pk, by=world.actor(*who), version=version or inspection.version, establishment=at,
        fields={"visited_on": today(), **SEEN, **changed}, members=members or team(world, who), items=items,
        photos=photos,
    )  # fmt: skip
    return fresh(inspection)


def found(world, inspection=None, *, who=(SO, "officer"), version=None, **changed):
    """A finding of the last visit (made where there is none)."""
    inspection = fresh(inspection) if inspection else visited(world)
    fields = {"due_on": today() + timedelta(days=30), **FINDING, **changed}
    finding = actions.add_finding(
        inspection_id=inspection.pk, by=world.actor(*who), version=version or inspection.version,
        visit=inspection.visits.last(), fields=fields,
    )  # fmt: skip
    return fresh(finding)


def concluded(world, inspection, *, who=(SO, "officer"), version=None, **changed):
    inspection = fresh(inspection)
    values = {"number": "5/KL", "on": today(), "conclusion": "Có thiếu sót.", **changed}
    actions.conclude(inspection_id=inspection.pk, by=world.actor(*who), version=version or inspection.version, **values)
    return fresh(inspection)


def waiting(world, inspection=None, **changed):
    """A finding of which the inspected know."""
    finding = found(world, inspection, **changed)
    who = changed.get("who", (SO, "officer"))
    concluded(world, finding.inspection, who=who)
    return fresh(finding)


def answered(world, finding, *, who=(CENTRE, "officer"), text="Đã đưa máy về.", uploads=(), version=None):
    finding = fresh(finding)
    actions.answer(
        finding_id=finding.pk, by=world.actor(*who), version=version or finding.version, text=text, uploads=uploads
    )
    return fresh(finding)


def followed(world, finding, step="close", *, who=(SO, "officer"), text="Đã đến xem.", uploads=(), version=None):
    finding = fresh(finding)
    actions.follow_up(
        finding_id=finding.pk, by=world.actor(*who), version=version or finding.version, step=step, text=text,
        uploads=uploads,
    )  # fmt: skip
    return fresh(finding)


def counts():
    return Inspection.objects.count(), InspectionFinding.objects.count()
