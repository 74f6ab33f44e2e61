"""«Kiểm tra báo cáo»: paste or send a report, and see what in it cannot be true. Nothing is stored."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from khuyencong.core.components import Crumb
from khuyencong.core.errors import Refused
from khuyencong.core.web import SHOW_AND_ACT
from khuyencong.people.permissions import Permission, allowed
from khuyencong.people.web import ActorRequest, signed_in
from khuyencong.reportcheck.checking import check
from khuyencong.reportcheck.comparing import compare
from khuyencong.reportcheck.forms import ReportCheckForm
from khuyencong.reportcheck.shown import MOST_SHOWN, shown_claims, shown_contradictions

TITLE = "Kiểm tra báo cáo"


@signed_in
@require_http_methods(SHOW_AND_ACT)
def report_check(request: ActorRequest) -> HttpResponse:
    """The form, and below it what was found in the report that was sent."""
    bound = request.method == "POST"
    form = ReportCheckForm(request.POST if bound else None, request.FILES if bound else None, actor=request.actor)
    found = _found(request, form) if bound and form.is_valid() else None
    above = [Crumb("Kết quả", reverse("results"))] if allowed(request.actor, Permission.REPORT_VIEW) else []
    context = {"form": form, "crumbs": [*above, Crumb(TITLE)], **(found or {})}
    return render(request, "reportcheck/check.html", context, status=422 if bound and found is None else 200)


def _found(request: ActorRequest, form: ReportCheckForm) -> dict[str, Any] | None:
    """What the page shows of the report; None where it cannot be read, which the form then says."""
    try:
        report = check(form.document())
    except Refused as error:
        form.add_error(form.sent_as, str(error))
        return None
    context: dict[str, Any] = {
        "report": report,
        "contradictions": shown_contradictions(report),
        "claims": shown_claims(report),
        "more": max(0, len(report.claims) - MOST_SHOWN),
    }
    chosen = form.compared_with
    if chosen is not None:
        province, year = chosen
        result, rows = compare(request.actor, report.claims, province=province, year=year)
        context |= {"result": result, "year": str(year), "compared": rows}
    return context
