"""Figures of a year and of a period, and the reports that were handed in of them; amounts in đồng."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from ninja import Router
from pydantic import Field, create_model

from khuyencong.api.cursors import Cursor, Limit, Page, page_of
from khuyencong.api.door import ApiRequest
from khuyencong.api.endpoints.project_shapes import Source
from khuyencong.api.once import creation_key
from khuyencong.api.operations import act, change, create, read, remove
from khuyencong.api.problems import wrong
from khuyencong.api.scopes import Scope
from khuyencong.api.shapes import (
    Answer,
    Body,
    Code,
    Day,
    DiscardedOut,
    Key,
    Named,
    Number,
    OneOf,
    Year,
    named,
)
from khuyencong.core.money import MAX_DONG
from khuyencong.law.catalogue import catalogue
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency
from khuyencong.people.permissions import Permission, require
from khuyencong.periods import actions
from khuyencong.periods.actions.handing import RowInput
from khuyencong.periods.handing import MOST_COUNT, MOST_PERCENT
from khuyencong.periods.models import LONGEST, PeriodReport
from khuyencong.periods.narrative import TITLES
from khuyencong.periods.queries import SHOWN
from khuyencong.periods.taken_in import ASKED
from khuyencong.periods.web import report_or_404
from khuyencong.reporting.figures import CODES, FIGURES, Question, add_up, collapsed, lines_of, regrouped, whole_book
from khuyencong.reporting.period import Period, PeriodKind, read_period
from khuyencong.reporting.queries import year_totals

router = Router(tags=["Số liệu, báo cáo"])
PART = r"^(thang|quy|6-thang|9-thang|nam)-[0-9]{1,2}$"


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
    part: Annotated[str, Field(pattern=PART)] = f"{PeriodKind.YEAR.value}-1",
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


class BeginIn(Body):
    """Of which period, as of which day; of the own agency, or of one that reports to it (a table by hand)."""

    year: Annotated[int, Field(ge=2013, le=2100)]
    part: Annotated[str, Field(pattern=PART, description="Kỳ: nam-1, 6-thang-1, quy-3, thang-11")]
    closing_on: Day
    agency: Code | None = Field(None, description="Mã cơ quan; để trống: cơ quan của mã truy cập")
    by_hand: bool = Field(False, description="Báo cáo bằng bảng: cơ quan chưa có hồ sơ trong hệ thống")


# One field for each figure that is asked for: an unknown name is an error, and all stand in the description.
_FIELDS: Any = {
    one.code: (
        Annotated[int, Field(ge=0, le=MAX_DONG if one.is_money else MOST_COUNT)] | None,
        Field(None, description=f"{one.label} ({one.unit}): {one.explained}"),
    )
    for one in FIGURES
    if one.code in ASKED
}
FigureValues: Any = create_model("FigureValues", __base__=Body, **_FIELDS)


class RowIn(Body):
    """The figures of one source and activity; `stated_…` is what the paper says, to be compared."""

    source: Source
    activity: Annotated[str, OneOf(catalogue().activities)]
    values: FigureValues
    stated_total: Annotated[int, Field(ge=0, le=MAX_DONG)] | None = None
    stated_percent: Annotated[Decimal, Number(most=MOST_PERCENT, places=2)] | None = None


class RowsIn(Body):
    """The whole table: one row for each source and activity."""

    rows: Annotated[list[RowIn], Field(max_length=200)]


class SectionIn(Body):
    """A section in the agency's own words, and a comment on it."""

    text: Annotated[str, Field(max_length=LONGEST)] = ""
    comment: Annotated[str, Field(max_length=LONGEST)] = ""


class HandIn(Body):
    """The paper by which the report goes out."""

    document: Annotated[str, Field(min_length=1, max_length=100)]
    document_on: Day
    explanation: Annotated[str, Field(max_length=LONGEST, description="Giải trình các điểm cần xem lại")] = ""


Section = Annotated[str, OneOf(TITLES)]


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


@create(
    router,
    "/reports/periods",
    Scope.REPORTS_WRITE,
    ReportOut,
    "Lập báo cáo theo kỳ",
    stands_at="/reports/periods/{id}",
)
def period_report_create(request: ApiRequest, body: BeginIn) -> dict[str, Any]:
    """Begin the report of the own agency, or a table in the place of one that reports to it."""
    period = read_period(body.year, body.part)
    if period is None:
        raise wrong("body.part", "Không có kỳ này.")
    made = actions.begin(
        by=request.actor,
        creation_key=creation_key(request),
        agency=_agency(request.actor, body.agency),
        period=period,
        closing_on=body.closing_on,
        by_hand=body.by_hand,
    )
    return period_report(request, made.pk)


@change(
    router, "/reports/periods/{id}/rows", Scope.REPORTS_WRITE, ReportOut, "Ghi bảng số liệu của báo cáo", whole=True
)
def period_report_rows(request: ApiRequest, id: Key, body: RowsIn) -> dict[str, Any]:  # noqa: A002  # the name in the address
    """Replace the table of a report by hand."""
    found = report_or_404(request.actor, id)
    rows = [
        RowInput(
            source=one.source,
            activity=one.activity,
            values=one.values.model_dump(exclude_none=True),
            stated_total=one.stated_total,
            stated_percent=one.stated_percent,
        )
        for one in body.rows
    ]
    how = f"API, {request.api_token.name}"
    actions.keep_rows(report_id=found.pk, by=request.actor, version=request.expected_version, rows=rows, how=how)
    return period_report(request, id)


@change(
    router,
    "/reports/periods/{id}/sections/{section}",
    Scope.REPORTS_WRITE,
    ReportOut,
    "Viết một phần của báo cáo",
    whole=True,
)
def period_report_section(request: ApiRequest, id: Key, section: Section, body: SectionIn) -> dict[str, Any]:  # noqa: A002  # as above
    """Put the agency's own words in the place of a section; an empty text gives back the sentences made of the figures."""
    found = report_or_404(request.actor, id)
    actions.write_section(
        report_id=found.pk,
        by=request.actor,
        version=request.expected_version,
        section=section,
        text=body.text,
        comment=body.comment,
    )
    return period_report(request, id)


@act(router, "/reports/periods/{id}/submit", Scope.REPORTS_WRITE, ReportOut, "Nộp báo cáo theo kỳ")
def period_report_submit(request: ApiRequest, id: Key, body: HandIn) -> dict[str, Any]:  # noqa: A002  # as above
    """Hand the report in; where it may not be, `findings` say what stands against it or is to be explained."""
    found = report_or_404(request.actor, id)
    actions.submit(
        report_id=found.pk,
        by=request.actor,
        version=request.expected_version,
        document=body.document,
        document_on=body.document_on,
        explanation=body.explanation,
    )
    return period_report(request, id)


@remove(router, "/reports/periods/{id}", Scope.REPORTS_WRITE, DiscardedOut, "Bỏ bản soạn báo cáo theo kỳ")
def period_report_discard(request: ApiRequest, id: Key) -> dict[str, Any]:  # noqa: A002  # as above
    """Throw away a report that was never handed in."""
    found = report_or_404(request.actor, id)
    actions.discard(report_id=found.pk, by=request.actor, version=request.expected_version)
    return {"id": id}


def _agency(actor: Actor, code: str | None) -> Agency:
    """Whose report it is: the token's own agency, or another one in its scope. Raises ProblemError (422)."""
    if code is None or code == actor.agency.code:
        return actor.agency
    found = Agency.objects.in_scope_of(actor).select_related("province", "parent").filter(code=code).first()
    if found is None:
        raise wrong("body.agency", "Không có cơ quan này trong phạm vi của mã truy cập.")
    return found


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
