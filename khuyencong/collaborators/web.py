"""What the pages of the network share: fetching in scope, and one step with a form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from khuyencong.collaborators.models import AllowanceList, Collaborator
from khuyencong.core.components import Crumb, Tab
from khuyencong.core.web import form_page
from khuyencong.people.actors import Actor
from khuyencong.people.models import AgencyKind
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.people.roles import Role
from khuyencong.people.web import ActorRequest

TITLE = "Cộng tác viên"


def collaborator_or_404(actor: Actor, pk: int) -> Collaborator:
    """The person, if the actor may know of him or her; a stranger is not there."""
    rows = Collaborator.objects.visible_to(actor).select_related("province__current", "user", "kept_by")
    return get_object_or_404(rows, pk=pk)


def list_or_404(actor: Actor, pk: int) -> AllowanceList:
    """The list of allowances with its sums, if the actor may know of it."""
    return get_object_or_404(AllowanceList.objects.visible_to(actor).with_all().with_sums(), pk=pk)


def permitted(request: ActorRequest, pk: int, permission: Permission) -> Collaborator:
    """The person on whom the actor holds the permission. Raises 404 out of scope, NotAllowed."""
    found = collaborator_or_404(request.actor, pk)
    require(request.actor, permission, found)
    return found


def tabs(actor: Actor, active: str) -> list[Tab]:
    """The pages of the room; a collaborator has only the own one."""
    if actor.role == Role.COLLABORATOR:
        return []
    pages = [("collaborators", TITLE), ("collaborator_map", "Địa bàn")]
    if actor.agency.kind != AgencyKind.COMMUNE:  # lists are of a whole province
        pages.append(("allowance_lists", "Thù lao"))
    if allowed(actor, Permission.COLLABORATOR_MANAGE):
        pages.append(("allowance_rates", "Mức thù lao"))
    return [Tab(label, reverse(name), active=name == active) for name, label in pages]


def crumbs(*steps: tuple[str, str], title: str = "") -> list[Crumb]:
    """The list, what lies between, this page."""
    between = [Crumb(label, url) for label, url in steps]
    return [Crumb(TITLE, reverse("collaborators")), *between, *([Crumb(title)] if title else [])]


def step_page(
    request: ActorRequest,
    *,
    form: forms.BaseForm,
    title: str,
    act: Callable[[], Any],
    done: str,
    submit_label: str,
    back_url: str,
    way: tuple[tuple[str, str], ...] = (),
    intro: str = "",
) -> HttpResponse:
    """One step with a form of its own: show it, or act and go back."""
    return form_page(
        request,
        form=form,
        act=act,
        done=done,
        back=lambda: redirect(back_url),
        template="collaborators/form.html",
        context={
            "title": title,
            "submit_label": submit_label,
            "back_url": back_url,
            "intro": intro,
            "crumbs": crumbs(*way, title=title),
        },
    )
