"""The legal time limits of national projects and of product competitions, as dates.

"Before" a day ("trước ngày") is given as that day: a file that comes on it is late. Functions answer None for days
before the first rule.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from khuyencong.core.dates import format_date
from khuyencong.law.regulations import regulations
from khuyencong.law.values import DeadlineRule, cite, in_force
from khuyencong.law.workdays import add_working_days

DECEMBER = 12


@dataclass(frozen=True, slots=True)
class Deadline:
    """A time limit: the day, one sentence for the user, the article. `inclusive` is False for "before this day"."""

    on: date
    sentence: str
    article: str
    verified: bool
    inclusive: bool = False
    note: str = ""

    def is_missed(self, today: date) -> bool:
        """Whether it is too late on the given day."""
        return today > self.on if self.inclusive else today >= self.on


def base_registration(plan_year: int) -> Deadline | None:
    """Units send their registration to the department: before 20/05 of the year before the plan year."""
    return _yearly("base_registration", plan_year - 1)


def registration_to_agency(plan_year: int) -> Deadline | None:
    """Departments and centres register with the national agency: before 15/06, since TT 17/2018 before 20/06."""
    return _yearly("to_agency", plan_year - 1)


def monthly_report(year: int, month: int) -> Deadline | None:
    """The progress report of a month: before its 25th."""
    return _monthly("monthly_report", year, month)


def regional_centre_report(year: int, month: int) -> Deadline | None:
    """What a regional centre reports of a month, all its projects together: before its 25th."""
    return _monthly("regional_centre_report", year, month)


def next_monthly_report(today: date) -> Deadline | None:
    """The nearest monthly report that can still be in time."""
    this_month = monthly_report(today.year, today.month)
    if this_month is None or not this_month.is_missed(today):
        return this_month
    if today.month == DECEMBER:
        return monthly_report(today.year + 1, 1)
    return monthly_report(today.year, today.month + 1)


def settlement_file(last_acceptance: date, *, budget_year: int | None = None) -> Deadline | None:
    """The settlement file of a contract: 15 days after the last acceptance, never after 22/01 of the following year.

    `budget_year` is the year of the money (the year of the acceptance by default).
    """
    for rule in _rules("settlement_file"):
        if in_force(rule.valid_from, rule.valid_to, last_acceptance):
            year = last_acceptance.year if budget_year is None else budget_year
            end = date(year + 1, rule.month or 1, rule.day or 1)
            due = min(last_acceptance + timedelta(days=rule.days or 0), end)
            return _deadline(rule, due, f"{rule.title}: chậm nhất ngày {format_date(due)}.", inclusive=True)
    return None


def settlement_end(budget_year: int) -> Deadline | None:
    """The last day for liquidating contracts and settling what was spent of a year's money: 22/01 of the following year."""
    for rule in _rules("settlement_file"):
        due = date(budget_year + 1, rule.month or 1, rule.day or 1)
        if in_force(rule.valid_from, rule.valid_to, due):
            sentence = f"Thanh lý hợp đồng và quyết toán kinh phí năm {budget_year}: chậm nhất ngày {format_date(due)}."
            return _deadline(rule, due, sentence, inclusive=True)
    return None


def competition_complaint(announced: date) -> Deadline | None:
    """Until when the result of a competition may be complained about: 15 working days after it was announced."""
    return _working_days("competition_complaint", announced)


def competition_answer(received: date) -> Deadline | None:
    """Until when the council answers a complaint: 10 working days after it came."""
    return _working_days("competition_answer", received)


def regional_scoring(complete: date) -> Deadline | None:
    """Until when the national agency scores products of a region: 30 working days after a complete dossier."""
    return _working_days("regional_scoring", complete)


def _working_days(code: str, event: date) -> Deadline | None:
    """So many working days after an event; not verified where a day off in between is not."""
    for rule in _rules(code):
        if in_force(rule.valid_from, rule.valid_to, event):
            answer = add_working_days(event, rule.days or 0)
            sentence = f"{rule.title}: chậm nhất ngày {format_date(answer.on)}; {answer.sentence}"
            found = _deadline(rule, answer.on, sentence, inclusive=True)
            return replace(found, verified=found.verified and answer.verified)
    return None


def _rules(code: str) -> list[DeadlineRule]:
    return [rule for rule in regulations().deadlines if rule.code == code]


def _yearly(code: str, year: int) -> Deadline | None:
    for rule in _rules(code):
        due = date(year, rule.month or 1, rule.day or 1)
        if in_force(rule.valid_from, rule.valid_to, due):
            return _deadline(rule, due, f"{rule.title}: trước ngày {format_date(due)}.")
    return None


def _monthly(code: str, year: int, month: int) -> Deadline | None:
    for rule in _rules(code):
        due = date(year, month, rule.day or 1)
        if in_force(rule.valid_from, rule.valid_to, due):
            return _deadline(rule, due, f"{rule.title}: trước ngày {format_date(due)}.")
    return None


def _deadline(rule: DeadlineRule, due: date, sentence: str, *, inclusive: bool = False) -> Deadline:
    return Deadline(due, sentence, cite(rule.article, rule.document), rule.verified, inclusive, rule.note)
