"""The plan of a year as its decisions made it: how it stood on any day, and what differs between two days.

Nothing is stored for this: every approval and every change of one is a dated row of the ledger that names its decision.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q, Value
from django.db.models.functions import Concat

from khuyencong.finance.models import EntryKind, LedgerEntry
from khuyencong.programmes.models import AnnualPlan
from khuyencong.projects.models import Project

SIGNS: dict[str, int] = {EntryKind.APPROVED: 1, EntryKind.REDUCED: -1, EntryKind.RELEASED: -1}


@dataclass(frozen=True, slots=True)
class Change:
    """What one decision did to one đề án: đồng, negative where support was taken back."""

    project_id: int
    amount: int


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision of the year's plan, with what it changed."""

    on: date
    document: str
    changes: tuple[Change, ...]

    @property
    def amount(self) -> int:
        """What the decision added to the plan, in đồng; negative where it took away."""
        return sum(one.amount for one in self.changes)


@dataclass(frozen=True, slots=True)
class Difference:
    """One đề án in two states of the plan; None: not in it."""

    project: Project
    before: int | None
    after: int | None

    @property
    def amount(self) -> int:
        return (self.after or 0) - (self.before or 0)

    @property
    def what(self) -> str:
        """In one word what happened between the two days; "" where nothing did."""
        if self.before is None:
            return "thêm"
        if self.after is None:
            return "bỏ"
        return "tăng" if self.amount > 0 else "giảm" if self.amount < 0 else ""


def decisions_of_year(plan: AnnualPlan) -> tuple[Decision, ...]:
    """Every decision about the money of the plan's agency, year and source, in all rounds, in their order; one query.

    What a settlement leaves over is no change of the plan: it was approved and simply not needed.
    """
    rows = (
        LedgerEntry.objects.filter(
            Q(project__funder=plan.agency_id) | Q(project__funder__successor=plan.agency_id),
            envelope__year=plan.year,
            envelope__source=plan.source,
            kind__in=SIGNS,
        )
        .exclude(kind=EntryKind.RELEASED, document=Concat(Value("Quyết toán "), F("project__settlement__number")))
        .order_by("on", "pk")
        .values_list("on", "document", "project_id", "kind", "amount")
    )
    # Of one day in the order in which they were entered.
    sums: dict[tuple[date, str], dict[int, int]] = {}
    for on, document, project, kind, amount in rows:
        of_decision = sums.setdefault((on, document), {})
        of_decision[project or 0] = of_decision.get(project or 0, 0) + SIGNS[kind] * amount
    found = []
    for (on, document), amounts in sums.items():
        changes = tuple(Change(key, amount) for key, amount in amounts.items() if amount)
        if changes:
            found.append(Decision(on, document, changes))
    return tuple(found)


def plan_on(decisions: Iterable[Decision], day: date) -> dict[int, int]:
    """Support by đề án (key) as the decisions up to and on `day` left it, in đồng; who lost all of it is not in it."""
    state: dict[int, int] = {}
    for decision in decisions:
        if decision.on <= day:
            for one in decision.changes:
                state[one.project_id] = state.get(one.project_id, 0) + one.amount
    return {key: amount for key, amount in state.items() if amount}


def differences(before: dict[int, int], after: dict[int, int]) -> list[Difference]:
    """Two states side by side, every đề án that is in one of them, by code; one query."""
    rows = Project.objects.filter(pk__in=before.keys() | after.keys()).select_related("implementing_unit")
    return [Difference(one, before.get(one.pk), after.get(one.pk)) for one in rows.order_by("code")]
