"""Which papers a stage asks for, and what an activity asks of the case: TT 36/2013, TT 17/2018, TT 46/2012, TTLT 26/2014.

TT 36 governs national money; for local money the same papers are shown as a reference, since the province sets its own
procedure (TT 46/2012 Đ8.3.b).
"""

from __future__ import annotations

from datetime import date

from khuyencong.law.regulations import regulations
from khuyencong.law.values import Applies, Condition, OtherSupport, Paper, Stage, in_force

__all__ = [
    "Applies",
    "Condition",
    "OtherSupport",
    "Paper",
    "Stage",
    "conditions_for",
    "other_supports_for",
    "papers_for",
]


def papers_for(activity: str, stage: Stage, on: date) -> tuple[Paper, ...]:
    """The papers asked for with an activity at a stage on a day, in the order of the texts; empty where none is named.

    Those of every activity come before those of this one. Papers that differ in `alternative` are sets to choose from.
    """
    found = [
        paper
        for paper in regulations().papers
        if paper.stage is stage
        and (not paper.activities or activity in paper.activities)
        and in_force(paper.valid_from, paper.valid_to, on)
    ]
    return tuple(sorted(found, key=lambda paper: bool(paper.activities)))


def conditions_for(activity: str, on: date, *, sector: str = "", source: str = "") -> tuple[Condition, ...]:
    """What must be so on a day before the activity is supported: that of every project first, then its own.

    What is asked of one trade only comes when `sector` is its code; what is asked of one kind of money only ('national'
    or 'local') is left out when `source` is the other.
    """
    found = [
        condition
        for condition in regulations().conditions
        if (not condition.activities or activity in condition.activities)
        and (not condition.sectors or sector in condition.sectors)
        and (not source or condition.source in {"", source})
        and in_force(condition.valid_from, condition.valid_to, on)
    ]
    return tuple(sorted(found, key=lambda condition: bool(condition.activities)))


def other_supports_for(activity: str, on: date) -> tuple[OtherSupport, ...]:
    """What other programmes pay on a day for the same kind of cost: ask before khuyến công pays it too."""
    return tuple(
        found
        for found in regulations().other_supports
        if activity in found.activities and in_force(found.valid_from, found.valid_to, on)
    )
