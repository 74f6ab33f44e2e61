"""What the pages of packages show."""

from __future__ import annotations

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.urls import reverse

from khuyencong.core.components import Tab, Tone
from khuyencong.federation.models import IncomingPackage, IncomingState, OutgoingPackage, OutgoingState
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, AgencyKind
from khuyencong.people.permissions import Permission, allowed
from khuyencong.periods.models import PeriodReport, PeriodReportState, ReportVersion
from khuyencong.periods.node import REPORTERS

TONES: dict[str, Tone] = {
    IncomingState.WAITING: "warning",
    OutgoingState.MADE: "warning",
    OutgoingState.SENT: "info",
    OutgoingState.ACCEPTED: "success",
    OutgoingState.RETURNED: "danger",
    OutgoingState.REPLACED: "",
}
MOST = 100
# What a page of them shows of the report and of the agency.
OUTGOING = ("report_version__report__agency", "report_version__report__receiver", "made_by")
INCOMING = ("agency", "receiver", "trusted_key", "report_version__report")


def outgoing_of(actor: Actor) -> QuerySet[OutgoingPackage]:
    """Packages of the actor's own reports, the latest first."""
    found = OutgoingPackage.objects.visible_to(actor).filter(report_version__report__keeper__in=actor.agency_ids)
    return found.select_related(*OUTGOING).defer("text", "report_version__content")


def to_pack(actor: Actor) -> list[PeriodReport]:
    """Own locked reports whose locked version has no package yet, the latest first; one query."""
    latest = ReportVersion.objects.filter(report=OuterRef("pk")).order_by("-number")
    found = (
        PeriodReport.objects.visible_to(actor)
        .filter(state=PeriodReportState.LOCKED, keeper__in=actor.agency_ids, agency=F("keeper"))
        .annotate(latest=Subquery(latest.values("pk")[:1]))
    )
    packed = OutgoingPackage.objects.order_by().values("report_version")
    return list(found.exclude(latest__in=packed).select_related("agency", "receiver")[:MOST])


def incoming_of(actor: Actor) -> QuerySet[IncomingPackage]:
    """Packages that came to the actor's agency, and what it sent itself, the latest first."""
    return IncomingPackage.objects.visible_to(actor).select_related(*INCOMING).defer("text")


def senders_for(actor: Actor) -> list[Agency]:
    """Whose keys the actor's agency may take down: those who report to it; one query."""
    below = Agency.objects.in_scope_of(actor).filter(kind__in=REPORTERS, active_to__isnull=True)
    found = below.exclude(pk__in=actor.agency_ids).exclude(kind=AgencyKind.NATIONAL)
    return [one for one in found.select_related("province") if one.home_province_id is not None]


def tabs_for(actor: Actor, active: str) -> list[Tab]:
    """The parts of «Liên thông» that the actor may open."""
    parts = (
        ("outgoing_packages", "Gửi đi", Permission.FEDERATION_SEND),
        ("incoming_packages", "Nhận về", Permission.FEDERATION_RECEIVE),
        ("trusted_keys", "Khóa của nơi gửi", Permission.FEDERATION_KEYS),
    )
    return [Tab(label, reverse(name), active=name == active) for name, label, door in parts if allowed(actor, door)]
