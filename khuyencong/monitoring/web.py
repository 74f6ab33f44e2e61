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
from khuyencong.monitoring.models import ProgressReport
from khuyencong.monitoring.states import check_step, permission_of
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import require
from khuyencong.people.web import ActorRequest

TAB = "tien-do"
WITH = (
    "project__province__current",
    "project__province_before",
    "project__implementing_unit",
    "project__department__parent",
    "project__department__province",
    "project__funder",
    "created_by",
    "submitted_by",
    "decided_by",
)


def report_or_404(actor: Actor, pk: int) -> ProgressReport:
    """The report, if the actor may know of its đề án; a stranger's is not there."""
    return get_object_or_404(ProgressReport.objects.visible_to(actor).select_related(*WITH), pk=pk)


def report_for_step(request: ActorRequest, pk: int, step: str) -> ProgressReport:
    """The report on which the actor may take `step` of the table.

    Raises 404 out of scope, NotAllowed where the matrix refuses, and for a page that is only looked at Refused where
    the state does not allow the step. A posted form goes on to the action, which answers beside what was typed.
    """
    found = report_or_404(request.actor, pk)
    require(request.actor, permission_of(step), found)
    if request.method != "POST":
        check_step(found, step)
    return found


def crumbs_to(report: ProgressReport, title: str = "") -> list[Crumb]:
    """The list of the month, the đề án, this report, this page."""
    project = report.project
    name = f"Tháng {report.month:%m/%Y}"
    return [
        Crumb("Theo dõi tiến độ", f"{reverse('monthly_reports')}?thang={report.month:%Y-%m}"),
        Crumb(project.code, f"{project.get_absolute_url()}?tab={TAB}"),
        *([Crumb(name, report.get_absolute_url()), Crumb(title)] if title else [Crumb(name)]),
    ]


def step_page(
    request: ActorRequest,
    *,
    report: ProgressReport,
    form: forms.BaseForm,
    title: str,
    act: Callable[[], Any],
    done: str,
    submit_label: str,
    back: Callable[[], HttpResponse] | None = None,
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    """One step with a form of its own: show it, or act and go back to the report."""
    return form_page(
        request,
        form=form,
        act=act,
        done=done,
        back=back or (lambda: redirect(report.get_absolute_url())),
        template="monitoring/step.html",
        context={
            "report": report,
            "project": report.project,
            "title": title,
            "submit_label": submit_label,
            "crumbs": crumbs_to(report, title),
            **(context or {}),
        },
    )
