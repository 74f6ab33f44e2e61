"""What a package would change: its figures beside those that are held of the same agency and period: handed in, or in records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from khuyencong.federation.models import IncomingPackage
from khuyencong.federation.package import Cell, Package
from khuyencong.law.catalogue import activity_name
from khuyencong.periods.content import read
from khuyencong.periods.models import PeriodReport, ReportVersion
from khuyencong.periods.node import question_for
from khuyencong.programmes.models import FundingSource
from khuyencong.reporting.figures import FIGURES, ZEROS, Figure, Values, add_up, regrouped
from khuyencong.reporting.tables import cells_of as cells_of_records


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure that is another one now. `where` is "" for the whole."""

    where: str
    figure: Figure
    held: int
    sent: int

    @property
    def change(self) -> int:
        return self.sent - self.held

    @property
    def held_shown(self) -> str:
        return self.figure.shown(self.held)

    @property
    def sent_shown(self) -> str:
        return self.figure.shown(self.sent)

    @property
    def change_shown(self) -> str:
        sign = "+" if self.change > 0 else ""
        return f"{sign}{self.figure.shown(self.change)}"


def held_version(package: IncomingPackage) -> ReportVersion | None:
    """What is held now of the same agency and period: the last version that was handed in; one query."""
    return (
        ReportVersion.objects.filter(
            report__agency=package.agency_id,
            report__kind=package.kind,
            report__year=package.year,
            report__number=package.number,
        )
        .select_related("report__agency__province")
        .order_by("-number")
        .first()
    )


def cells_of(report: PeriodReport, version: ReportVersion) -> dict[Cell, Values]:
    """The figures of a kept version by source and activity."""
    return regrouped(read(report, version).cells.items(), lambda key: (key.source, key.activity))


def recorded_cells(package: IncomingPackage) -> dict[Cell, Values]:
    """What the records kept here say of the same agency and period by the same day, by source and activity.

    Needs `agency__province` loaded.
    """
    question = replace(question_for(package.agency, package.period), until=package.closing_on)
    return regrouped(cells_of_records(question).items(), lambda key: (key.source, key.activity))


def differences(package: Package, held: Mapping[Cell, Values]) -> list[Difference]:
    """Figure by figure what differs: of the whole first, then row by row."""
    found = list(_between("", add_up(held.values()), package.total))
    for cell in sorted({*held, *package.cells}):
        source, activity = cell
        where = f"{activity_name(activity)}, {FundingSource(source).label.lower()}"
        found += _between(where, held.get(cell, ZEROS), package.cells.get(cell, ZEROS))
    return found


def _between(where: str, held: Values, sent: Values) -> list[Difference]:
    pairs = zip(FIGURES, held, sent, strict=True)
    return [Difference(where, figure, before, now) for figure, before, now in pairs if before != now]
