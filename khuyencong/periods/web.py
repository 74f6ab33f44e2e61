"""What the pages of a report share: fetching it in scope, and one step of it with a form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from khuyencong.core.components import Crumb
from khuyencong.core.web import form_page
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require
from khuyencong.people.web import ActorRequest
from khuyencong.periods.models import PeriodReport
from khuyencong.periods.queries import SHOWN
from khuyencong.periods.states import check_step, permission_of

TITLE = "Báo cáo theo kỳ"


def report_or_404(actor: Actor, pk: int) -> PeriodReport:
    """The report, if the actor may know of it; a stranger's is not there."""
    found = (
        PeriodReport.objects.visible_to(actor)
        .select_related(*SHOWN, "agency__parent")
        .prefetch_related("agency__names")
    )
    report = get_object_or_404(found, pk=pk)
    require(actor, Permission.PERIOD_REPORT_VIEW, report)
    return report


def report_to_write(actor: Actor, pk: int) -> PeriodReport:
    """The report, if the actor may write it."""
    report = report_or_404(actor, pk)
    require(actor, Permission.PERIOD_REPORT_WRITE, report)
    return report


def report_for_step(request: ActorRequest, pk: int, step: str) -> PeriodReport:
    """The report on which the actor may take `step`; a page that is only looked at asks whether its state allows it."""
    report = report_or_404(request.actor, pk)
    require(request.actor, permission_of(step), report)
    if request.method != "POST":
        check_step(report, step)
    return report


def crumbs_to(report: PeriodReport, title: str = "") -> list[Crumb]:
    """The list, this report, this page."""
    name = f"{report.agency}: {report.period}"
    start = Crumb(TITLE, reverse("period_reports"))
    return [start, Crumb(name, report.get_absolute_url()), Crumb(title)] if title else [start, Crumb(name)]


def step_page(
    request: ActorRequest,
    *,
    report: PeriodReport,
    form: forms.BaseForm,
    title: str,
    act: Callable[[], Any],
    done: str,
    submit_label: str,
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    """One step with a form of its own: show it, or act and go back to the report."""
    return form_page(
        request,
        form=form,
        act=act,
        done=done,
        back=lambda: redirect(report.get_absolute_url()),
        template="periods/step.html",
        context={
            "report": report,
            "title": title,
            "submit_label": submit_label,
            "crumbs": crumbs_to(report, title),
            **(context or {}),
        },
    )
