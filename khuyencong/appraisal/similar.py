"""What similar đề án asked for and were granted, for whoever judges whether an amount is sensible (TT 36/2013 Đ9.2).

Similar: the same activity and trade, in the year of the plan and the years before. Of a đề án out of the reader's sight
only what a decision has granted counts, and it is told by agency, year and amount alone (as in `projects.received`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, Count, Exists, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from khuyencong.appraisal.spread import Spread, spread_of
from khuyencong.people.actors import Actor
from khuyencong.projects.models import Beneficiary, EstimateLine, Project, ProjectQuerySet
from khuyencong.projects.received import WITHOUT_SUPPORT
from khuyencong.projects.states import COMMITTED, ProjectState

YEARS_BACK = 3
MOST_COUNTED = 200  # of each kind: in sight, and out of it
MOST_SHOWN = 8
ROUGHLY = 100_000  # đồng
APPROVED = "approved"  # a kind of row of the ledger, which is a later room
STATES: dict[str, str] = dict(ProjectState.choices)
COLUMNS = ("pk", "code", "name", "year", "state", "funder__name", "asked", "approved", "people")


def _each(amount: int | None, people: int) -> int | None:
    """The part of one beneficiary of several, to the nearest 100.000 đồng: as an average it is no exact amount."""
    if amount is None or people <= 1:
        return amount
    return (2 * amount + people * ROUGHLY) // (2 * people * ROUGHLY) * ROUGHLY


@dataclass(frozen=True)
class SimilarProject:
    """One of them. `code` and `name` are "" out of sight; `approved` is None before a decision. Amounts in đồng."""

    code: str
    name: str
    year: int
    state: str
    agency: str
    people: int
    asked: int | None
    approved: int | None

    @property
    def seen(self) -> bool:
        return bool(self.code)

    @property
    def asked_each(self) -> int | None:
        """For one beneficiary; of a đề án that names none, the whole."""
        return _each(self.asked, self.people)

    @property
    def approved_each(self) -> int | None:
        """The same of what was granted."""
        return _each(self.approved, self.people)


@dataclass(frozen=True)
class Similar:
    """The nearest rows, the spread of all that were counted, and how this đề án lies to them."""

    rows: tuple[SimilarProject, ...]
    count: int
    hidden: int  # how many of those counted lie out of sight
    asked: Spread | None
    approved: Spread | None
    mine: int  # what this đề án asks for each beneficiary

    @property
    def beside(self) -> str:
        """What is asked beside what was granted to others, else beside what others ask; "" where there are too few."""
        for spread, what in ((self.approved, "mức được duyệt"), (self.asked, "mức đề nghị")):
            sentence = spread.beside(self.mine) if spread else ""
            if sentence:
                return f"{sentence} ({what})"
        return ""


def similar_to(project: Project, *, people: int, asked: int, seen_by: Actor) -> Similar:
    """Other đề án of the same activity and trade; at most four queries.

    `people` and `asked` (đồng) are those of this đề án.
    """
    others = Project.objects.filter(
        activity=project.activity,
        sector=project.sector,
        year__gte=project.year - YEARS_BACK,
        year__lte=project.year,
    ).exclude(pk=project.pk)
    seen = [_row(values, seen=True) for values in _read(others.visible_to(seen_by).exclude(state__in=WITHOUT_SUPPORT))]
    hidden = []
    if not seen_by.is_national:
        mine = Project.objects.visible_to(seen_by).order_by().filter(pk=OuterRef("pk"))
        hidden = [_row(values, seen=False) for values in _read(others.filter(~Exists(mine), state__in=COMMITTED))]
    every = [*seen, *hidden]
    return Similar(
        rows=tuple(every[:MOST_SHOWN]),
        count=len(every),
        hidden=len(hidden),
        asked=spread_of(_known(one.asked_each for one in seen)),
        approved=spread_of(_known(one.approved_each for one in every)),
        mine=_each(asked, people) or 0,
    )


def _known(amounts: Iterable[int | None]) -> list[int]:
    return [amount for amount in amounts if amount]


def _read(projects: ProjectQuerySet) -> list[dict[str, Any]]:
    """The latest of them with their sums; two queries, so that nothing is summed that is not given back."""
    keys = projects.order_by("-year", "-pk").values("pk")[:MOST_COUNTED]
    lines = EstimateLine.objects.filter(project=OuterRef("pk")).order_by().values("project")
    parts = Beneficiary.objects.filter(project=OuterRef("pk")).order_by().values("project")
    # The ledger is a later room: it is reached through the đề án's own relation.
    granted = Project.objects.filter(pk=OuterRef("pk")).order_by().values("pk")
    rows = Project.objects.filter(pk__in=list(keys.values_list("pk", flat=True))).annotate(
        asked=Coalesce(Subquery(lines.annotate(sum=Sum("support")).values("sum")), 0, output_field=BigIntegerField()),
        people=Coalesce(Subquery(parts.annotate(n=Count("pk")).values("n")), 0),
        approved=Subquery(
            granted.annotate(sum=Sum("entries__amount", filter=Q(entries__kind=APPROVED))).values("sum"),
            output_field=BigIntegerField(),
        ),
    )
    return list(rows.order_by("-year", "-pk").values(*COLUMNS))


def _row(values: dict[str, Any], *, seen: bool) -> SimilarProject:
    return SimilarProject(
        code=values["code"] if seen else "",
        name=values["name"] if seen else "",
        year=values["year"],
        state=STATES[values["state"]] if seen else "",
        agency=values["funder__name"],
        people=values["people"],
        asked=values["asked"] if seen else None,
        approved=values["approved"],
    )
