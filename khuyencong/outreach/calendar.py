"""The editorial calendar: a month in weeks that begin on Monday, with what is to be published or was."""

from __future__ import annotations

import re
from calendar import Calendar
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from khuyencong.core.fields import FIRST_YEAR, LAST_YEAR
from khuyencong.outreach.models import Work, WorkState

DECEMBER = 12
_FORM = re.compile(r"([0-9]{4})-([0-9]{2})")


@dataclass(frozen=True, slots=True)
class Entry:
    """A work on its day: that of publication, else the one planned; `late`: planned for a day that has passed."""

    work: Work
    late: bool


@dataclass(frozen=True, slots=True)
class Day:
    """One cell."""

    on: date
    in_month: bool
    is_today: bool
    entries: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class Month:
    """The month that begins on `first`."""

    first: date
    weeks: Sequence[Sequence[Day]]

    @property
    def title(self) -> str:
        return f"Tháng {self.first.month} năm {self.first.year}"

    @property
    def before(self) -> str:
        return f"{self.first - timedelta(days=1):%Y-%m}"

    @property
    def after(self) -> str:
        return f"{next_month(self.first):%Y-%m}"

    @property
    def busy(self) -> list[Day]:
        """The days of the month on which something stands: the list under the table, and all that a telephone shows."""
        return [day for week in self.weeks for day in week if day.in_month and day.entries]


def read_month(text: str) -> date | None:
    """The first day of a month written YYYY-MM; None for anything else."""
    match = _FORM.fullmatch(text)
    if match is None:
        return None
    year, month = int(match[1]), int(match[2])
    return date(year, month, 1) if FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= DECEMBER else None


def next_month(first: date) -> date:
    """The first day of the month after."""
    return date(first.year + 1, 1, 1) if first.month == DECEMBER else first.replace(month=first.month + 1)


def month_of(first: date, works: Iterable[Work], *, today: date) -> Month:
    """The table of the month, with every work on its day."""
    on: dict[date, list[Entry]] = defaultdict(list)
    for work in works:
        waits = work.state in {WorkState.PLANNED, WorkState.MADE}
        on[work.published_on or work.planned_on].append(Entry(work, late=waits and work.planned_on < today))
    weeks = [
        [Day(day, day.month == first.month, day == today, on[day]) for day in week]
        for week in Calendar().monthdatescalendar(first.year, first.month)
    ]
    return Month(first, weeks)
