"""What administrators see of held files, and decide."""

from __future__ import annotations

from typing import Any, Protocol

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from khuyencong.core.components import Crumb, Fact, Tab
from khuyencong.core.dates import format_moment
from khuyencong.core.web import SHOW_AND_ACT, form_page
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.quarantine import actions
from khuyencong.quarantine.forms import DecideForm
from khuyencong.quarantine.models import HeldFile, HeldState
from khuyencong.quarantine.states import check_step

TITLE = "Tệp cách ly"
PAGE_SIZE = 50
TONES = {HeldState.HELD: "warning", HeldState.LET_GO: "success", HeldState.DESTROYED: ""}


class Deed(Protocol):
    """What both decisions ask for."""

    def __call__(self, *, held_id: int, by: Actor, version: int, reason: str) -> HeldFile: ...


@opens_to(Permission.QUARANTINE_DECIDE)
@require_safe
def held_files(request: ActorRequest) -> HttpResponse:
    """Files held back that came from the agencies the actor answers for."""
    state = request.GET.get("trang-thai", HeldState.HELD)
    state = state if state in HeldState.values else HeldState.HELD
    rows = HeldFile.objects.visible_to(request.actor).filter(state=state).select_related("brought_by", "agency")
    context = {
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "state": state,
        "tabs": [Tab(label, f"?trang-thai={value}", active=value == state) for value, label in HeldState.choices],
    }
    return render(request, "quarantine/held_files.html", context)


@opens_to(Permission.QUARANTINE_DECIDE)
@require_safe
def held_file(request: ActorRequest, pk: int) -> HttpResponse:
    """One of them, and what may be done with it."""
    found = _held_file(request.actor, pk)
    facts = [
        Fact("Lý do cách ly", found.reason),
        Fact("Người gửi", str(found.brought_by or "người gửi không có tài khoản")),
        Fact("Cơ quan", found.agency.name if found.agency else ""),
        Fact("Gửi lúc", format_moment(found.brought_at)),
        Fact("Dung lượng", filesizeformat(found.size)),
        Fact("Loại", found.content_type),
        Fact("Mã kiểm tra (SHA-256)", found.sha256),
    ]
    if found.decided_at:
        facts.append(Fact("Quyết định lúc", format_moment(found.decided_at)))
        facts.append(Fact("Người quyết định", str(found.decided_by or "máy quét")))
        facts.append(Fact("Lý do quyết định", found.decided_because))
    context = {"held": found, "facts": facts, "tone": TONES[HeldState(found.state)], "crumbs": _crumbs(found)}
    return render(request, "quarantine/held_file.html", context)


@opens_to(Permission.QUARANTINE_DECIDE)
@require_http_methods(SHOW_AND_ACT)
def held_file_release(request: ActorRequest, pk: int) -> HttpResponse:
    """Let it be downloaded."""
    return _step(request, pk, "Cho phép sử dụng", "release", actions.release, "Tệp đã được gỡ cách ly.")


@opens_to(Permission.QUARANTINE_DECIDE)
@require_http_methods(SHOW_AND_ACT)
def held_file_destroy(request: ActorRequest, pk: int) -> HttpResponse:
    """Destroy its bytes."""
    return _step(request, pk, "Hủy tệp", "destroy", actions.destroy, "Đã hủy tệp.")


def _step(request: ActorRequest, pk: int, title: str, step: str, deed: Deed, done: str) -> HttpResponse:
    found = _held_file(request.actor, pk)
    form = DecideForm(request.POST or None, initial={"version": found.version})
    if request.method != "POST":
        check_step(found, step)

    def act() -> None:
        data: dict[str, Any] = form.cleaned_data
        deed(held_id=found.pk, by=request.actor, version=data["version"], reason=data["reason"])

    return form_page(
        request,
        form=form,
        act=act,
        done=done,
        back=lambda: redirect(found),
        template="quarantine/held_file_step.html",
        context={"title": title, "step": step, "held": found, "crumbs": _crumbs(found, title)},
    )


def _held_file(actor: Actor, pk: int) -> HeldFile:
    """The file, if it came from an agency in the actor's scope; another one is not there. Raises 404, NotAllowed."""
    rows = HeldFile.objects.visible_to(actor).select_related("agency", "brought_by", "decided_by")
    found = get_object_or_404(rows, pk=pk)
    require(actor, Permission.QUARANTINE_DECIDE, found)
    return found


def _crumbs(found: HeldFile, title: str = "") -> list[Crumb]:
    first = [Crumb(TITLE, reverse("held_files"))]
    return [*first, Crumb(found.name, found.get_absolute_url()), Crumb(title)] if title else [*first, Crumb(found.name)]
