"""What the lists of works show; the conditions behind each figure stand in `figures.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q

from khuyencong.outreach.calendar import next_month
from khuyencong.outreach.models import Work, WorkKind, WorkState
from khuyencong.outreach.models.works import WorkQuerySet
from khuyencong.people.actors import Actor
from khuyencong.projects.models import Project
from khuyencong.projects.states import ProjectState

LONGEST = 200
INFORMING = ("information", "database_website")


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; it lives in the URL. What cannot be read counts as not asked."""

    year: int | None = None
    kind: str = ""
    state: str = ""
    text: str = ""
    project: str = ""

    @property
    def is_narrow(self) -> bool:
        return bool(self.year or self.kind or self.state or self.text or self.project)


def read_filters(asked: Mapping[str, Any]) -> Filters:
    """The filters of a query string."""
    kind, state, year = asked.get("kind", ""), asked.get("state", ""), asked.get("year", "")
    return Filters(
        year=int(year) if year.isascii() and year.isdigit() and len(year) == 4 and 1990 <= int(year) <= 2100 else None,  # noqa: PLR2004  # years of the programme
        kind=kind if kind in WorkKind.values else "",
        state=state if state in WorkState.values else "",
        text=asked.get("q", "")[:LONGEST],
        project=asked.get("de-an", "").replace("\x00", "")[:LONGEST],
    )


def works_for(actor: Actor, filters: Filters) -> WorkQuerySet:
    """The works that the list shows, by the day of publication or the one planned, the latest first."""
    found = Work.objects.visible_to(actor).search(filters.text)
    if filters.year:
        found = found.filter(Q(published_on__year=filters.year) | Q(published_on=None, planned_on__year=filters.year))
    if filters.kind:
        found = found.filter(kind=filters.kind)
    if filters.state:
        found = found.filter(state=filters.state)
    if filters.project:
        found = found.filter(project__code=filters.project)
    return found.with_names().order_by("-planned_on", "-pk")


def works_of_month(actor: Actor, first: date) -> WorkQuerySet:
    """What stands in the calendar between the Monday before and the Sunday after the month; one query."""
    start, end = first - timedelta(days=6), next_month(first) + timedelta(days=6)
    days = Q(published_on__range=(start, end)) | Q(published_on=None, planned_on__range=(start, end))
    rows = Work.objects.visible_to(actor).filter(days).exclude(state=WorkState.DROPPED)
    return rows.with_names().order_by("planned_on", "pk")


def projects_to_inform(actor: Actor) -> list[Project]:
    """Running đề án of information that the actor's agency carries out or oversees; one query."""
    rows = Project.objects.visible_to(actor).filter(
        activity__in=INFORMING, state__in=[ProjectState.APPROVED, ProjectState.IN_PROGRESS, ProjectState.ACCEPTED]
    )
    own = Q(implementing_unit__in=actor.agency_ids) | Q(department__in=actor.agency_ids)
    return list(rows.filter(own).select_related("implementing_unit").order_by("-year", "-pk"))
