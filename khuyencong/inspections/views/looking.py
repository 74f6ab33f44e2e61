"""The list of a year, the findings by deadline, one inspection, and its files."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_safe

from khuyencong.audit.actions import record
from khuyencong.core.components import Crumb, PlanRow, Stat, Tab
from khuyencong.core.dates import today
from khuyencong.core.web import take_away
from khuyencong.inspections import paper, shown
from khuyencong.inspections.export import inspections_workbook
from khuyencong.inspections.handing_out import hand_out
from khuyencong.inspections.models import (
    FindingState,
    Inspection,
    InspectionReason,
    InspectionState,
)
from khuyencong.inspections.place import sees_exactly
from khuyencong.inspections.queries import (
    findings_for,
    inspecting_agencies,
    inspections_for,
    numbers_of,
    plans_of_year,
    read_filters,
)
from khuyencong.inspections.web import TITLE, crumbs_to, inspection_or_404, permitted
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.people.web import ActorRequest, opens_to

PAGE_SIZE = 50


@opens_to(Permission.INSPECTION_VIEW)
@require_safe
def inspections(request: ActorRequest) -> HttpResponse:
    """The year's plan against what was done, and the inspections by day."""
    actor, on = request.actor, today()
    filters = read_filters(request.GET.dict(), on)
    numbers = numbers_of(actor, filters, on)
    page = Paginator(inspections_for(actor, filters), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "filters": filters,
        "page": page,
        "rows": [(one, shown.TONES.get(InspectionState(one.state), ""), _is_late(one)) for one in page.object_list],
        "stats": [
            Stat("Phải kiểm tra", str(numbers.to_do), "cuộc"),
            Stat("Đã kiểm tra", str(numbers.visited), "cuộc"),
            Stat("Quá ngày, chưa kiểm tra", str(numbers.late), "cuộc"),
            Stat("Kiến nghị còn mở", str(numbers.open_findings), "kiến nghị", url=reverse("inspection_findings")),
            Stat(
                "Kiến nghị quá hạn",
                str(numbers.overdue_findings),
                "kiến nghị",
                url=f"{reverse('inspection_findings')}?state=overdue",
            ),
        ],
        "plans": [
            PlanRow(
                one.title,
                one.planned,
                one.visited,
                "cuộc",
                reverse("inspection_plan", args=[one.pk]) if one.opens else "",
            )
            for one in plans_of_year(actor, filters)
        ],
        "states": InspectionState.choices,
        "reasons": InspectionReason.choices,
        "agencies": inspecting_agencies(actor),
        "may_plan": allowed(actor, Permission.INSPECTION_PLAN),
        "may_export": allowed(actor, Permission.REPORT_EXPORT),
        "query": request.GET.urlencode(),
        "tabs": tabs("inspections"),
    }
    return render(request, "inspections/list.html", context)


def tabs(current: str) -> list[Tab]:
    """The two lists."""
    pages = (("inspections", "Cuộc kiểm tra"), ("inspection_findings", "Kiến nghị"))
    return [Tab(label, reverse(name), active=name == current) for name, label in pages]


def _is_late(one: Inspection) -> bool:
    return one.state == InspectionState.PLANNED and one.planned_on < today()


OVERDUE = "overdue"


@opens_to(Permission.INSPECTION_VIEW)
@require_safe
def findings(request: ActorRequest) -> HttpResponse:
    """What must be mended, by deadline: those that are not mended, unless a state is asked for."""
    state, text = request.GET.get("state", ""), request.GET.get("q", "")[:200]
    known = {*FindingState.values, OVERDUE}
    state = state if state in known else ""
    rows = findings_for(request.actor, state="" if state == OVERDUE else state, text=text)
    if state == OVERDUE:
        rows = rows.overdue(today())
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": shown.shown_findings(list(page.object_list)),
        "state": state,
        "q": text,
        "states": [(OVERDUE, "Quá hạn"), *FindingState.choices],
        "filtered": bool(state or text),
        "tabs": tabs("inspection_findings"),
        "crumbs": [Crumb(TITLE, reverse("inspections")), Crumb("Kiến nghị")],
    }
    return render(request, "inspections/findings.html", context)


@opens_to(Permission.REPORT_EXPORT)
@require_GET
def inspections_xlsx(request: ActorRequest) -> HttpResponse:
    """The same as a file. That somebody took it away is kept in the audit trail."""
    require(request.actor, Permission.INSPECTION_VIEW)
    filters = read_filters(request.GET.dict(), today())
    with transaction.atomic():
        content = inspections_workbook(request.actor, filters)
        record(
            action="inspection.export",
            by=request.actor,
            subject=request.actor.agency,
            thread=f"inspections:{filters.year or 'tat-ca'}",
            after={"năm": filters.year, "trạng thái": filters.state, "lý do": filters.reason, "tìm": filters.text},
        )
    return take_away(content, f"kiem-tra-{filters.year or 'moi-nam'}.xlsx")


@opens_to(Permission.INSPECTION_VIEW)
@require_safe
def inspection(request: ActorRequest, pk: int) -> HttpResponse:
    """One inspection: what it rests on, the visits, the findings, and just what I may do now."""
    found, actor = inspection_or_404(request.actor, pk), request.actor
    told = shown.is_told(found, actor)
    rows = list(found.findings.select_related("establishment", "visit")) if told else []
    for one in rows:
        one.inspection = found
    files = [
        one
        for one in found.files.select_related("uploaded_by")
        if one.visit_id is None and one.follow_up_id is None and shown.may_have(one, found, actor)
    ]
    context = {
        "inspection": found,
        "tone": shown.TONES.get(InspectionState(found.state), ""),
        "facts": shown.facts_of(found, actor),
        "visits": shown.visits_of(found, actor),
        "findings": shown.shown_findings(rows),
        "told": told,
        "files": files,
        "masked": not sees_exactly(actor, found),
        "may_download": allowed(actor, Permission.FILE_DOWNLOAD, found),
        "actions": shown.actions_of(found, actor),
        "events": shown.events_of(found) if found.is_run_by(actor) else [],
        "crumbs": crumbs_to(found),
    }
    return render(request, "inspections/inspection.html", context)


@opens_to(Permission.INSPECTION_VIEW)
@require_GET
def minutes(request: ActorRequest, pk: int, number: int) -> HttpResponse:
    """The minutes of one visit as a PDF file, to be signed; the download is audited."""
    found = inspection_or_404(request.actor, pk)
    visit = get_object_or_404(found.visits.select_related("establishment"), number=number)
    told = shown.is_told(found, request.actor)
    rows = list(found.findings.filter(visit=visit).select_related("establishment")) if told else []
    for one in rows:
        one.inspection = found
    content = paper.minutes_pdf(found, visit, rows, seen_by=request.actor)
    record(
        action="inspection.minutes_pdf",
        by=request.actor,
        subject=found,
        thread=found.thread,
        after={"lần": visit.number},
    )
    return take_away(content, f"bien-ban-kiem-tra-{found.pk}-{visit.number}.pdf")


@opens_to(Permission.FILE_DOWNLOAD)
@require_GET
def inspection_file(request: ActorRequest, pk: int, file: int) -> HttpResponseBase:
    """One file as it came, as a download; whoever may not read exact places gets a photo without what its camera wrote."""
    found = permitted(request, pk, Permission.INSPECTION_VIEW)
    require(request.actor, Permission.FILE_DOWNLOAD, found)
    one = get_object_or_404(found.files.filter(follow_up__isnull=True), pk=file)
    if not shown.may_have(one, found, request.actor):
        raise Http404("Tài liệu của đoàn kiểm tra chưa công bố.")
    return hand_out(one, found, by=request.actor)
