"""One written number: what it says, how exactly, and between which values its writer may have rounded."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

_MOST_DIGITS = 24
_VIETNAMESE = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]+)?")
_ENGLISH = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_DECIMAL_COMMA = re.compile(r"[0-9]+,[0-9]+")
_DECIMAL_POINT = re.compile(r"[0-9]+\.[0-9]+")
_COMMA_OF_THOUSAND = re.compile(r"[1-9][0-9]{0,2},[0-9]{3}")
_LONGEST_PADDED = 2  # «07 đề án»; a longer number that begins with a zero is a telephone or a code
FIRST_YEAR, LAST_YEAR = 1900, 2100


class Qualifier(StrEnum):
    """The word before a number."""

    NONE = ""
    OVER = "over"  # hơn, trên
    UNDER = "under"  # gần
    ABOUT = "about"  # khoảng, ước
    LIMIT = "limit"  # tối đa, dưới; and what something grew by: not how much there is


@dataclass(frozen=True, slots=True)
class Interval:
    """All values from `low` to `high`, both among them."""

    low: Fraction
    high: Fraction

    def __add__(self, other: Interval) -> Interval:
        return Interval(self.low + other.low, self.high + other.high)

    def meets(self, other: Interval) -> bool:
        """Whether one value lies in both."""
        return self.low <= other.high and other.low <= self.high


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a number: its value, what one unit of its last digit is worth, and the values it may mean."""

    value: Fraction
    step: Fraction
    interval: Interval


def is_year(number: str) -> bool:
    """Whether the digits look like a year."""
    return len(number) == 4 and number.isdigit() and FIRST_YEAR <= int(number) <= LAST_YEAR  # noqa: PLR2004  # digits of a year


def readings_of(number: str, *, whole: bool, point: bool) -> list[Reading]:
    """What the digits may say, likeliest first; nothing where they are no number.

    `whole`: it counts pieces, so that a comma before three digits can only group. `point`: a point before three digits
    may be meant as a decimal one («1.680 tỷ»), though Vietnamese groups with it.
    """
    if len(number) > _MOST_DIGITS or (number[0] == "0" and len(number) > _LONGEST_PADDED and number[1].isdigit()):
        return []
    plain, grouped, english = number, number.replace(".", "").replace(",", "."), number.replace(",", "")
    if number.isdigit():
        ways = [plain]
    elif _VIETNAMESE.fullmatch(number):
        ways = [grouped, plain] if point and _DECIMAL_POINT.fullmatch(number) else [grouped]
    elif _DECIMAL_COMMA.fullmatch(number):
        ways = [grouped, english] if _COMMA_OF_THOUSAND.fullmatch(number) else [grouped]
        if whole:
            ways = ways[-1:]
    elif _ENGLISH.fullmatch(number):
        ways = [english]
    else:
        ways = [plain] if _DECIMAL_POINT.fullmatch(number) else []
    return [_written(way) for way in ways]


def meant(reading: Reading, *, scale: int, qualifier: Qualifier, exact: bool) -> Reading:
    """The reading in its unit with every value that it may mean.

    A number was rounded to its last digit; decimals may have been cut off behind it instead. «Hơn» reaches up to the next
    step of its last digit that is no zero, at most a quarter more; «gần» as far down, at most a tenth; «khoảng» both ways;
    always as far as half a step. `exact`: pieces and đồng, which nobody rounds without saying so.
    """
    value, step = reading.value * scale, reading.step * scale
    if reading.interval.low != reading.interval.high:  # a range: already between two values
        return Reading(value, step, Interval(reading.interval.low * scale, reading.interval.high * scale))
    if qualifier in {Qualifier.NONE, Qualifier.LIMIT}:
        cut = step / 2 if reading.step == 1 else step
        span = Interval(value, value) if exact else Interval(value - step / 2, value + cut)
        return Reading(value, step, span)
    place = _last_place(value, step)
    up, down = min(place, max(step / 2, value / 4)), min(place, max(step / 2, value / 10))
    low = value if qualifier is Qualifier.OVER else value - down
    high = value + up if qualifier is Qualifier.OVER else value
    return Reading(value, step, Interval(low, high + down if qualifier is Qualifier.ABOUT else high))


def _last_place(value: Fraction, step: Fraction) -> Fraction:
    """What one unit of the last digit that is no zero is worth: 100 for 6.900."""
    count = value / step
    place = step
    while count and count.denominator == 1 and count.numerator % 10 == 0:
        count, place = count / 10, place * 10
    return place


def _written(text: str) -> Reading:
    whole, _, decimals = text.partition(".")
    value = Fraction(int(whole + decimals), 10 ** len(decimals))
    return Reading(value, Fraction(1, 10 ** len(decimals)), Interval(value, value))
