"""What locked reports say, as it was handed in: the programme as its agencies answer for it, published đề án or not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from khuyencong.audit.kept import kept
from khuyencong.periods.content import read
from khuyencong.periods.models import PeriodReport, PeriodReportState
from khuyencong.reporting.figures import CODES

MOST = 40  # reports on the page; all of them stand in the open data
SHOWN = ("approved_projects", "accepted_projects", "approved", "paid_to_date", "served", "jobs")


@dataclass(frozen=True, slots=True)
class Reported:
    """One locked report, all activities and both kinds of money together. Money in đồng, by its closing day."""

    agency: str
    place: str
    period: str
    closing_on: date
    approved_projects: int
    accepted_projects: int
    approved: int
    paid_to_date: int
    served: int
    jobs: int


def locked_reports() -> list[Reported]:
    """The latest ones, newest closing day first; kept while nothing in the database has changed."""
    return kept(("portal reported",), _locked_reports)


def _locked_reports() -> list[Reported]:
    rows = PeriodReport.objects.filter(state=PeriodReportState.LOCKED).order_by("-closing_on", "agency__sort_key", "pk")
    found = []
    for report in rows.select_related("agency__province").prefetch_related("versions")[:MOST]:
        versions = sorted(report.versions.all(), key=lambda one: one.number)
        if not versions:
            continue
        content = read(report, versions[-1])
        values = dict(zip(CODES, content.total, strict=True))
        figures = {code: values[code] for code in SHOWN}
        found.append(Reported(content.agency_name, content.place, str(report.period), report.closing_on, **figures))
    return found
