"""«Hiệu quả»: what đề án have come to, by any grouping, and the same as a file."""

from __future__ import annotations

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_safe

from khuyencong.audit.actions import record
from khuyencong.core.web import take_away
from khuyencong.effects.export import effects_workbook
from khuyencong.effects.filters import read_question
from khuyencong.effects.published import published_effects
from khuyencong.effects.table import table_of
from khuyencong.people.permissions import Permission
from khuyencong.people.web import ActorRequest, opens_to


@opens_to(Permission.REPORT_VIEW)
@require_safe
def effects(request: ActorRequest) -> HttpResponse:
    """The dashboard; every figure opens the sheets that it counts."""
    asked = read_question(request.GET, actor=request.actor)
    context = {
        "form": asked.form,
        "asked": asked,
        "table": table_of(asked) if asked.valid else None,
        "silent_url": asked.behind(status="silent") if asked.valid else "",
        "export_url": f"{reverse('effects_xlsx')}?{asked.query()}" if asked.valid else "",
        "published": published_effects(request.actor),
    }
    return render(request, "effects/dashboard.html", context, status=200 if asked.valid else 422)


@opens_to(Permission.REPORT_EXPORT)
@require_GET
def effects_xlsx(request: ActorRequest) -> HttpResponse:
    """The same table as a file. That somebody took it away is kept in the audit trail."""
    asked = read_question(request.GET, actor=request.actor)
    if not asked.valid:
        raise Http404("Điều kiện lọc trong địa chỉ không hợp lệ.")
    with transaction.atomic():
        content = effects_workbook(table_of(asked))
        record(
            action="effect.export",
            by=request.actor,
            subject=request.actor.agency,
            thread=request.actor.agency.thread,
            after={"thời điểm": asked.moment.label, "theo": asked.by},
        )
    return take_away(content, f"hieu-qua-{asked.on:%Y%m%d}.xlsx")
