"""Mẫu số 1 of a đề án, to be printed."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from khuyencong.core.components import Paper
from khuyencong.core.dates import today
from khuyencong.people.permissions import Permission
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.projects.web import crumbs_to, project_or_404
from khuyencong.projects.years import lines_by_year, sums_of


@opens_to(Permission.PROJECT_VIEW)
@require_safe
def estimate_paper(request: ActorRequest, code: str) -> HttpResponse:
    """The estimate by year, with sums and the total in words; six queries, whatever the number of lines."""
    project = project_or_404(request.actor, code)
    lines = list(project.lines.select_related("beneficiary__establishment", "quotation"))
    unit = project.implementing_unit
    heading = Paper(
        organ=unit.name_on(today()),
        organ_above=unit.parent.name_on(today()) if unit.parent else "",
        place=unit.province.short_name if unit.province else "……………",
        on=today(),
        title="Dự toán kinh phí",
        subtitle=project.name,
    )
    context = {
        "project": project,
        "heading": heading,
        "years": [(year, rows, sums_of(rows)) for year, rows in lines_by_year(project, lines).items() if rows],
        "totals": sums_of(lines),
        "crumbs": crumbs_to(project, "Dự toán để in", "du-toan"),
    }
    return render(request, "projects/estimate_paper.html", context)
