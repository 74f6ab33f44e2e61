"""The list, the editorial calendar, one work, and files."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_safe

from khuyencong.audit.actions import record
from khuyencong.audit.handing_out import hand_out, opened
from khuyencong.core.components import Stat, Tab
from khuyencong.core.dates import today
from khuyencong.core.money import format_dong
from khuyencong.core.web import take_away
from khuyencong.outreach import shown
from khuyencong.outreach.calendar import month_of, read_month
from khuyencong.outreach.export import works_workbook
from khuyencong.outreach.figures import counted
from khuyencong.outreach.models import Work, WorkFile, WorkKind, WorkState
from khuyencong.outreach.queries import read_filters, works_for, works_of_month
from khuyencong.outreach.web import crumbs_to, work_or_404
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.people.web import ActorRequest, opens_to

PAGE_SIZE = 50
LISTS = (("outreach", "Danh sách"), ("outreach_calendar", "Lịch biên tập"), ("policies_kept", "Chính sách giải thích"))


def tabs(current: str) -> list[Tab]:
    """The three lists of the room."""
    return [Tab(label, reverse(name), active=name == current) for name, label in LISTS]


@opens_to(Permission.OUTREACH_VIEW)
@require_safe
def works(request: ActorRequest) -> HttpResponse:
    """Works by day, and this year in numbers."""
    actor, on = request.actor, today()
    filters = read_filters(request.GET.dict())
    page = Paginator(works_for(actor, filters), PAGE_SIZE).get_page(request.GET.get("page"))
    year = counted(actor=actor, year=on.year, until=on)
    waiting = Work.objects.visible_to(actor).filter(state=WorkState.MADE).count()
    context = {
        "filters": filters,
        "page": page,
        "rows": [(one, shown.TONES.get(one.state, ""), _is_late(one)) for one in page.object_list],
        "stats": [
            Stat(f"Đã đăng, phát năm {on.year}", str(year["outreach_published"]), "sản phẩm"),
            Stat("Chi phí của các sản phẩm ấy", format_dong(year["outreach_cost"]), "đồng", "phần đã biết"),
            Stat(
                "Số lượt tiếp cận",
                format_dong(year["outreach_reach"]),
                "lượt",
                f"của {year['outreach_reach_known']} sản phẩm có số",
            ),
            Stat("Chờ duyệt đăng", str(waiting), "sản phẩm", url=f"{reverse('outreach')}?state={WorkState.MADE}"),
        ],
        "kinds": WorkKind.choices,
        "states": WorkState.choices,
        "may_keep": allowed(actor, Permission.OUTREACH_MANAGE),
        "may_export": allowed(actor, Permission.REPORT_EXPORT),
        "query": request.GET.urlencode(),
        "tabs": tabs("outreach"),
    }
    return render(request, "outreach/list.html", context)


def _is_late(one: Work) -> bool:
    return one.state in {WorkState.PLANNED, WorkState.MADE} and one.planned_on < today()


@opens_to(Permission.REPORT_EXPORT)
@require_GET
def works_xlsx(request: ActorRequest) -> HttpResponse:
    """The list of products (TT 36/2013 Đ14.8) as the page shows it; audited."""
    require(request.actor, Permission.OUTREACH_VIEW)
    filters = read_filters(request.GET.dict())
    with transaction.atomic():
        content = works_workbook(request.actor, filters)
        record(
            action="outreach.export",
            by=request.actor,
            subject=request.actor.agency,
            thread=f"agency:{request.actor.agency.pk}",
            after={"năm": filters.year, "đề án": filters.project, "tìm": filters.text},
        )
    return take_away(content, "san-pham-thong-tin.xlsx")


@opens_to(Permission.OUTREACH_VIEW)
@require_safe
def calendar(request: ActorRequest) -> HttpResponse:
    """One month (`?thang=2026-05`): what comes out on which day."""
    on = today()
    first = read_month(request.GET.get("thang", "")) or on.replace(day=1)
    context = {
        "month": month_of(first, works_of_month(request.actor, first), today=on),
        "is_now": first == on.replace(day=1),
        "may_keep": allowed(request.actor, Permission.OUTREACH_MANAGE),
        "tabs": tabs("outreach_calendar"),
        "crumbs": crumbs_to("Lịch biên tập"),
    }
    return render(request, "outreach/calendar.html", context)


@opens_to(Permission.OUTREACH_VIEW)
@require_safe
def work(request: ActorRequest, pk: int) -> HttpResponse:
    """One work, and the steps that are mine."""
    found = work_or_404(request.actor, pk)
    context = {
        "work": found,
        "tone": shown.TONES.get(found.state, ""),
        "late": _is_late(found),
        "facts": shown.work_facts(found),
        "files": found.files.select_related("uploaded_by"),
        "actions": shown.buttons(found, request.actor),
        "may_download": allowed(request.actor, Permission.FILE_DOWNLOAD, found),
        "crumbs": crumbs_to(found.title),
    }
    return render(request, "outreach/work.html", context)


@opens_to(Permission.FILE_DOWNLOAD)
@require_GET
def file(request: ActorRequest, pk: int) -> HttpResponseBase:
    """One file of a work, as a download; audited."""
    one = get_object_or_404(WorkFile, pk=pk)
    owner = work_or_404(request.actor, one.work_id)
    require(request.actor, Permission.FILE_DOWNLOAD, owner)
    return hand_out(
        opened(one.file),
        name=one.name,
        content_type=one.content_type,
        action="outreach.download",
        by=request.actor,
        subject=owner,
        thread=owner.thread,
    )
