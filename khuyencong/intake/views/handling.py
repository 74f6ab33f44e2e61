"""What an officer does with a request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from khuyencong.core.dates import today
from khuyencong.core.forms import StyledForm
from khuyencong.core.web import SHOW_AND_ACT, form_page, press, version_of
from khuyencong.intake import actions
from khuyencong.intake.forms.requests import AnswerForm, TakeUpForm
from khuyencong.intake.models import SupportRequest
from khuyencong.intake.request_page import crumbs_to, request_or_404
from khuyencong.intake.states import check_step
from khuyencong.people.permissions import Permission, require
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.programmes.models import FundingSource


@opens_to(Permission.REQUEST_HANDLE)
@require_POST
def receive(request: ActorRequest, pk: int) -> HttpResponse:
    """Take the request in hand."""
    found = request_or_404(request.actor, pk)
    press(
        request,
        lambda: actions.receive_request(request_id=found.pk, by=request.actor, version=version_of(request)),
        done="Đã tiếp nhận. Chủ cơ sở được báo.",
    )
    return redirect(found)


@opens_to(Permission.REQUEST_HANDLE)
@require_http_methods(SHOW_AND_ACT)
def send_back(request: ActorRequest, pk: int) -> HttpResponse:
    """Ask the owner for what is missing."""
    found = _for_step(request, pk, "return")
    form = AnswerForm(request.POST or None, initial={"version": found.version})
    return _step_page(
        request,
        found,
        form,
        lambda: actions.return_request(request_id=found.pk, by=request.actor, **form.cleaned_data),
        title="Yêu cầu bổ sung",
        done="Đã gửi lại cho chủ cơ sở bổ sung.",
    )


@opens_to(Permission.REQUEST_HANDLE)
@require_http_methods(SHOW_AND_ACT)
def decline(request: ActorRequest, pk: int) -> HttpResponse:
    """Say that it cannot be supported."""
    found = _for_step(request, pk, "decline")
    form = AnswerForm(request.POST or None, initial={"version": found.version})
    return _step_page(
        request,
        found,
        form,
        lambda: actions.decline_request(request_id=found.pk, by=request.actor, **form.cleaned_data),
        title="Trả lời không hỗ trợ",
        done="Đã trả lời chủ cơ sở.",
    )


@opens_to(Permission.REQUEST_HANDLE)
@require_http_methods(SHOW_AND_ACT)
def take_up(request: ActorRequest, pk: int) -> HttpResponse:
    """Make a đề án draft of it."""
    found = _for_step(request, pk, "take_up")
    year = max(found.wanted_year or today().year, today().year)
    start = {"version": found.version, "name": found.title, "source": FundingSource.LOCAL, "year": year}
    form = TakeUpForm(request.POST or None, initial=start)
    made: list[SupportRequest] = []

    def act() -> None:
        made.append(actions.take_up_request(request_id=found.pk, by=request.actor, **form.cleaned_data))

    return _step_page(
        request,
        found,
        form,
        act,
        title="Lập đề án từ đề nghị",
        done="Đã lập dự thảo đề án. Giấy tờ của cơ sở xem ở phần Hồ sơ.",
        back=lambda: redirect(made[0].project) if made and made[0].project else redirect(found),
    )


def _for_step(request: ActorRequest, pk: int, step: str) -> SupportRequest:
    """The request on which the officer may take the step; a posted form goes on to the action, which answers beside it."""
    found = request_or_404(request.actor, pk)
    require(request.actor, Permission.REQUEST_HANDLE, found)
    if request.method != "POST":
        check_step(found, step)
    return found


def _step_page(
    request: ActorRequest,
    found: SupportRequest,
    form: StyledForm,
    act: Callable[[], Any],
    *,
    title: str,
    done: str,
    back: Callable[[], HttpResponse] | None = None,
) -> HttpResponse:
    return form_page(
        request,
        form=form,
        act=act,
        done=done,
        back=back or (lambda: redirect(found)),
        template="intake/request/step.html",
        context={"found": found, "title": title, "crumbs": crumbs_to(found, title)},
    )
