"""Whether figures can be true together, for all that their rounding and their «hơn», «gần» allow; and saying why not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from enum import StrEnum
from fractions import Fraction
from itertools import product

from khuyencong.core.money import format_number
from khuyencong.reportcheck.figures import BILLION, MILLION, THOUSAND, Figure, Kind
from khuyencong.reportcheck.numbers import Interval, Qualifier

_MOST_READINGS = 64
_MOST_DECIMALS = 6
_DIGITS = 80  # more than any sum of figures that are read has
_SCALES = {BILLION: "tỷ đồng", MILLION: "triệu đồng", THOUSAND: "nghìn đồng", 1: "đồng"}
_WORDS = {Qualifier.OVER: "hơn ", Qualifier.UNDER: "gần ", Qualifier.ABOUT: "khoảng "}
HUNDRED = 100


class Rule(StrEnum):
    """Which arithmetic two figures break."""

    SUM = "sum"
    SHARE = "share"
    GROWTH = "growth"
    AVERAGE = "average"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Figures of a text that cannot all be true: the sentence, which of them, and what was computed (for the reader)."""

    rule: Rule
    sentence: str
    figures: tuple[str, ...]
    explanation: str


def _any(figures: Sequence[Figure], fits: Callable[..., bool]) -> bool:
    """Whether `fits` holds for one way to read the figures; a text that can be read in very many ways is left alone."""
    ways = [[reading.interval for reading in figure.readings] for figure in figures]
    count = 1
    for way in ways:
        count *= len(way)
    return count > _MOST_READINGS or any(fits(*chosen) for chosen in product(*ways))


def sum_fits(total: Figure, parts: Sequence[Figure]) -> bool:
    """Whether the parts can add up to the total."""
    return _any([total, *parts], lambda whole, *rest: sum_of(rest).meets(whole))


def sum_is_within(total: Figure, parts: Sequence[Figure]) -> bool:
    """Whether the parts can be no more than the total."""
    return _any([total, *parts], lambda whole, *rest: sum_of(rest).low <= whole.high)


def sum_of(intervals: Sequence[Interval]) -> Interval:
    """The values that a sum may have."""
    return Interval(sum((one.low for one in intervals), Fraction(0)), sum((one.high for one in intervals), Fraction(0)))


def share_fits(part: Figure, whole: Figure, percent: Figure) -> bool:
    """Whether `part` can be `percent` of `whole`."""

    def fits(top: Interval, bottom: Interval, said: Interval) -> bool:
        return _divided(top, bottom, HUNDRED).meets(said)

    return _any([part, whole, percent], fits)


def growth_fits(now: Figure, then: Figure, percent: Figure, *, sign: int) -> bool:
    """Whether `now` can be `percent` more (`sign` 1) or less (-1) than `then`."""

    def fits(top: Interval, bottom: Interval, said: Interval) -> bool:
        ratio = _divided(top, bottom, HUNDRED)
        grown = sorted((sign * (ratio.low - HUNDRED), sign * (ratio.high - HUNDRED)))
        return Interval(*grown).meets(said)

    return _any([now, then, percent], fits)


def average_fits(total: Figure, count: Figure, average: Figure) -> bool:
    """Whether `total` can be `average` for each of `count`."""
    return _any([total, count, average], lambda top, bottom, said: _divided(top, bottom, 1).meets(said))


def _divided(top: Interval, bottom: Interval, times: int) -> Interval:
    """The values of a quotient; all there are where the divisor may be nothing."""
    if bottom.low <= 0:
        return Interval(Fraction(-(10**30)), Fraction(10**30))
    return Interval(top.low * times / bottom.high, top.high * times / bottom.low)


# --- saying it -------------------------------------------------------------------------------------------------------


def sum_sentence(total: Figure, parts: Sequence[Figure], *, beyond: bool = False) -> str:
    """'600 + 986,629 = 1.586,629 triệu đồng, không phải 3.108,129'."""
    scale = total.scale
    formula = " + ".join(_number(one, scale) for one in parts)
    computed = sum((one.value for one in parts), Fraction(0))
    said = f"nhiều hơn tổng {_number(total, scale)}" if beyond else f"không phải {_number(total, scale)}"
    return f"{formula} = {shown(computed / scale)} {unit_words(total)}, {said}."


def share_sentence(part: Figure, whole: Figure, percent: Figure) -> str:
    """'gần 8 / 6,04 tỷ đồng = 132,5 %, không phải 115,6 %'."""
    computed = part.value * HUNDRED / whole.value
    fraction = f"{_number(part, whole.scale)} / {_number(whole, whole.scale)} {unit_words(whole)}"
    return f"{fraction} = {_percent(computed, percent)}, không phải {_said_percent(percent)}."


def growth_sentence(now: Figure, then: Figure, percent: Figure, *, sign: int) -> str:
    """'từ 4 lên 5 tỷ đồng là tăng 25,0 %, không phải tăng 30 %'."""
    computed = now.value * HUNDRED / then.value - HUNDRED
    way, word = ("lên", "tăng") if computed >= 0 else ("xuống", "giảm")
    change = f"từ {_number(then, now.scale)} {way} {_number(now, now.scale)} {unit_words(now)}"
    said = f"{'tăng' if sign > 0 else 'giảm'} {_said_percent(percent)}"
    return f"{change} là {word} {_percent(abs(computed), percent)}, không phải {said}."


def average_sentence(total: Figure, count: Figure, average: Figure) -> str:
    """'2.146 triệu đồng / 16 đề án = 134,125 triệu đồng/đề án, không phải 150'."""
    computed = total.value / count.value
    top = f"{_number(total, total.scale)} {unit_words(total)} / {_number(count, 1)} {count.unit.name}"
    result = f"{shown(computed / average.scale, most=3)} {unit_words(average)}/{count.unit.name}"
    return f"{top} = {result}, không phải {_number(average, average.scale)}."


def unit_words(figure: Figure) -> str:
    """The unit as a sentence has it: «triệu đồng», «đề án»."""
    return _SCALES.get(figure.scale, "nghìn tỷ đồng") if figure.unit.kind is Kind.MONEY else figure.unit.name


def shown(value: Fraction, *, least: int = 0, most: int = _MOST_DECIMALS) -> str:
    """A value the Vietnamese way, with as many decimals as it has, at least `least` and at most `most`."""
    places = least
    while places < most and (value * 10**places).denominator != 1:
        places += 1
    with localcontext() as context:
        context.prec = _DIGITS
        return format_number(Decimal(value.numerator) / Decimal(value.denominator), places)


def _number(figure: Figure, scale: int) -> str:
    return f"{_WORDS.get(figure.qualifier, '')}{shown(figure.value / scale)}"


def _percent(value: Fraction, like: Figure) -> str:
    places = max(1, len(shown(like.value).partition(",")[2]))
    return f"{shown(value, least=places, most=places)} %"


def _said_percent(figure: Figure) -> str:
    return f"{_number(figure, 1)} %"
