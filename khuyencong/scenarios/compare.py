"""Two scenarios of one plan side by side: what differs, and what the differences come to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from khuyencong.scenarios.models import Scenario
from khuyencong.scenarios.table import Dimension, Row, Sums, dimensions_of, rows_of, sums_of


@dataclass(frozen=True)
class Pair:
    """One đề án in both; a side is None where that scenario does not know it."""

    left: Row | None
    right: Row | None

    @property
    def row(self) -> Row:
        """Whichever side knows it, to name it by."""
        one = self.left or self.right
        if one is None:
            raise ValueError
        return one

    @property
    def before(self) -> int:
        return self.left.given if self.left else 0

    @property
    def after(self) -> int:
        return self.right.given if self.right else 0

    @property
    def difference(self) -> int:
        return self.after - self.before

    @property
    def differs(self) -> bool:
        return self.difference != 0


@dataclass(frozen=True)
class Sides:
    """One line of a table of both: its sums left and right."""

    label: str
    left: Sums
    right: Sums

    @property
    def given(self) -> int:
        """How much more (negative: less) the right one gives, in đồng."""
        return self.right.given - self.left.given

    @property
    def chosen(self) -> int:
        return self.right.chosen - self.left.chosen

    @property
    def people(self) -> int:
        return self.right.people - self.left.people

    @property
    def cut(self) -> int:
        return self.right.cut - self.left.cut


@dataclass(frozen=True)
class Table:
    """The lines of one dimension."""

    title: str
    lines: list[Sides]


@dataclass(frozen=True)
class Comparison:
    """Both, row by row in the order of the left one, and by every dimension."""

    left: Scenario
    right: Scenario
    pairs: list[Pair]
    total: Sides
    tables: list[Table]

    @property
    def differing(self) -> list[Pair]:
        return [one for one in self.pairs if one.differs]


def compare(left: Scenario, right: Scenario) -> Comparison:
    """Two scenarios of the same plan; two queries."""
    first, second = rows_of(left), rows_of(right)
    others = {row.project_id: row for row in second}
    pairs = [Pair(row, others.pop(row.project_id, None)) for row in first]
    pairs += [Pair(None, row) for row in others.values()]
    return Comparison(
        left,
        right,
        pairs,
        Sides("Cộng", sums_of(first), sums_of(second)),
        [Table(one.title, _sides(one, first, second)) for one in dimensions_of(left)],
    )


def _sides(dimension: Dimension, first: Sequence[Row], second: Sequence[Row]) -> list[Sides]:
    groups: dict[str, tuple[list[Row], list[Row]]] = {}
    for side, rows in enumerate((first, second)):
        for row in rows:
            groups.setdefault(dimension.key(row), ([], []))[side].append(row)
    order = {key: place for place, key in enumerate(dimension.order)}
    lines = [(key, Sides(dimension.label(key), sums_of(one), sums_of(two))) for key, (one, two) in groups.items()]
    lines.sort(
        key=lambda pair: (order.get(pair[0], len(order)), -max(pair[1].left.given, pair[1].right.given), pair[1].label)
    )
    return [line for _, line in lines]
