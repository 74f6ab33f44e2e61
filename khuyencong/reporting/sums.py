"""Adding up đề án by any keys: a fixed number of queries, all sums made by the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, Sum

from khuyencong.core.money import percent
from khuyencong.finance.ledger import Balance
from khuyencong.finance.models import LedgerEntry
from khuyencong.projects.models import Beneficiary, ProjectQuerySet

# What to group by: a name, and the column of a project.
Keys = Mapping[str, str]
Key = tuple[Any, ...]


@dataclass(frozen=True)
class Sums:
    """What some đề án come to. Money is whole đồng; `beneficiaries` counts an establishment once for each đề án.

    `planned`, `approved`, `paid_out` and `settled` are support money from the ledger, the others from the estimates.
    `approximate` is how many of the đề án have figures that their source calls approximate.
    """

    projects: int = 0
    beneficiaries: int = 0
    total: int = 0
    support: int = 0
    counterpart: int = 0
    other: int = 0
    planned: int = 0
    approved: int = 0
    paid_out: int = 0
    settled: int = 0
    approximate: int = 0

    def __add__(self, more: Sums) -> Sums:
        return Sums(*(getattr(self, one.name) + getattr(more, one.name) for one in fields(self)))

    @property
    def own_money(self) -> int:
        """What is not support: the beneficiaries' money and other sources."""
        return self.counterpart + self.other

    @property
    def percent_settled(self) -> Decimal | None:
        """Settled in per cent of the plan, one decimal; None without a plan."""
        return percent(self.settled, self.planned)

    @property
    def percent_paid(self) -> Decimal | None:
        """Paid out in per cent of the plan, one decimal; None without a plan."""
        return percent(self.paid_out, self.planned)


NOTHING = Sums()


def add_up(found: Iterable[Sums]) -> Sums:
    """The sum of all of them; zeros when there is none."""
    return sum(found, NOTHING)


def regroup(cells: Mapping[Key, Sums], by: Callable[[Key], Key]) -> dict[Key, Sums]:
    """The same sums under coarser keys, in order of first appearance."""
    found: dict[Key, Sums] = {}
    for key, sums in cells.items():
        coarse = by(key)
        found[coarse] = found.get(coarse, NOTHING) + sums
    return found


def grouped_sums(projects: ProjectQuerySet, keys: Keys) -> dict[Key, Sums]:
    """Sums of `projects` by `keys`, in three queries however many there are.

    `projects` must not be joined to rows of which a đề án has several, or it would be counted more than once.
    """
    found: dict[Key, dict[str, int]] = defaultdict(dict)
    names = _names(keys)
    of_project = projects.order_by().annotate(**_columns(keys, "")).values_list(*names)
    # One join to the lines of the estimate, so the đề án themselves are counted as distinct ones.
    for *key, count, approximate, total, support, counterpart, other in of_project.annotate(
        n=Count("pk", distinct=True),
        n_approximate=Count("pk", distinct=True, filter=Q(figures_approximate=True)),
        sum_total=Sum("lines__total"),
        sum_support=Sum("lines__support"),
        sum_counterpart=Sum("lines__counterpart"),
        sum_other=Sum("lines__other"),
    ):
        found[tuple(key)].update(
            projects=count,
            approximate=approximate,
            total=total or 0,
            support=support or 0,
            counterpart=counterpart or 0,
            other=other or 0,
        )
    chosen = projects.order_by().values("pk")
    for key, balance in _balances(LedgerEntry.objects.filter(project__in=chosen), keys).items():
        found[key].update(
            planned=balance.planned, approved=balance.approved_now, paid_out=balance.paid_out, settled=balance.settled
        )
    beneficiaries = Beneficiary.objects.filter(project__in=chosen).order_by().annotate(**_columns(keys, "project__"))
    for *key, count in beneficiaries.values_list(*names).annotate(n=Count("pk")):
        found[tuple(key)]["beneficiaries"] = count
    return {key: Sums(**values) for key, values in found.items()}


def _balances(entries: Any, keys: Keys) -> dict[Key, Balance]:
    kinds: dict[Key, dict[str, int]] = defaultdict(dict)
    rows = entries.order_by().annotate(**_columns(keys, "project__")).values_list(*_names(keys), "kind")
    for *key, kind, amount in rows.annotate(sum=Sum("amount")):
        kinds[tuple(key)][kind] = amount
    return {key: Balance.of(amounts) for key, amounts in kinds.items()}


def _names(keys: Keys) -> list[str]:
    return [f"by_{name}" for name in keys]


def _columns(keys: Keys, prefix: str) -> dict[str, F]:
    return {f"by_{name}": F(f"{prefix}{path}") for name, path in keys.items()}
