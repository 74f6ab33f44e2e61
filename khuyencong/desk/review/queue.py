"""The đề án that wait for one appraiser, the most urgent first, and what the law says of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import Q
from django.urls import reverse

from khuyencong.appraisal.models import Level
from khuyencong.core.dates import today
from khuyencong.core.findings import Blocker, Finding, NeedsApproval
from khuyencong.desk.steps import Money, deadline
from khuyencong.law.deadlines import Deadline
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import allowed
from khuyencong.projects.door import written_among
from khuyencong.projects.models import Project, ProjectQuerySet
from khuyencong.projects.states import TRANSITIONS, permission_of
from khuyencong.projects.support import Reckoning, reckon_all

SHOWN = ("province__current", "province_before", "implementing_unit", "department", "funder")
# What the order of the queue is made of; the rest of a row is read for one page only.
ORDERED_BY = ("pk", "year", "route", "source", "state", "submitted_on")


def level_of(actor: Actor) -> Level:
    """At which level this actor's agency appraises (TT 36/2013 Đ8)."""
    return Level.CENTRAL if actor.is_national else Level.BASE


def step_of(level: Level) -> str:
    """The step of the transition table that the queue of a level waits for."""
    return f"{level}_agree"


def waiting_for(actor: Actor) -> ProjectQuerySet:
    """The đề án that this actor's agency is to appraise now; none for roles that appraise nothing."""
    step = step_of(level_of(actor))
    if not allowed(actor, permission_of(step)):
        return Project.objects.none()
    ready = Q(pk__in=[])
    for row in TRANSITIONS:
        if row.name == step:
            ready |= Q(state=row.source, route__in=row.routes)
    mine = Q(funder__in=actor.agency_ids) if actor.is_national else Q(department__in=actor.agency_ids)
    return Project.objects.visible_to(actor).filter(ready, mine)


def in_order(projects: ProjectQuerySet, level: Level, *, on: date) -> list[int]:
    """The keys by deadline, then by how long they have waited; those without a deadline come last. One query."""
    known: dict[tuple[int, str, date | None], date] = {}
    rows = []
    for project in projects.order_by().only(*ORDERED_BY):
        alike = project.year, project.route, project.submitted_on
        if alike not in known:
            due = _due(project, level, on)
            known[alike] = due.on if due else date.max
        rows.append((known[alike], project.submitted_on or date.max, project.pk))
    return [pk for _, _, pk in sorted(rows)]


def _due(project: Project, level: Level, on: date) -> Deadline | None:
    return deadline(project, Money(), f"appraise_{level}", on=on)


@dataclass(frozen=True)
class QueueRow:
    """One đề án of the queue beside the law of today. `own`: the actor had a hand in it and cannot judge it."""

    project: Project
    level: Level
    deadline: Deadline | None
    overdue: bool
    days: int | None  # since it was submitted
    reckoning: Reckoning
    own: bool

    @property
    def url(self) -> str:
        """The page on which this one is judged."""
        return reverse("project_appraise", args=[self.project.code, self.level])

    @property
    def asked(self) -> int:
        """Support asked for, in đồng."""
        return sum(one.share.asked for one in self.reckoning.sheets)

    @property
    def allowed(self) -> int | None:
        """What the law of today allows at most, in đồng; None where a part of it has no number."""
        parts = [one.sheet.allowed for one in self.reckoning.sheets]
        known = [part for part in parts if part is not None]
        return sum(known) if known and len(known) == len(parts) else None

    @property
    def returned(self) -> int:
        """How often it was sent back before."""
        return max(self.project.submission - 1, 0)

    @cached_property
    def findings(self) -> list[Finding]:
        """What the law has found, the gravest first."""
        return sorted(self.reckoning.findings, key=_gravity)

    @property
    def blockers(self) -> int:
        return self._count(Blocker)

    @property
    def to_confirm(self) -> int:
        return self._count(NeedsApproval)

    @property
    def is_clean(self) -> bool:
        """Whether nothing has to be decided on but the five points: what a decision for several needs."""
        return not (self.own or self.blockers or self.to_confirm)

    def _count(self, kind: type[Finding]) -> int:
        return sum(isinstance(one, kind) for one in self.findings)


def _gravity(finding: Finding) -> int:
    order: tuple[type[Finding], ...] = (Blocker, NeedsApproval)
    return next((place for place, kind in enumerate(order) if isinstance(finding, kind)), len(order))


def rows_of(keys: Sequence[int], actor: Actor) -> list[QueueRow]:
    """These đề án of the queue with the law's answers, in the order of the keys; as many queries as for one."""
    on, level = today(), level_of(actor)
    found = waiting_for(actor).select_related(*SHOWN).in_bulk(keys)
    projects = [found[key] for key in keys if key in found]
    if not projects:
        return []
    reckoned, own = reckon_all(projects, on=on, seen_by=actor), written_among(projects, actor)
    rows = []
    for project in projects:
        due = _due(project, level, on)
        rows.append(
            QueueRow(
                project=project,
                level=level,
                deadline=due,
                overdue=bool(due and due.is_missed(on)),
                days=(on - project.submitted_on).days if project.submitted_on else None,
                reckoning=reckoned[project.pk],
                own=project.pk in own,
            )
        )
    return rows
