"""Working days of offices that rest on Saturday and Sunday, and the statutory days off and swaps of each year.

The days off are dated rules and lists per year, read from holidays.yaml and checked with file and line.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import groupby, pairwise
from pathlib import Path

from khuyencong.core import dates
from khuyencong.core.dates import format_date
from khuyencong.law.values import in_force, overlap
from khuyencong.law.yamlfile import Item, iso_day, read

HOLIDAYS_FILE = Path(__file__).with_name("holidays.yaml")
TET, HUNG_KINGS, NATIONAL_DAY_MORE, IN_LIEU = "tet", "hung_kings", "national_day_more", "in_lieu"
TET_DAYS = 5
SWAPPED = "Nghỉ hoán đổi"
SATURDAY = 5
_ONE_DAY = timedelta(days=1)
# A year never has fewer working days than this: how far ahead the days off must be known.
_WORKING_DAYS_OF_A_YEAR = 200


@dataclass(frozen=True, slots=True)
class Rule:
    """A day off of the labour code; month and day None where its days are listed per year or follow from others."""

    code: str
    name: str
    article: str
    verified: bool
    valid_from: date
    valid_to: date | None
    month: int | None
    day: int | None
    note: str

    def in_force(self, on: date) -> bool:
        return in_force(self.valid_from, self.valid_to, on)


@dataclass(frozen=True, slots=True)
class Swap:
    """A day off given for a Saturday or Sunday that is worked."""

    off: date
    worked: date
    verified: bool


@dataclass(frozen=True, slots=True)
class Year:
    """What is decided for one year; `verified` is False where its announcement was not read."""

    year: int
    verified: bool
    source: str
    listed: tuple[tuple[str, date], ...]
    swaps: tuple[Swap, ...]


@dataclass(frozen=True, slots=True)
class Holiday:
    """One day on which offices are closed, with why; `verified` is False for what nobody has read."""

    on: date
    name: str
    article: str
    verified: bool
    note: str = ""


@dataclass(frozen=True)
class Calendar:
    """The whole file."""

    rules: tuple[Rule, ...]
    years: dict[int, Year]

    def rule(self, code: str, on: date) -> Rule | None:
        """The rule of that code in force on a day."""
        return next((rule for rule in self.rules if rule.code == code and rule.in_force(on)), None)

    def days_of(self, year: int) -> tuple[Holiday, ...]:
        """The days off of a year in order; of a year that is not listed only the fixed days of the solar calendar."""
        found = {holiday.on: holiday for holiday in self._statutory(year)}
        for holiday in sorted(found.values(), key=lambda one: one.on):
            if holiday.on.weekday() >= SATURDAY:
                rule = self.rule(IN_LIEU, holiday.on)
                day = _next_working_day(holiday.on, found)
                if rule is not None:
                    name = f"{rule.name} ({holiday.name})"
                    found[day] = Holiday(day, name, rule.article, holiday.verified and rule.verified, holiday.note)
        for swap in self.years[year].swaps if year in self.years else ():
            note = f"Đi làm bù ngày {swap.worked:%d/%m/%Y}."
            found[swap.off] = Holiday(swap.off, SWAPPED, "thông báo nghỉ lễ, tết của năm", swap.verified, note)
        return tuple(found[day] for day in sorted(found))

    def worked(self) -> tuple[Swap, ...]:
        """Every swap of every year: the Saturdays and Sundays that are worked."""
        return tuple(swap for year in self.years.values() for swap in year.swaps)

    def _statutory(self, year: int) -> list[Holiday]:
        found = []
        for rule in self.rules:
            if rule.month is not None and rule.day is not None:
                on = date(year, rule.month, rule.day)
                if rule.in_force(on):
                    found.append(Holiday(on, rule.name, rule.article, rule.verified, rule.note))
        if decided := self.years.get(year):
            for code, on in decided.listed:
                listed = self.rule(code, on)
                if listed is not None:
                    verified = decided.verified and listed.verified
                    found.append(Holiday(on, listed.name, listed.article, verified, listed.note))
        return found


@dataclass(frozen=True, slots=True)
class WorkdayAnswer:
    """The day reached by counting, a sentence that says what was left out, and whether every day off was verified."""

    on: date
    verified: bool
    sentence: str


@cache
def holidays_in(year: int) -> tuple[Holiday, ...]:
    """The days off of a year in order, days in lieu and swapped days included; weekends are not listed.

    Only the fixed days of the solar calendar are known of a year that is not in the file.
    """
    return calendar().days_of(year)


def add_working_days(start: date, days: int) -> WorkdayAnswer:
    """The `days`-th working day after `start`; the day itself is not counted. ValueError on a negative count.

    `verified` is False when a day off that nobody has read stands in between, or a year without a list of its days.
    """
    years = range(start.year, start.year + days // _WORKING_DAYS_OF_A_YEAR + 2)
    known = {holiday.on: holiday for year in years for holiday in holidays_in(year)}
    on = dates.add_working_days(start, days, known.keys(), worked=_worked().keys())
    passed = [known[day] for day in sorted(known) if start < day <= on and day.weekday() < SATURDAY]
    worked = [swap for day, swap in sorted(_worked().items()) if start < day <= on]
    doubts = _doubts(start, on, passed, worked)
    left_out = "".join(f", {_told(group)}" for group in _groups(passed))
    sentence = (
        f"{days} ngày làm việc sau ngày {format_date(start)} là ngày {format_date(on)}"
        f" (không tính thứ Bảy, Chủ nhật{left_out})."
    )
    if worked:
        told = ", ".join(format_date(swap.worked) for swap in worked)
        sentence = f"{sentence} Có tính ngày đi làm bù {told}."
    return WorkdayAnswer(on, not doubts, " ".join([sentence, *doubts]))


def day_off(on: date) -> Holiday | None:
    """The statutory or swapped day off that falls on this day; weekends are no such days."""
    return next((holiday for holiday in holidays_in(on.year) if holiday.on == on), None)


def is_working_day(on: date) -> bool:
    """Whether offices that rest on Saturday and Sunday are open on this day."""
    return on in _worked() or (on.weekday() < SATURDAY and day_off(on) is None)


def count_working_days(start: date, end: date) -> int:
    """How many working days follow `start` up to and including `end`; 0 where `end` is not later."""
    days = (start + timedelta(days=number) for number in range(1, (end - start).days + 1))
    return sum(is_working_day(day) for day in days)


def working_day_before(on: date) -> date:
    """The day itself where it is worked, else the last working day before it."""
    while not is_working_day(on):
        on -= _ONE_DAY
    return on


def working_day_after(on: date) -> date:
    """The day itself where it is worked, else the first working day after it."""
    while not is_working_day(on):
        on += _ONE_DAY
    return on


def _next_working_day(day: date, taken: dict[date, Holiday]) -> date:
    day += _ONE_DAY
    while day.weekday() >= SATURDAY or day in taken:
        day += _ONE_DAY
    return day


def load_calendar(path: Path = HOLIDAYS_FILE) -> Calendar:
    """Read and check a file of days off. Raises LawFileError with the line of the first mistake."""
    top = read(path)
    rules: list[Rule] = []
    for item in top.items("rules"):
        rule = _rule(item)
        if any(
            one.code == rule.code and overlap(one.valid_from, one.valid_to, rule.valid_from, rule.valid_to)
            for one in rules
        ):
            raise item.error(f"«{rule.code}» viết hai lần cho cùng thời gian.", key="code")
        rules.append(rule)
    years: dict[int, Year] = {}
    for item in top.items("years"):
        year = _year(item)
        if year.year in years:
            raise item.error(f"năm {year.year} viết hai lần.", key="year")
        years[year.year] = year
    top.finish()
    return Calendar(tuple(rules), years)


@cache
def calendar() -> Calendar:
    """The shipped days off, read once."""
    return load_calendar()


def _rule(item: Item) -> Rule:
    valid_from, valid_to = item.day("from"), item.day("to")
    if valid_from is None:
        raise item.error("«from» phải là một ngày.", key="from")
    rule = Rule(
        code=item.text("code"),
        name=item.text("name"),
        article=item.text("article"),
        verified=item.flag("verified", default=True),
        valid_from=valid_from,
        valid_to=valid_to,
        month=item.whole("month", low=1, high=12),
        day=item.whole("day", low=1, high=30),
        note=item.text("note", default=""),
    )
    if (rule.month is None) != (rule.day is None):
        raise item.error("«month» và «day» phải cùng có hoặc cùng không.", key="month")
    item.finish()
    return rule


def _year(item: Item) -> Year:
    number = item.whole("year", low=2000, high=2100)
    if number is None:
        raise item.error("thiếu «year».", key="year")
    verified, source = item.flag("verified"), item.text("source")
    listed = [(TET, _day(item, TET, text, number)) for text in item.texts(TET)]
    days = [day for _, day in listed]
    if len(listed) != TET_DAYS or any(one + _ONE_DAY != other for one, other in pairwise(days)):
        raise item.error("«tet» phải là năm ngày liền nhau.", key=TET)
    others = [code for code in (HUNG_KINGS, NATIONAL_DAY_MORE) if item.has(code)]
    listed += [(code, _day(item, code, item.text(code), number)) for code in others]
    swaps = tuple(_swap(child, default=verified) for child in item.items("swaps"))
    item.finish()
    return Year(number, verified, source, tuple(listed), swaps)


def _day(item: Item, key: str, text: str, year: int) -> date:
    try:
        day = iso_day(text)
    except ValueError:
        raise item.error(f"«{text}» không phải ngày dạng YYYY-MM-DD.", key=key) from None
    if day.year != year:
        raise item.error(f"«{text}» không thuộc năm {year}.", key=key)
    return day


def _swap(item: Item, *, default: bool) -> Swap:
    off, worked = item.day("off"), item.day("worked")
    if off is None or worked is None:
        raise item.error("ngày hoán đổi phải có «off» và «worked».")
    if off.weekday() >= SATURDAY or worked.weekday() < SATURDAY:
        raise item.error("«off» phải là ngày trong tuần, «worked» phải là thứ Bảy hoặc Chủ nhật.", key="off")
    swap = Swap(off, worked, item.flag("verified", default=default))
    item.finish()
    return swap


@cache
def _worked() -> dict[date, Swap]:
    return {swap.worked: swap for swap in calendar().worked()}


def _doubts(start: date, on: date, passed: list[Holiday], worked: list[Swap]) -> list[str]:
    unread = [holiday for holiday in passed if not holiday.verified]
    names = dict.fromkeys(holiday.name for holiday in unread)
    found = [f"Ngày nghỉ chờ xác minh: {'; '.join(names)}."] if names else []
    if not names and any(not swap.verified for swap in worked):
        found.append("Ngày đi làm bù chờ xác minh.")
    missing = [str(year) for year in range(start.year, on.year + 1) if year not in calendar().years]
    if missing:
        found.append(f"Chưa có danh sách ngày nghỉ năm {', '.join(missing)}.")
    return found


def _groups(passed: list[Holiday]) -> list[list[Holiday]]:
    """Days off of one name that follow each other."""
    return [list(group) for _, group in groupby(passed, key=lambda holiday: holiday.name)]


def _told(group: list[Holiday]) -> str:
    first, last = group[0], group[-1]
    days = format_date(first.on) if len(group) == 1 else f"{format_date(first.on)} – {format_date(last.on)}"
    return f"{first.name} {days}"
