"""The days of an agency's own time limit: pure arithmetic over the calendar."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from khuyencong.core.dates import format_date
from khuyencong.deadlines.models import STEPS, AgencyDeadline, RuleKind, Shift
from khuyencong.law.deadlines import Deadline
from khuyencong.law.workdays import add_working_days, day_off, is_working_day, working_day_after, working_day_before
from khuyencong.projects.states import ProjectState

# The longest row of days off (Tết with the weekends around it and days swapped) is shorter.
FURTHEST_SHIFT = timedelta(days=14)
DECEMBER = 12


@dataclass(frozen=True, slots=True)
class RuleDay:
    """One day: `nominal` by the rule, and the time limit after it was moved to a working day where the rule says so."""

    nominal: date
    deadline: Deadline


def days_of(rule: AgencyDeadline, first: date, last: date) -> list[RuleDay]:
    """The days between the two, both included, on which `rule` falls due; none for a rule that counts from a step."""
    found = [
        RuleDay(nominal, _deadline(rule, nominal))
        for nominal in _nominal(rule, first - FURTHEST_SHIFT, last + FURTHEST_SHIFT)
        if rule.from_on <= nominal and (rule.to_on is None or nominal <= rule.to_on)
    ]
    return [one for one in found if first <= one.deadline.on <= last]


def falls_on(rule: AgencyDeadline, nominal: date) -> bool:
    """Whether `nominal` is one of its days, before any shift."""
    in_time = rule.from_on <= nominal and (rule.to_on is None or nominal <= rule.to_on)
    return in_time and nominal in _nominal(rule, nominal, nominal)


def after(rule: AgencyDeadline, event: date) -> Deadline:
    """The time limit of a rule that counts from a step, for a đề án that took the step on the day `event`."""
    if rule.working_days:
        answer = add_working_days(event, rule.days or 0)
        sentence = f"Chậm nhất ngày {format_date(answer.on)}: {answer.sentence}"
        return Deadline(answer.on, sentence, rule.document, answer.verified, inclusive=True)
    return _deadline(rule, event + timedelta(days=rule.days or 0))


def describe(rule: AgencyDeadline) -> str:
    """The rule in words, for the list."""
    match rule.rule:
        case RuleKind.DAY:
            said = f"Ngày {format_date(rule.on_day)}" if rule.on_day else ""
        case RuleKind.YEARLY:
            said = f"Hằng năm, ngày {rule.day:02d}/{rule.month:02d}"
        case RuleKind.MONTHLY:
            said = f"Hằng tháng, ngày {rule.day}"
        case _:
            unit = "ngày làm việc" if rule.working_days else "ngày"
            return f"{rule.days} {unit} kể từ khi đề án: {STEPS[ProjectState(rule.step)].lower()}"
    return said if rule.shift == Shift.NONE else f"{said}; trúng ngày nghỉ: {Shift(rule.shift).label.lower()}"


def _nominal(rule: AgencyDeadline, first: date, last: date) -> Iterator[date]:
    match rule.rule:
        case RuleKind.DAY if rule.on_day is not None:
            days = iter([rule.on_day])
        case RuleKind.YEARLY:
            days = (_clamped(year, rule.month or 1, rule.day or 1) for year in range(first.year, last.year + 1))
        case RuleKind.MONTHLY:
            days = (_clamped(year, month, rule.day or 1) for year, month in months(first, last))
        case _:
            return iter(())
    return (day for day in days if first <= day <= last)


def months(first: date, last: date) -> Iterator[tuple[int, int]]:
    """The months (year, number) in which the days from `first` to `last` lie."""
    year, month = first.year, first.month
    while (year, month) <= (last.year, last.month):
        yield year, month
        year, month = (year + 1, 1) if month == DECEMBER else (year, month + 1)


def _clamped(year: int, month: int, day: int) -> date:
    """The 31st of a short month is its last day."""
    return date(year, month, min(day, monthrange(year, month)[1]))


def _deadline(rule: AgencyDeadline, nominal: date) -> Deadline:
    on = _shifted(rule.shift, nominal)
    sentence, verified = f"Chậm nhất ngày {format_date(on)}.", True
    if on != nominal:
        # Whether a day is off may rest on a list that nobody has read.
        between = [nominal + timedelta(days=step) for step in range(0, (on - nominal).days, 1 if on > nominal else -1)]
        verified = all(off.verified for off in map(day_off, between) if off is not None)
        sentence = f"{sentence} Ngày {format_date(nominal)} là ngày nghỉ."
    return Deadline(on, sentence, rule.document, verified, inclusive=True)


def _shifted(shift: str, day: date) -> date:
    if shift == Shift.NONE or is_working_day(day):
        return day
    return working_day_before(day) if shift == Shift.PREVIOUS else working_day_after(day)
