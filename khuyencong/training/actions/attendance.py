"""Who was there: marks as they were tapped, also hours ago and without network."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from khuyencong.audit.actions import record
from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import Refused
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission
from khuyencong.training.door import check_running, lock_course
from khuyencong.training.models import Attendance, Learner, Session


@dataclass(frozen=True)
class Mark:
    """One tap: there or not, and when."""

    present: bool
    tapped_at: dt.datetime


@dataclass(frozen=True)
class Marked:
    """What came of it: how many are there now, how many not, and how many marks were older than what stands."""

    present: int
    absent: int
    older: int


@transaction.atomic
def mark_attendance(*, session_id: int, by: Actor, marks: Mapping[int, Mark]) -> Marked:
    """Take marks by the key of the learner. Of two marks for one person the later tap stands, whichever came first.

    So the same marks sent twice change nothing, and two telephones do not undo each other. People who were taken out of
    the list meanwhile are passed over. Raises NotAllowed, Refused.
    """
    key = Session.objects.values_list("course_id", flat=True).get(pk=session_id)
    course = lock_course(key, by=by, permission=Permission.TRAINING_MANAGE)
    session = course.sessions.get(pk=session_id)
    check_running(course, "điểm danh")
    if session.held_on > today():
        raise Refused(f"Buổi này diễn ra ngày {format_date(session.held_on)}: chưa điểm danh được.")
    now = timezone.now()
    known = set(course.learners.listed().filter(pk__in=marks).values_list("pk", flat=True))
    before = {one.learner_id: one for one in session.marks.filter(learner__in=known)}
    new, changed, older = [], [], 0
    for learner_id in sorted(known):
        mark = marks[learner_id]
        tapped = min(mark.tapped_at, now)  # a telephone's clock may be ahead
        old = before.get(learner_id)
        if old is None:
            new.append(
                Attendance(session=session, learner_id=learner_id, present=mark.present, tapped_at=tapped, by=by.user)
            )
        elif tapped < old.tapped_at:
            older += 1
        elif (tapped, mark.present) != (old.tapped_at, old.present):
            old.present, old.tapped_at, old.by = mark.present, tapped, by.user
            changed.append(old)
    Attendance.objects.bulk_create(new)
    Attendance.objects.bulk_update(changed, ["present", "tapped_at", "by"])
    touched = [one.learner_id for one in (*new, *changed)]
    _count_again(touched)
    sums = session.marks.filter(learner__removed_on__isnull=True).aggregate(
        there=Count("pk", filter=Q(present=True)), absent=Count("pk", filter=Q(present=False))
    )
    if touched:
        record(
            action="course.attendance",
            by=by,
            subject=course,
            thread=course.thread,
            after={
                "buổi": str(session),
                "ghi": len(touched),
                "có mặt": sums["there"],
                "vắng": sums["absent"],
            },
        )
    return Marked(sums["there"], sums["absent"], older)


def _count_again(keys: list[int]) -> None:
    """`present` of these learners, from their marks."""
    rows: list[Any] = list(
        Learner.objects.filter(pk__in=keys).annotate(there=Count("marks", filter=Q(marks__present=True))).only("pk")
    )
    for one in rows:
        one.present = one.there
    Learner.objects.bulk_update(rows, ["present"])
