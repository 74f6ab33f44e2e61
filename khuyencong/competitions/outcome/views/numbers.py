"""Statistics of competitions, as published results give them."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_safe

from khuyencong.audit.actions import record
from khuyencong.competitions.models import Round
from khuyencong.competitions.outcome.statistics import BY, COLUMNS, lines, read_stat_filters
from khuyencong.competitions.web import TITLE
from khuyencong.core.components import Crumb
from khuyencong.core.dates import format_date, today
from khuyencong.core.web import take_away
from khuyencong.documents.excel import Column, Sheet, workbook
from khuyencong.establishments.models import CertificateLevel
from khuyencong.people.permissions import Permission
from khuyencong.people.web import ActorRequest, opens_to


@opens_to(Permission.REPORT_VIEW)
@require_safe
def statistics(request: ActorRequest) -> HttpResponse:
    """Products and certificates by group, level, year or place; the address keeps what was asked."""
    filters = read_stat_filters(request.GET.dict())
    found, total = lines(request.actor, filters)
    context = {
        "filters": filters,
        "first": BY[filters.by][0],
        "columns": COLUMNS,
        "lines": found,
        "total": total,
        "ways": [(key, label) for key, (label, _) in BY.items()],
        "levels": CertificateLevel.choices,
        "years": list(
            Round.objects.visible_to(request.actor).order_by("-year").values_list("year", flat=True).distinct()
        ),
        "export_url": f"{reverse('award_statistics_xlsx')}?{request.GET.urlencode()}",
        "crumbs": [Crumb(TITLE, reverse("competitions")), Crumb("Thống kê")],
    }
    return render(request, "competitions/outcome/statistics.html", context)


@opens_to(Permission.REPORT_EXPORT)
@require_GET
def statistics_xlsx(request: ActorRequest) -> HttpResponse:
    """The same table as a file."""
    filters = read_stat_filters(request.GET.dict())
    found, total = lines(request.actor, filters)
    columns = (
        Column(BY[filters.by][0], width=40),
        *(Column(name, "int", 14) for name in COLUMNS),
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
