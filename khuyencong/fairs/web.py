"""What the pages of fairs share: fetching in scope, where a page stands, one step with a form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from khuyencong.audit import handing_out
from khuyencong.core.components import Crumb, Tab
from khuyencong.core.web import form_page
from khuyencong.fairs.models import Fair, FairFile, Participant
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require
from khuyencong.people.roles import Role
from khuyencong.people.web import ActorRequest

TITLE = "Hội chợ"


def fair_or_404(actor: Actor, pk: int) -> Fair:
    """The fair, if the actor may know of it; a stranger's is not there."""
    return get_object_or_404(Fair.objects.visible_to(actor).with_all(), pk=pk)


def participant_or_404(actor: Actor, pk: int) -> Participant:
    """The establishment at its fair, if the actor may know of it."""
    return get_object_or_404(Participant.objects.visible_to(actor).with_all(), pk=pk)


def permitted(request: ActorRequest, pk: int, permission: Permission) -> Fair:
    """The fair on which the actor holds the permission. Raises 404 out of scope, NotAllowed."""
    found = fair_or_404(request.actor, pk)
    require(request.actor, permission, found)
    return found


def permitted_participant(request: ActorRequest, pk: int, permission: Permission) -> Participant:
    """As `permitted`, for an establishment at a fair."""
    found = participant_or_404(request.actor, pk)
    require(request.actor, permission, found)
    return found


def crumbs_to(fair: Fair, *titles: str) -> list[Crumb]:
    """The list, this fair, this page."""
    first = Crumb(TITLE, reverse("fairs"))
    if not titles:
        return [first, Crumb(fair.name)]
    return [first, Crumb(fair.name, fair.get_absolute_url()), *(Crumb(title) for title in titles)]


def crumbs_to_participant(participant: Participant, title: str = "") -> list[Crumb]:
    """The list, the fair, this establishment, this page."""
    name = str(participant)
    own = [Crumb(name, participant.get_absolute_url()), Crumb(title)] if title else [Crumb(name)]
    return [*crumbs_to(participant.fair, "")[:-1], *own]


def tabs_of(fair: Fair, actor: Actor, current: str) -> list[Tab]:
    """The parts of a fair; an owner reads the first alone."""
    pages = [("fair", "Tổng quan")]
    if actor.role != Role.OWNER:
        pages += [("fair_participants", "Cơ sở"), ("fair_booths", "Gian hàng"), ("fair_results", "Kết quả")]
    return [Tab(label, reverse(name, args=[fair.pk]), active=name == current) for name, label in pages]


def step_page(
    request: ActorRequest,
    *,
    about: Fair | Participant,
    form: forms.BaseForm,
    title: str,
    act: Callable[[], Any],
    done: str,
    submit_label: str,
    back_url: str = "",
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    """One step with a form of its own: show it, or act and go back to what it is about."""
    back = back_url or about.get_absolute_url()
    crumbs = crumbs_to(about, title) if isinstance(about, Fair) else crumbs_to_participant(about, title)
    return form_page(
        request,
        form=form,
        act=act,
        done=done,
        back=lambda: redirect(back),
        template="fairs/step.html",
        context={
            "about": about,
            "fair": about if isinstance(about, Fair) else about.fair,
            "title": title,
            "submit_label": submit_label,
            "back_url": back,
            "crumbs": crumbs,
            **(context or {}),
        },
    )


def hand_out(one: FairFile, fair: Fair, *, by: Actor) -> HttpResponseBase:
    """The file as a download under its own name, written down in the trail."""
    return handing_out.hand_out(
        handing_out.opened(one.file),
        name=one.name,
        content_type=one.content_type,
        action="fair.download",
        by=by,
        subject=fair,
        thread=fair.thread,
    )
