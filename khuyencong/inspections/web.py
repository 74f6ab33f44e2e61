"""What the pages of inspections share: fetching in scope, and one step with a form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from khuyencong.core.components import Crumb
from khuyencong.core.web import form_page
from khuyencong.inspections.models import Inspection, InspectionFinding, InspectionPlan
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require
from khuyencong.people.web import ActorRequest

TITLE = "Kiểm tra"


def inspection_or_404(actor: Actor, pk: int) -> Inspection:
    """The inspection, if the actor may know of it; a stranger's is not there."""
    return get_object_or_404(Inspection.objects.visible_to(actor).with_all(), pk=pk)


def finding_or_404(actor: Actor, pk: int) -> InspectionFinding:
    """The finding, if the actor may know of it."""
    return get_object_or_404(InspectionFinding.objects.visible_to(actor).with_all(), pk=pk)


def plan_or_404(actor: Actor, pk: int) -> InspectionPlan:
    return get_object_or_404(InspectionPlan.objects.visible_to(actor).select_related("agency"), pk=pk)


def permitted(request: ActorRequest, pk: int, permission: Permission) -> Inspection:
    """The inspection on which the actor holds the permission. Raises 404 out of scope, NotAllowed."""
    found = inspection_or_404(request.actor, pk)
    require(request.actor, permission, found)
    return found


def crumbs_to(inspection: Inspection, title: str = "") -> list[Crumb]:
    """The list, this inspection, this page."""
    name = inspection.subject_name
    name = f"{name[:1].upper()}{name[1:]}"
    own = [Crumb(name, inspection.get_absolute_url()), Crumb(title)] if title else [Crumb(name)]
    return [Crumb(TITLE, reverse("inspections")), *own]


def step_page(
    request: ActorRequest,
    *,
    inspection: Inspection,
    form: forms.BaseForm,
    title: str,
    act: Callable[[], Any],
    done: str,
    submit_label: str,
    back_url: str = "",
    template: str = "inspections/step.html",
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    """One step with a form of its own: show it, or act and go back to the inspection."""
    back = back_url or inspection.get_absolute_url()
    return form_page(
        request,
        form=form,
        act=act,
        done=done,
        back=lambda: redirect(back),
        template=template,
        context={
            "inspection": inspection,
            "title": title,
            "submit_label": submit_label,
            "back_url": back,
            "crumbs": crumbs_to(inspection, title),
            **(context or {}),
        },
    )
