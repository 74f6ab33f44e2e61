"""The proposals of a plan in the order of priority, and the points by which this plan ranks them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from khuyencong.core.components import Crumb
from khuyencong.core.web import run
from khuyencong.finance import actions, queries
from khuyencong.finance.forms import WeightsForm
from khuyencong.finance.ranking import day_of, ranking, weights_of
from khuyencong.finance.web import TITLE
from khuyencong.law.priority import criteria
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.programmes.models import AnnualPlan, PlanState


@opens_to(Permission.REPORT_VIEW)
@require_safe
def plan_ranking(request: ActorRequest, pk: int) -> HttpResponse:
    """The đề án in the plan and those that could be added, each with the reasons for its place."""
    return _page(request, get_object_or_404(queries.visible_plans(request.actor), pk=pk))


@opens_to(Permission.PLAN_EDIT)
@require_POST
def plan_weights(request: ActorRequest, pk: int) -> HttpResponse:
    """Set the points of the criteria for this plan, or go back to the common ones; refused forms come back as typed."""
    found = get_object_or_404(queries.visible_plans(request.actor), pk=pk)
    require(request.actor, Permission.PLAN_EDIT, found)
    form = _form(found, request.POST)
    reset = "reset" in request.POST
    if reset:
        form = WeightsForm(request.POST, criteria=(), weights={})

    def act() -> None:
        actions.set_weights(
            plan_id=found.pk, version=form.cleaned_data["version"], by=request.actor, weights=form.weights
        )

    if form.is_valid() and run(form, act):
        messages.success(request, "Đã trở lại bảng điểm chung." if reset else "Đã lưu điểm của kế hoạch này.")
        return redirect("plan_ranking", pk=found.pk)
    return _page(request, found, form=form, status=422)


def _form(found: AnnualPlan, data: Any = None) -> WeightsForm:
    return WeightsForm(
        data, criteria=criteria(day_of(found)), weights=weights_of(found), initial={"version": found.version}
    )


def _page(
    request: ActorRequest, found: AnnualPlan, *, form: WeightsForm | None = None, status: int = 200
) -> HttpResponse:
    draft = found.state == PlanState.DRAFT
    result = ranking(found)
    free = queries.free_money(found) if draft else None
    if form is None and draft and allowed(request.actor, Permission.PLAN_EDIT, found):
        form = _form(found)
    context = {
        "plan": found,
        "draft": draft,
        "ranking": result,
        "rows": [(one, free is not None and not one.fits(free)) for one in result.ranked],
        "free": free,
        "criteria": [(one, result.weights[one.code]) for one in criteria(result.on)],
        "changed": bool(found.priority_weights),
        "form": form,
        "explain": "dien-giai" in request.GET,
        "crumbs": [
            Crumb(TITLE, f"{reverse('plans')}?year={found.year}&source={found.source}"),
            Crumb(found.title, reverse("plan", args=[found.pk])),
            Crumb("Xếp thứ tự ưu tiên"),
        ],
    }
    return render(request, "finance/ranking.html", context, status=status)
