"""What falls due around classes: opening and ending them, certificates, and who works after vocational training."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse

from khuyencong.core.dates import format_date
from khuyencong.deadlines.due import Asked, Due, DueKind
from khuyencong.law.deadlines import Deadline
from khuyencong.people.roles import Role
from khuyencong.training.models import Course, CourseKind, CourseState, LearnerCertificate

OFFICER, LEADER = frozenset({Role.OFFICER}), frozenset({Role.LEADER})
ARTICLE = "khoản 1 Điều 14 Thông tư 36/2013/TT-BCT"
MOST = 100  # a list with more of them is read on its own page
LOOKS_AHEAD, LOOKS_BACK = timedelta(days=30), timedelta(days=365)
OPEN = (CourseState.PLANNED, CourseState.RUNNING)


def course_dues(asked: Asked) -> Iterable[Due]:
    """What the classes of my unit wait for: opening, ending, certificates, work after vocational training; one query."""
    if not (OFFICER | LEADER) & asked.roles:
        return
    for one in _waiting(asked):
        if OFFICER & asked.roles:
            if one.state == CourseState.PLANNED:
                yield _due(asked, one, "open", "Mở lớp", OFFICER, one.starts_on)
            elif one.state == CourseState.RUNNING and one.ends_on < asked.on:
                yield _due(asked, one, "finish", "Kết thúc lớp, xem lại điểm danh", OFFICER, one.ends_on)
            elif one.state == CourseState.DONE and one.unasked:
                what, url = (
                    f"Ghi việc làm sau đào tạo của {one.unasked} người",
                    reverse("course_employment", args=[one.pk]),
                )
                yield _due(asked, one, "employment", what, OFFICER, None, url)
        if LEADER & asked.roles and one.state == CourseState.DONE and not one.certified:
            what, url = "Cấp chứng chỉ, chứng nhận cho học viên", reverse("course_certify", args=[one.pk])
            yield _due(asked, one, "certify", what, LEADER, None, url)


def _waiting(asked: Asked) -> list[Any]:
    """Classes that begin soon or are open, and vocational ones of the last year with `unasked` and `certified`."""
    open_ = Q(state__in=OPEN, starts_on__lte=asked.on + LOOKS_AHEAD)
    ended = Q(state=CourseState.DONE, kind=CourseKind.VOCATIONAL, ends_on__gte=asked.on - LOOKS_BACK)
    silent = Q(learners__removed_on__isnull=True, learners__present__gt=0, learners__employment__isnull=True)
    rows = Course.objects.filter(
        open_ | ended, project__implementing_unit__in=asked.actor.agency_ids, told_people__isnull=True
    )
    return list(
        rows.annotate(
            unasked=Count("learners", filter=silent),
            certified=Exists(LearnerCertificate.objects.filter(decision__course=OuterRef("pk"))),
        ).order_by("starts_on", "pk")[:MOST]
    )


def _due(
    asked: Asked, one: Course, step: str, what: str, roles: frozenset[Role], on: date | None, url: str = ""
) -> Due:
    deadline = Deadline(on, f"{what}: {format_date(on)}.", ARTICLE, verified=True, inclusive=True) if on else None
    key, agency = f"course:{one.pk}:{step}", asked.actor.agency.short_name
    return Due(key, f"{what}: {one.name}", url or one.get_absolute_url(), DueKind.OWN, roles, agency, deadline=deadline)
