"""The list of reports, and who has not handed in a period yet."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from khuyencong.core.dates import today
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, AgencyKind
from khuyencong.periods.models import PeriodReport, PeriodReportQuerySet, PeriodReportState
from khuyencong.periods.node import REPORTERS
from khuyencong.reporting.period import Period

SHOWN = ("agency__province__current", "keeper", "receiver", "submitted_by", "decided_by", "created_by")


def listed(actor: Actor, *, year: int | None, period: Period | None, part: str, state: str) -> PeriodReportQuerySet:
    """The reports that the actor may know of and that fit the filter, newest first."""
    found = PeriodReport.objects.visible_to(actor).select_related(*SHOWN)
    if year is not None:
        found = found.filter(year=year)
    if period is not None:
        found = found.filter(kind=period.kind, number=period.number)
    elif part:
        found = found.none()
    return found.filter(state=state) if state else found


def years_of(actor: Actor) -> list[int]:
    """The years of which there are reports, and this one."""
    found = PeriodReport.objects.visible_to(actor).order_by().values_list("year", flat=True).distinct()
    return sorted({*found, today().year}, reverse=True)


def reporting_to(actor: Actor) -> QuerySet[Agency]:
    """The agencies of today that report to the actor's: departments and regional centres, or the units of a province."""
    active = Agency.objects.filter(active_to__isnull=True)
    if actor.agency.kind == AgencyKind.NATIONAL:
        return active.filter(kind__in=[AgencyKind.DEPARTMENT, AgencyKind.REGIONAL_CENTRE]).order_by(
            "kind", "sort_key", "code"
        )
    if actor.agency.kind == AgencyKind.DEPARTMENT:
        below = Q(parent__in=actor.agency_ids) | Q(province__current=actor.province_id)
        return active.filter(below, kind__in=[AgencyKind.CENTRE, AgencyKind.SERVICE]).order_by("sort_key", "code")
    return Agency.objects.none()


def may_report_for(actor: Actor) -> list[Agency]:
    """Of which agencies the actor may begin a report: the own one and, by hand, those that report to it."""
    own = [actor.agency] if actor.agency.kind in REPORTERS else []
    return [*own, *reporting_to(actor).select_related("province")]


@dataclass(frozen=True)
class Standing:
    """One agency in one period: its report, or None where it has begun none that can be seen."""

    agency: Agency
    report: PeriodReport | None

    @property
    def label(self) -> str:
        return self.report.get_state_display() if self.report is not None else "Chưa nộp"

    @property
    def tone(self) -> str:
        return TONES[PeriodReportState(self.report.state)] if self.report is not None else "warning"


TONES = {
    PeriodReportState.DRAFT: "",
    PeriodReportState.SUBMITTED: "info",
    PeriodReportState.RETURNED: "danger",
    PeriodReportState.APPROVED: "success",
    PeriodReportState.LOCKED: "success",
}


def standings(actor: Actor, period: Period) -> list[Standing]:
    """Every agency that reports to the actor's, with its report of the period; two queries."""
    agencies = list(reporting_to(actor))
    reports = {
        one.agency_id: one
        for one in PeriodReport.objects.visible_to(actor).filter(
            agency__in=[one.pk for one in agencies], kind=period.kind, year=period.year, number=period.number
        )
    }
    return [Standing(one, reports.get(one.pk)) for one in agencies]
