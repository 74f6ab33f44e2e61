"""By when a đề án is to be settled: TT 36/2013 Đ18.1, Đ18.2.

Here, below the room of settlement, because the end of a budget year asks it too.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import Count, Max, OuterRef, Q, Subquery

from khuyencong.finance.models import EntryKind, LedgerEntry
from khuyencong.law.deadlines import Deadline, settlement_file
from khuyencong.programmes.models import FundingSource
from khuyencong.projects.models import Project
from khuyencong.projects.states import ProjectState

DEADLINE_DAY = (1, 22)  # of the year after that of the money: TT 36/2013 Đ18.2


# The last budget year whose money was approved for a đề án: what was carried over, or of several years, is settled by that.
_MONEY_YEAR = Subquery(
    LedgerEntry.objects.filter(project=OuterRef("pk"), kind=EntryKind.APPROVED)
    .order_by("-envelope__year")
    .values("envelope__year")[:1]
)


def last_days(projects: Sequence[Project]) -> dict[int, date]:
    """By key the day after which a đề án is not settled by its file any more, of its last money: TT 36/2013 Đ18.2. One query."""
    rows = Project.objects.filter(pk__in=[one.pk for one in projects]).order_by()
    years = rows.annotate(money_year=_MONEY_YEAR).values_list("pk", "year", "money_year")
    return {pk: date((money or year) + 1, *DEADLINE_DAY) for pk, year, money in years}


def last_day(project: Project) -> date:
    """As `last_days`, of one đề án."""
    return last_days([project])[project.pk]


def deadlines_of(projects: Sequence[Project]) -> dict[int, Deadline]:
    """By key the day of the settlement: 15 days after the last acceptance of the last đề án of the contract; one query.

    As long as another đề án of the contract is under way, only the 22nd of January counts. The circular governs national
    money; of local money no day is known.
    """
    national = [one for one in projects if one.source == FundingSource.NATIONAL]
    if not national:
        return {}
    beside = "contract_part__contract__parts__project__acceptances"
    rows = (
        Project.objects.filter(pk__in=[one.pk for one in national])
        .order_by()
        .values_list("pk", "year")
        .annotate(
            money_year=_MONEY_YEAR,
            own=Max("acceptances__accepted_on", filter=Q(acceptances__annulment__isnull=True)),
            last=Max(f"{beside}__accepted_on", filter=Q(**{f"{beside}__annulment__isnull": True})),
            running=Count(
                "contract_part__contract__parts",
                filter=Q(
                    contract_part__contract__parts__project__state__in=[ProjectState.APPROVED, ProjectState.IN_PROGRESS]
                ),
                distinct=True,
            ),
        )
    )
    found = {pk: (money or year, own, last, running) for pk, year, money, own, last, running in rows}
    days = {}
    for one in national:
        year, own, last, running = found[one.pk]
        if own is None:  # nothing of it is accepted: nothing is due
            continue
        deadline = settlement_file(date(year + 1, *DEADLINE_DAY) if running else last, budget_year=year)
        if deadline is not None:
            days[one.pk] = deadline
    return days


def settlement_deadline(project: Project) -> Deadline | None:
    """As `deadlines_of`, of one đề án."""
    return deadlines_of([project]).get(project.pk)
