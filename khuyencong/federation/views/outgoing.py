"""Packages of our own locked reports: made, taken away, sent, asked about."""

from __future__ import annotations

from collections.abc import Callable

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST, require_safe

from khuyencong.core.components import Crumb
from khuyencong.core.web import press, take_away, version_of
from khuyencong.federation import actions
from khuyencong.federation.keys import fingerprint, own_public_key
from khuyencong.federation.models import OutgoingPackage, OutgoingState
from khuyencong.federation.queries import OUTGOING, TONES, outgoing_of, tabs_for, to_pack
from khuyencong.federation.sending import ask_about, can_send, send_package
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.periods.models import PeriodReport

TITLE = "Liên thông"
PAGE = 50


@opens_to(Permission.FEDERATION_SEND)
@require_safe
def outgoing_packages(request: ActorRequest) -> HttpResponse:
    """What was packed and where it stands; locked reports that are not packed yet; our own key."""
    page = Paginator(outgoing_of(request.actor), PAGE).get_page(request.GET.get("page"))
    key = own_public_key()
    context = {
        "tabs": tabs_for(request.actor, "outgoing_packages"),
        "page": page,
        "rows": [(one, TONES[one.state]) for one in page.object_list],
        "to_pack": to_pack(request.actor),
        "own_key": key,
        "fingerprint": fingerprint(key),
        "can_send": can_send(),
    }
    return render(request, "federation/outgoing.html", context)


@opens_to(Permission.FEDERATION_SEND)
@require_POST
def outgoing_make(request: ActorRequest, pk: int) -> HttpResponse:
    """Pack a locked report; a second click opens the package of the first."""
    report = get_object_or_404(PeriodReport.objects.visible_to(request.actor), pk=pk)
    require(request.actor, Permission.FEDERATION_SEND, report)
    made: list[OutgoingPackage] = []
    press(
        request,
        lambda: made.append(actions.make_package(report_id=report.pk, by=request.actor)),
        done="Đã đóng gói và ký số liệu đã khóa.",
    )
    return redirect(made[-1] if made else "outgoing_packages")


@opens_to(Permission.FEDERATION_SEND)
@require_safe
def outgoing_package(request: ActorRequest, pk: int) -> HttpResponse:
    """One package: what is in it, where it stands, what the receiver says."""
    found = _package(request.actor, pk)
    context = {
        "found": found,
        "report": found.report,
        "tone": TONES[found.state],
        "can_send": can_send() and found.state == OutgoingState.MADE,
        "can_ask": can_send() and found.state == OutgoingState.SENT,
        "crumbs": [Crumb(TITLE, reverse("outgoing_packages")), Crumb(str(found))],
    }
    return render(request, "federation/outgoing_package.html", context)


@opens_to(Permission.FEDERATION_SEND)
@require_GET
def outgoing_file(request: ActorRequest, pk: int) -> HttpResponse:
    """The package as a file, to be carried to the receiver. That somebody took it away is kept in the audit trail."""
    found = actions.take_away_package(package_id=_package(request.actor, pk).pk, by=request.actor)
    report = found.report
    name = f"goi-{report.agency.code}-{report.year}-{report.period.part}-lan-{found.report_version.number}.json"
    return take_away(found.text.encode(), name)


@opens_to(Permission.FEDERATION_SEND)
@require_POST
def outgoing_send(request: ActorRequest, pk: int) -> HttpResponse:
    """Send it to the installation above."""
    return _asked(request, pk, send_package, "Nơi nhận đã nhận gói.")


@opens_to(Permission.FEDERATION_SEND)
@require_POST
def outgoing_ask(request: ActorRequest, pk: int) -> HttpResponse:
    """Ask the installation above what became of it."""
    return _asked(request, pk, ask_about, "Đã hỏi lại nơi nhận.")


def _asked(request: ActorRequest, pk: int, act: Callable[[OutgoingPackage, Actor], object], done: str) -> HttpResponse:
    found = _package(request.actor, pk)
    found.version = version_of(request)  # that of the page; the action compares it
    press(request, lambda: act(found, request.actor), done=done)
    return redirect("outgoing_package", pk)


def _package(actor: Actor, pk: int) -> OutgoingPackage:
    """The package of one of the actor's own reports; a stranger's is not there."""
    found = get_object_or_404(OutgoingPackage.objects.visible_to(actor).select_related(*OUTGOING), pk=pk)
    require(actor, Permission.FEDERATION_SEND, found)
    return found
