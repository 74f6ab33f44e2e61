"""Beginning a đề án with what an earlier one says."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from khuyencong.core.dates import today
from khuyencong.core.finding import LONGEST_QUESTION
from khuyencong.core.web import SHOW_AND_ACT, run
from khuyencong.people.permissions import Permission
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.projects import actions
from khuyencong.projects.forms import CopyForm
from khuyencong.projects.guide import steps
from khuyencong.projects.models import Project
from khuyencong.projects.web import editable_or_404, to_step

PER_PAGE = 25


@opens_to(Permission.PROJECT_EDIT)
@require_safe
def project_copies(request: ActorRequest) -> HttpResponse:
    """The đề án of my unit that a new one may begin with, the latest year first."""
    asked = request.GET.get("tim", "")[:LONGEST_QUESTION]
    found = Project.objects.visible_to(request.actor).filter(implementing_unit__in=request.actor.agency_ids)
    if asked.strip():
        found = found.search(asked)
    page = Paginator(found.order_by("-year", "-pk"), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "projects/copies.html", {"page": page, "asked": asked})


@opens_to(Permission.PROJECT_EDIT)
@require_http_methods(SHOW_AND_ACT)
def project_copy(request: ActorRequest, code: str) -> HttpResponse:
    """Name the copy and its year; then write it step by step."""
    source = editable_or_404(request.actor, code)
    initial = {"name": source.name, "year": max(source.year + 1, today().year)}
    form = CopyForm(request.POST or None, initial=initial)
    made: list[Project] = []

    def act() -> None:
        made.append(
            actions.copy_project(
                source_id=source.pk,
                by=request.actor,
                creation_key=form.cleaned_data["creation_key"],
                name=form.cleaned_data["name"],
                year=form.cleaned_data["year"],
            )
        )

    if request.method == "POST" and form.is_valid() and run(form, act):
        messages.success(request, f"Đã chép {source.code} thành {made[0].code}. Hãy sửa lại từng bước.")
        return to_step(made[0], steps.GENERAL)
    context = {"form": form, "project": source}
    return render(request, "projects/copy.html", context, status=422 if request.method == "POST" else 200)
