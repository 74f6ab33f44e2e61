"""What the pages of plans and envelopes share."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from khuyencong.core.components import Crumb
from khuyencong.core.errors import NotAllowed
from khuyencong.finance.holders import SOURCE_OF_AGENCY
from khuyencong.people.web import ActorRequest
from khuyencong.programmes.models import FundingSource

TITLE = "Kế hoạch và hạn mức"


def source_or_403(request: ActorRequest) -> FundingSource:
    """The source whose money my agency holds; NotAllowed where it holds none."""
    source = SOURCE_OF_AGENCY.get(request.actor.agency.kind)
    if source is None:
        raise NotAllowed("Cơ quan của bạn không giữ kinh phí khuyến công.", article="NĐ 45/2012 Đ11")
    return source


def form_page_of_plans(request: ActorRequest, form: Any, title: str, submit_label: str, intro: str) -> HttpResponse:
    """A form that leads back to the list of plans and envelopes."""
    context = {
        "form": form,
        "title": title,
        "submit_label": submit_label,
        "intro": intro,
        "back_url": reverse("plans"),
        "crumbs": [Crumb(TITLE, reverse("plans")), Crumb(title)],
    }
    return render(request, "finance/form.html", context, status=422 if request.method == "POST" else 200)
