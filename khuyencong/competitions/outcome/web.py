"""What the pages of results share: fetching in scope, crumbs, and one step with a form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from khuyencong.competitions.models import Certificate, Round
from khuyencong.competitions.outcome.holders import certificates_seen_by
from khuyencong.competitions.web import TITLE
from khuyencong.core.components import Crumb
from khuyencong.core.web import form_page
from khuyencong.people.actors import Actor
from khuyencong.people.web import ActorRequest


def certificate_or_404(actor: Actor, pk: int) -> Certificate:
    """The certificate, if the actor may know of its product."""
    return get_object_or_404(certificates_seen_by(actor).select_related("record"), pk=pk)


def crumbs_to(round_: Round, *more: Crumb) -> list[Crumb]:
    """The list, this round, and what lies under it."""
    return [Crumb(TITLE, reverse("competitions")), Crumb(round_.name, round_.get_absolute_url()), *more]


def crumbs_to_certificate(certificate: Certificate, title: str = "") -> list[Crumb]:
    """The list of certificates, this one, this page."""
    own = [Crumb(certificate.number, reverse("award_certificate", args=[certificate.pk])), Crumb(title)]
    return [
        Crumb(TITLE, reverse("competitions")),
        Crumb("Giấy chứng nhận", reverse("award_holders")),
        *(own if title else [Crumb(certificate.number)]),
    ]


def step_page(
    request: ActorRequest,
    *,
    about: str,
    form: forms.BaseForm,
    title: str,
    act: Callable[[], Any],
    done: str,
    submit_label: str,
    back_url: str,
    crumbs: list[Crumb],
    template: str = "competitions/outcome/step.html",
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    """One step with a form of its own: show it, or act and go back. `about`: what it is done to, in words."""
    return form_page(
        request,
        form=form,
        act=act,
        done=done,
        back=lambda: redirect(back_url),
        template=template,
        context={
            "about": about,
            "title": title,
            "submit_label": submit_label,
            "back_url": back_url,
            "crumbs": crumbs,
            **(context or {}),
        },
    )
