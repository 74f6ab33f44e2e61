"""What the pages of information works share: fetching in scope, and a form on a page of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from khuyencong.core.components import Crumb
from khuyencong.core.web import form_page
from khuyencong.outreach.models import PolicyArticle, Work
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require
from khuyencong.people.web import ActorRequest

TITLE = "Thông tin, tuyên truyền"


def work_or_404(actor: Actor, pk: int) -> Work:
    """The work, if the actor may know of its đề án; a stranger's is not there."""
    return get_object_or_404(Work.objects.visible_to(actor).with_names(), pk=pk)


def permitted(request: ActorRequest, pk: int, permission: Permission) -> Work:
    """The work on which the actor holds the permission. Raises 404 out of scope, NotAllowed."""
    found = work_or_404(request.actor, pk)
    require(request.actor, permission, found)
    return found


def policy_or_404(actor: Actor, pk: int) -> PolicyArticle:
    """The explained policy, also as a draft, for the office that writes it and those above."""
    rows = PolicyArticle.objects.visible_to(actor).select_related("agency__province", "approved_by")
    return get_object_or_404(rows.prefetch_related("documents"), pk=pk)


def crumbs_to(*levels: tuple[str, str] | str) -> list[Crumb]:
    """The list, then the levels: (label, address) or the label of this page."""
    own = [Crumb(one) if isinstance(one, str) else Crumb(*one) for one in levels]
    return [Crumb(TITLE, reverse("outreach")), *own]


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
    made: Sequence[Work | PolicyArticle] = (),
    intro: str = "",
) -> HttpResponse:
    """One step with a form of its own: show it, or act and go to what was `made`, else back."""
    return form_page(
        request,
        form=form,
        act=act,
        done=done,
        back=lambda: redirect(made[0] if made else back_url),
        template="outreach/step.html",
        context={
            "title": title,
            "about": about,
            "submit_label": submit_label,
            "back_url": back_url,
            "crumbs": crumbs,
            "intro": intro,
        },
    )
