"""«Theo kỳ»: plan and actual of a period, and the list of đề án behind each of its figures."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from khuyencong.core.components import Crumb
from khuyencong.core.pages import rows_of
from khuyencong.core.replicas import from_replica
from khuyencong.people.permissions import Permission
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.projects.models import Project
from khuyencong.reporting.comparing import compared
from khuyencong.reporting.envelopes import envelope_table
from khuyencong.reporting.figure_forms import Asked, narrowed_by, read_question
from khuyencong.reporting.figures import FIGURES, add_up, figure, lines_of, value_of
from khuyencong.reporting.tables import By, Tables, cells_of

PAGE = 100


@opens_to(Permission.REPORT_VIEW)
@from_replica
@require_safe
def period_tables(request: ActorRequest) -> HttpResponse:
    """Plan against actual of a period by activity, source, province, region and unit, with the year before beside it."""
    asked = read_question(request.actor, request.GET.dict())
    context: dict[str, Any] = {"form": asked.form, "crumbs": [Crumb("Kết quả", reverse("results")), Crumb("Theo kỳ")]}
    question = asked.question
    if question is None:
        return render(request, "reporting/period.html", context, status=422)
    tables = Tables(question, cells_of(question, actor=request.actor))
    shown = (By.ACTIVITY, By.SOURCE, By.UNIT, By.PROVINCE, By.REGION)
    context |= {
        "question": question,
        "narrowed": narrowed_by(question),
        "figures": FIGURES,
        "tables": [tables.table(by) for by in shown] if tables.cells else [],
        "compared": compared(question, tables.total().values, actor=request.actor),
        "envelopes": envelope_table(question, actor=request.actor),
    }
    return render(request, "reporting/period.html", context)


@opens_to(Permission.REPORT_VIEW)
@from_replica
@require_safe
def figure_list(request: ActorRequest) -> HttpResponse:
    """The đề án that one figure adds up, each with what it adds; their sum is the figure."""
    one = figure(request.GET.get("so-lieu", ""))
    asked: Asked = read_question(request.actor, request.GET.dict())
    if one is None or asked.question is None:
        raise Http404("Không có số liệu này.")
    question = asked.question
    lines = [line for line in lines_of(question, actor=request.actor) if value_of(line.values, one.code)]
    lines.sort(key=lambda line: (-value_of(line.values, one.code), line.project))
    page = Paginator(lines, PAGE).get_page(request.GET.get("page"))
    rows = Project.objects.select_related("province", "implementing_unit")
    projects = rows_of(rows, [line.project for line in page.object_list])
    shown = zip(projects, (value_of(line.values, one.code) for line in page.object_list), strict=True)
    context = {
        "figure": one,
        "question": question,
        "narrowed": narrowed_by(question),
        "page": page,
        "rows": list(shown),
        "count": len(lines),
        "sum": value_of(add_up(line.values for line in lines), one.code),
        "crumbs": [
            Crumb("Kết quả", reverse("results")),
            Crumb("Theo kỳ", question.address("period_tables")),
            Crumb(one.label),
        ],
    }
    return render(request, "reporting/figure_list.html", context)
