"""The letter about what waits: when it is due, and what it says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q
from django.urls import reverse

from khuyencong.core.dates import format_date
from khuyencong.deadlines.due import Due, grouped, in_order, start_of_week
from khuyencong.deadlines.models import Every, Reminder
from khuyencong.law.workdays import is_working_day
from khuyencong.notices.letters import public_address
from khuyencong.people.models import User

SUBJECT = "Khuyến công: việc đang chờ bạn"
AHEAD = timedelta(days=14)  # what comes later is in the calendar
MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class Part:
    """What waits for one hat; `overdue` is what is laid before a leader."""

    hat: str
    dues: Sequence[Due]
    overdue: Sequence[Due] = ()


def is_due(every: str, on: date) -> bool:
    """Whether a letter of that rhythm goes out on this day: working days only; weekly ones on the week's first."""
    if every == Every.NONE or not is_working_day(on):
        return False
    monday = start_of_week(on)
    earlier = [monday + timedelta(days=number) for number in range(on.weekday())]
    return every == Every.DAILY or not any(is_working_day(day) for day in earlier)


def waiting(dues: Iterable[Due], on: date) -> list[Due]:
    """What the letter is about: open, and overdue, due within two weeks, or without any day."""
    return [
        due for due in in_order(dues) if not due.done and (due.last_day is None or due.last_day <= on + AHEAD)
        and not (due.reminder and due.last_day is not None and due.last_day < on)
    ]  # fmt: skip


def text_of(parts: Sequence[Part], *, on: date) -> str:
    """The letter; "" where nothing waits in any hat."""
    said = [_part(one, on) for one in parts if one.dues or one.overdue]
    if not said:
        return ""
    foot = [
        f"Việc của tôi: {public_address(reverse('work'))}",
        f"Lịch: {public_address(reverse('calendar'))}",
        f"Đổi hoặc thôi nhận thư này: {public_address(reverse('reminders'))}",
    ]
    return "\n\n".join([f"Ngày {format_date(on)}", *said, "\n".join(foot)])


def _part(part: Part, on: date) -> str:
    lines = [part.hat.upper()]
    if part.overdue:
        lines += ["", f"Quá hạn lâu, báo lãnh đạo ({len(part.overdue)}):", *_named(part.overdue, whose=True)]
    for group in grouped(part.dues, on):
        lines += ["", f"{group.title} ({len(group.items)}):", *_named(group.items)]
    return "\n".join(lines)


def _named(dues: Sequence[Due], *, whose: bool = False) -> list[str]:
    lines = []
    for due in dues[:MOST_NAMED]:
        day = f"{format_date(due.last_day)}: " if due.last_day else ""
        about = f" ({due.about})" if due.about else ""
        owed = f" – {due.owed_by}" if whose else ""
        lines.append(f"- {day}{due.title}{about}{owed}")
    if len(dues) > MOST_NAMED:
        lines.append(f"- và {len(dues) - MOST_NAMED} việc nữa")
    return lines


def claim(user: User, on: date) -> bool:
    """Take this person's letter of the day; False where another round has it: two rounds send one letter."""
    Reminder.objects.get_or_create(user=user)
    free = Reminder.objects.filter(Q(sent_on__isnull=True) | Q(sent_on__lt=on), user=user)
    return free.update(sent_on=on) == 1


def give_back(user: User, on: date, *, before: date | None) -> None:
    """The letter did not leave: the next round tries again."""
    Reminder.objects.filter(user=user, sent_on=on).update(sent_on=before)
