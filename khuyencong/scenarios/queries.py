"""Which scenarios there are, and what each comes to; the number of queries does not grow with them."""

from __future__ import annotations

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from khuyencong.people.actors import Actor
from khuyencong.programmes.models import AnnualPlan
from khuyencong.scenarios.models import Scenario


def scenarios_of(plan: AnnualPlan) -> QuerySet[Scenario]:
    """The scenarios of a plan with `taken` (how many are chosen), `given` and `cut` (đồng), in one query."""
    chosen = Q(choices__chosen=True)
    return (
        Scenario.objects.filter(plan=plan)
        .select_related("created_by", "adopted_by")
        .annotate(
            taken=Count("choices", filter=chosen),
            given=Coalesce(Sum("choices__amount", filter=chosen), 0),
            cut=Coalesce(Sum(F("choices__asked") - F("choices__amount"), filter=chosen), 0),
            people=Coalesce(Sum("choices__people", filter=chosen), 0),
        )
        .order_by("pk")
    )


def visible_scenarios(actor: Actor) -> QuerySet[Scenario]:
    """The scenarios that the actor may open, with what their pages show."""
    return Scenario.objects.visible_to(actor).select_related("plan__agency__province", "created_by", "adopted_by")
