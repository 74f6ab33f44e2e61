"""What the pages of competitions share: fetching in scope, where a page stands, one step with a form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from khuyencong.audit import handing_out
from khuyencong.competitions.models import Entry, EntryPaper, Round, RoundPaper
from khuyencong.core.components import Crumb
from khuyencong.core.web import form_page
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require
from khuyencong.people.web import ActorRequest

TITLE = "Bình chọn"


def round_or_404(actor: Actor, pk: int) -> Round:
    """The round, if the actor may know of it; a stranger's is not there."""
    return get_object_or_404(Round.objects.visible_to(actor).with_all(), pk=pk)


def entry_or_404(actor: Actor, pk: int) -> Entry:
    """The product, if the actor may know of it."""
    return get_object_or_404(Entry.objects.visible_to(actor).with_all(), pk=pk)


def permitted(request: ActorRequest, pk: int, permission: Permission) -> Round:
    """The round on which the actor holds the permission. Raises 404 out of scope, NotAllowed."""
    found = round_or_404(request.actor, pk)
    require(request.actor, permission, found)
    return found


def permitted_entry(request: ActorRequest, pk: int, permission: Permission) -> Entry:
    """As `permitted`, for a product."""
    found = entry_or_404(request.actor, pk)
    require(request.actor, permission, found)
    return found


def crumbs_to(round_: Round, *titles: str) -> list[Crumb]:
    """The list, this round, this page."""
    first = Crumb(TITLE, reverse("competitions"))
    if not titles:
        return [first, Crumb(round_.name)]
    return [first, Crumb(round_.name, round_.get_absolute_url()), *(Crumb(title) for title in titles)]


def crumbs_to_entry(entry: Entry, title: str = "") -> list[Crumb]:
    """The list, the round, this product, this page."""
    own = [Crumb(entry.product, entry.get_absolute_url()), Crumb(title)] if title else [Crumb(entry.product)]
    return [*crumbs_to(entry.round, "")[:-1], *own]


def step_page(
    request: ActorRequest,
    *,
    about: Round | Entry,
    form: forms.BaseForm,
    title: str,
    act: Callable[[], Any],
    done: str,
    submit_label: str,
    back_url: str = "",
    template: str = "competitions/step.html",
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    """One step with a form of its own: show it, or act and go back to what it is about."""
    back = back_url or about.get_absolute_url()
    crumbs = crumbs_to(about, title) if isinstance(about, Round) else crumbs_to_entry(about, title)
    return form_page(
        request,
        form=form,
        act=act,
        done=done,
        back=lambda: redirect(back),
        template=template,
        context={
            "about": about,
            "title": title,
            "submit_label": submit_label,
            "back_url": back,
            "crumbs": crumbs,
            **(context or {}),
        },
    )


def hand_out(one: RoundPaper | EntryPaper, found: Round | Entry, *, by: Actor) -> HttpResponseBase:
    """The file as a download under its own name, written down in the trail."""
    return handing_out.hand_out(
        handing_out.opened(one.file),
        name=one.name,
        content_type=one.content_type,
        action="competition.download",
        by=by,
        subject=found,
        thread=found.thread,
    )
