"""What the pages of an adjustment share: fetching it in scope, and one step of it with a form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from khuyencong.adjustments.models import Adjustment
from khuyencong.adjustments.queries import with_project
from khuyencong.adjustments.states import check_step, permission_of
from khuyencong.core.components import Crumb
from khuyencong.core.web import form_page
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import require
from khuyencong.people.web import ActorRequest

TAB = "dieu-chinh"


def adjustment_or_404(actor: Actor, pk: int) -> Adjustment:
    """The adjustment, if the actor may know of its đề án; a stranger's is not there."""
    return get_object_or_404(with_project(Adjustment.objects.visible_to(actor)), pk=pk)


def adjustment_for_step(request: ActorRequest, pk: int, step: str) -> Adjustment:
    """The adjustment on which the actor may take `step` of the table.

    Raises 404 out of scope, NotAllowed where the matrix refuses, and for a page that is only looked at Refused where
    the state does not allow the step. A posted form goes on to the action, which answers beside what was typed.
    """
    found = adjustment_or_404(request.actor, pk)
    require(request.actor, permission_of(step), found)
    if request.method != "POST":
        check_step(found, step)
    return found


def crumbs_to(adjustment: Adjustment, title: str = "") -> list[Crumb]:
    """The list of adjustments, the đề án, this adjustment, this page."""
    project = adjustment.project
    name = f"Lần {adjustment.number}"
    return [
        Crumb("Điều chỉnh", reverse("adjustments")),
        Crumb(project.code, f"{project.get_absolute_url()}?tab={TAB}"),
        *([Crumb(name, adjustment.get_absolute_url()), Crumb(title)] if title else [Crumb(name)]),
    ]


def step_page(
    request: ActorRequest,
    *,
    adjustment: Adjustment,
    form: forms.BaseForm,
    title: str,
    act: Callable[[], Any],
    done: str,
    submit_label: str,
    template: str = "adjustments/step.html",
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    """One step with a form of its own: show it, or act and go back to the adjustment."""
    return form_page(
        request,
        form=form,
        act=act,
        done=done,
        back=lambda: redirect(adjustment.get_absolute_url()),
        template=template,
        context={
            "adjustment": adjustment,
            "project": adjustment.project,
            "title": title,
            "submit_label": submit_label,
            "crumbs": crumbs_to(adjustment, title),
            **(context or {}),
        },
    )
