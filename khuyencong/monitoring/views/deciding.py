"""Sở, or the Cục, confirms or returns a report."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from khuyencong.core.web import SHOW_AND_ACT
from khuyencong.monitoring import actions
from khuyencong.monitoring.forms import ConfirmForm, ReasonForm
from khuyencong.monitoring.web import report_for_step, step_page
from khuyencong.people.permissions import Permission
from khuyencong.people.web import ActorRequest, opens_to


@opens_to(Permission.MONTHLY_CONFIRM)
@require_http_methods(SHOW_AND_ACT)
def monthly_report_confirm(request: ActorRequest, pk: int) -> HttpResponse:
    """Confirm volume and money."""
    report = report_for_step(request, pk, "confirm")
    form = ConfirmForm(request.POST or None, initial={"version": report.version})
    return step_page(
        request,
        report=report,
        form=form,
        title="Xác nhận báo cáo tiến độ",
        submit_label="Xác nhận",
        act=lambda: actions.confirm(
            report_id=report.pk,
            by=request.actor,
            version=form.cleaned_data["version"],
            confirmed_on=form.cleaned_data["confirmed_on"],
            note=form.cleaned_data["note"] or "",
        ),
        done="Đã xác nhận báo cáo tiến độ.",
        context={"figures": True},
    )


@opens_to(Permission.MONTHLY_CONFIRM)
@require_http_methods(SHOW_AND_ACT)
def monthly_report_return(request: ActorRequest, pk: int) -> HttpResponse:
    """Return it to the unit with the reasons."""
    report = report_for_step(request, pk, "return")
    form = ReasonForm(request.POST or None, initial={"version": report.version})
    return step_page(
        request,
        report=report,
        form=form,
        title="Trả lại báo cáo tiến độ",
        submit_label="Trả lại",
        act=lambda: actions.send_back(
            report_id=report.pk,
            by=request.actor,
            version=form.cleaned_data["version"],
            reason=form.cleaned_data["reason"],
        ),
        done="Đã trả lại báo cáo tiến độ.",
        context={"figures": True},
    )
