"""Which of two entries with the same mean comes first: written rules, chosen before scoring and stated on the page.

No article settles ties. Each rule is a sentence and a key made of exact numbers; entries that even the rule cannot part
share a rank, stand in the order of their codes, and are left to the council.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from khuyencong.competitions.models import Part, TieRule


@dataclass(frozen=True, slots=True)
class Standing:
    """What the order is made of: the exact mean, and the exact means of the four parts in their order."""

    mean: Fraction
    parts: tuple[Fraction, ...]

    @classmethod
    def of(cls, sums: Sequence[Decimal], sheets: int) -> Standing:
        """From the sums of the four parts over so many sheets. ZeroDivisionError without sheets."""
        # Points have two decimals at most: whole hundredths make exact fractions much faster than decimals do.
        parts = [int(100 * one) for one in sums]
        return cls(Fraction(sum(parts), 100 * sheets), tuple(Fraction(one, 100 * sheets) for one in parts))


_LAST: Final = "Vẫn bằng nhau thì đồng hạng, xếp theo mã số bình chọn, và Hội đồng bình chọn quyết định."
_IN_WORDS: Final = ", rồi ".join(f"«{part.label.lower()}»" for part in Part)
# What the page says of each rule, and what parts entries of the same mean: higher keys come first.
SENTENCES: Final[Mapping[str, str]] = {
    TieRule.PARTS: f"Cùng điểm bình quân thì so điểm bình quân phần {_IN_WORDS}. {_LAST}",
    TieRule.SAME: "Cùng điểm bình quân thì đồng hạng, xếp theo mã số bình chọn, và Hội đồng bình chọn quyết định.",
}
KEYS: Final[Mapping[str, Callable[[Standing], tuple[Fraction, ...]]]] = {
    TieRule.PARTS: lambda one: one.parts,
    TieRule.SAME: lambda _: (),
}


@dataclass(frozen=True, slots=True)
class Ranked:
    """The place of one entry: 1, 2, 2, 4; `tied` where it shares its mean with another, whatever the rule then said."""

    key: int
    rank: int
    tied: bool


def ranked(standings: Mapping[int, tuple[Standing, str]], rule: str) -> list[Ranked]:
    """The entries by key, best first; each with its standing and its code. The same question always has the same answer.

    KeyError for an unknown rule.
    """
    by = KEYS[rule]
    places = {key: (standing.mean, *by(standing)) for key, (standing, _) in standings.items()}
    order = sorted(standings, key=lambda key: (standings[key][1], key))
    order.sort(key=places.__getitem__, reverse=True)  # stable: equal ones stay in the order of their codes
    shared: dict[Fraction, int] = {}
    for standing, _ in standings.values():
        shared[standing.mean] = shared.get(standing.mean, 0) + 1
    found: list[Ranked] = []
    for number, key in enumerate(order, start=1):
        same = bool(found) and places[found[-1].key] == places[key]
        rank = found[-1].rank if same else number
        found.append(Ranked(key, rank, tied=shared[standings[key][0].mean] > 1))
    return found
