"""Tables of agencies without records here, and how they roll up: each province and source counts once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from khuyencong.people.models import AgencyKind
from khuyencong.periods.models import HANDED_IN, HandRow, PeriodReport
from khuyencong.reporting.figures import CODES, Key, Values

# What is asked for in a table; the rest of the figures follows from them.
ASKED = tuple(code for code in CODES if code != "total")


def values_of(row: HandRow) -> Values:
    """The figures of one row in their order; what the agency did not fill in is 0, the total is what its parts add up to."""
    known = {code: int(row.values.get(code) or 0) for code in ASKED}
    known["total"] = known["approved"] + known["counterpart"]
    return tuple(known[code] for code in CODES)


def hand_cells(report: PeriodReport) -> dict[Key, Values]:
    """The table of a report as cells; needs `agency__province` loaded. One query."""
    return _cells(report, list(report.rows.all()))


def _cells(report: PeriodReport, rows: list[HandRow]) -> dict[Key, Values]:
    province = report.agency.province
    if province is None:
        return {}
    today = province.current_id or province.pk
    return {Key(province.pk, today, row.source, row.activity, report.agency_id): values_of(row) for row in rows}


@dataclass(frozen=True)
class HandTable:
    """A table that takes the place of what records say of the same province and source (or of the same unit)."""

    agency_name: str
    agency_id: int
    whole_province: bool
    today: int
    sources: frozenset[str]
    cells: Mapping[Key, Values]

    def replaces(self, key: Key) -> bool:
        """Whether that cell is counted by this table already."""
        if key.source not in self.sources:
            return False
        return key.today == self.today if self.whole_province else key.unit == self.agency_id


def tables_taken_in(report: PeriodReport) -> list[HandTable]:
    """The tables handed in for the same period below the report's agency; two queries.

    A province's own table stands for everything in it, so those of its units are left out where both have one.
    """
    kind = report.agency.kind
    if kind not in {AgencyKind.NATIONAL, AgencyKind.DEPARTMENT}:
        return []
    found = PeriodReport.objects.filter(
        by_hand=True, kind=report.kind, year=report.year, number=report.number, state__in=HANDED_IN
    ).exclude(pk=report.pk)
    if kind == AgencyKind.DEPARTMENT:
        found = found.filter(agency__province__current=report.agency.home_province_id).exclude(
            agency__kind=AgencyKind.DEPARTMENT
        )
    rows = found.select_related("agency__province").prefetch_related("rows").order_by("agency__sort_key", "pk")
    tables = [_table(one) for one in rows]
    whole = {(table.today, source) for table in tables if table.whole_province for source in table.sources}
    kept = []
    for table in tables:
        if not table.whole_province:
            left = {key: values for key, values in table.cells.items() if (key.today, key.source) not in whole}
            table = HandTable(  # noqa: PLW2901  # the same table without what the province counts
                table.agency_name,
                table.agency_id,
                False,  # a field
                table.today,
                frozenset(key.source for key in left),
                left,
            )
        if table.cells:
            kept.append(table)
    return kept


def _table(report: PeriodReport) -> HandTable:
    cells = _cells(report, list(report.rows.all()))
    return HandTable(
        agency_name=report.agency.name_on(report.closing_on),
        agency_id=report.agency_id,
        whole_province=report.agency.kind == AgencyKind.DEPARTMENT,
        today=report.agency.home_province_id or 0,
        sources=frozenset(key.source for key in cells),
        cells=cells,
    )
