"""Packages that came: from a file here, through the API elsewhere; looked at, accepted, returned."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from khuyencong.core.components import Action, Crumb
from khuyencong.core.web import SHOW_AND_ACT, form_page, take_away
from khuyencong.federation import actions
from khuyencong.federation.differences import cells_of, differences, held_version, recorded_cells
from khuyencong.federation.forms import AcceptForm, PackageFileForm, ReasonForm
from khuyencong.federation.models import IncomingPackage
from khuyencong.federation.package import SCHEMA_FILE, load
from khuyencong.federation.queries import INCOMING, TONES, incoming_of, tabs_for
from khuyencong.federation.rules import before_accepting, findings_of, is_open
from khuyencong.federation.states import INCOMING_TRANSITIONS, check_step
from khuyencong.federation.views.outgoing import TITLE
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.people.steps import steps_from
from khuyencong.people.web import ActorRequest, opens_to, public

PAGE = 50
ICONS = {"accept": "checklist", "return": "arrow-back-up"}


@opens_to(Permission.FEDERATION_RECEIVE)
@require_safe
def incoming_packages(request: ActorRequest) -> HttpResponse:
    """What came, the latest first."""
    page = Paginator(incoming_of(request.actor), PAGE).get_page(request.GET.get("page"))
    context = {
        "tabs": tabs_for(request.actor, "incoming_packages"),
        "page": page,
        "rows": [(one, TONES[one.state]) for one in page.object_list],
    }
    return render(request, "federation/incoming.html", context)


@opens_to(Permission.FEDERATION_RECEIVE)
@require_http_methods(SHOW_AND_ACT)
def incoming_upload(request: ActorRequest) -> HttpResponse:
    """Take in a package that came as a file."""
    form = PackageFileForm(request.POST or None, request.FILES or None)
    made: list[IncomingPackage] = []

    def act() -> None:
        package = load(form.cleaned_data["file"].read())
        made.append(actions.receive_package(by=request.actor, package=package, how=f"tệp, {request.actor.signature}"))

    return form_page(
        request,
        form=form,
        act=act,
        done="Đã nhận gói: chữ ký, mã kiểm tra và các tổng đều đúng.",
        back=lambda: redirect(made[-1]),
        template="federation/upload.html",
        context={"crumbs": _crumbs("Nhập gói từ tệp")},
    )


@opens_to(Permission.FEDERATION_RECEIVE)
@require_safe
def incoming_package(request: ActorRequest, pk: int) -> HttpResponse:
    """Who sent what, what stands against it, and what it would change."""
    found = _package(request.actor, pk)
    package = load(found.text.encode())
    held = held_version(found)
    recorded = recorded_cells(found)
    cells = cells_of(held.report, held) if held is not None else recorded
    findings = findings_of(package, found.agency)
    if is_open(found):
        findings += before_accepting(found, package, recorded)
    context = {
        "found": found,
        "package": package,
        "tone": TONES[found.state],
        "held": held,
        "differences": differences(package, cells),
        "from_records": held is None and bool(recorded),
        "findings": findings,
        "actions": _actions(found, request.actor),
        "crumbs": _crumbs(str(found)),
    }
    return render(request, "federation/incoming_package.html", context)


@opens_to(Permission.FEDERATION_DECIDE)
@require_http_methods(SHOW_AND_ACT)
def incoming_accept(request: ActorRequest, pk: int) -> HttpResponse:
    """Take the figures over."""
    found = _for_step(request, pk, "accept")
    form = AcceptForm(request.POST or None, initial={"version": found.version})
    return _step(
        request, found, form, "Chấp nhận",
        lambda data: actions.accept_package(
            package_id=found.pk, by=request.actor, version=data["version"], note=data["note"] or ""
        ),
        done="Đã chấp nhận: số liệu thành báo cáo đã khóa của cơ quan ấy.",
        note="Số liệu của gói thay bảng đang có của cùng cơ quan và kỳ, thành báo cáo đã khóa; các lần nộp trước vẫn còn.",
    )  # fmt: skip


@opens_to(Permission.FEDERATION_DECIDE)
@require_http_methods(SHOW_AND_ACT)
def incoming_return(request: ActorRequest, pk: int) -> HttpResponse:
    """Send it back with the reason."""
    found = _for_step(request, pk, "return")
    form = ReasonForm(request.POST or None, initial={"version": found.version})
    return _step(
        request, found, form, "Trả lại",
        lambda data: actions.return_package(
            package_id=found.pk, by=request.actor, version=data["version"], reason=data["reason"]
        ),
        done="Đã trả lại. Cơ quan gửi đọc lý do khi hỏi lại nơi nhận.",
        note="Cơ quan gửi sửa báo cáo, khóa lại, rồi gửi lần nộp sau.",
    )  # fmt: skip


@public
@require_safe
def package_schema(_request: HttpRequest) -> HttpResponse:
    """The form of a package as JSON Schema, for whoever builds another sender or receiver."""
    return take_away(SCHEMA_FILE.read_bytes(), "goi-so-lieu.schema.json")


def _step(
    request: ActorRequest, found: IncomingPackage, form: forms.BaseForm, title: str, act: Any, *, done: str, note: str
) -> HttpResponse:
    return form_page(
        request,
        form=form,
        act=lambda: act(form.cleaned_data),
        done=done,
        back=lambda: redirect(found),
        template="federation/step.html",
        context={"found": found, "title": title, "note": note, "crumbs": _crumbs(str(found), found, title)},
    )


def _actions(found: IncomingPackage, actor: Actor) -> list[Action]:
    return [
        Action(
            key=step.name,
            label=step.label,
            url=reverse(f"incoming_{step.name}", args=[found.pk]),
            method="get",
            icon=ICONS[step.name],
            tone="primary" if step.forward else "",
        )
        for step in steps_from(INCOMING_TRANSITIONS, found.state)
        if allowed(actor, step.permission, found)
    ]


def _package(actor: Actor, pk: int) -> IncomingPackage:
    rows = IncomingPackage.objects.visible_to(actor).select_related(*INCOMING, "agency__province__current")
    found = get_object_or_404(rows, pk=pk)
    require(actor, Permission.FEDERATION_RECEIVE, found)
    return found


def _for_step(request: ActorRequest, pk: int, step: str) -> IncomingPackage:
    found = _package(request.actor, pk)
    require(request.actor, Permission.FEDERATION_DECIDE, found)
    if request.method != "POST":
        check_step(found, step)
    return found


def _crumbs(name: str, found: IncomingPackage | None = None, title: str = "") -> list[Crumb]:
    start = [Crumb(TITLE, reverse("incoming_packages"))]
    return [*start, Crumb(name, found.get_absolute_url()), Crumb(title)] if found else [*start, Crumb(name)]
