"""What the pages of scenarios share: the way to them, and the plan as an actor may see it."""

from __future__ import annotations

from typing import Final

from django.shortcuts import get_object_or_404
from django.urls import reverse

from khuyencong.core.components import Crumb
from khuyencong.finance.queries import visible_plans
from khuyencong.finance.web import TITLE as PLANS
from khuyencong.people.web import ActorRequest
from khuyencong.programmes.models import AnnualPlan
from khuyencong.scenarios.models import Scenario
from khuyencong.scenarios.queries import visible_scenarios

TITLE: Final = "Phương án"


def plan_or_404(request: ActorRequest, pk: int) -> AnnualPlan:
    """The plan, in the scope of whoever asks."""
    return get_object_or_404(visible_plans(request.actor), pk=pk)


def scenario_or_404(request: ActorRequest, pk: int) -> Scenario:
    """The scenario, in the scope of whoever asks."""
    return get_object_or_404(visible_scenarios(request.actor), pk=pk)


def crumbs(plan: AnnualPlan, *more: Crumb) -> list[Crumb]:
    """The way to a page of scenarios; without `more` to their list."""
    way = [
        Crumb(PLANS, f"{reverse('plans')}?year={plan.year}&source={plan.source}"),
        Crumb(plan.title, reverse("plan", args=[plan.pk])),
    ]
    return [*way, Crumb(TITLE, reverse("scenarios", args=[plan.pk]) if more else ""), *more]
