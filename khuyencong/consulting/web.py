"""What the pages of consulting share: fetching in scope, and a form on a page of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from khuyencong.consulting.models import Advice, Client, Job
from khuyencong.core.components import Crumb
from khuyencong.core.web import form_page
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.people.web import ActorRequest

TITLE = "Tư vấn"


def job_or_404(actor: Actor, pk: int) -> Job:
    """The job, if the actor may know of it; a stranger's is not there."""
    rows = Job.objects.visible_to(actor).select_related("agency__province", "client__establishment", "in_charge")
    return get_object_or_404(rows, pk=pk)


def job_to_keep(request: ActorRequest, pk: int) -> Job:
    """The job that the actor may write in. Raises 404 out of scope, NotAllowed."""
    found = job_or_404(request.actor, pk)
    require(request.actor, Permission.CONSULTING_MANAGE, found)
    return found


def client_or_404(actor: Actor, pk: int) -> Client:
    rows = Client.objects.visible_to(actor).select_related("agency__province", "establishment")
    return get_object_or_404(rows, pk=pk)


def advice_or_404(actor: Actor, pk: int) -> Advice:
    rows = Advice.objects.visible_to(actor).select_related(
        "beneficiary__establishment",
        "project__province__current",
        "project__implementing_unit",
        "project__department",
        "project__funder",
        "project__payer",
    )
    return get_object_or_404(rows, pk=pk)


def may_sell(actor: Actor) -> bool:
    """Whether the actor keeps jobs and clients of the own agency."""
    return allowed(actor, Permission.CONSULTING_MANAGE, Job(agency=actor.agency))


def crumbs_to(*levels: tuple[str, str] | str) -> list[Crumb]:
    """The list, then the levels: (label, address) or the label of this page."""
    own = [Crumb(one) if isinstance(one, str) else Crumb(*one) for one in levels]
    return [Crumb(TITLE, reverse("consulting")), *own]


def step_page(
    request: ActorRequest,
    *,
    form: forms.BaseForm,
    title: str,
    about: str,
    act: Callable[[], Any],
    done: str,
    submit_label: str,
    back_url: str,
    crumbs: Sequence[Crumb],
    intro: str = "",
    formset: Any = None,
) -> HttpResponse:
    """One step with a form of its own: show it, or act and go back."""
    return form_page(
        request,
        form=form,
        act=act,
        done=done,
        back=lambda: redirect(back_url),
        template="consulting/step.html",
        context={
            "title": title,
            "about": about,
            "submit_label": submit_label,
            "back_url": back_url,
            "crumbs": crumbs,
            "intro": intro,
            "formset": formset,
        },
    )
