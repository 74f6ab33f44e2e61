"""Attendance on a telephone; what a browser had kept without network comes the same way (static/attendance.js)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from khuyencong.core.again import once_more
from khuyencong.core.errors import DomainError, NotAllowed
from khuyencong.core.web import SHOW_AND_ACT
from khuyencong.people.permissions import Permission
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.training.actions import Mark, mark_attendance
from khuyencong.training.actions.attendance import Marked
from khuyencong.training.models import CourseState, Session
from khuyencong.training.models.course import MOST_LEARNERS
from khuyencong.training.web import crumbs_to, permitted

WORKER = Path(settings.PACKAGE_DIR) / "static" / "offline-worker.js"
START = "mark-"
LONGEST_KEY, LONGEST_MOMENT = 10, 14  # digits of a key, and of milliseconds since 1970


@opens_to(Permission.TRAINING_MANAGE)
@never_cache
@require_http_methods(SHOW_AND_ACT)
def attendance(request: ActorRequest, pk: int) -> HttpResponse:
    """Who is there in one session: names and two buttons each. Only names: the browser keeps this page for some days."""
    session = get_object_or_404(Session.objects.select_related("trainer"), pk=pk)
    course = permitted(request, session.course_id, Permission.TRAINING_MANAGE)
    session.course = course
    if request.method == "POST":
        return _take(request, session)
    marks = dict(session.marks.values_list("learner_id", "present"))
    rows = course.learners.listed().only("pk", "number", "name", "course").order_by("number")
    others = list(course.sessions.all())
    at = next(index for index, one in enumerate(others) if one.pk == session.pk)
    context = {
        "course": course,
        "session": session,
        "rows": [(one, marks.get(one.pk)) for one in rows],
        "before": others[at - 1] if at else None,
        "after": others[at + 1] if at + 1 < len(others) else None,
        "drawn": int(timezone.now().timestamp() * 1000),
        "open": course.state == CourseState.RUNNING,
        "crumbs": crumbs_to(course, f"Điểm danh {session}"),
    }
    return render(request, "training/attendance.html", context)


def _take(request: ActorRequest, session: Session) -> HttpResponse:
    wants_json = "application/json" in request.headers.get("Accept", "")
    marks = read_marks(request.POST, now=timezone.now())
    done: list[Marked] = []
    try:
        once_more(lambda: done.append(mark_attendance(session_id=session.pk, by=request.actor, marks=marks)))
    except NotAllowed:
        raise
    except DomainError as error:
        if wants_json:
            return JsonResponse({"error": str(error)}, status=409)
        messages.error(request, str(error))
        return redirect(request.path)
    told = done[0]
    if wants_json:
        now = timezone.localtime()
        answer = {"saved": f"{now:%H:%M:%S}", "present": told.present, "absent": told.absent}
        # The moment by this clock, since a telephone's may be wrong, and what stands where a mark was not taken.
        return JsonResponse(answer | {"moment": int(now.timestamp() * 1000), "kept": told.kept})
    messages.success(request, f"Đã điểm danh: có mặt {told.present}, vắng {told.absent}.")
    return redirect(request.path)


def read_marks(data: QueryDict, *, now: dt.datetime) -> dict[int, Mark]:
    """The marks of a form: `mark-<key>` is 1 or 0, `at-<key>` the moment of the tap in milliseconds since 1970 (else now).

    `rest-<key>` says that nobody tapped this name: it came of «everybody else was there».
    A page that was sent without its script names what it showed (`was-<key>`): what it did not change says nothing, so
    that it takes nothing back that another telephone has written meanwhile.
    """
    found: dict[int, Mark] = {}
    for name, value in list(data.items())[: 4 * MOST_LEARNERS]:
        key = name.removeprefix(START)
        if not name.startswith(START) or not _is_number(key, LONGEST_KEY) or value not in {"0", "1"}:
            continue
        if data.get(f"was-{key}") == value:
            continue
        at = data.get(f"at-{key}", "")
        moment = dt.datetime.fromtimestamp(int(at) / 1000, dt.UTC) if _is_number(at, LONGEST_MOMENT) else now
        found[int(key)] = Mark(value == "1", moment, is_rest=data.get(f"rest-{key}") == "1")
    return found


def _is_number(text: str, longest: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) < longest


@opens_to(Permission.TRAINING_MANAGE)
@require_safe
def attendance_worker(_request: ActorRequest) -> HttpResponse:
    """The script that answers for the pages of attendance when there is no network; its address decides for which."""
    return HttpResponse(
        WORKER.read_bytes(), content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"}
    )
