"""The table of results as the head and the council read it: one row for each product, one column for each seat of the jury."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from khuyencong.competitions.judging.arithmetic import Spread, mean_shown, points_shown
from khuyencong.competitions.judging.results import EntryResult, pass_mark, results_of
from khuyencong.competitions.judging.seats import Seat, kept_from, seats_of
from khuyencong.competitions.judging.shown import covered_name
from khuyencong.competitions.models import Entry, Round

NO_SHEET, EXCLUDED = "–", "không chấm"


@dataclass(frozen=True, slots=True)
class Cell:
    """The total that one seat gave; `far`: it stands out from the others, for people to look at."""

    text: str
    far: bool = False


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One product. `rank` "" where nobody has scored it; `maker` "" where it is covered."""

    entry: Entry
    product: str
    maker: str
    rank: str
    mean: str
    passed: bool
    tied: bool
    sheets: int
    spread: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class ScoreTable:
    """The whole result of a round; `mark`: the mean from which a certificate is possible.

    `covered`: blind, and for somebody of the jury, so that no maker's name is shown. Rows are written when they are asked
    for: a page shows some of them.
    """

    round: Round
    seats: Sequence[Seat]
    results: Sequence[EntryResult]
    kept: set[tuple[int, int]]
    mark: Fraction
    covered: bool

    @property
    def mark_shown(self) -> str:
        return mean_shown(self.mark).removesuffix(",00")

    @property
    def passed(self) -> int:
        return sum(one.passed for one in self.results)

    @property
    def tied(self) -> int:
        return sum(one.tied for one in self.results)

    @property
    def standing_out(self) -> int:
        return sum(bool(one.spread and one.spread.far) for one in self.results)

    def row(self, result: EntryResult) -> ScoreRow:
        """One result as texts."""
        entry, spread = result.entry, result.spread
        return ScoreRow(
            entry=entry,
            product=covered_name(entry) if self.covered else entry.product,
            maker="" if self.covered else entry.establishment.name,
            rank=str(result.rank) if result.rank else "",
            mean=mean_shown(result.mean, passes_from=self.mark) if result.sheets else NO_SHEET,
            passed=result.passed,
            tied=result.tied,
            sheets=result.sheets,
            spread=points_shown(spread.width) if spread else NO_SHEET,
            cells=tuple(_cell(entry.pk, seat, result.totals, spread, self.kept) for seat in self.seats),
        )


def score_table(round_: Round, *, covered: bool = False) -> ScoreTable:
    """The table, best first; four queries however many products and judges. `covered`: without the makers' names."""
    place = ("establishment__province", "establishment__commune")
    results = results_of(round_, related=place) if covered else results_of(round_)
    return ScoreTable(round_, seats_of(round_), results, kept_from(round_), pass_mark(round_), covered)


def _cell(
    entry: int, seat: Seat, totals: dict[int, Decimal], spread: Spread | None, kept: set[tuple[int, int]]
) -> Cell:
    for holder in seat.holders:
        if holder.pk in totals:
            return Cell(points_shown(totals[holder.pk]), far=spread is not None and holder.pk in spread.far)
    return Cell(EXCLUDED if (seat.now.pk, entry) in kept else NO_SHEET)
