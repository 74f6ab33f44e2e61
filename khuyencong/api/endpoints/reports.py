"""Figures of a year and of a period, and the reports that were handed in of them; amounts in đồng."""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated, Any

from ninja import Router
from pydantic import Field

from khuyencong.api.cursors import Cursor, Limit, Page, page_of
from khuyencong.api.door import ApiRequest
from khuyencong.api.endpoints.project_shapes import Source
from khuyencong.api.operations import read
from khuyencong.api.problems import wrong
from khuyencong.api.scopes import Scope
from khuyencong.api.shapes import Answer, Key, Named, Year, named
from khuyencong.people.permissions import Permission, require
from khuyencong.periods.models import PeriodReport
from khuyencong.periods.queries import SHOWN
from khuyencong.periods.web import report_or_404
from khuyencong.reporting.figures import CODES, FIGURES, Question, add_up, collapsed, lines_of, regrouped, whole_book
from khuyencong.reporting.period import Period, PeriodKind, read_period
from khuyencong.reporting.queries import year_totals

router = Router(tags=["Số liệu, báo cáo"])


class YearOut(Answer):
    """The year of the token's agency in numbers."""

    year: int
    projects: int
    beneficiaries: int
    planned: int
    paid_out: int


class FigureOut(Answer):
    """What a figure is called and how it is counted."""

    code: str
    label: str
    unit: str
    explained: str


class CellOut(Answer):
    """The figures of one province, source and activity."""

    province: Named
    source: str
    activity: str
    values: dict[str, int]


class FiguresOut(Answer):
    """The figures of a period by a day, and their sum."""

    period: str
    closing_on: date
    figures: list[FigureOut]
    rows: list[CellOut]
    total: dict[str, int]


class ReportRow(Answer):
    """A report of a period."""

    version: int
    id: int
    agency: Named
    receiver: Named
    period: str
    year: int
    closing_on: date
    state: Named
    submitted_on: date | None
    document: str


class ReportOut(ReportRow):
    """With what was handed in last, as it was kept; null before."""

    handed_in: int | None
    sha256: str
    content: dict[str, Any] | None


@read(router, "/reports/years/{year}", Scope.REPORTS_READ, YearOut, "Một năm trong năm con số")
def report_year(request: ApiRequest, year: Year) -> dict[str, Any]:
    """Approved đề án, beneficiaries, planned support and what was paid out."""
    found = year_totals(request.actor, year)
    return {name: getattr(found, name) for name in YearOut.model_fields}


@read(router, "/reports/figures", Scope.REPORTS_READ, FiguresOut, "Số liệu của một kỳ")
def report_figures(
    request: ApiRequest,
    year: Year,
    part: Annotated[str, Field(pattern=r"^(thang|quy|6-thang|9-thang|nam)-[0-9]{1,2}$")] = f"{PeriodKind.YEAR.value}-1",
    source: Source | None = None,
) -> dict[str, Any]:
    """By province of today, source and activity; `part` names the period: nam-1, quy-3, thang-11."""
    period: Period | None = read_period(year, part)
    if period is None:
        raise wrong("query.part", "Không có kỳ này.")
    question = Question(period=period, source=source or "")
    cells = regrouped(
        collapsed(lines_of(question, actor=request.actor)).items(), lambda key: (key.today, key.source, key.activity)
    )
    provinces = whole_book().provinces
    return {
        "period": str(period),
        "closing_on": question.closing_on,
        "figures": [{name: getattr(one, name) for name in FigureOut.model_fields} for one in FIGURES],
        "rows": [
            {
                "province": named(provinces[pk].key, provinces[pk].name),
                "source": of,
                "activity": activity,
                "values": dict(zip(CODES, values, strict=True)),
            }
            for (pk, of, activity), values in sorted(cells.items())
        ],
        "total": dict(zip(CODES, add_up(cells.values()), strict=True)),
    }


def _row(one: PeriodReport) -> dict[str, Any]:
    return {
        "version": one.version,
        "id": one.pk,
        "agency": named(one.agency.code, one.agency.name),
        "receiver": named(one.receiver.code, one.receiver.name),
        "period": str(one.period),
        "year": one.year,
        "closing_on": one.closing_on,
        "state": named(one.state, one.get_state_display()),
        "submitted_on": one.submitted_on,
        "document": one.document,
    }


@read(router, "/reports/periods", Scope.REPORTS_READ, Page[ReportRow], "Danh sách báo cáo theo kỳ")
def period_reports(
    request: ApiRequest, year: Year | None = None, cursor: Cursor = "", limit: Limit = 50
) -> dict[str, Any]:
    """Those of agencies in scope, handed in; drafts only for who writes them."""
    require(request.actor, Permission.PERIOD_REPORT_VIEW)
    found = PeriodReport.objects.visible_to(request.actor).select_related(*SHOWN)
    if year is not None:
        found = found.filter(year=year)
    return page_of(found, of="period_reports", cursor=cursor, limit=limit, show=_row)


@read(router, "/reports/periods/{id}", Scope.REPORTS_READ, ReportOut, "Một báo cáo theo kỳ")
def period_report(request: ApiRequest, id: Key) -> dict[str, Any]:  # noqa: A002  # the name in the address
    """One report with the figures that were handed in."""
    found = report_or_404(request.actor, id)
    latest = found.versions.order_by("-number").first()
    return _row(found) | {
        "handed_in": latest.number if latest else None,
        "sha256": latest.sha256 if latest else "",
        "content": json.loads(latest.content) if latest else None,
    }
