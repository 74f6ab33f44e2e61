"""Đề án that were settled and should be looked at again: does what was supported still serve its purpose?"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Subquery

from khuyencong.finance.models import EntryKind, LedgerEntry
from khuyencong.inspections.models import AfterCare, Visit
from khuyencong.people.actors import Actor
from khuyencong.programmes.models import FundingSource
from khuyencong.projects.models import Project, ProjectQuerySet
from khuyencong.projects.states import ProjectState

ARTICLE = "TT 36/2013 Đ12.5, Đ21.1"


def inspected_by(actor: Actor) -> ProjectQuerySet:
    """The đề án that the actor's agency may inspect: the Cục those with national money, a Sở those of its province."""
    found = Project.objects.visible_to(actor)
    return found.filter(source=FundingSource.NATIONAL) if actor.is_national else found


def to_look_at_again(actor: Actor, setting: AfterCare, on: date) -> Any:
    """Those settled in one of the years that the agency set, and not visited after settlement in the year of `on`.

    Each has `settled_on` and `seen_on` (the last visit after it, None for none). Nothing where no number of years is set.
    """
    settled = LedgerEntry.objects.filter(project=OuterRef("pk"), kind=EntryKind.SETTLED).order_by("-on", "-pk")
    rows = (
        inspected_by(actor).filter(state=ProjectState.SETTLED).annotate(settled_on=Subquery(settled.values("on")[:1]))
    )
    if setting.years is None:
        return rows.none()
    first = date(on.year - setting.years, 1, 1)
    later = Visit.objects.filter(inspection__project=OuterRef("pk"), visited_on__gt=OuterRef("settled_on"))
    return (
        rows.filter(settled_on__gte=first, settled_on__lt=date(on.year, 1, 1))
        .filter(~Exists(later.filter(visited_on__year=on.year)))
        .annotate(seen_on=Subquery(later.order_by("-visited_on").values("visited_on")[:1]))
    )
