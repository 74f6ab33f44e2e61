"""The table by programme and the rows behind it: one condition for both, each đồng and each result once.

For reports `figures.SUBJECT` is the same by province.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum

from khuyencong.combining.models import Combination, CountedBy, OtherProgramme
from khuyencong.combining.rules import combining_findings
from khuyencong.core.findings import Finding
from khuyencong.people.actors import Actor
from khuyencong.projects.indicators import plain_number
from khuyencong.projects.models import EstimateLine, Project
from khuyencong.projects.states import COMMITTED


@dataclass
class ProgrammeRow:
    """One programme: how many đề án, how much money, and the results by what they are and who reports them."""

    programme: OtherProgramme
    projects: int
    money: int
    here: dict[tuple[str, str], Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    there: dict[tuple[str, str], Decimal] = field(default_factory=lambda: defaultdict(Decimal))

    @property
    def results_here(self) -> list[str]:
        return _told(self.here)

    @property
    def results_there(self) -> list[str]:
        return _told(self.there)


def _told(results: dict[tuple[str, str], Decimal]) -> list[str]:
    return [f"{plain_number(quantity)} {unit} – {name}" for (name, unit), quantity in sorted(results.items())]


def rows_for(actor: Actor, *, year: int | None = None, committed: bool = True) -> QuerySet[Combination]:
    """What stands in the đề án that the actor's figures hold, of one year or of all; withdrawn rows are not there.

    `committed`: only of đề án that were approved, as reports count them.
    """
    projects = Project.objects.counted_for(actor).order_by()
    if committed:
        projects = projects.filter(state__in=COMMITTED)
    found = Combination.objects.filter(withdrawn_because="", project__in=projects.values("pk"))
    if year is not None:
        found = found.filter(year=year)
    return found


def table(actor: Actor, *, year: int | None = None) -> list[ProgrammeRow]:
    """Programme by programme in alphabetic order; three queries."""
    rows = rows_for(actor, year=year).order_by()
    sums = rows.values("programme").annotate(n=Count("project", distinct=True), money=Sum("amount"))
    programmes = OtherProgramme.objects.in_bulk([one["programme"] for one in sums])
    found = {one["programme"]: ProgrammeRow(programmes[one["programme"]], one["n"], one["money"] or 0) for one in sums}
    results = rows.filter(quantity__isnull=False).values_list("programme", "result", "unit", "counted_by")
    for programme, result, unit, counted_by, quantity in results.annotate(sum=Sum("quantity")):
        row = found[programme]
        (row.here if counted_by == CountedBy.HERE else row.there)[result, unit] += quantity
    return sorted(found.values(), key=lambda one: one.programme.folded)


def other_money(actor: Actor, *, year: int | None = None) -> int:
    """The column «nguồn khác» of the same đề án, in đồng: what the money of the table is a part of. One query."""
    projects = Project.objects.counted_for(actor).filter(state__in=COMMITTED).order_by()
    lines = EstimateLine.objects.filter(project__in=projects.values("pk"))
    if year is not None:
        lines = lines.filter(Q(year=year) | Q(year__isnull=True, project__year=year))
    return lines.aggregate(sum=Sum("other"))["sum"] or 0


@dataclass(frozen=True)
class OfProject:
    """What stands in one đề án: the rows, their sum, and the column of Mẫu 1 of which it is a part; in đồng."""

    rows: list[Combination]
    money: int
    other: int
    findings: list[Finding]

    @property
    def untold(self) -> int:
        """What of «nguồn khác» no programme is named for; negative where the estimate was cut afterwards."""
        return self.other - self.money


def of_project(project: Project) -> OfProject:
    """For the page of a đề án; four queries at most."""
    rows = list(project.combinations.filter(withdrawn_because="").select_related("programme"))
    other = project.lines.aggregate(sum=Sum("other"))["sum"] or 0
    return OfProject(rows, sum(one.amount for one in rows), other, combining_findings(project) if rows else [])
