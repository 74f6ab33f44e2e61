"""What is due: one plain description for pages, letters and calendars, whoever knows of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from khuyencong.law.deadlines import Deadline
from khuyencong.law.workdays import add_working_days, day_off, is_working_day, working_day_before
from khuyencong.people.actors import Actor
from khuyencong.people.roles import Role

# Who owes the work of an agency, and of whom it may ask more by time limits of its own.
DUTY_ROLES = (Role.OFFICER, Role.APPRAISER, Role.LEADER, Role.ACCOUNTANT)
# Administrators owe the answers to persons about their data; auditors look on.
OWING_ROLES = (*DUTY_ROLES, Role.ADMINISTRATOR)
EVERYBODY = frozenset(OWING_ROLES)
WEEK = 7
_ONE_DAY = timedelta(days=1)


class DueKind(StrEnum):
    """On what a day rests."""

    LEGAL = "legal"
    CONTRACT = "contract"
    OWN = "own"

    @property
    def label(self) -> str:
        return {"legal": "Pháp luật", "contract": "Hợp đồng", "own": "Cơ quan"}[self.value]


@dataclass(frozen=True, slots=True)
class Tick:
    """How to write that the work of one day of an agency's own time limit is done, or is not after all."""

    deadline_id: int
    version: int
    on: date  # the day by the rule, before it was moved to a working day


@dataclass(frozen=True, slots=True)
class Due:
    """One thing that somebody owes.

    `key` is the same as long as it is the same thing, also when its day moves. `url` is "" where the page is closed to
    whoever asks. Without a `deadline` nothing names a day. `reminder`: nobody can tell from records whether it was done,
    so it is never overdue. `listed`: «Việc của tôi» shows it in a list of its own.
    """

    key: str
    title: str
    url: str
    kind: DueKind
    roles: frozenset[Role]
    agency: str
    deadline: Deadline | None = None
    about: str = ""
    reminder: bool = False
    done: bool = False
    tick: Tick | None = None
    listed: bool = False

    @property
    def last_day(self) -> date | None:
        """The last day that is still in time: of «trước ngày 20/05» that is 19/05."""
        return last_day_of(self.deadline)

    @property
    def owed_by(self) -> str:
        """Role and agency, as a sentence goes on with them."""
        roles = " hoặc ".join(role.label.lower() for role in OWING_ROLES if role in self.roles)
        return ", ".join(part for part in (roles, self.agency) if part)

    @property
    def advice(self) -> str:
        """A warning where the last day is no working day: the law moves none of these days."""
        day = self.last_day
        if day is None or is_working_day(day):
            return ""
        off = day_off(day)
        named = off.name if off else WEEKDAYS[day.weekday()]
        return f"{day:%d/%m} là ngày nghỉ ({named}); ngày làm việc cuối cùng trước đó là {working_day_before(day):%d/%m/%Y}."

    def is_overdue(self, on: date) -> bool:
        """Whether it is open and its last day has passed."""
        day = self.last_day
        return day is not None and not self.reminder and not self.done and day < on

    def is_overdue_by(self, working_days: int, on: date) -> bool:
        """Whether it has been overdue for so many working days."""
        day = self.last_day
        return day is not None and self.is_overdue(on) and add_working_days(day, working_days).on <= on


WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


@dataclass(frozen=True)
class Asked:
    """What a source is asked: for whom, on which day, whose duties, and which days matter.

    Open work is told whatever its day; what comes again and again only between `first` and `last`.
    """

    actor: Actor
    on: date
    first: date
    last: date
    roles: frozenset[Role] = field(default_factory=frozenset)


def last_day_of(deadline: Deadline | None) -> date | None:
    """The last day that is still in time."""
    if deadline is None:
        return None
    return deadline.on if deadline.inclusive else deadline.on - _ONE_DAY


@dataclass(frozen=True, slots=True)
class Group:
    """Things of one urgency, for a heading."""

    title: str
    items: Sequence[Due]
    urgent: bool = False


def in_order(dues: Iterable[Due]) -> list[Due]:
    """By day, things without a day last."""
    return sorted(dues, key=lambda due: (due.last_day or date.max, due.title, due.key))


def urgency(day: date | None, on: date, *, overdue: bool) -> str:
    """The heading under which a thing of that last day stands."""
    if day is None:
        return "Không có hạn"
    if overdue:
        return "Quá hạn"
    return "Trong tuần này" if day <= end_of_week(on) else "Sau tuần này"


HEADINGS = ("Quá hạn", "Trong tuần này", "Sau tuần này", "Không có hạn")


def grouped(dues: Iterable[Due], on: date) -> list[Group]:
    """Overdue, this week, later, without a day; empty groups are left out."""
    by_heading: dict[str, list[Due]] = {heading: [] for heading in HEADINGS}
    for due in in_order(dues):
        by_heading[urgency(due.last_day, on, overdue=due.is_overdue(on))].append(due)
    return [Group(heading, items, heading == HEADINGS[0]) for heading, items in by_heading.items() if items]


def start_of_week(on: date) -> date:
    """The Monday of that week."""
    return on - timedelta(days=on.weekday())


def end_of_week(on: date) -> date:
    """The Sunday of that week."""
    return start_of_week(on) + timedelta(days=WEEK - 1)
