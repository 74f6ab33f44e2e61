"""The list of jobs, one job, the report of a year, and files."""

from __future__ import annotations

from datetime import date

from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Sum
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_safe

from khuyencong.audit.actions import record
from khuyencong.audit.handing_out import hand_out, opened
from khuyencong.consulting import shown
from khuyencong.consulting.export import report_workbook
from khuyencong.consulting.figures import BOOKED, LISTS, Report, list_behind, report_of, targets
from khuyencong.consulting.models import ConsultingFile, JobKind, JobState
from khuyencong.consulting.models.jobs import UNDER_WAY
from khuyencong.consulting.money import money_of
from khuyencong.consulting.queries import consulting_agencies, jobs_for, latest_years, read_filters
from khuyencong.consulting.web import advice_or_404, crumbs_to, job_or_404, may_sell
from khuyencong.core.components import Stat
from khuyencong.core.dates import today
from khuyencong.core.money import format_dong
from khuyencong.core.web import take_away
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.people.web import ActorRequest, opens_to

PAGE_SIZE = 50
YEAR_DIGITS = 4


@opens_to(Permission.CONSULTING_VIEW)
@require_safe
def jobs(request: ActorRequest) -> HttpResponse:
    """The jobs, and this year against its target."""
    actor, on = request.actor, today()
    filters = read_filters(request.GET.dict())
    page = Paginator(jobs_for(actor, filters), PAGE_SIZE).get_page(request.GET.get("page"))
    total = report_of(actor, on.year, on).total
    report_url = f"{reverse('consulting_report')}?nam={on.year}"
    context = {
        "filters": filters,
        "page": page,
        "rows": [(one, shown.TONES.get(one.state, "")) for one in page.object_list],
        "stats": [
            Stat("Việc nghiệm thu xong", format_dong(total.done), "việc", shown.of_plan(total.jobs_percent, "số việc")),
            Stat(
                f"Doanh thu {on.year}, chưa thuế",
                format_dong(total.revenue),
                "đồng",
                shown.of_plan(total.revenue_percent, "doanh thu"),
                report_url,
            ),
            Stat("Tiền đã thu", format_dong(total.received), "đồng"),
            Stat("Chi phí trực tiếp", format_dong(total.cost), "đồng"),
        ],
        "kinds": JobKind.choices,
        "states": JobState.choices,
        "agencies": consulting_agencies(actor),
        "may_keep": may_sell(actor),
    }
    return render(request, "consulting/list.html", context)


@opens_to(Permission.CONSULTING_VIEW)
@require_safe
def job(request: ActorRequest, pk: int) -> HttpResponse:
    """One job: what was agreed, its phases, its money, and the steps that are mine."""
    found = job_or_404(request.actor, pk)
    bookings = list(found.bookings.select_related("by"))
    money = money_of(bookings)
    may = allowed(request.actor, Permission.CONSULTING_MANAGE, found)
    context = {
        "job": found,
        "tone": shown.TONES.get(found.state, ""),
        "facts": shown.job_facts(found),
        "phases": list(found.phases.all()),
        "bookings": bookings,
        "money": money,
        "bars": shown.bars_of(found, money),
        "files": found.files.select_related("uploaded_by"),
        "actions": shown.buttons(found, money) if may else [],
        "may_keep": may,
        "may_download": allowed(request.actor, Permission.FILE_DOWNLOAD, found),
        "under_way": found.state == JobState.SIGNED,
        "may_annul": may and found.state in UNDER_WAY,
        "on": today(),
        "events": shown.events_of(found.thread) if may else [],
        "crumbs": crumbs_to(found.title),
    }
    return render(request, "consulting/job.html", context)


@opens_to(Permission.CONSULTING_VIEW)
@require_safe
def report(request: ActorRequest) -> HttpResponse:
    """A year by unit and kind, each percentage saying of what."""
    found = _report(request)
    context = {
        "report": found,
        "sentence": shown.sentence_of(found),
        "bars": shown.plan_rows(found),
        "years": latest_years(request.actor, today()),
        "targets": list(targets(request.actor, found.year).select_related("agency")),
        "may_set": may_sell(request.actor),
        "may_export": allowed(request.actor, Permission.REPORT_EXPORT),
        "agency_ids": request.actor.agency_ids,
        "crumbs": crumbs_to("Báo cáo"),
    }
    return render(request, "consulting/report.html", context)


@opens_to(Permission.REPORT_EXPORT)
@require_GET
@transaction.atomic
def report_xlsx(request: ActorRequest) -> HttpResponse:
    """The same as an Excel file; audited."""
    require(request.actor, Permission.CONSULTING_VIEW)
    found = _report(request)
    content = report_workbook(found, request.actor)
    agency = request.actor.agency
    record(
        action="consulting.export",
        by=request.actor,
        subject=agency,
        thread=f"agency:{agency.pk}",
        after={"năm": found.year},
    )
    return take_away(content, f"tu-van-{found.year}.xlsx")


@opens_to(Permission.CONSULTING_VIEW)
@require_safe
def report_list(request: ActorRequest) -> HttpResponse:
    """The jobs or bookings behind one number of the report (`so`), of one agency (`don-vi`) and kind (`loai`)."""
    actor, asked = request.actor, request.GET
    figure = asked.get("so", "") if asked.get("so") in LISTS else "done"
    kind = asked.get("loai", "") if asked.get("loai") in JobKind.values else ""
    agency = next((one for one in consulting_agencies(actor) if str(one.pk) == asked.get("don-vi")), None)
    year, until = _span(request)
    rows = list_behind(figure, actor, year, until, agency=agency.pk if agency else None, kind=kind)
    page = Paginator(rows, PAGE_SIZE).get_page(asked.get("page"))
    whose = [agency.short_name] if agency else []
    context = {
        "title": LISTS[figure],
        "of": ", ".join([*whose, *([JobKind(kind).label] if kind else []), f"năm {year}"]),
        "until": until,
        "page": page,
        "rows": page.object_list,
        "is_money": figure in BOOKED,
        "total": rows.aggregate(sum=Sum("counted"))["sum"] or 0 if figure in BOOKED else page.paginator.count,
        "crumbs": crumbs_to(("Báo cáo", f"{reverse('consulting_report')}?nam={year}"), LISTS[figure]),
    }
    return render(request, "consulting/report_list.html", context)


def _report(request: ActorRequest) -> Report:
    return report_of(request.actor, *_span(request))


def _span(request: ActorRequest) -> tuple[int, date]:
    """The year asked for, and its end or today."""
    on, text = today(), request.GET.get("nam", "")
    year = int(text) if text.isascii() and text.isdigit() and len(text) == YEAR_DIGITS else on.year
    year = year if 2000 <= year <= on.year else on.year  # noqa: PLR2004  # before that no centre existed
    return year, min(on, date(year, 12, 31))


@opens_to(Permission.FILE_DOWNLOAD)
@require_GET
def file(request: ActorRequest, pk: int) -> HttpResponseBase:
    """One file of a job or of an advice, as a download; audited."""
    one = get_object_or_404(ConsultingFile, pk=pk)
    owner = (
        job_or_404(request.actor, one.job_id)
        if one.job_id is not None
        else advice_or_404(request.actor, one.advice_id or 0)
    )
    require(request.actor, Permission.FILE_DOWNLOAD, owner)
    return hand_out(
        opened(one.file),
        name=one.name,
        content_type=one.content_type,
        action="consulting.download",
        by=request.actor,
        subject=owner,
        thread=owner.thread,
    )
