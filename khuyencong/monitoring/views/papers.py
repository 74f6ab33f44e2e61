"""Mẫu 3a and 3b as files; each download is in the trail."""

from __future__ import annotations

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from khuyencong.audit.actions import record
from khuyencong.core.dates import today
from khuyencong.core.web import take_away
from khuyencong.monitoring import paper
from khuyencong.monitoring.filters import MonthFilter
from khuyencong.monitoring.models import ReportState
from khuyencong.monitoring.months import all_days, asked_in, rows_of, shown_with
from khuyencong.monitoring.web import report_or_404
from khuyencong.people.models import Agency
from khuyencong.people.permissions import Permission
from khuyencong.people.web import ActorRequest, opens_to

KINDS = ("pdf", "xlsx")
MOST_ROWS = 1_000


@opens_to(Permission.REPORT_EXPORT)
@require_GET
def monthly_form_3b(request: ActorRequest, pk: int, kind: str) -> HttpResponse:
    """Volume and money of one đề án; a draft is nobody's paper yet."""
    report = report_or_404(request.actor, pk)
    if kind not in KINDS or report.state == ReportState.DRAFT:
        raise Http404
    content = paper.form_3b_pdf(report) if kind == "pdf" else paper.form_3b_xlsx(report)
    with transaction.atomic():
        record(
            action="monthly.download",
            by=request.actor,
            subject=report,
            thread=report.thread,
            after={"mẫu": "3b", "tháng": f"{report.month:%m/%Y}", "bản": report.number, "tệp": kind},
        )
    return take_away(content, f"mau-3b-{report.project.code}-{report.month:%Y-%m}-{report.number}.{kind}")


@opens_to(Permission.REPORT_EXPORT)
@require_GET
def monthly_form_3a(request: ActorRequest, kind: str) -> HttpResponse:
    """The report of one unit over its đề án of a month that I may know of: of my own unit where none is named."""
    if kind not in KINDS:
        raise Http404
    asked = MonthFilter(request.GET, actor=request.actor)
    if not asked.is_valid():
        raise Http404
    key = asked.cleaned_data["don_vi"].pk if asked.cleaned_data["don_vi"] else request.actor.agency.pk
    unit = get_object_or_404(Agency.objects.select_related("parent", "province"), pk=key)
    days = all_days()
    found = asked_in(request.actor, asked.month, days).filter(implementing_unit=unit).order_by("code")
    keys = list(found.values_list("pk", flat=True)[:MOST_ROWS])
    projects = shown_with().in_bulk(keys)
    rows = rows_of([projects[one] for one in keys], asked.month, days, asked.on)
    make = paper.form_3a_pdf if kind == "pdf" else paper.form_3a_xlsx
    content = make(unit, asked.month, rows, today())
    with transaction.atomic():
        record(
            action="monthly.download",
            by=request.actor,
            subject=unit,
            thread=f"monthly:{unit.pk}",
            after={"mẫu": "3a", "tháng": f"{asked.month:%m/%Y}", "số đề án": len(rows), "tệp": kind},
        )
    return take_away(content, f"mau-3a-{asked.month:%Y-%m}.{kind}")
