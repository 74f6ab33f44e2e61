"""«Điều chỉnh sau khóa»: what records say today and the locked report did not, figure by figure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from khuyencong.periods.content import Content, content_now
from khuyencong.periods.models import PeriodReport, PeriodReportState
from khuyencong.reporting.figures import FIGURES, Figure, value_of
from khuyencong.reporting.tables import By, TableRow, Tables


@dataclass(frozen=True)
class Later:
    """One figure of one row: what was handed in, what is reckoned now, and the list behind the latter."""

    row: str
    figure: Figure
    old: int
    new: int
    url: str

    @property
    def shown_old(self) -> str:
        return self.figure.shown(self.old)

    @property
    def shown_new(self) -> str:
        return self.figure.shown(self.new)

    @property
    def shown_difference(self) -> str:
        return f"{'+' if self.new > self.old else ''}{self.figure.shown(self.new - self.old)}"


def changes_since(report: PeriodReport, kept: Content) -> list[Later]:
    """What has changed since a locked report was handed in, row by row of activity and source, the sum last.

    Nothing of a table by hand: there are no records to reckon it from.
    """
    if report.state != PeriodReportState.LOCKED or report.by_hand:
        return []
    now = content_now(report)
    if now.cells == kept.cells:
        return []
    before, after = _rows(kept), _rows(now)
    found: list[Later] = []
    for key in dict.fromkeys([*before, *after]):
        found += _differences(before.get(key), after.get(key))
    found += _differences(
        Tables(kept.question, kept.cells).total(), Tables(now.question, now.cells, hand=now.hand).total()
    )
    return found


def _rows(content: Content) -> dict[tuple[str, ...], TableRow]:
    table = Tables(content.question, content.cells, hand=content.hand).table(By.ACTIVITY)
    return {row.key: row for row in table.rows}


def _differences(before: TableRow | None, after: TableRow | None) -> Iterator[Later]:
    for one in FIGURES:
        old = value_of(before.values, one.code) if before is not None else 0
        new = value_of(after.values, one.code) if after is not None else 0
        if old != new:
            named = after or before
            asked = after.question if after is not None else None
            label = (
                f"{named.label} – {named.group}" if named is not None and named.group else named.label if named else ""
            )
            yield Later(label, one, old, new, asked.list_url(one.code) if asked is not None and new else "")
