"""Reporting periods: months, quarters, the first 6 and 9 months, years; what each covers and what it is compared with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db import models

from khuyencong.core.dates import today
from khuyencong.programmes.models import FIRST_YEAR, LAST_YEAR

MONTHS = 12
_ROMAN = ("I", "II", "III", "IV")


class PeriodKind(models.TextChoices):
    """The value stands in addresses, before the number of the period."""

    MONTH = "thang", "Tháng"
    QUARTER = "quy", "Quý"
    HALF = "6-thang", "6 tháng đầu năm"
    NINE = "9-thang", "9 tháng đầu năm"
    YEAR = "nam", "Năm"


_LENGTHS = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.HALF: 6, PeriodKind.NINE: 9, PeriodKind.YEAR: MONTHS}


def numbers_of(kind: PeriodKind) -> range:
    """The numbers that a period of this kind may have: 12 months, 4 quarters, one of everything else."""
    return range(1, {PeriodKind.MONTH: MONTHS, PeriodKind.QUARTER: 4}.get(kind, 1) + 1)


@dataclass(frozen=True, slots=True)
class Period:
    """One period of a budget year. ValueError where there is no such period."""

    kind: PeriodKind
    year: int
    number: int = 1

    def __post_init__(self) -> None:
        if self.number not in numbers_of(self.kind) or not FIRST_YEAR <= self.year <= LAST_YEAR:
            raise ValueError(f"Không có kỳ báo cáo {self.kind.label.lower()} {self.number} năm {self.year}.")

    @property
    def first_on(self) -> date:
        return date(self.year, (self.number - 1) * _LENGTHS[self.kind] + 1, 1)

    @property
    def last_on(self) -> date:
        month = self.number * _LENGTHS[self.kind]
        following = date(self.year + 1, 1, 1) if month == MONTHS else date(self.year, month + 1, 1)
        return following - timedelta(days=1)

    @property
    def from_start(self) -> bool:
        """Whether it begins with the year; then what was booked before 01/01 for the budget year belongs to it."""
        return self.first_on.month == 1

    @property
    def before(self) -> Period:
        """The same period of the year before. ValueError before the first year."""
        return replace(self, year=self.year - 1)

    @property
    def part(self) -> str:
        """Which part of its year, as it stands in addresses (`ky`): «quy-3», «nam-1»."""
        return f"{self.kind.value}-{self.number}"

    def __str__(self) -> str:
        match self.kind:
            case PeriodKind.MONTH:
                return f"tháng {self.number:02d}/{self.year}"
            case PeriodKind.QUARTER:
                return f"quý {_ROMAN[self.number - 1]} năm {self.year}"
            case PeriodKind.YEAR:
                return f"năm {self.year}"
            case _:
                return f"{self.kind.label.lower()} {self.year}"

    @property
    def title(self) -> str:
        text = str(self)
        return text[:1].upper() + text[1:]


def read_period(year: int, part: str) -> Period | None:
    """The period of a year and a part as `Period.part` writes it, None for anything else."""
    kind, _, number = part.rpartition("-")
    if not (number.isascii() and number.isdigit() and len(number) < 3):  # noqa: PLR2004  # no number has three digits
        return None
    try:
        return Period(PeriodKind(kind), year, int(number))
    except ValueError:
        return None


def periods_of(year: int) -> Iterator[Period]:
    """All periods of a year, the longest first."""
    for kind in reversed(PeriodKind):
        for number in numbers_of(kind):
            yield Period(kind, year, number)


def closing_day(period: Period) -> date:
    """Up to which day the period is counted where nobody names another: its last, or today while it lasts."""
    return min(period.last_on, max(today(), period.first_on))


def same_day_of(day: date, year: int) -> date:
    """That day in another year; of 29/02 the day before where there is none."""
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)
