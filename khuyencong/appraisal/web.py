"""What the pages of councils share: fetching them in scope, and the way back."""

from __future__ import annotations

from django.shortcuts import get_object_or_404
from django.urls import reverse

from khuyencong.appraisal.levels import PERMISSION_OF
from khuyencong.appraisal.models import Council, CouncilSession
from khuyencong.core.components import Crumb
from khuyencong.core.dates import format_date
from khuyencong.people.permissions import Permission, require
from khuyencong.people.web import ActorRequest

TITLE = "Hội đồng thẩm định"


def council_or_404(request: ActorRequest, pk: int) -> Council:
    """The council, where the actor may know of it; then the matrix is asked."""
    council = get_object_or_404(Council.objects.visible_to(request.actor).select_related("agency__province"), pk=pk)
    require(request.actor, Permission.COUNCIL_VIEW, council)
    return council


def session_or_404(request: ActorRequest, pk: int, permission: Permission | None = None) -> CouncilSession:
    """The meeting, where the actor may know of its council; then the matrix is asked for `permission`.

    Without one: whoever may appraise at that level.
    """
    found = get_object_or_404(
        CouncilSession.objects.select_related("council__agency__province").filter(
            council__in=Council.objects.visible_to(request.actor)
        ),
        pk=pk,
    )
    require(request.actor, permission or PERMISSION_OF[found.council.level], found.council)
    return found


def crumbs_of(session: CouncilSession, title: str = "") -> list[Crumb]:
    """Councils, the council, the meeting, this page."""
    council, here = session.council, f"Phiên họp {format_date(session.held_on)}"
    crumbs = [Crumb(TITLE, reverse("councils")), Crumb(council.title, council.get_absolute_url())]
    return [*crumbs, Crumb(here, session.get_absolute_url()), Crumb(title)] if title else [*crumbs, Crumb(here)]
