"""What is shown of adjustments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Case, Q, When

from khuyencong.adjustments.models import OPEN_STATES, Adjustment, AdjustmentQuerySet, AdjustmentState
from khuyencong.adjustments.states import steps_from
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import allowed
from khuyencong.projects.models import Project

MOST_WAITING = 200


def adjustments_for(actor: Actor, *, state: str = "", text: str = "") -> AdjustmentQuerySet:
    """Those that the actor may see: what is open first, then the newest; `state` and words of the đề án narrow it."""
    found = Adjustment.objects.visible_to(actor)
    if state:
        found = found.filter(state=state)
    if text.strip():
        found = found.filter(project__in=Project.objects.search(text).order_by())
    open_first = Case(When(state__in=OPEN_STATES, then=0), default=1)
    return with_project(found).order_by(open_first, "-pk")


def with_project(found: AdjustmentQuerySet) -> AdjustmentQuerySet:
    """With what an adjustment's page and permissions ask of its đề án, in the same query."""
    return found.select_related(
        "project__province__current",
        "project__province_before",
        "project__commune",
        "project__implementing_unit",
        "project__department",
        "project__funder",
        "project__plan",
        "created_by",
        "proposed_by",
        "opinion_by",
    )


@dataclass(frozen=True)
class Waiting:
    """An adjustment that waits for the actor, and for what."""

    adjustment: Adjustment
    label: str


def waiting_for(actor: Actor) -> list[Waiting]:
    """The adjustments whose next step is the actor's, the oldest first; one query, two where any is open."""
    own = actor.agency_ids
    mine = Project.objects.filter(Q(implementing_unit__in=own) | Q(department__in=own) | Q(funder__in=own)).holding()
    found = Adjustment.objects.visible_to(actor).filter(mine, state__in=OPEN_STATES).order_by("pk")
    # By their keys first: most days there is none, and a whole row has a dozen joins.
    first = list(found.values_list("pk", flat=True)[:MOST_WAITING])
    rows = with_project(Adjustment.objects.filter(pk__in=first)).order_by("pk") if first else []
    return [Waiting(one, label) for one in rows if (label := _awaited(one, actor))]


def _awaited(adjustment: Adjustment, actor: Actor) -> str:
    """The label of the step that waits for this actor; "" for none. Nobody answers what he or she has written."""
    for step in steps_from(adjustment):
        own = actor.user.pk in {adjustment.created_by_id, adjustment.proposed_by_id}
        if step.forward and allowed(actor, step.permission, adjustment):
            return "" if own and adjustment.state != AdjustmentState.DRAFT else step.label
    return ""


def open_one(adjustments: Sequence[Adjustment]) -> Adjustment | None:
    """The one that is not finished; there is one at most."""
    return next((one for one in adjustments if one.is_open), None)
