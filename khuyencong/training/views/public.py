"""Without an account: the page at the door of a class, the evaluation, and the page behind a certificate's code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from khuyencong.core.forms import StyledForm
from khuyencong.core.web import SHOW_AND_ACT, run
from khuyencong.people.actors import FROM_OUTSIDE
from khuyencong.people.web import public
from khuyencong.training.actions import enter_at_the_door, evaluate
from khuyencong.training.actions.door import CLOSED, NOT_NOW
from khuyencong.training.forms import EvaluationForm, NewLearnerForm
from khuyencong.training.models import Course
from khuyencong.training.public import (
    MISSED,
    WRITTEN,
    certificate_of,
    course_of,
    may_enter,
    may_evaluate,
    note_miss,
    note_writing,
    too_many_misses,
)
from khuyencong.training.views.attendance import WORKER
from khuyencong.training.web import communes_for

THANKS = "da-gui"


@public
@never_cache
@require_http_methods(SHOW_AND_ACT)
def door(request: HttpRequest, secret: str) -> HttpResponse:
    """Somebody at the door enters him- or herself. The page says what the class is and nothing of who is in it."""
    course = course_of(secret)
    if course is None:
        return _nowhere(request, secret)
    form = NewLearnerForm(request.POST or None, communes=communes_for(course.project))
    del form.fields["salaried"], form.fields["workplace"]

    def act() -> None:
        data = form.cleaned_data
        enter_at_the_door(course_id=course.pk, creation_key=data["creation_key"], fields=data, origin=FROM_OUTSIDE)

    about = {
        "title": "Ghi danh",
        "submit_label": "Ghi danh",
        "thanks": "Đã nhận ghi danh. Cảm ơn bạn.",
        "store": "kc-ghi-danh",
        "name_field": "name",
        "closed": "" if may_enter(course) else CLOSED,
        "other_url": reverse("course_evaluation", args=[secret]) if may_evaluate(course) else "",
        "other_label": "Phiếu đánh giá lớp này",
        "ethnic_groups": form.ethnic_groups,
    }
    return _form_page(request, course, form, act, about)


@public
@never_cache
@require_http_methods(SHOW_AND_ACT)
def evaluation(request: HttpRequest, secret: str) -> HttpResponse:
    """What somebody thinks of the class, without a name."""
    course = course_of(secret)
    if course is None:
        return _nowhere(request, secret)
    form = EvaluationForm(request.POST or None)

    def act() -> None:
        data = form.cleaned_data
        evaluate(course_id=course.pk, creation_key=data["creation_key"], fields=data, origin=FROM_OUTSIDE)

    about = {
        "title": "Phiếu đánh giá",
        "submit_label": "Gửi phiếu",
        "thanks": "Đã nhận phiếu đánh giá. Cảm ơn bạn.",
        "intro": "Không cần ghi tên. Mục nào không muốn trả lời thì để trống.",
        "store": "kc-danh-gia",
        "name_field": "",
        "closed": "" if may_evaluate(course) else NOT_NOW,
        "other_url": reverse("course_door", args=[secret]) if may_enter(course) else "",
        "other_label": "Ghi danh vào lớp này",
    }
    return _form_page(request, course, form, act, about)


def _form_page(
    request: HttpRequest, course: Course, form: StyledForm, act: Callable[[], Any], about: Mapping[str, object]
) -> HttpResponse:
    """Show the form, or take it: the same form twice is taken once, also where the browser had kept it."""
    if request.method == "POST":
        if not note_writing(course, request.META.get("REMOTE_ADDR", "")):
            waiting = {"sentence": WRITTEN.sentence}
            return _plain(request, "training/wait.html", waiting, HTTPStatus.TOO_MANY_REQUESTS)
        if form.is_valid() and run(form, act):
            return redirect(f"{request.path}?{THANKS}=1")
    context = {
        "course": course,
        "form": form,
        "done": request.method != "POST" and THANKS in request.GET,
        "worker": reverse("course_door_worker"),
        **about,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    return _plain(request, "training/door.html", context, status)


@public
@never_cache
@require_safe
def certificate_page(request: HttpRequest, secret: str) -> HttpResponse:
    """What stands on the paper itself, and whether it still counts."""
    found = certificate_of(secret)
    if found is None:
        return _nowhere(request, secret)
    return _plain(request, "training/scanned.html", {"certificate": found, "course": found.decision.course})


@public
@require_safe
def door_worker(_request: HttpRequest) -> HttpResponse:
    """The script that answers for the pages at the door when there is no network."""
    return HttpResponse(
        WORKER.read_bytes(), content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"}
    )


def _nowhere(request: HttpRequest, secret: str) -> HttpResponse:
    """Unknown, whatever the reason; who tries many waits."""
    address = request.META.get("REMOTE_ADDR", "")
    if too_many_misses(address):
        return _plain(request, "training/wait.html", {"sentence": MISSED.sentence}, HTTPStatus.TOO_MANY_REQUESTS)
    note_miss(address, secret)
    return _plain(request, "training/nowhere.html", {}, HTTPStatus.NOT_FOUND)


def _plain(
    request: HttpRequest, template: str, context: Mapping[str, object], status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    answer = render(request, template, dict(context), status=status)
    answer["X-Robots-Tag"] = "noindex"
    # The address is a secret; «no-referrer» would make browsers send forms with the origin «null».
    answer["Referrer-Policy"] = "same-origin"
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        answer["Retry-After"] = "600"
    return answer
