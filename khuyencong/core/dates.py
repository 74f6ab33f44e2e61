"""Days as Vietnamese offices write and count them."""

import re
from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.utils import timezone

_LONGEST = 20
_FORM = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_EXAMPLE = "ví dụ 05/08/2026"
_MONTHS = 12
_SATURDAY = 5


def today() -> date:
    """The current day in the time zone of the settings (Asia/Ho_Chi_Minh)."""
    return timezone.localdate()


def parse_vn_date(text: str) -> date:
    """A day written dd/mm/yyyy (the zeros may be left out); ValueError with a Vietnamese sentence otherwise."""
    text = text.strip()
    if not text:
        raise ValueError("Hãy nhập ngày.")
    match = _FORM.fullmatch(text) if len(text) <= _LONGEST else None
    if match is None:
        raise ValueError(f"Ngày phải viết theo dạng ngày/tháng/năm, năm đủ bốn chữ số, {_EXAMPLE}.")
    day, month, year = (int(part) for part in match.groups())
    if not 1 <= month <= _MONTHS:
        raise ValueError(f"Không có tháng {month}: hãy viết ngày trước, tháng sau, {_EXAMPLE}.")
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"Ngày {text} không có trong lịch.") from None


def format_date(day: date) -> str:
    """A day as dd/mm/yyyy; of a moment, the day it falls on here."""
    if isinstance(day, datetime):
        day = _here(day).date()
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"


def format_moment(moment: datetime) -> str:
    """A moment as dd/mm/yyyy HH:MM in local time."""
    here = _here(moment)
    return f"{format_date(here)} {here.hour:02d}:{here.minute:02d}"


def add_working_days(start: date, count: int, holidays: Collection[date], *, worked: Collection[date] = ()) -> date:
    """The `count`-th working day after `start`; the day itself is not counted, and count 0 gives it back.

    Saturdays, Sundays and `holidays` do not count, but the days `worked` in their place do. ValueError on a negative
    count.
    """
    if count < 0:
        raise ValueError("Số ngày làm việc không được âm.")
    closed, opened = frozenset(holidays), frozenset(worked)
    day = start
    while count:
        day += timedelta(days=1)
        if day in opened or (day.weekday() < _SATURDAY and day not in closed):
            count -= 1
    return day


def _here(moment: datetime) -> datetime:
    return timezone.localtime(moment) if timezone.is_aware(moment) else moment
