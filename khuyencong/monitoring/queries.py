"""What is read of the monthly reports."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Q

from khuyencong.core.keys import keys
from khuyencong.law.deadlines import Deadline
from khuyencong.monitoring.days import due_of, first_of, latest_month, month_before, own_days
from khuyencong.monitoring.models import OPEN_STATES, ProgressReport, ReportState
from khuyencong.programmes.models import FundingSource
from khuyencong.projects.models import Project
from khuyencong.projects.states import ProjectState


@dataclass(frozen=True, slots=True)
class ConfirmedProgress:
    """What Sở (or the Cục, for what went straight to it) has confirmed of a đề án; shares are 0 to 1."""

    volume_share: Fraction
    investment_share: Fraction
    confirmed_on: date
    report: ProgressReport


def confirmed_progress(project: Project, *, on: date) -> ConfirmedProgress | None:
    """The latest report that was confirmed on or before the day, with its figures; None where there is none. One query.

    The latest month counts, and of a month its last confirmed correction. TT 36/2013 Đ13 asks for more than half of the
    volume or more than 70 % of the investment, Đ21.4 and Đ23.3.a that Sở has confirmed it.
    """
    found = (
        ProgressReport.objects.filter(project=project, state=ReportState.CONFIRMED, decided_on__lte=on)
        .order_by("-month", "-number")
        .first()
    )
    if found is None or found.decided_on is None:
        return None
    return ConfirmedProgress(found.volume_share, found.investment_share, found.decided_on, found)


@dataclass(frozen=True, slots=True)
class Owed:
    """A report that is owed: of which month, and before which day."""

    month: date
    deadline: Deadline


@dataclass(frozen=True, slots=True)
class Standing:
    """How a đề án stands with its reports, for buttons, reminders and its tab; asked of many đề án at once.

    `missed`: the last report whose day has passed and that has not come. `next`: the one that can still be in time.
    `open`: the newest report that is not finished: a draft, one that waits for Sở, or a returned one.
    """

    missed: Owed | None = None
    next: Owed | None = None
    open: ProgressReport | None = None
    asked: bool = False  # whether law or agency ask for monthly reports of it

    @property
    def is_due(self) -> bool:
        """Whether the unit owes a report now."""
        return self.missed is not None or self.next is not None


NOTHING_OWED = Standing()
# What the standing of a thousand đề án does not need.
NOT_ASKED = (
    "creation_key",
    "decrease_reason",
    "correction_reason",
    "answer",
    "difficulties",
    "proposals",
    "next_month",
)


def standings(projects: Sequence[Project], *, on: date) -> dict[int, Standing]:
    """How each of these đề án stands on a day; three queries for all of them."""
    running = {one.pk: one for one in projects if one.state == ProjectState.IN_PROGRESS}
    since = dict(
        Project.objects.filter(pk__in=keys(running)).order_by().values_list("pk", "contract_part__contract__signed_on")
    )
    months = _months(on)
    reports = (
        ProgressReport.objects.filter(
            Q(project__in=keys(one.pk for one in projects)) & (Q(month__in=months) | Q(state__in=OPEN_STATES)),
            current=True,
        )
        .order_by("-month")
        .defer(*NOT_ASKED)
    )
    by_project: dict[int, list[ProgressReport]] = defaultdict(list)
    for one in reports:
        by_project[one.project_id].append(one)
    days = own_days(one.funder_id for one in running.values() if one.source == FundingSource.LOCAL)
    # What is asked is the same for all đề án of one source and one agency.
    asked = {
        (source, funder): [Owed(month, due) for month in months if (due := due_of(source, funder, month, days))]
        for source, funder in {(one.source, one.funder_id) for one in running.values()}
    }
    latest = latest_month(on)
    return {
        one.pk: _standing(asked[one.source, one.funder_id], by_project[one.pk], since.get(one.pk), latest, on)
        if one.pk in running
        else Standing(open=_unfinished(by_project[one.pk]))
        for one in projects
    }


def _months(on: date) -> tuple[date, ...]:
    """The months that may be owed on a day: the one that follows the last deadline, and the two before it."""
    last = latest_month(on)
    this = max(last, first_of(on))
    return (this, month_before(this), month_before(month_before(this)))


def _standing(
    asked: Sequence[Owed], reports: Sequence[ProgressReport], since: date | None, latest: date, on: date
) -> Standing:
    """`asked`: the newest month first; `latest`: the last month of which a report may be written."""
    filed = {one.month for one in reports if one.filed_on is not None}
    owed = [one for one in asked if since is not None and since < one.deadline.on]
    passed = next((one for one in owed if one.deadline.is_missed(on)), None)
    to_come = [one for one in owed if not one.deadline.is_missed(on) and one.month <= latest]
    return Standing(
        missed=passed if passed is not None and passed.month not in filed else None,
        next=next((one for one in reversed(to_come) if one.month not in filed), None),
        open=_unfinished(reports),
        asked=bool(asked),
    )


def _unfinished(reports: Sequence[ProgressReport]) -> ProgressReport | None:
    """What was returned first, then what waits, then a draft: the newest of each."""
    order = (ReportState.RETURNED, ReportState.SUBMITTED, ReportState.DRAFT)
    return next((one for state in order for one in reports if one.state == state), None)
