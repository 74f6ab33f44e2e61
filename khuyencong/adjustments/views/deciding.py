"""Proposing an adjustment, the opinion of Sở, the decision, and the answers that change nothing."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from khuyencong.adjustments import actions
from khuyencong.adjustments.forms import AnswerForm, DecisionForm, OpinionForm, ProposeForm
from khuyencong.adjustments.models import Adjustment
from khuyencong.adjustments.shown import shown
from khuyencong.adjustments.web import adjustment_for_step, step_page
from khuyencong.core.web import SHOW_AND_ACT
from khuyencong.people.permissions import Permission
from khuyencong.people.web import ActorRequest, opens_to


@opens_to(Permission.PROJECT_EDIT)
@require_http_methods(SHOW_AND_ACT)
def adjustment_propose(request: ActorRequest, pk: int) -> HttpResponse:
    """Send it with the unit's document."""
    found = adjustment_for_step(request, pk, "propose")
    form = ProposeForm(request.POST or None, request.FILES or None, initial={"version": found.version})
    return step_page(
        request,
        adjustment=found,
        form=form,
        title="Trình đề nghị điều chỉnh",
        submit_label="Trình",
        act=lambda: actions.propose(
            adjustment_id=found.pk,
            by=request.actor,
            version=form.cleaned_data["version"],
            request_number=form.cleaned_data["request_number"],
            request_on=form.cleaned_data["request_on"],
            upload=form.cleaned_data["file"],
        ),
        done="Đã trình đề nghị điều chỉnh.",
        context={"shown": shown(found, seen_by=request.actor)},
    )


@opens_to(Permission.APPRAISE_BASE)
@require_http_methods(SHOW_AND_ACT)
def adjustment_endorse(request: ActorRequest, pk: int) -> HttpResponse:
    """Sở agrees, with its own document."""
    found = adjustment_for_step(request, pk, "endorse")
    form = OpinionForm(request.POST or None, request.FILES or None, initial={"version": found.version})
    return step_page(
        request,
        adjustment=found,
        form=form,
        title="Ý kiến của Sở",
        submit_label="Ghi ý kiến đồng ý",
        act=lambda: actions.endorse(
            adjustment_id=found.pk,
            by=request.actor,
            version=form.cleaned_data["version"],
            number=form.cleaned_data["number"],
            on=form.cleaned_data["on"],
            opinion=form.cleaned_data["opinion"],
            upload=form.cleaned_data["file"],
        ),
        done="Đã ghi ý kiến của Sở; đề nghị chuyển đến cấp quyết định.",
        context={"shown": shown(found, seen_by=request.actor)},
    )


@opens_to(Permission.ADJUSTMENT_DECIDE)
@require_http_methods(SHOW_AND_ACT)
def adjustment_decide(request: ActorRequest, pk: int) -> HttpResponse:
    """Record the decision; the đề án changes with it."""
    found = adjustment_for_step(request, pk, "decide")
    form = DecisionForm(
        request.POST or None, request.FILES or None, agency=request.actor.agency, initial={"version": found.version}
    )
    return step_page(
        request,
        adjustment=found,
        form=form,
        title="Quyết định điều chỉnh",
        submit_label="Ghi quyết định",
        act=lambda: actions.decide(
            adjustment_id=found.pk,
            by=request.actor,
            version=form.cleaned_data["version"],
            number=form.cleaned_data["number"],
            on=form.cleaned_data["on"],
            signer=form.cleaned_data["signer"],
            confirmed=form.cleaned_data["confirmed"],
            upload=form.cleaned_data["file"],
        ),
        done="Đã ghi quyết định; đề án đã thay đổi theo quyết định.",
        context={"shown": shown(found, seen_by=request.actor)},
    )


@opens_to(Permission.APPRAISE_BASE)
@require_http_methods(SHOW_AND_ACT)
def adjustment_hold(request: ActorRequest, pk: int) -> HttpResponse:
    """Sở gives it back to the unit."""
    found = adjustment_for_step(request, pk, "hold")
    return _answer(request, found, "hold", "Sở trả lại đề nghị điều chỉnh", "Đã trả lại đề nghị.")


@opens_to(Permission.ADJUSTMENT_DECIDE)
@require_http_methods(SHOW_AND_ACT)
def adjustment_return(request: ActorRequest, pk: int) -> HttpResponse:
    """Give it back to the unit."""
    found = adjustment_for_step(request, pk, "return")
    return _answer(request, found, "return", "Trả lại đề nghị điều chỉnh", "Đã trả lại đề nghị.")


@opens_to(Permission.ADJUSTMENT_DECIDE)
@require_http_methods(SHOW_AND_ACT)
def adjustment_refuse(request: ActorRequest, pk: int) -> HttpResponse:
    """No; the đề án stays as approved."""
    found = adjustment_for_step(request, pk, "refuse")
    return _answer(request, found, "refuse", "Không đồng ý điều chỉnh", "Đã ghi: không đồng ý điều chỉnh.")


@opens_to(Permission.PROJECT_EDIT)
@require_http_methods(SHOW_AND_ACT)
def adjustment_withdraw(request: ActorRequest, pk: int) -> HttpResponse:
    """Take the request back."""
    found = adjustment_for_step(request, pk, "withdraw")
    return _answer(request, found, "withdraw", "Rút đề nghị điều chỉnh", "Đã rút đề nghị.")


def _answer(request: ActorRequest, found: Adjustment, step: str, title: str, done: str) -> HttpResponse:
    form = AnswerForm(request.POST or None, initial={"version": found.version})
    return step_page(
        request,
        adjustment=found,
        form=form,
        title=title,
        submit_label=title,
        act=lambda: actions.answer(
            adjustment_id=found.pk,
            by=request.actor,
            version=form.cleaned_data["version"],
            step=step,
            reason=form.cleaned_data["reason"],
        ),
        done=done,
    )
