"""What a month of a collaborator is worth by the document of the province, and when that is not known.

No article gives an amount or says how a broken month is paid (NĐ 45/2012 Đ10 leaves it to the chairman of the provincial
People's Committee): where the document that was entered does not answer, the amount stays unknown until somebody reads it there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from khuyencong.collaborators.models import AllowanceRate, Term
from khuyencong.core.dates import format_date

MOST_MONTHS = 3  # a quarter


@dataclass(frozen=True)
class Worth:
    """A month: `amount` in đồng, None where it is not known, and then `note` says why. `term`: the first that holds in it."""

    term: Term
    rate: AllowanceRate | None
    amount: int | None
    note: str = ""


def last_day(month: date) -> date:
    """The last day of the month that begins on `month`."""
    return next_month(month) - timedelta(days=1)


def next_month(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def first_broken(last: date) -> date:
    """The first month that is not whole when something ends on `last`."""
    month = last.replace(day=1)
    return next_month(month) if last == last_day(month) else month


def months_between(first: date, last: date) -> list[date]:
    """The first days of the months from one to the other, both included."""
    found = []
    while first <= last:
        found.append(first)
        first = next_month(first)
    return found


def days_served(month: date, terms: Iterable[Term]) -> int:
    """On how many days of the month these terms, which do not overlap, hold."""
    ends = last_day(month)
    return sum(
        (min(one.ends_on or ends, ends) - max(one.starts_on, month)).days + 1
        for one in terms
        if one.starts_on <= ends and (one.ends_on is None or one.ends_on >= month)
    )


def rates_for(month: date, home: int, today: int, rates: Iterable[AllowanceRate]) -> list[AllowanceRate]:
    """Those of the person's own province (`home`) where it has any in the month, else those of the province of `today`.

    Provinces that became one each had a document of their own: what one of them gave is not what the other one gives.
    """
    within = [one for one in rates if one.valid_from <= last_day(month) and (one.valid_to or month) >= month]
    own = [one for one in within if one.province_id == home]
    return own or [one for one in within if one.province_id == today]


def worth_of(month: date, terms: Sequence[Term], rates: Iterable[AllowanceRate]) -> Worth | None:
    """The month of one person with these terms under these rates; None where no term holds in it."""
    ends = last_day(month)
    held = sorted(
        (one for one in terms if one.starts_on <= ends and (one.ends_on is None or one.ends_on >= month)),
        key=lambda one: one.starts_on,
    )
    if not held:
        return None
    within = [one for one in rates if one.valid_from <= ends and (one.valid_to is None or one.valid_to >= month)]
    rate = next((one for one in within if one.holds(month)), None)
    if rate is None or not rate.holds(ends):
        why = "mức thù lao đổi trong tháng" if within else "chưa ghi mức thù lao của tỉnh"
        return Worth(held[0], None, None, f"{why}: ghi số tiền theo văn bản")
    days = days_served(month, held)
    if days < ends.day:
        spans = "; ".join(
            f"{format_date(max(one.starts_on, month))} – {format_date(min(one.ends_on or ends, ends))}" for one in held
        )
        return Worth(held[0], rate, None, f"giữ nhiệm vụ {days}/{ends.day} ngày ({spans}): ghi số tiền theo văn bản")
    return Worth(held[0], rate, rate.amount)
