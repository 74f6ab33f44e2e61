"""The money of a programme by source: given, approved, paid out; each figure with the rows that it adds up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import BigIntegerField, Case, F, QuerySet, Sum, When
from django.db.models.functions import Coalesce

from khuyencong.finance.models import EntryKind
from khuyencong.programmes.models import FundingSource, ProgrammeSource
from khuyencong.progress.counting import Scope
from khuyencong.projects.models import EstimateLine

# What adds to a figure and what takes from it.
SIGNS: dict[str, Mapping[EntryKind, int]] = {
    "approved": {EntryKind.APPROVED: 1, EntryKind.REDUCED: -1, EntryKind.RELEASED: -1},
    "paid": {EntryKind.ADVANCED: 1, EntryKind.PAID: 1, EntryKind.RECOVERED: -1},
}
# Money that is not the State's: known from the estimates of approved đề án alone.
FROM_ESTIMATES = (ProgrammeSource.COUNTERPART, ProgrammeSource.OTHER)


class Figure(StrEnum):
    GIVEN = "given"
    APPROVED = "approved"
    PAID = "paid"

    @property
    def label(self) -> str:
        return {
            Figure.GIVEN: "Đã giao",
            Figure.APPROVED: "Đã phê duyệt",
            Figure.PAID: "Đã chi",
        }[self]


@dataclass(frozen=True)
class MoneySums:
    """Money of one source, in đồng; None: not recorded for this source, or not for this reader to see."""

    given: int | None = None
    approved: int | None = None
    paid: int | None = None


def sources_of(scope: Scope) -> list[ProgrammeSource]:
    """Whose money is counted: a national programme has the nation's, one of a province both."""
    state = (
        [ProgrammeSource.NATIONAL] if scope.programme.is_national else [ProgrammeSource.NATIONAL, ProgrammeSource.LOCAL]
    )
    return [*state, *FROM_ESTIMATES]


def held_by(scope: Scope) -> FundingSource:
    """The source whose money the programme's agency is given."""
    return FundingSource.NATIONAL if scope.programme.is_national else FundingSource.LOCAL


def knows(scope: Scope, source: str, figure: Figure) -> bool:
    """Whether records answer this figure for this reader."""
    if source not in sources_of(scope):
        return False
    if source in FROM_ESTIMATES:
        return figure is Figure.APPROVED
    return figure is not Figure.GIVEN or (source == held_by(scope) and scope.is_whole)


def money_sums(scope: Scope) -> dict[str, MoneySums]:
    """By source, in three queries."""
    kinds = [kind for signs in SIGNS.values() for kind in signs]
    rows = scope.entries(*kinds).values_list("project__source", "kind").annotate(n=Sum("amount"))
    sums = {(source, kind): amount for source, kind, amount in rows}
    given = scope.given().aggregate(n=Coalesce(Sum("amount"), 0))["n"] if scope.is_whole else None
    lines = _lines(scope).aggregate(counterpart=Coalesce(Sum("counterpart"), 0), other=Coalesce(Sum("other"), 0))
    found = {}
    for source in sources_of(scope):
        if source in FROM_ESTIMATES:
            found[source.value] = MoneySums(approved=lines[source.value])
            continue
        found[source.value] = MoneySums(
            given=given if knows(scope, source, Figure.GIVEN) else None,
            approved=_signed(sums, source, SIGNS["approved"]),
            paid=_signed(sums, source, SIGNS["paid"]),
        )
    return found


def money_behind(scope: Scope, source: str, figure: Figure) -> QuerySet[Any, Any]:
    """The rows that a figure adds up: papers for what was given, otherwise đề án; each with its `amount` in đồng."""
    if figure is Figure.GIVEN:
        return scope.given().values("document", "on", "amount", year=F("envelope__year")).order_by("on", "pk")
    named = {
        "code": F("project__code"),
        "name": F("project__name"),
        "year": F("project__year"),
        "province": F("project__province__short_name"),
    }
    if source in FROM_ESTIMATES:
        rows: Any = _lines(scope).order_by().values("project").annotate(**named, amount=Sum(source))
    else:
        signs = SIGNS[figure.value]
        taken = [kind for kind, sign in signs.items() if sign < 0]
        amount = Case(When(kind__in=taken, then=-F("amount")), default=F("amount"), output_field=BigIntegerField())
        entries = scope.entries(*signs).filter(project__source=source).annotate(signed=amount)
        rows = entries.values("project").annotate(**named, amount=Sum("signed"))
    found: QuerySet[Any, Any] = rows.exclude(amount=0).order_by("-project__year", "project__code")
    return found


def _lines(scope: Scope) -> QuerySet[EstimateLine]:
    return EstimateLine.objects.filter(project__in=scope.committed().order_by().values("pk"))


def _signed(sums: Mapping[tuple[str, str], int], source: str, kinds: Mapping[EntryKind, int]) -> int:
    return sum(sign * sums.get((str(source), str(kind)), 0) for kind, sign in kinds.items())
