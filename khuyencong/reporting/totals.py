"""Sums of a period made by the database, where nobody asks for the đề án one by one; they equal those of `figures.lines_of`."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db.models import Count, F, Q, Sum

from khuyencong.core.keys import keys
from khuyencong.people.actors import Actor
from khuyencong.reporting.figures import (
    CODES,
    OTHERS,
    Question,
    Values,
    accepted_of,
    add_up,
    entries_of,
    holds_money,
    ledger_sums,
    others_of,
    projects_of,
    there_on,
    told_by_sheets,
    values_of,
    within_of,
)
from khuyencong.reporting.kinds import IN_PERIOD, PLUS, signed, sums_of
from khuyencong.reporting.period import MONTHS, Period, PeriodKind

_MONEY_OF_OTHERS = {"counterpart", "total"}


def totals_of(question: Question, *, actor: Actor | None = None, codes: Collection[str] = CODES) -> Values | None:
    """What all of `lines_of` add up to, None where there is not one; at most six queries.

    `codes`: the figures that somebody looks at. What only others need is not asked of the database, and they stay 0.
    """
    chosen = projects_of(question, actor)
    entries = entries_of(question, chosen)
    sums = ledger_sums(entries, question.period)
    if not sums:
        return None
    if chosen is not None:
        entries = entries_of(question, None).filter(project__in=keys(sums))
    held = keys(pk for pk, amounts in sums.items() if holds_money(amounts))
    others = served = 0
    if not _MONEY_OF_OTHERS.isdisjoint(codes):
        lines = others_of(question.period.year, F("project__year")).filter(project__in=held)
        others = lines.aggregate(n=Sum(OTHERS))["n"] or 0
    if "served" in codes:
        served = accepted_of(entries, question).aggregate(n=Count("beneficiary", distinct=True))["n"]
    jobs = told_by_sheets(question).filter(project__in=keys(sums)).aggregate(n=Sum("jobs_new"))["n"]
    found = dict(zip(CODES, add_up(map(values_of, sums.values())), strict=True))
    found |= {
        "counterpart": others,
        "total": found["approved"] + others,
        "beneficiaries": there_on(question.closing_on).filter(project__in=held).count(),
        "served": served,
        "jobs": int(jobs or 0),
    }
    return tuple(found[code] for code in CODES)


def money_of(question: Question, *, actor: Actor | None = None) -> dict[str, int]:
    """The figures that are nothing but sums of the ledger, in đồng, without the đề án one by one; at most three queries.

    They equal those that `lines_of` adds up to.
    """
    period = question.period
    sums = entries_of(question, projects_of(question, actor)).aggregate(**sums_of(within_of(period)))
    codes = {"planned": "to_planned", "approved": "to_approved", "paid_to_date": "to_paid"}
    codes |= {name: _in(name, sums) for name in IN_PERIOD}
    return {code: int(sums[name] or 0) for code, name in codes.items()}


def by_month(question: Question, code: str = "paid", *, actor: Actor | None = None) -> list[tuple[Period, int]]:
    """What was paid out (`paid`), accepted or settled in each month of the budget year, in đồng; two queries.

    Each month's number is the sum of the list behind the same figure of that month.
    """
    if code not in IN_PERIOD:
        raise KeyError(code)
    year = question.period.year
    kinds = [*PLUS[code][0], *PLUS[code][1]]
    entries = entries_of(question, projects_of(question, actor)).filter(kind__in=kinds)
    sums = [0] * MONTHS
    for on, amount in entries.values_list("booked_on").annotate(sum=signed(code, Q())):
        if on.year <= year:  # what was booked before the year belongs to its first month, as in every period
            sums[on.month - 1 if on.year == year else 0] += amount
    return [(Period(PeriodKind.MONTH, year, place + 1), amount) for place, amount in enumerate(sums)]


def _in(name: str, names: Iterable[str]) -> str:
    """The column of what was booked within the period; what stands by the closing day where that is the same."""
    return f"in_{name}" if f"in_{name}" in names else f"to_{name}"
