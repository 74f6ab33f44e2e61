"""How amounts of the same thing lie beside one another: from the lowest to the highest, with the one in the middle."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from khuyencong.core.money import format_percent, percent

# Below this nobody can say what is usual.
ENOUGH = 3


@dataclass(frozen=True)
class Spread:
    """`count` amounts in đồng; of an even number the median is the lower half's end and the upper's start, halved down."""

    count: int
    lowest: int
    median: int
    highest: int

    @property
    def is_enough(self) -> bool:
        """Whether an amount may be compared with them."""
        return self.count >= ENOUGH

    def beside(self, amount: int) -> str:
        """How an amount lies to the median: «cao hơn trung vị 35,0 %»; "" where there are too few. It judges nothing."""
        if not self.is_enough or not self.median:
            return ""
        if amount == self.median:
            return "bằng trung vị"
        word = "cao" if amount > self.median else "thấp"
        where = "; ngoài khoảng đã có" if not self.lowest <= amount <= self.highest else ""
        return f"{word} hơn trung vị {format_percent(percent(abs(amount - self.median), self.median))}{where}"


def spread_of(amounts: Iterable[int]) -> Spread | None:
    """The spread of the amounts; None where there are none."""
    rows = sorted(amounts)
    if not rows:
        return None
    median = (rows[(len(rows) - 1) // 2] + rows[len(rows) // 2]) // 2
    return Spread(len(rows), rows[0], median, rows[-1])
