"""The list of đề án."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET, require_safe

from khuyencong.audit.actions import record
from khuyencong.audit.kept import kept
from khuyencong.core.pages import page_of
from khuyencong.core.web import take_away
from khuyencong.people.permissions import Permission, allowed
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.projects.export import projects_workbook
from khuyencong.projects.filters import ProjectFilter
from khuyencong.projects.models import EstimateLine, Project

PAGE_SIZE = 50


@opens_to(Permission.REPORT_EXPORT)
@require_GET
def projects_xlsx(request: ActorRequest) -> HttpResponse:
    """All that the list has found with these filters, as a file; that somebody took it away is kept in the trail."""
    found = ProjectFilter(request.GET, actor=request.actor, queryset=Project.objects.visible_to(request.actor))
    count = found.qs.order_by().count()
    with transaction.atomic():
        content = projects_workbook(found.qs, count=count, by=request.actor)
        record(
            action="projects.export",
            by=request.actor,
            subject=request.actor.agency,
            thread=f"agency:{request.actor.agency.pk}",
            after={"số đề án": count, "bộ lọc": request.GET.urlencode()[:300]},
        )
    return take_away(content, "de-an.xlsx")


@opens_to(Permission.PROJECT_VIEW)
@require_safe
def project_list(request: ActorRequest) -> HttpResponse:
    """The đề án that I may know of, with search, filters in the URL and sums of all that was found."""
    actor = request.actor
    own = actor.user.pk if request.GET.get("mine") else None
    key = ("projects", actor.agency.pk, actor.role, own, request.GET.urlencode())
    context = {
        "body": kept(key, lambda: render_to_string("projects/list_body.html", _found(request), request)),
        "may_judge": allowed(actor, Permission.DOSSIER_JUDGE),
        "may_create": allowed(actor, Permission.PROJECT_EDIT),
    }
    return render(request, "projects/list.html", context)


def _found(request: ActorRequest) -> dict[str, Any]:
    """One page of the list, the sums of all pages, and the filter."""
    visible = Project.objects.visible_to(request.actor)
    found = ProjectFilter(request.GET, actor=request.actor, queryset=visible)
    shown = Project.objects.with_money().select_related("implementing_unit", "province", "province__current")
    page = page_of(found.qs, shown=shown, number=request.GET.get("page"), size=PAGE_SIZE)
    sums = EstimateLine.objects.filter(project__in=found.qs.order_by().values("pk")).aggregate(
        total=Sum("total"), support=Sum("support"), counterpart=Sum("counterpart")
    )
    return {
        "page": page,
        "filter": found,
        "sums": {name: value or 0 for name, value in sums.items()},
        "may_export": allowed(request.actor, Permission.REPORT_EXPORT),
        "filtered": any(request.GET.get(name) for name in found.form.fields),
    }
