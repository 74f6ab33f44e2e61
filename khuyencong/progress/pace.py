"""Whether what was reached keeps pace with time. Pure: numbers and days in, a word out."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Literal

Tone = Literal["", "info", "success", "warning", "danger"]

# What was reached keeps pace where its share differs from that of time by no more. Our own choice, no provision.
TOLERANCE_POINTS = 10
TOLERANCE = Fraction(TOLERANCE_POINTS, 100)


class Pace(StrEnum):
    NOT_BEGUN = "not_begun"
    BEHIND = "behind"
    ON_PACE = "on_pace"
    AHEAD = "ahead"
    REACHED = "reached"
    EXCEEDED = "exceeded"
    MISSED = "missed"

    @property
    def label(self) -> str:
        return _LABELS[self][0]

    @property
    def tone(self) -> Tone:
        return _LABELS[self][1]


_LABELS: dict[Pace, tuple[str, Tone]] = {
    Pace.NOT_BEGUN: ("Chưa đến kỳ", ""),
    Pace.BEHIND: ("Chậm", "warning"),
    Pace.ON_PACE: ("Đúng nhịp", "info"),
    Pace.AHEAD: ("Nhanh", "success"),
    Pace.REACHED: ("Đã đạt", "success"),
    Pace.EXCEEDED: ("Vượt", "success"),
    Pace.MISSED: ("Chưa đạt khi hết kỳ", "danger"),
}


def elapsed_share(first_year: int, last_year: int, on: date) -> Fraction:
    """How much of the years has passed at the end of the day `on`, from 0 to 1, by days."""
    begin, end = date(first_year, 1, 1), date(last_year, 12, 31)
    whole = (end - begin).days + 1
    return Fraction(min(max((on - begin).days + 1, 0), whole), whole)


def pace_of(reached: int, low: int, high: int, *, elapsed: Fraction) -> Pace:
    """Where `reached` stands against a target from `low` to `high` (equal: one number) after `elapsed` of the time.

    Within the range the target is reached, above it exceeded, whatever the time. Below, the share of `low` is compared
    with the share of time, and at the end it is missed. ValueError unless 1 ≤ low ≤ high and 0 ≤ elapsed ≤ 1.
    """
    if not 1 <= low <= high or not 0 <= elapsed <= 1:
        raise ValueError("a target is a range of positive numbers, and time passes from 0 to 1")
    if reached >= low:
        return Pace.EXCEEDED if reached > high else Pace.REACHED
    if elapsed in {0, 1}:
        return Pace.MISSED if elapsed else Pace.NOT_BEGUN
    lead = Fraction(reached, low) - elapsed
    if abs(lead) <= TOLERANCE:
        return Pace.ON_PACE
    return Pace.AHEAD if lead > 0 else Pace.BEHIND
