"""One month of the calendar: weeks that begin on Monday, days off, and what is due on each day."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from khuyencong.deadlines.due import WEEK, WEEKDAYS, Due, end_of_week, start_of_week
from khuyencong.law.workdays import day_off, is_working_day
from khuyencong.programmes.models import FIRST_YEAR, LAST_YEAR

MOST_IN_A_CELL = 4
DECEMBER = 12
_FORM = re.compile(r"([0-9]{4})-([0-9]{2})")


@dataclass(frozen=True, slots=True)
class Day:
    """One cell. `off`: why the office is closed, "" on working days; `shown` fits the cell, the list below shows all."""

    on: date
    in_month: bool
    is_today: bool
    is_off: bool
    off: str
    unverified: bool
    dues: Sequence[Due]

    @property
    def weekday(self) -> str:
        name = WEEKDAYS[self.on.weekday()]
        return name[0].upper() + name[1:]

    @property
    def shown(self) -> Sequence[Due]:
        return self.dues[:MOST_IN_A_CELL]

    @property
    def more(self) -> int:
        return max(0, len(self.dues) - MOST_IN_A_CELL)


@dataclass(frozen=True, slots=True)
class Month:
    """The month that holds `first`, with its weeks; the first and the last week reach into the neighbours."""

    first: date
    weeks: Sequence[Sequence[Day]]

    @property
    def title(self) -> str:
        return f"Tháng {self.first.month} năm {self.first.year}"

    @property
    def key(self) -> str:
        return f"{self.first:%Y-%m}"

    @property
    def before(self) -> str:
        """The month before, for the address; "" at the beginning of what is recorded."""
        found = (self.first - timedelta(days=1)).replace(day=1)
        return f"{found:%Y-%m}" if found.year >= FIRST_YEAR else ""

    @property
    def after(self) -> str:
        found = next_month(self.first)
        return f"{found:%Y-%m}" if found.year <= LAST_YEAR else ""

    @property
    def busy(self) -> list[Day]:
        """The days of this month itself on which something is due or the office is closed for a reason: the list."""
        return [day for week in self.weeks for day in week if day.in_month and (day.dues or day.off)]


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


def span(first: date) -> tuple[date, date]:
    """The Monday and the Sunday between which the weeks of that month lie."""
    return start_of_week(first), end_of_week(next_month(first) - timedelta(days=1))


def month_of(first: date, dues: Iterable[Due], *, today: date) -> Month:
    """The table of the month that begins on `first`."""
    start, end = span(first)
    on: dict[date, list[Due]] = defaultdict(list)
    for due in dues:
        if due.last_day is not None:
            on[due.last_day].append(due)
    days = [start + timedelta(days=number) for number in range((end - start).days + 1)]
    cells = [_day(day, first, on[day], today) for day in days]
    return Month(first, [cells[at : at + WEEK] for at in range(0, len(cells), WEEK)])


def _day(on: date, first: date, dues: Sequence[Due], today: date) -> Day:
    holiday = day_off(on)
    return Day(
        on,
        in_month=(on.year, on.month) == (first.year, first.month),
        is_today=on == today,
        is_off=not is_working_day(on),
        off=holiday.name if holiday else "",
        unverified=holiday is not None and not holiday.verified,
        dues=dues,
    )
