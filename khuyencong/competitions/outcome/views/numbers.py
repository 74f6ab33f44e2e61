"""Statistics of competitions, as published results give them."""

from __future__ import annotations

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_safe

from khuyencong.audit.actions import record
from khuyencong.competitions.models import Round
from khuyencong.competitions.outcome.statistics import BY, lines, listed, read_stat_filters, ways_for
from khuyencong.competitions.web import TITLE
from khuyencong.core.components import Crumb
from khuyencong.core.dates import format_date, today
from khuyencong.core.web import take_away
from khuyencong.documents.excel import Column, Sheet, workbook
from khuyencong.establishments.models import CertificateLevel
from khuyencong.people.permissions import Permission
from khuyencong.people.web import ActorRequest, opens_to

PAGE_SIZE = 50


@opens_to(Permission.REPORT_VIEW)
@require_safe
def statistics(request: ActorRequest) -> HttpResponse:
    """Products and certificates by group, level, year or place; the address keeps what was asked."""
    filters = read_stat_filters(request.actor, request.GET.dict())
    found, total = lines(request.actor, filters)
    context = {
        "filters": filters,
        "first": BY[filters.by][0],
        "columns": [one.label for one in total.cells],
        "lines": found,
        "total": total,
        "ways": list(ways_for(request.actor).items()),
        "levels": CertificateLevel.choices,
        "years": list(
            Round.objects.visible_to(request.actor).order_by("-year").values_list("year", flat=True).distinct()
        ),
        "export_url": f"{reverse('award_statistics_xlsx')}?{request.GET.urlencode()}",
        "crumbs": [Crumb(TITLE, reverse("competitions")), Crumb("Thống kê")],
    }
    return render(request, "competitions/outcome/statistics.html", context)


@opens_to(Permission.REPORT_VIEW)
@require_safe
def statistics_list(request: ActorRequest) -> HttpResponse:
    """The products behind one number of the statistics."""
    filters = read_stat_filters(request.actor, request.GET.dict())
    figure, line = request.GET.get("so", "") or "nop", request.GET.get("dong", "")
    found = listed(request.actor, filters, figure=figure, line=line)
    if found is None:
        raise Http404("Không có số liệu này.")
    page = Paginator(found.rows, PAGE_SIZE).get_page(request.GET.get("page"))
    back = f"{reverse('award_statistics')}?{urlencode(filters.query)}"
    level = CertificateLevel(filters.level).label if filters.level else ""
    context = {
        "found": found,
        "page": page,
        "rows": [(one, getattr(one, "certificate", None)) for one in page.object_list],
        "about": [part for part in (found.of, level, f"năm {filters.year}" if filters.year else "") if part],
        "back_url": back,
        "crumbs": [Crumb(TITLE, reverse("competitions")), Crumb("Thống kê", back), Crumb(found.title)],
    }
    return render(request, "competitions/outcome/statistics_list.html", context)


@opens_to(Permission.REPORT_EXPORT)
@require_GET
def statistics_xlsx(request: ActorRequest) -> HttpResponse:
    """The same table as a file."""
    filters = read_stat_filters(request.actor, request.GET.dict())
    found, total = lines(request.actor, filters)
    columns = (
        Column(BY[filters.by][0], width=40),
        *(Column(one.label, "int", 14) for one in total.cells),
        Column("Tỷ lệ được cấp trong số được tham gia", "percent", 14),
        Column("Tỷ lệ lên cấp trên trong số được cấp", "percent", 14),
    )
    rows = [(one.label, *one.counts, one.share_certified, one.share_moved_up) for one in found]
    seen = (
        f"Phạm vi: {request.actor.agency.name}",
        f"Năm {filters.year or 'mọi năm'}; cấp {filters.level or 'mọi cấp'}; lập ngày {format_date(today())}",
    )
    content = workbook(
        [
            Sheet(
                "Bình chọn",
                "Thống kê bình chọn sản phẩm công nghiệp nông thôn tiêu biểu",
                columns,
                rows,
                seen,
                totals=(total.label, *total.counts, total.share_certified, total.share_moved_up),
            )
        ]
    )
    with transaction.atomic():
        record(
            action="competition.statistics_export",
            by=request.actor,
            subject=request.actor.agency,
            thread=request.actor.agency.thread,
            after={"theo": filters.by, "năm": filters.year, "cấp": filters.level},
        )
    return take_away(content, f"thong-ke-binh-chon-{today():%Y%m%d}.xlsx")
