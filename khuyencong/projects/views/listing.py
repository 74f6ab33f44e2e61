"""The list of đề án."""

from __future__ import annotations

from django.db.models import Sum
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from khuyencong.core.pages import page_of
from khuyencong.people.permissions import Permission, allowed
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.projects.filters import ProjectFilter
from khuyencong.projects.models import EstimateLine, Project

PAGE_SIZE = 50


@opens_to(Permission.PROJECT_VIEW)
@require_safe
def project_list(request: ActorRequest) -> HttpResponse:
    """The đề án that I may know of, with search, filters in the URL and sums of all that was found."""
    visible = Project.objects.visible_to(request.actor)
    found = ProjectFilter(request.GET, actor=request.actor, queryset=visible)
    shown = Project.objects.with_money().select_related("implementing_unit", "province", "province__current")
    page = page_of(found.qs, shown=shown, number=request.GET.get("page"), size=PAGE_SIZE)
    sums = EstimateLine.objects.filter(project__in=found.qs.order_by().values("pk")).aggregate(
        total=Sum("total"), support=Sum("support"), counterpart=Sum("counterpart")
    )
    context = {
        "page": page,
        "filter": found,
        "sums": {name: value or 0 for name, value in sums.items()},
        "may_judge": allowed(request.actor, Permission.DOSSIER_JUDGE),
        "may_create": allowed(request.actor, Permission.PROJECT_EDIT),
        "filtered": any(request.GET.get(name) for name in found.form.fields),
    }
    return render(request, "projects/list.html", context)
