"""What the pages of the room share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from khuyencong.core.components import Crumb, Tab
from khuyencong.core.web import form_page
from khuyencong.people.actors import Actor
from khuyencong.people.web import ActorRequest
from khuyencong.persons.models import HidingRun, PersonRequest

TITLE = "Dữ liệu cá nhân"
LAW = (
    "Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15 và Nghị định 356/2025/NĐ-CP (thay Nghị định 13/2023/NĐ-CP) có hiệu lực từ 01/01/2026. "
    "Theo nguồn thứ cấp, cơ quan phản hồi trong 2 ngày làm việc từ khi nhận yêu cầu: điều khoản và thời hạn thực hiện chờ xác minh."
)


def request_or_404(actor: Actor, pk: int) -> PersonRequest:
    """The request, if it was made of the actor's agency."""
    return get_object_or_404(
        PersonRequest.objects.visible_to(actor).select_related("agency", "taken_by", "copy_agreed_by"), pk=pk
    )


def run_or_404(actor: Actor, pk: int) -> HidingRun:
    """The run, if it is of the actor's agency."""
    return get_object_or_404(HidingRun.objects.select_related("agency", "made_by"), pk=pk, agency__in=actor.agency_ids)


def tabs(active: str) -> list[Tab]:
    """The pages of the room."""
    pages = [("person_requests", "Yêu cầu"), ("retention", "Thời hạn lưu"), ("hiding_runs", "Đợt ẩn")]
    return [Tab(label, reverse(name), active=name == active) for name, label in pages]


def crumbs(*steps: tuple[str, str], title: str) -> list[Crumb]:
    """The list of requests, what lies between, this page."""
    return [Crumb(TITLE, reverse("person_requests")), *(Crumb(label, url) for label, url in steps), Crumb(title)]


def step_page(
    request: ActorRequest,
    *,
    form: forms.BaseForm,
    title: str,
    act: Callable[[], Any],
    done: str,
    submit_label: str,
    back_url: Callable[[], str],
    way: tuple[tuple[str, str], ...] = (),
    intro: str = "",
) -> HttpResponse:
    """One step with a form of its own: show it, or act and go back."""
    return form_page(
        request,
        form=form,
        act=act,
        done=done,
        back=lambda: redirect(back_url()),
        template="persons/form.html",
        context={
            "title": title,
            "submit_label": submit_label,
            "back_url": way[-1][1] if way else reverse("person_requests"),
            "intro": intro,
            "crumbs": crumbs(*way, title=title),
        },
    )
