"""«Tổng quan»: one page for whoever leads, and the lists behind its marks."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from khuyencong.core.components import Crumb
from khuyencong.core.dates import today
from khuyencong.core.pages import page_of
from khuyencong.core.replicas import from_replica
from khuyencong.dashboards.board import board_of
from khuyencong.dashboards.chosen import behind
from khuyencong.people.permissions import Permission
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.programmes.models import Programme
from khuyencong.projects.models import Project
from khuyencong.reporting.activities import totals
from khuyencong.reporting.figure_forms import narrowed_by, read_question

PAGE = 50


@opens_to(Permission.REPORT_VIEW)
@from_replica
@require_safe
def board(request: ActorRequest) -> HttpResponse:
    """The dashboard of what the actor's agency counts, or of a part of it."""
    asked = read_question(request.actor, request.GET.dict())
    context: dict[str, Any] = {"form": asked.form}
    if asked.question is None:
        return render(request, "dashboards/board.html", context, status=422)
    year = asked.question.period.year
    programmes = Programme.objects.visible_to(request.actor).filter(first_year__lte=year, last_year__gte=year)
    context |= {
        "question": asked.question,
        "narrowed": narrowed_by(asked.question),
        "board": board_of(asked.question, request.actor),
        "others": totals(asked.question, actor=request.actor),
        "others_url": asked.question.address("activity_tables"),
        "programmes": programmes.order_by("first_year", "pk"),
    }
    return render(request, "dashboards/board.html", context)


@opens_to(Permission.REPORT_VIEW)
@from_replica
@require_safe
def board_list(request: ActorRequest) -> HttpResponse:
    """The đề án that a mark counts."""
    question = read_question(request.actor, request.GET.dict()).question
    mark, value = request.GET.get("muc", ""), request.GET.get("gia-tri", "")
    found = behind(mark, value, question, request.actor, today()) if question is not None else None
    if question is None or found is None:
        raise Http404("Không có số liệu này.")
    title, rows = found
    shown = Project.objects.select_related("province", "implementing_unit")
    context = {
        "title": title,
        "question": question,
        "narrowed": narrowed_by(question),
        "all_years": mark == "han",
        "page": page_of(rows.order_by("-year", "-pk"), shown=shown, number=request.GET.get("page"), size=PAGE),
        "crumbs": [Crumb("Tổng quan", question.address("board")), Crumb(title)],
    }
    return render(request, "dashboards/list.html", context)
