"""The result of a round: exact means, who has passed, and the order. Read from the frozen sheets, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from khuyencong.competitions.judging.arithmetic import Spread, spread_of
from khuyencong.competitions.judging.ties import Standing, ranked
from khuyencong.competitions.models import (
    Conflict,
    ConflictDecision,
    Entry,
    EntryState,
    Part,
    Round,
    Sheet,
    SheetState,
)
from khuyencong.core.dates import today
from khuyencong.law import competition

# The columns of a sheet with the sums of its parts, in the order in which ties are decided.
COLUMNS = tuple(f"{part.value}_points" for part in Part)


@dataclass(frozen=True, slots=True)
class EntryResult:
    """What the jury has found of one entry. `rank` is among all entries of the round; 0 where nobody has scored it."""

    entry: Entry
    mean: Fraction
    sheets: int
    passed: bool
    rank: int
    tied: bool = False
    parts: tuple[Fraction, ...] = ()
    totals: dict[int, Decimal] = field(default_factory=dict)  # by judge

    @property
    def spread(self) -> Spread | None:
        return spread_of(self.totals)


def pass_mark(round_: Round) -> Fraction:
    """The mean from which a certificate is possible (TT 26/2014 Đ17.1), by the law of the day of the call."""
    return competition.pass_mark(round_.call_on or today())


def results_of(round_: Round, *, related: Sequence[str] = ("establishment",)) -> list[EntryResult]:
    """The accepted entries, best first, by the signed sheets that count; three queries.

    A sheet counts unless its judge was excluded from the entry. Entries without a sheet come last, with mean 0 and rank 0.
    `related`: what is loaded with each entry.
    """
    entries = round_.entries.filter(state=EntryState.ACCEPTED).order_by("code", "pk")
    return order(round_, list(entries.select_related(*related)), counted(round_))


def counted(round_: Round) -> list[tuple[Any, ...]]:
    """(entry, judge, total, the sums of the four parts) of every signed sheet that counts; two queries."""
    excluded = Conflict.objects.filter(decision=ConflictDecision.EXCLUDED, entry__round=round_)
    out = set(excluded.order_by().values_list("member_id", "entry_id"))
    rows = Sheet.objects.filter(entry__round=round_, state=SheetState.SIGNED).order_by("entry_id", "member_id")
    found = rows.values_list("entry_id", "member_id", "total", *COLUMNS)
    return [row for row in found if (row[1], row[0]) not in out]


def order(round_: Round, entries: Iterable[Entry], sheets: Iterable[tuple[Any, ...]]) -> list[EntryResult]:
    """The results of these entries by these sheets, best first."""
    known = {entry.pk: entry for entry in entries}
    totals: dict[int, dict[int, Decimal]] = {key: {} for key in known}
    sums = {key: [Decimal(0)] * len(COLUMNS) for key in known}
    for entry, member, total, *parts in sheets:
        if entry in known:
            totals[entry][member] = total
            so_far = sums[entry]
            for at, points in enumerate(parts):
                so_far[at] += points
    standings = {key: (Standing.of(sums[key], len(given)), known[key].code) for key, given in totals.items() if given}
    mark = pass_mark(round_)
    found = [
        EntryResult(
            entry=known[place.key],
            mean=standings[place.key][0].mean,
            sheets=len(totals[place.key]),
            passed=standings[place.key][0].mean >= mark,
            rank=place.rank,
            tied=place.tied,
            parts=standings[place.key][0].parts,
            totals=totals[place.key],
        )
        for place in ranked(standings, round_.tie_rule)
    ]
    return found + [EntryResult(known[key], Fraction(0), 0, passed=False, rank=0) for key in known if not totals[key]]
