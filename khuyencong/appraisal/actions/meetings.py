"""Calling a meeting of the council, its attendance, and what it puts off."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from django.db import transaction

from khuyencong.appraisal.council_door import as_clerk, changed, lock_council, lock_session, open_item
from khuyencong.appraisal.levels import PERMISSION_OF
from khuyencong.appraisal.models import AgendaItem, Attendance, CouncilSession, Level
from khuyencong.audit.actions import record
from khuyencong.core.dates import format_date
from khuyencong.core.errors import Refused
from khuyencong.notices.actions import notify
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import allowed
from khuyencong.projects.models import Project
from khuyencong.projects.states import find_transition


def waits_for(level: str, project: Project) -> bool:
    """Whether the đề án waits for an appraisal at this level."""
    return find_transition(f"{level}_agree", state=project.state, route=project.route) is not None


@transaction.atomic
def call_session(
    *, council_id: int, by: Actor, version: int, held_on: date, place: str, projects: Sequence[Project]
) -> CouncilSession:
    """Call a meeting for one or several đề án that wait for this level; the members are told.

    A đề án stands on one open agenda only. Raises NotAllowed, Stale, Refused.
    """
    council = lock_council(council_id, by=by, version=version)
    if not projects:
        raise Refused("Hãy chọn ít nhất một đề án.")
    if not council.sits_on(held_on):
        raise Refused(f"Hội đồng không hoạt động ngày {format_date(held_on)}.")
    locked = list(
        Project.objects.select_for_update(of=("self",))
        .select_related("department", "funder")
        .filter(pk__in=[one.pk for one in projects])
        .order_by("pk")
    )
    for project in locked:
        if not allowed(by, PERMISSION_OF[Level(council.level)], project) or not waits_for(council.level, project):
            raise Refused(f"Đề án {project.code} không chờ thẩm định ở Hội đồng này.")
        if project.submitted_on and held_on < project.submitted_on:
            raise Refused(f"Ngày họp không được trước ngày gửi đề án {project.code}.")
    twice = AgendaItem.objects.filter(project__in=locked, appraisal__isnull=True, postponed="").first()
    if twice is not None:
        raise Refused(f"Đề án {twice.project.code} đã có trong chương trình của một phiên họp khác.")
    session = CouncilSession.objects.create(council=council, held_on=held_on, place=place, created_by=by.user)
    council.version += 1
    council.save(update_fields=["version"])
    AgendaItem.objects.bulk_create(
        AgendaItem(session=session, number=number, project=project) for number, project in enumerate(locked, start=1)
    )
    members = [one.user for one in council.members.select_related("user") if one.user is not None]
    sentence = f"{council.title} họp ngày {format_date(held_on)} tại {place}: {len(locked)} đề án."
    notify(users=members, sentence=sentence, url=session.get_absolute_url())
    record(
        action="council.call",
        by=by,
        subject=session,
        thread=council.thread,
        after={"ngày": held_on.isoformat(), "nơi": place, "đề án": [one.code for one in locked]},
    )
    return session


@transaction.atomic
def mark_attendance(
    *, session_id: int, by: Actor, version: int, present: Collection[int], minutes_number: str, note: str = ""
) -> CouncilSession:
    """Write down which members (keys in `present`) were there, the number of the minutes and what else was said.

    Closed with the sheets of the first đề án, since the quorum rests on it. Raises NotAllowed, Stale, Refused.
    """
    session = lock_session(session_id, by=by, version=version)
    as_clerk(session, by)
    if session.agenda.filter(closed_at__isnull=False).exists():
        raise Refused("Đã đóng nộp phiếu của một đề án: điểm danh không sửa được nữa.")
    if not session.agenda.filter(postponed="").exists():
        raise Refused("Mọi đề án của phiên họp đã hoãn: không còn gì để điểm danh.")
    if not minutes_number.strip():
        raise Refused("Hãy ghi số biên bản.")
    members = list(session.council.members.select_related("user"))
    if set(present) - {one.pk for one in members}:
        raise Refused("Có người không phải thành viên Hội đồng.")
    for one in members:
        Attendance.objects.update_or_create(session=session, member=one, defaults={"present": one.pk in present})
    session.minutes_number, session.note, session.attended = minutes_number, note, True
    changed(session, "minutes_number", "note", "attended")
    record(
        action="council.attendance",
        by=by,
        subject=session,
        thread=session.council.thread,
        after={
            "có mặt": [str(one) for one in members if one.pk in present],
            "vắng": [str(one) for one in members if one.pk not in present],
            "số biên bản": minutes_number,
        },
    )
    return session


@transaction.atomic
def postpone(*, session_id: int, by: Actor, version: int, item_id: int, reason: str) -> AgendaItem:
    """Put a đề án off without a result: no quorum, a tie, or it must be looked at again. Raises NotAllowed, Stale, Refused."""
    session = lock_session(session_id, by=by, version=version)
    as_clerk(session, by)
    item = open_item(session, item_id)
    if not reason.strip():
        raise Refused("Hãy ghi lý do hoãn.")
    item.postponed = reason
    item.save(update_fields=["postponed"])
    changed(session)
    record(
        action="council.postpone",
        by=by,
        subject=item.project,
        thread=item.project.thread,
        after={"Hội đồng": session.council.title, "phiên họp": session.held_on.isoformat()},
        note=reason,
    )
    return item
