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
from khuyencong.training.models import Attendance, Course, CourseState, Learner, Session
from khuyencong.training.queries import certificates_stand


@dataclass(frozen=True)
class Mark:
    """One tap: there or not, and when. `is_rest`: of «everybody else was there», which never goes over what stands."""

    present: bool
    tapped_at: dt.datetime
    is_rest: bool = False


@dataclass(frozen=True)
class Marked:
    """What came of it: how many are there now, how many not, and what stands against marks that were not taken."""

    present: int
    absent: int
    kept: Mapping[int, bool]


@transaction.atomic
def mark_attendance(*, session_id: int, by: Actor, marks: Mapping[int, Mark]) -> Marked:
    """Take marks by the key of the learner. Of two marks for one person the later tap stands, whichever came first.

    So the same marks sent twice change nothing, and two telephones do not undo each other. People who were taken out of
    the list meanwhile are passed over, and so is what would take back the presence of somebody with a certificate. What
    was tapped before the class ended may still arrive while neither paper nor list was made of it.
    Raises NotAllowed, Refused.
    """
    key = Session.objects.values_list("course_id", flat=True).get(pk=session_id)
    course = lock_course(key, by=by, permission=Permission.TRAINING_MANAGE)
    session = course.sessions.get(pk=session_id)
    now = timezone.now()
    _check_time(course, session, marks)
    known = set(course.learners.listed().filter(pk__in=marks).values_list("pk", flat=True))
    certified = set(
        course.learners.filter(pk__in=marks, certificates__withdrawn_on__isnull=True, certificates__isnull=False)
        .order_by()
        .values_list("pk", flat=True)
    )
    before = {one.learner_id: one for one in session.marks.filter(learner__in=known)}
    new, changed, kept = [], [], {}
    for learner_id in sorted(known):
        mark = marks[learner_id]
        tapped = min(mark.tapped_at, now)  # a telephone's clock may be ahead
        old = before.get(learner_id)
        if old is None:
            new.append(
                Attendance(session=session, learner_id=learner_id, present=mark.present, tapped_at=tapped, by=by.user)
            )
        elif tapped < old.tapped_at or mark.is_rest or (old.present and not mark.present and learner_id in certified):
            if old.present != mark.present:
                kept[learner_id] = old.present
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
    return Marked(sums["there"], sums["absent"], kept)


def _check_time(course: Course, session: Session, marks: Mapping[int, Mark]) -> None:
    """Refused before the day of the session, and once the class has ended but for taps of before its end."""
    ended = course.ended_at
    late = ended is None or any(mark.tapped_at > ended for mark in marks.values())
    settled = certificates_stand(course) or course.course_pay_lists.filter(annulled_on__isnull=True).exists()
    if course.state != CourseState.DONE or late or settled:
        check_running(course, "điểm danh")
    if session.held_on > today():
        raise Refused(f"Buổi này diễn ra ngày {format_date(session.held_on)}: chưa điểm danh được.")


def _count_again(keys: list[int]) -> None:
    """`present` of these learners, from their marks."""
    rows: list[Any] = list(
        Learner.objects.filter(pk__in=keys).annotate(there=Count("marks", filter=Q(marks__present=True))).only("pk")
    )
    for one in rows:
        one.present = one.there
    Learner.objects.bulk_update(rows, ["present"])
