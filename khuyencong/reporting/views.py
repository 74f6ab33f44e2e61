"""«Kết quả»: a year of a province, or of all provinces, and what others have published about it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_safe

from khuyencong.audit.actions import record
from khuyencong.core.components import Crumb, PlanRow
from khuyencong.core.replicas import from_replica
from khuyencong.core.web import take_away
from khuyencong.people.permissions import Permission
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.reporting.borders import Borders
from khuyencong.reporting.export import results_workbook
from khuyencong.reporting.forms import Filters, read_filters, read_series_filter
from khuyencong.reporting.links import results_url
from khuyencong.reporting.published import cases_for
from khuyencong.reporting.queries import Result, Row, province_year, summary_of
from khuyencong.reporting.series import series_of
from khuyencong.reporting.series_export import series_workbook
from khuyencong.reporting.shown import stats_of


@opens_to(Permission.REPORT_VIEW)
@from_replica
@require_safe
def results(request: ActorRequest) -> HttpResponse:
    """The year's result of a province; without one, a line for each province that the actor may see."""
    filters = read_filters(request.actor, request.GET.dict())
    context: dict[str, Any] = {"filters": filters, "form": filters.form, "year": str(filters.year)}
    if not filters.valid:
        return render(request, "reporting/results_refused.html", context, status=422)
    context |= {"actor": request.actor, "export_url": _url(filters, "results_xlsx")}
    if filters.province is None:
        return render(request, "reporting/summary.html", context | _summary(request, filters))
    return render(request, "reporting/results.html", context | _province(request, filters))


@opens_to(Permission.REPORT_EXPORT)
@require_GET
def results_xlsx(request: ActorRequest) -> HttpResponse:
    """The same as a file. That somebody took it away is kept in the audit trail."""
    filters = read_filters(request.actor, request.GET.dict())
    if not filters.valid:
        raise Http404("Không có kết quả với bộ lọc này.")
    place = filters.province.key if filters.province else "ca-nuoc"
    chosen = {"source": filters.source, "activity": filters.activity}
    with transaction.atomic():
        content = results_workbook(
            request.actor, province=filters.province, year=filters.year, borders=filters.borders, **chosen
        )
        record(
            action="report.export",
            by=request.actor,
            subject=filters.province or request.actor.agency,
            thread=f"report:{place}:{filters.year}",
            after={
                "địa bàn": place,
                "năm": filters.year,
                "nguồn": filters.source,
                "nội dung": filters.activity,
                "địa giới": filters.borders.label,
            },
        )
    return _download(content, "ket-qua", place, str(filters.year), filters.source, filters.activity)


@opens_to(Permission.REPORT_VIEW)
@from_replica
@require_safe
def series(request: ActorRequest) -> HttpResponse:
    """One figure over the years, by province or region, in the borders of today or of the time."""
    form, question = read_series_filter(request.actor, request.GET.dict())
    context: dict[str, Any] = {
        "form": form,
        "crumbs": [Crumb("Kết quả", reverse("results")), Crumb("Qua các năm")],
    }
    if question is None:
        return render(request, "reporting/series.html", context, status=422)
    context |= {
        "series": series_of(request.actor, **vars(question)),
        "export_url": f"{reverse('results_series_xlsx')}?{request.GET.urlencode()}",
    }
    return render(request, "reporting/series.html", context)


@opens_to(Permission.REPORT_EXPORT)
@require_GET
def series_xlsx(request: ActorRequest) -> HttpResponse:
    """The same as a file. That somebody took it away is kept in the audit trail."""
    _, question = read_series_filter(request.actor, request.GET.dict())
    if question is None:
        raise Http404("Không có số liệu với bộ lọc này.")
    place = question.province.key if question.province else "ca-nuoc"
    with transaction.atomic():
        found = series_of(request.actor, **vars(question))
        content = series_workbook(request.actor, found, place=question.province)
        record(
            action="report.export",
            by=request.actor,
            subject=question.province or request.actor.agency,
            thread=f"report:{place}:series",
            after={
                "địa bàn": place,
                "số liệu": found.measure.label,
                "địa giới": found.borders.label,
                "xếp theo": found.grouping.label,
                "nguồn": question.source,
                "nội dung": question.activity,
            },
        )
    return _download(content, "qua-cac-nam", place, found.measure, found.borders)


def _download(content: bytes, *parts: str) -> HttpResponse:
    name = "-".join(part for part in parts if part)
    return take_away(content, f"{name}.xlsx")


@opens_to(Permission.REPORT_VIEW)
@from_replica
@require_safe
def published(request: ActorRequest) -> HttpResponse:
    """All published cases that the actor may see, each with its checks."""
    cases = cases_for(request.actor)
    context = {
        "cases": cases,
        "contradictions": sum(case.contradicts_itself for case in cases),
        "crumbs": [Crumb("Kết quả", reverse("results")), Crumb("Số liệu đã công bố")],
    }
    return render(request, "reporting/published.html", context)


def _url(filters: Filters, name: str) -> str:
    key = filters.province.key if filters.province else ""
    return results_url(
        year=filters.year,
        province=key,
        source=filters.source,
        activity=filters.activity,
        borders=filters.borders,
        name=name,
    )


def _province(request: ActorRequest, filters: Filters) -> dict[str, Any]:
    assert filters.province is not None  # noqa: S101  # the caller has looked
    result = province_year(
        request.actor, province=filters.province, year=filters.year, source=filters.source, activity=filters.activity
    )
    return {
        "result": result,
        "stats": stats_of(result.total, establishments=result.establishments),
        "bars": _bars(result),
        "cases": cases_for(request.actor, province=filters.province, year=filters.year),
        "crumbs": [Crumb("Kết quả", reverse("results")), Crumb(f"{filters.province.short_name} {filters.year}")],
    }


def _summary(request: ActorRequest, filters: Filters) -> dict[str, Any]:
    summary = summary_of(
        request.actor,
        year=filters.year,
        source=filters.source,
        activity=filters.activity,
        borders=filters.borders,
    )
    return {
        "summary": summary,
        "then": "hiện nay" if summary.borders is Borders.TODAY else "khi ấy",
        "stats": stats_of(summary.total),
        "bars": [_bar(row) for row in summary.provinces],
        "cases": cases_for(request.actor, year=filters.year, of_regions=True),
    }


def _bars(result: Result) -> list[PlanRow]:
    return [replace(_bar(result.total), label="Tất cả"), *(_bar(row) for row in result.activities)]


def _bar(row: Row) -> PlanRow:
    label = f"{row.label} – {row.group}" if row.group else row.label
    label = f"{label} ({row.note})" if row.note else label
    return PlanRow(label, row.sums.planned, row.sums.settled, url=row.url)
