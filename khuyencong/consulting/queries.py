"""What the lists of jobs and clients show, and what the law allows for an advice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from khuyencong.consulting.models import Advice, BookingKind, Client, Job, JobKind, JobState
from khuyencong.core.money import MAX_DONG
from khuyencong.finance.ledger import approved_by_beneficiary
from khuyencong.law.support import CalculationSheet, payable_at_acceptance
from khuyencong.law.values import Norm
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency
from khuyencong.projects.models import Project
from khuyencong.projects.recalculation import stored_sheets

LONGEST = 200
LARGEST_KEY = 10
FIRST_YEAR, LAST_YEAR = 1990, 2100


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; it lives in the URL. What cannot be read counts as not asked."""

    year: int | None = None
    kind: str = ""
    state: str = ""
    text: str = ""
    agency: int | None = None

    @property
    def is_narrow(self) -> bool:
        return bool(self.year or self.kind or self.state or self.text or self.agency)


def read_filters(asked: Mapping[str, Any]) -> Filters:
    """The filters of a query string."""
    kind, state = asked.get("kind", ""), asked.get("state", "")
    return Filters(
        year=_year(asked.get("year", "")),
        kind=kind if kind in JobKind.values else "",
        state=state if state in JobState.values else "",
        text=asked.get("q", "")[:LONGEST],
        agency=_number(asked.get("agency", "")),
    )


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < LARGEST_KEY else None


def _year(text: str) -> int | None:
    """A year that a day of a job can lie in; anything else counts as not asked."""
    year = _number(text)
    return year if year is not None and FIRST_YEAR <= year <= LAST_YEAR else None


def jobs_for(actor: Actor, filters: Filters) -> QuerySet[Job]:
    """The jobs that the list shows, the latest first; `invoiced` in đồng beside each."""
    found = Job.objects.visible_to(actor).search(filters.text)
    if filters.year:
        year = filters.year
        found = found.filter(Q(offered_on__year=year) | Q(signed_on__year=year) | Q(done_on__year=year))
    if filters.kind:
        found = found.filter(kind=filters.kind)
    if filters.state:
        found = found.filter(state=filters.state)
    if filters.agency:
        found = found.filter(agency=filters.agency)
    standing = Q(bookings__kind=BookingKind.INVOICE, bookings__taken_back_on__isnull=True)
    return (
        found.select_related("client", "agency", "in_charge")
        .annotate(invoiced=Sum("bookings__amount", filter=standing))
        .order_by("-offered_on", "-pk")
    )


def consulting_agencies(actor: Actor) -> list[Agency]:
    """Whose jobs the actor may see; one query."""
    keys = Job.objects.visible_to(actor).order_by().values("agency")
    return list(Agency.objects.filter(pk__in=keys).order_by("sort_key"))


def clients_for(actor: Actor, text: str) -> QuerySet[Client]:
    """Clients whose name has every word; with the number of their jobs in `count`."""
    found = Client.objects.visible_to(actor).search(text)
    return found.select_related("agency").annotate(count=Count("jobs")).order_by("name", "pk")


@dataclass(frozen=True)
class Allowed:
    """What khuyến công may pay for the consulting to one establishment, beside what was recorded; đồng, None = unknown.

    `unknown`: how many of its consultings have no cost yet, so that nothing follows from the sum.
    """

    norm: Norm | None
    recorded_cost: int
    unknown: int
    by_cost: int | None
    approved: int

    @property
    def exceeds(self) -> bool:
        """Whether more was approved than the cost recorded so far would carry."""
        return not self.unknown and self.by_cost is not None and self.approved > self.by_cost


@dataclass(frozen=True)
class Cost:
    """What the consulting to one establishment cost, as far as it is known, in đồng, and how often it is not known."""

    amount: int = 0
    unknown: int = 0


def allowed_by_beneficiary(project: Project, costs: Mapping[int, Cost]) -> dict[int, Allowed]:
    """By the frozen calculations of the đề án: the norm of each, applied to what the consulting really cost.

    As an acceptance will reckon it (`payable_at_acceptance`). Without a frozen calculation (a record of the past) no norm is
    named. Two queries, however many beneficiaries there are.
    """
    sheets = {one.beneficiary_id: one.calculation for one in stored_sheets(project)}
    approved = approved_by_beneficiary(project)
    return {key: _allowed(sheets.get(key), cost, approved.get(key, 0)) for key, cost in costs.items()}


def _allowed(frozen: CalculationSheet | None, cost: Cost, approved: int) -> Allowed:
    norm = frozen.norm if frozen else None
    if norm is None or not norm.has_numbers or not cost.amount:
        return Allowed(norm, cost.amount, cost.unknown, None, approved)
    payable = payable_at_acceptance(approved=MAX_DONG, accepted_cost=cost.amount, already=0, sheet=frozen)
    return Allowed(norm, cost.amount, cost.unknown, payable.amount, approved)


def advice_of(project: Project) -> list[Advice]:
    """What stands recorded for one đề án, with its files; two queries."""
    rows = project.advice.standing().select_related("beneficiary__establishment", "project")
    return list(rows.prefetch_related("files"))


def costs_of(rows: Iterable[Advice]) -> dict[int, Cost]:
    """What these cost by beneficiary, in order of first appearance. No query."""
    found: dict[int, Cost] = {}
    for one in rows:
        before = found.get(one.beneficiary_id, Cost())
        found[one.beneficiary_id] = Cost(before.amount + (one.cost or 0), before.unknown + (one.cost is None))
    return found


def latest_years(actor: Actor, on: date) -> list[int]:
    """The years that the report offers: this one, and those before it with contracts."""
    first = Job.objects.visible_to(actor).order_by("offered_on").values_list("offered_on__year", flat=True).first()
    return list(range(on.year, min(first or on.year, on.year) - 1, -1))
