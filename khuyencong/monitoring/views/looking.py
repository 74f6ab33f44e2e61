"""The page of one report, the list of a month, and what is done from the list."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from khuyencong.audit.actions import record
from khuyencong.core.components import Column, Crumb
from khuyencong.core.dates import today
from khuyencong.core.findings import blockers
from khuyencong.core.pages import page_of
from khuyencong.core.web import SHOW_AND_ACT, form_page, press, take_away
from khuyencong.monitoring import actions
from khuyencong.monitoring.actions.reminding import MOST_AT_ONCE
from khuyencong.monitoring.days import due_for, first_of, month_after, own_days
from khuyencong.monitoring.figures import asked_of, figures_of, received_by, report_before
from khuyencong.monitoring.filters import MonthFilter
from khuyencong.monitoring.forms import OwnDayForm, month_of
from khuyencong.monitoring.models import OwnReportDay, ReportState
from khuyencong.monitoring.months import (
    MISSING,
    STATUSES,
    all_days,
    counts,
    missing_of,
    months_before,
    rows_of,
    shown_with,
)
from khuyencong.monitoring.rules import findings_of
from khuyencong.monitoring.shown import TONES, actions_for, differences, parts_of, works_of
from khuyencong.monitoring.table import month_workbook
from khuyencong.monitoring.web import crumbs_to, report_or_404
from khuyencong.people.models import AgencyKind
from khuyencong.people.permissions import Permission, allowed
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.projects.places_seen import sees_exactly

PAGE_SIZE = 50
MOST_ROWS = 20_000  # of one file
MOST_CHANGES = 24


@opens_to(Permission.PROJECT_VIEW)
@require_safe
def monthly_report(request: ActorRequest, pk: int) -> HttpResponse:
    """What the report says, what has changed since the one before, and just what I may do now."""
    report = report_or_404(request.actor, pk)
    project = report.project
    before = report_before(report)
    writable = report.is_writable and report.current
    findings = findings_of(report, figures_of(report), asked_of(project)) if writable else []
    days = own_days([project.funder_id])
    context = {
        "report": report,
        "project": project,
        "tone": TONES[ReportState(report.state)],
        "due": due_for(project, report.month, days),
        "parts": parts_of(report),
        "works": works_of(report, before),
        "photos": report.photos.select_related("attachment"),
        "exact": sees_exactly(request.actor, project),
        "before": before,
        "columns": [Column("Mục"), Column(str(before) if before else ""), Column("Báo cáo này")],
        "differences": differences(before, report) if before else [],
        "findings": findings,
        "received": received_by(project),
        "actions": actions_for(report, request.actor, blockers(findings)),
        "may_write": writable and allowed(request.actor, Permission.MONTHLY_WRITE, report),
        "may_download": allowed(request.actor, Permission.FILE_DOWNLOAD, report),
        "may_export": allowed(request.actor, Permission.REPORT_EXPORT),
        "others": project.progress_reports.filter(month=report.month).exclude(pk=report.pk).order_by("number"),
        "crumbs": crumbs_to(report),
    }
    return render(request, "monitoring/report.html", context)


@opens_to(Permission.PROJECT_VIEW)
@require_safe
def monthly_reports(request: ActorRequest) -> HttpResponse:
    """The reports of a month: in time, late, missing, waiting; filters in the address. A constant number of queries."""
    asked = MonthFilter(request.GET, actor=request.actor)
    days = all_days()
    found = asked.found(days)
    sums = counts(found, asked.on)
    status = asked.data["tinh_trang"] if asked.is_valid() else ""
    page = page_of(
        asked.of_status(found),
        shown=shown_with(),
        number=request.GET.get("page"),
        size=PAGE_SIZE,
        count=sums.get(status, 0) if status else sums["all"],
    )
    address = {name: asked.data[name] for name in asked.fields if asked.data[name] and name != "tinh_trang"}
    context = {
        "filter": asked,
        "month": asked.month,
        "rows": rows_of(list(page.object_list), asked.month, days, asked.on),
        "page": page,
        "statuses": [
            (label, sums[key], f"?{urlencode({**address, 'tinh_trang': key})}", key == status)
            for key, label in STATUSES.items()
        ],
        "all": (sums["all"], f"?{urlencode(address)}"),
        "status": status,
        "missing": sums[MISSING],
        "may_remind": bool(sums[MISSING]) and allowed(request.actor, Permission.MONTHLY_REMIND),
        "may_export": allowed(request.actor, Permission.REPORT_EXPORT),
        "may_set_day": allowed(request.actor, Permission.DEADLINE_KEEP, OwnReportDay(agency=request.actor.agency))
        and request.actor.agency.kind == AgencyKind.DEPARTMENT,
        "address": urlencode({**address, "tinh_trang": status}),
        "own_unit": request.actor.agency.kind not in {AgencyKind.NATIONAL, AgencyKind.DEPARTMENT},
    }
    return render(request, "monitoring/month.html", context)


@opens_to(Permission.REPORT_EXPORT)
@require_GET
def monthly_reports_xlsx(request: ActorRequest) -> HttpResponse:
    """The same list as a file; that somebody took it away is kept in the trail."""
    asked = MonthFilter(request.GET, actor=request.actor)
    days = all_days()
    with transaction.atomic():
        keys = list(asked.of_status(asked.found(days)).values_list("pk", flat=True)[:MOST_ROWS])
        projects = shown_with().in_bulk(keys)
        rows = rows_of([projects[key] for key in keys], asked.month, days, asked.on)
        content = month_workbook(rows, asked, by=request.actor)
        record(
            action="monthly.export",
            by=request.actor,
            subject=request.actor.agency,
            thread=f"agency:{request.actor.agency.pk}",
            after={"tháng": f"{asked.month:%m/%Y}", "lọc": asked.said, "số dòng": len(rows)},
        )
    return take_away(content, f"tien-do-{asked.month:%Y-%m}.xlsx")


@opens_to(Permission.MONTHLY_REMIND)
@require_POST
def monthly_remind(request: ActorRequest) -> HttpResponse:
    """Remind the units of what is missing among what the list shows; once a day."""
    asked = MonthFilter(request.POST, actor=request.actor)
    missing = missing_of(asked.found(all_days()), asked.on, MOST_AT_ONCE)
    told: list[int] = []
    press(
        request,
        lambda: told.append(actions.remind(by=request.actor, month=asked.month, projects=missing)),
        done="Đã nhắc các đơn vị thiếu báo cáo.",
    )
    if told:
        messages.info(request, f"Đã nhắc về {told[0]} đề án.")
    kept = {name: asked.data[name] for name in asked.fields if asked.data[name]}
    return redirect(f"{reverse('monthly_reports')}?{urlencode(kept)}")


@opens_to(Permission.DEADLINE_KEEP)
@require_http_methods(SHOW_AND_ACT)
def monthly_own_day(request: ActorRequest) -> HttpResponse:
    """What my agency asks for its local money, and since when."""
    first = month_after(first_of(today()))
    months = list(months_before(first, 12))
    form = OwnDayForm(request.POST or None, months=months, initial={"from_month": f"{first:%Y-%m}"})

    def act() -> None:
        data = form.cleaned_data
        actions.set_report_day(
            by=request.actor,
            creation_key=data["creation_key"],
            from_month=month_of(data["from_month"]) or first,
            day=data["day"],
            document=data["document"] or "",
        )

    title = "Ngày nộp báo cáo tháng, kinh phí địa phương"
    return form_page(
        request,
        form=form,
        act=act,
        done="Đã đặt ngày nộp báo cáo tháng.",
        back=lambda: redirect("monthly_own_day"),
        template="monitoring/own_day.html",
        context={
            "title": title,
            "days": OwnReportDay.objects.filter(agency=request.actor.agency).select_related("set_by")[:MOST_CHANGES],
            "is_department": request.actor.agency.kind == AgencyKind.DEPARTMENT,
            "crumbs": [Crumb("Theo dõi tiến độ", reverse("monthly_reports")), Crumb(title)],
        },
    )
