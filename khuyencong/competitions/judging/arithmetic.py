"""The arithmetic of judging, exact: points as decimals, means as fractions; nothing is rounded before it is shown.

Pure functions over plain values. No article says how fine points may be or when a sheet stands out: what the agency or the
software has settled itself is named so, and the pages say it too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from fractions import Fraction

from khuyencong.appraisal.models.council import SHARES
from khuyencong.core.money import format_number
from khuyencong.core.text import shown

# A sheet further than this from the median of the entry's sheets is pointed out to the head. Ours, not the circular's.
FAR = Decimal(10)
SHOWN_PLACES = 2
_LONGEST = 12
_NUMBER = re.compile(r"[0-9]{1,3}([.,][0-9]{1,4})?")
_ZERO = Decimal(0)


def read_points(text: str, *, most: Decimal, step: Decimal) -> Decimal | None:
    """Points as people type them («9», «9,5», «9.5»); None for a blank.

    ValueError with a Vietnamese sentence for anything else, for more than `most`, and for what is no multiple of `step`.
    """
    typed = text.strip()
    if not typed:
        return None
    if typed.startswith(("-", "\N{MINUS SIGN}", "\N{EN DASH}")):
        raise ValueError("Điểm không được âm.")
    if len(typed) > _LONGEST or not _NUMBER.fullmatch(typed):
        raise ValueError(f"Không đọc được «{shown(typed, 20)}»: hãy ghi điểm bằng chữ số, ví dụ 9 hoặc 9,5.")
    points = Decimal(typed.replace(",", "."))
    if points > most:
        raise ValueError(f"Tiêu chí này có tối đa {points_shown(most)} điểm.")
    if points % step:
        raise ValueError(f"Kỳ này chấm theo bước {points_shown(step)} điểm, ví dụ {points_shown(most - step)}.")
    return points.normalize() + _ZERO


def points_shown(points: Decimal) -> str:
    """Points the Vietnamese way, without noughts at the end: «9,5», «40»."""
    return format_number(points)


def mean(totals: Sequence[Decimal]) -> Fraction:
    """The exact mean. ValueError where there is nothing to take it of."""
    if not totals:
        raise ValueError("there is no sheet")
    return Fraction(sum(totals, Decimal(0))) / len(totals)


def mean_shown(value: Fraction, *, passes_from: Fraction | None = None) -> str:
    """A mean with two decimals, rounded half up; a mean below `passes_from` is never shown as if it had reached it."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    rounded = exact.quantize(Decimal(1).scaleb(-SHOWN_PLACES), rounding=ROUND_HALF_UP)
    if passes_from is not None and value < passes_from <= Fraction(rounded):
        rounded = exact.quantize(Decimal(1).scaleb(-SHOWN_PLACES), rounding=ROUND_DOWN)
    return format_number(rounded, SHOWN_PLACES)


@dataclass(frozen=True, slots=True)
class Spread:
    """How far the sheets of one entry lie apart. `far`: the keys of those that stand out, for the head to look at."""

    lowest: Decimal
    highest: Decimal
    far: tuple[int, ...]

    @property
    def width(self) -> Decimal:
        return self.highest - self.lowest


def spread_of(totals: Mapping[int, Decimal], *, far: Decimal = FAR) -> Spread | None:
    """The spread of the totals by key (of the sheet or the judge); None without sheets. Two sheets show no outlier."""
    if not totals:
        return None
    ordered = sorted(totals.values())
    # Twice the median and twice the distance, so that no half need be taken; decimals are much faster than fractions.
    twice = ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]
    out = tuple(key for key, total in totals.items() if abs(2 * total - twice) > 2 * far)
    return Spread(ordered[0], ordered[-1], out if len(ordered) > 2 else ())  # noqa: PLR2004  # of two neither is the odd one


def enough(signed: int, able: int, rule: str) -> bool:
    """Whether so many signed sheets of `able` judges are the quorum `rule` that the round itself states; none never is.

    The circular names no number (TT 26/2014 Đ11.3 «kết luận theo đa số»). KeyError for an unknown rule.
    """
    share, just = SHARES[rule]
    needed = share * able
    return signed > 0 and (signed > needed or (signed == needed and just))
