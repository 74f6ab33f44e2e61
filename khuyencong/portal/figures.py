"""What the published đề án come to: always of published ones only, and said so."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Case, Count, F, Sum, When

from khuyencong.audit.kept import kept
from khuyencong.finance.models import EntryKind, LedgerEntry
from khuyencong.law.catalogue import activity_name
from khuyencong.opendata.models import Publication
from khuyencong.opendata.public import PlaceTotal, totals_by_province

K = EntryKind
PLUS_APPROVED, MINUS_APPROVED = (K.APPROVED,), (K.REDUCED,)
PLUS_PAID, MINUS_PAID = (K.ADVANCED, K.PAID), (K.RECOVERED,)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table of results: number of đề án, support approved and paid out in đồng; `value` narrows the list."""

    label: str
    value: str
    projects: int
    approved: int
    paid: int


@dataclass(frozen=True, slots=True)
class Totals:
    """The whole of what is published."""

    years: tuple[Line, ...]
    activities: tuple[Line, ...]
    places: tuple[PlaceTotal, ...]

    @property
    def projects(self) -> int:
        return sum(one.projects for one in self.years)

    @property
    def approved(self) -> int:
        return sum(one.approved for one in self.years)

    @property
    def paid(self) -> int:
        return sum(one.paid for one in self.years)


def totals() -> Totals:
    """By year, activity and province; kept while nothing in the database has changed. Six queries where it has."""
    return kept(("portal totals",), _totals)


def _totals() -> Totals:
    years = _lines("year")
    activities = _lines("activity")
    return Totals(
        years=tuple(sorted((_line(str(key), key, *told) for key, told in years.items()), key=lambda one: one.label)),
        activities=tuple(
            sorted(
                (_line(activity_name(str(key)), key, *told) for key, told in activities.items()),
                key=lambda one: (-one.approved, one.label),
            )
        ),
        places=tuple(totals_by_province()),
    )


def _line(label: str, key: object, projects: int, approved: int, paid: int) -> Line:
    return Line(label, str(key), projects, approved, paid)


def _lines(column: str) -> dict[object, tuple[int, int, int]]:
    """Number, approved and paid by a column of the đề án; two queries."""
    found = Publication.objects.public().order_by()
    numbers = dict(found.values_list(f"project__{column}").annotate(number=Count("pk")))
    kinds = (*PLUS_APPROVED, *MINUS_APPROVED, *PLUS_PAID, *MINUS_PAID)
    posted = LedgerEntry.objects.filter(project__in=found.values("project"), kind__in=kinds).order_by()
    rows = posted.values_list(f"project__{column}").annotate(
        approved=_sum(PLUS_APPROVED, MINUS_APPROVED), paid=_sum(PLUS_PAID, MINUS_PAID)
    )
    money = {key: (approved, paid) for key, approved, paid in rows}
    return {key: (number, *money.get(key, (0, 0))) for key, number in numbers.items()}


def _sum(plus: tuple[EntryKind, ...], minus: tuple[EntryKind, ...]) -> Sum:
    return Sum(Case(When(kind__in=plus, then=F("amount")), When(kind__in=minus, then=-F("amount")), default=0))
