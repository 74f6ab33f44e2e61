"""What sheets come to, by any grouping: one query, all sums made by the database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, Sum

from khuyencong.core.money import percent
from khuyencong.effects.models import OPEN, EffectSheetQuerySet, SheetState


def paid(path: str = "") -> Q:
    """What is needed for a cost: its job is known, or the establishment is gone and its job with it; `path` leads to the sheet."""
    known = Q(**{f"{path}jobs_new__isnull": False}) | Q(**{f"{path}closed": True})
    return Q(**{f"{path}support__isnull": False}) & known


PAID = paid()
COSTED = Q(support__isnull=False, cost__isnull=False)
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Sums:
    """What some sheets come to. Money is whole đồng; a figure beside which `…_known` is 0 is not known at all.

    `paid_jobs` and `paid_support` are of the sheets for which both job and support are known (an establishment that is
    gone has no new job); `support` is of all. `own_cost` and `own_support` are of those with an accepted cost.
    """

    asked: int = 0
    confirmed: int = 0
    to_confirm: int = 0
    silent: int = 0
    closed: int = 0
    support: int = 0
    support_known: int = 0
    jobs_new: int = 0
    jobs_new_known: int = 0
    jobs_kept: int = 0
    jobs_kept_known: int = 0
    jobs_women: int = 0
    jobs_women_known: int = 0
    jobs_minority: int = 0
    jobs_minority_known: int = 0
    income: int = 0
    income_known: int = 0
    paid_jobs: int = 0
    paid_support: int = 0
    paid_known: int = 0
    own_cost: int = 0
    own_support: int = 0
    own_known: int = 0

    def __add__(self, more: Sums) -> Sums:
        return Sums(*(getattr(self, one.name) + getattr(more, one.name) for one in fields(self)))

    @property
    def percent_confirmed(self) -> Decimal | None:
        """Answered and confirmed, in per cent of those asked."""
        return percent(self.confirmed, self.asked)

    @property
    def income_mean(self) -> int | None:
        """Đồng a month: the mean over the sheets that say it, each counted once; None where nobody did."""
        return _halves_up(self.income, self.income_known)

    @property
    def support_per_job(self) -> int | None:
        """Đồng of support for each new job, of the sheets for which both are known; None without a job."""
        return _halves_up(self.paid_support, self.paid_jobs)

    @property
    def support_per_job_if_silent_none(self) -> int | None:
        """The same if whoever has not answered had made no job: all the support over the jobs that are known."""
        return _halves_up(self.support, self.paid_jobs)

    @property
    def leverage(self) -> Decimal | None:
        """Đồng of other money for each đồng of support, by what was accepted; None where no cost is known."""
        if not self.own_support:
            return None
        return (Decimal(self.own_cost - self.own_support) / self.own_support).quantize(CENT)


NOTHING = Sums()


def add_up(found: Iterable[Sums]) -> Sums:
    """The sum of all of them."""
    return sum(found, NOTHING)


def grouped(sheets: EffectSheetQuerySet, *paths: str) -> dict[tuple[Any, ...], Sums]:
    """Sums of `sheets` by columns, in one query however many there are."""
    keys = {f"by_{number}": F(path) for number, path in enumerate(paths)}
    counted: dict[str, Any] = {
        "asked": Count("pk"),
        "confirmed": Count("pk", filter=Q(state=SheetState.CONFIRMED)),
        "to_confirm": Count("pk", filter=Q(state=SheetState.ANSWERED)),
        "silent": Count("pk", filter=Q(state__in=OPEN)),
        "closed_n": Count("pk", filter=Q(closed=True)),
        "support_sum": Sum("support"),
        "support_known": Count("support"),
        "paid_jobs": Sum("jobs_new", filter=PAID),
        "paid_support": Sum("support", filter=PAID),
        "paid_known": Count("pk", filter=PAID),
        "own_cost": Sum("cost", filter=COSTED),
        "own_support": Sum("support", filter=COSTED),
        "own_known": Count("pk", filter=COSTED),
    }
    for code in ("jobs_new", "jobs_kept", "jobs_women", "jobs_minority", "income"):
        counted[f"{code}_sum"], counted[f"{code}_known"] = Sum(code), Count(code)
    rows = sheets.order_by().annotate(**keys).values_list(*keys).annotate(**counted)
    found = {}
    for row in rows:
        key, values = row[: len(keys)], dict(zip(counted, row[len(keys) :], strict=True))
        found[key] = Sums(**{_plain(name): int(value or 0) for name, value in values.items()})
    return found


def _plain(name: str) -> str:
    # An aggregate may not bear the name of a column that it reads.
    return name.removesuffix("_sum") if name != "closed_n" else "closed"


def _halves_up(amount: int, parts: int) -> int | None:
    return (2 * amount + parts) // (2 * parts) if parts else None
