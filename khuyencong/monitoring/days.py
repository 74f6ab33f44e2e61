"""By which day the report of a month is due: by law for national money, by the agency's own rule for local money."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from django.db.models import Q

from khuyencong.core.dates import format_date
from khuyencong.law import deadlines
from khuyencong.law.deadlines import Deadline
from khuyencong.monitoring.models import OwnReportDay
from khuyencong.people.models import Agency
from khuyencong.programmes.models import FundingSource
from khuyencong.projects.models import Project

DECEMBER = 12


def first_of(day: date) -> date:
    """The month of a day, named by its first day."""
    return day.replace(day=1)


def month_after(month: date) -> date:
    """The first day of the following month."""
    return date(month.year + month.month // DECEMBER, month.month % DECEMBER + 1, 1)


def month_before(month: date) -> date:
    """The first day of the month before."""
    return date(month.year - (month.month == 1), (month.month - 2) % DECEMBER + 1, 1)


@cache
def latest_month(on: date) -> date:
    """The last month of which a report may be written: from the day of one month on that of the next.

    «Trước ngày 25 hàng tháng» (TT 36/2013 Đ23.3.a): what is written after the 25th tells of the month that follows.
    """
    following = deadlines.next_monthly_report(on)
    return first_of(following.on if following else on)


@dataclass(frozen=True)
class OwnDays:
    """What agencies ask for their local money, newest first; read once for everything on a page."""

    rows: Mapping[int, tuple[OwnReportDay, ...]] = field(default_factory=dict)

    def rule(self, agency_id: int, month: date) -> OwnReportDay | None:
        """What the agency asks of that month; None where it asks nothing."""
        found = next((one for one in self.rows.get(agency_id, ()) if one.from_month <= month), None)
        return found if found is not None and found.day else None


def own_days(agencies: Iterable[int] | None = None) -> OwnDays:
    """The rules of these agencies, of all without a list; two queries.

    The money of an agency that was merged is its successor's: what that one asks counts as well.
    """
    found, followed = (
        OwnReportDay.objects.order_by("-from_month", "-pk"),
        Agency.objects.filter(successor__isnull=False),
    )
    if agencies is not None:
        keys = set(agencies)
        found = found.filter(Q(agency__in=keys) | Q(agency__predecessors__in=keys)).distinct()
        followed = followed.filter(pk__in=keys)
    rows: dict[int, list[OwnReportDay]] = defaultdict(list)
    for one in found:
        rows[one.agency_id].append(one)
    for merged in followed:
        both = [*rows[merged.pk], *rows[merged.successor_id or 0]]
        rows[merged.pk] = sorted(both, key=lambda one: (one.from_month, one.pk), reverse=True)
    return OwnDays({key: tuple(of) for key, of in rows.items()})


@cache
def law_day(month: date) -> Deadline | None:
    """What the law says of the month; asked of many đề án at once."""
    return deadlines.monthly_report(month.year, month.month)


def due_of(source: str, funder_id: int, month: date, days: OwnDays) -> Deadline | None:
    """Before which day the report of the month must come; None where nobody asks for it. No query.

    National money: before the 25th (TT 36/2013 Đ23.3.a). Local money: only where the agency that pays asks for it.
    """
    if source == FundingSource.NATIONAL:
        return law_day(month)
    rule = days.rule(funder_id, month)
    if rule is None or rule.day is None:
        return None
    on = month.replace(day=rule.day)
    sentence = f"Báo cáo tiến độ tháng, quy định của cơ quan: trước ngày {format_date(on)}."
    return Deadline(on, sentence, rule.document, verified=True)


def due_for(project: Project, month: date, days: OwnDays) -> Deadline | None:
    """As `due_of`, for one đề án."""
    return due_of(project.source, project.funder_id, month, days)


def days_late(filed_on: date, due_on: date) -> int:
    """How many days after the last day in time it came; 0 in time. «Trước ngày 25»: the 25th itself is one day late."""
    return max(0, (filed_on - due_on).days + 1)
