"""«Việc của tôi»: what waits for one actor, by deadline."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, When

from khuyencong.core.dates import today
from khuyencong.core.keys import keys
from khuyencong.deadlines.due import HEADINGS, last_day_of, urgency
from khuyencong.desk.steps import Money, Offer, deadline, offers
from khuyencong.finance.ledger import Balance, balances
from khuyencong.finance.models import OPEN_PAYMENTS, ContractPart, LedgerEntry, Payment
from khuyencong.finance.settlement_days import deadlines_of
from khuyencong.intake.models import Registration, SupportRequest
from khuyencong.intake.queries import waiting_registrations, waiting_requests
from khuyencong.law.deadlines import Deadline
from khuyencong.monitoring.queries import standings
from khuyencong.normbook.queries import Waiting, waiting_for
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency
from khuyencong.places.models import Province
from khuyencong.projects.models import TEXT_FIELDS, Project
from khuyencong.projects.states import AT_REST, ProjectState

MOST_TASKS = 100  # on one page
MOST_OPEN = 200  # looked at for it; where an agency has more, the page says so
ENDING = frozenset({ProjectState.ACCEPTED, ProjectState.STOPPED})


@dataclass(frozen=True)
class Task:
    """One project that waits for the actor, with its one next action."""

    project: Project
    offer: Offer
    deadline: Deadline | None
    overdue: bool
    mine: bool = False  # the actor is in charge of it


@dataclass(frozen=True)
class OpenWork:
    """The projects of an agency that are not at rest, and the money of each; read once for everything on a page."""

    projects: Sequence[Project]
    money: Mapping[int, Money]
    is_cut: bool = False  # there are more, which nobody has looked at


def open_work(actor: Actor, *, on: date | None = None) -> OpenWork:
    """The projects in which the actor's agency has a part, those in the actor's charge first; constant queries.

    Looks at the actor's own agency and those it succeeded: a project waits for an agency, not for everybody who may
    see it.
    """
    own = actor.agency_ids
    mine = Q(implementing_unit__in=own) | Q(department__in=own) | Q(funder__in=own) | Q(payer__in=own)
    in_charge = Case(When(in_charge=actor.user.pk, then=0), default=1, output_field=IntegerField())
    waiting = Project.objects.visible_to(actor).filter(mine).exclude(state__in=AT_REST)
    # Sorted by their keys alone: whole rows of ten thousand would be carried through the sorting.
    first = list(waiting.order_by(in_charge, "-year", "pk").values_list("pk", flat=True)[: MOST_OPEN + 1])
    is_cut, first = len(first) > MOST_OPEN, first[:MOST_OPEN]
    whole = Project.objects.filter(pk__in=keys(first)).select_related("plan").defer(*TEXT_FIELDS, "haystack")
    rows = {one.pk: one for one in whole.order_by()}
    projects = [rows[key] for key in first]
    _share(projects, Agency.objects.all(), "implementing_unit", "department", "funder", "payer")
    _share(projects, Province.objects.select_related("current"), "province")
    return OpenWork(projects, money_of(projects, on=on), is_cut)


def _share(projects: Sequence[Project], rows: QuerySet[Any], *fields: str) -> None:
    """Give each đề án what these fields name, every row read and made once for all of them; one query."""
    known = rows.in_bulk({key for one in projects for name in fields if (key := vars(one)[f"{name}_id"])})
    for one in projects:
        for name in fields:
            key = vars(one)[f"{name}_id"]
            setattr(one, name, known[key] if key else None)


def tasks(actor: Actor, work: OpenWork | None = None) -> list[Task]:
    """The projects that wait for this actor: those in the actor's charge first, then the most urgent.

    `work`: what `open_work` gave, where a page has read it already; no query then.
    """
    found = list(_waiting(actor, work or open_work(actor)))
    found.sort(key=lambda task: (not task.mine, task.deadline.on if task.deadline else date.max, task.project.pk))
    return found


@dataclass(frozen=True, slots=True)
class TaskGroup:
    """Tasks of one urgency."""

    title: str
    tasks: Sequence[Task]


def by_urgency(found: Sequence[Task], on: date) -> list[TaskGroup]:
    """The same tasks under «Quá hạn», «Trong tuần này», «Sau tuần này», «Không có hạn»; their order is kept."""
    groups: dict[str, list[Task]] = {heading: [] for heading in HEADINGS}
    for task in found:
        groups[urgency(last_day_of(task.deadline), on, overdue=task.overdue)].append(task)
    return [TaskGroup(heading, group) for heading, group in groups.items() if group]


@dataclass(frozen=True)
class Counter:
    """What owners have brought to the counter and waits for the actor."""

    registrations: list[Registration]
    requests: list[SupportRequest]

    @property
    def has_any(self) -> bool:
        return bool(self.registrations or self.requests)


def counter_tasks(actor: Actor) -> Counter:
    """Owners who wait to be let in, and requests for support, the oldest first; two queries, none for other roles."""
    return Counter(waiting_registrations(actor), waiting_requests(actor))


def norm_tasks(actor: Actor) -> list[Waiting]:
    """The entered documents that wait for this actor: to be confirmed, or to be put right; two queries at most.

    The law sets no deadline for them; they stand in the order in which they came.
    """
    return waiting_for(actor)[:MOST_TASKS]


def _waiting(actor: Actor, work: OpenWork) -> Iterable[Task]:
    money, on = work.money, today()
    for project in work.projects:
        offer = next(
            (one for one in offers(actor, project, money[project.pk]) if one.main and one.blocked is None), None
        )
        if offer is None:
            continue
        due = deadline(project, money[project.pk], offer.key, on=on)
        mine = project.in_charge_id == actor.user.pk
        yield Task(project, offer, due, overdue=bool(due and due.is_missed(on)), mine=mine)


def money_of(projects: Sequence[Project], *, on: date | None = None) -> dict[int, Money]:
    """What the ledger and the monthly reports say of each project on a day (today), in seven queries for all of them."""
    found = [project.pk for project in projects]
    sums = balances(LedgerEntry.objects.filter(project__in=keys(found)), "project_id")
    settle_by = deadlines_of([project for project in projects if project.state in ENDING])
    parts = {
        one.project_id: one for one in ContractPart.objects.filter(project__in=keys(found)).select_related("contract")
    }
    waiting = {
        one.project_id: one
        for one in Payment.objects.filter(project__in=keys(found), state__in=OPEN_PAYMENTS).select_related(
            "prepared_by"
        )
    }
    reports = standings(projects, on=on or today())
    return {
        key: Money(sums.get(key, Balance()), parts.get(key), waiting.get(key), reports[key], settle_by.get(key))
        for key in found
    }
