"""One figure over the years, by province or by region, in the borders of today or of the time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial

from khuyencong.core.text import sort_key
from khuyencong.people.actors import Actor
from khuyencong.places.models import Province, Region
from khuyencong.projects.states import COMMITTED
from khuyencong.reporting import links
from khuyencong.reporting.borders import Borders, ProvinceBook, region_label, region_order
from khuyencong.reporting.links import ProjectList, in_borders
from khuyencong.reporting.queries import projects_of
from khuyencong.reporting.sums import NOTHING, Sums, add_up, grouped_sums

# The list behind the cell of a year, or of all years for None.
_Behind = Callable[[int | None], ProjectList | None]


class Measure(StrEnum):
    """What the cells count; the value is a name of `Sums` and stands in addresses as `so-lieu`."""

    PLANNED = "planned"
    SETTLED = "settled"
    PAID_OUT = "paid_out"
    SUPPORT = "support"
    TOTAL = "total"
    PROJECTS = "projects"
    BENEFICIARIES = "beneficiaries"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def is_money(self) -> bool:
        """Whether it is đồng; else a count."""
        return self not in {Measure.PROJECTS, Measure.BENEFICIARIES}

    def of(self, sums: Sums) -> int:
        value: int = getattr(sums, self.value)
        return value


_LABELS = {
    Measure.PLANNED: "Hỗ trợ theo kế hoạch",
    Measure.SETTLED: "Đã quyết toán",
    Measure.PAID_OUT: "Đã chi",
    Measure.SUPPORT: "Hỗ trợ theo dự toán",
    Measure.TOTAL: "Tổng kinh phí",
    Measure.PROJECTS: "Số đề án",
    Measure.BENEFICIARIES: "Lượt cơ sở thụ hưởng",
}


class Grouping(StrEnum):
    """What the rows are; stands in addresses as `theo`."""

    PROVINCE = "tinh"
    REGION = "khu-vuc"

    @property
    def label(self) -> str:
        return {Grouping.PROVINCE: "Theo tỉnh, thành phố", Grouping.REGION: "Theo khu vực khuyến công"}[self]


@dataclass(frozen=True)
class SeriesCell:
    """One figure, in đồng or a count, with the list behind it; no list where there is nothing."""

    value: int
    url: str = ""


@dataclass(frozen=True)
class SeriesRow:
    """A line of the table: a cell for each year, and the sum of them."""

    label: str
    note: str
    cells: tuple[SeriesCell, ...]
    total: SeriesCell


@dataclass(frozen=True)
class Series:
    """The table. `total` is the same in any borders and by any grouping: every đề án stands in it once."""

    years: tuple[int, ...]
    rows: tuple[SeriesRow, ...]
    total: SeriesRow
    measure: Measure
    borders: Borders
    grouping: Grouping


def series_of(
    actor: Actor,
    *,
    measure: Measure = Measure.PLANNED,
    borders: Borders = Borders.TODAY,
    grouping: Grouping = Grouping.PROVINCE,
    province: Province | None = None,
    source: str = "",
    activity: str = "",
) -> Series:
    """All years with results that the actor may see, in five queries. `province`: only what became part of it."""
    projects = projects_of(actor, year=None, province=province, source=source, activity=activity)
    cells = grouped_sums(projects.filter(state__in=COMMITTED), {"year": "year", "province": borders.path})
    behind = ProjectList(source=source, activity=activity, group=links.COMMITTED)
    book = ProvinceBook.load(pk for _, pk in cells)
    make = _Table(measure, borders, book, behind, cells)
    rows = make.provinces() if grouping is Grouping.PROVINCE else make.regions()
    whole = replace(behind, province=province.key) if province else behind
    total = make.row("Cộng", "", {year: add_up(make.sums_of(year)) for year in make.years}, partial(_always, whole))
    return Series(make.years, tuple(rows), total, measure, borders, grouping)


def _always(behind: ProjectList, _year: int | None) -> ProjectList:
    return behind


def _of_year(lists: Mapping[int, ProjectList], year: int | None) -> ProjectList | None:
    return lists.get(year) if year is not None else None


class _Table:
    """Makes the rows of one series."""

    def __init__(
        self,
        measure: Measure,
        borders: Borders,
        book: ProvinceBook,
        behind: ProjectList,
        cells: Mapping[tuple[int, int], Sums],
    ) -> None:
        self.measure = measure
        self.borders = borders
        self.book = book
        self.behind = behind
        self.cells = cells
        found = {year for year, _ in cells}
        # A year without results stands between the others: a gap is part of the series.
        self.years = tuple(range(min(found), max(found) + 1)) if found else ()

    def sums_of(self, year: int) -> Iterable[Sums]:
        return (sums for (one, _), sums in self.cells.items() if one == year)

    def provinces(self) -> Iterable[SeriesRow]:
        """Provinces in Vietnamese order; one that is gone after the one of its name."""
        names = {pk: self.book.name(pk, self.borders) for pk in self.book.provinces}
        for pk in sorted(names, key=lambda pk: (sort_key(names[pk][0]), names[pk][1])):
            sums = {year: self.cells[year, one] for year, one in self.cells if one == pk}
            here = in_borders(self.behind, self.borders, [self.book.provinces[pk].key])
            yield self.row(*names[pk], sums, partial(_always, here))

    def regions(self) -> Iterable[SeriesRow]:
        """Regions of today, or as of each year: then their provinces differ from year to year."""
        members: dict[Region | None, dict[int, list[int]]] = {}
        for year, pk in self.cells:
            members.setdefault(self.book.region(pk, year, self.borders), {}).setdefault(year, []).append(pk)
        for region in sorted(members, key=region_order):
            of_year = members[region]
            sums = {year: add_up(self.cells[year, pk] for pk in of_year[year]) for year in of_year}
            lists = {
                year: in_borders(self.behind, self.borders, sorted(self.book.provinces[pk].key for pk in of_year[year]))
                for year in of_year
            }
            notes = (self.book.region_note(pks, year, self.borders) for year, pks in of_year.items())
            yield self.row(region_label(region), next(filter(None, notes), ""), sums, partial(_of_year, lists))

    def row(self, label: str, note: str, sums: Mapping[int, Sums], behind: _Behind) -> SeriesRow:
        """A line; `behind` gives the list of a year (None: of all years), or None where there is no such list."""
        cells = tuple(self._cell(sums.get(year, NOTHING), behind(year), year) for year in self.years)
        return SeriesRow(label, note, cells, self._cell(add_up(sums.values()), behind(None), None))

    def _cell(self, sums: Sums, behind: ProjectList | None, year: int | None) -> SeriesCell:
        url = replace(behind, year=year).url if behind is not None and sums.projects else ""
        return SeriesCell(self.measure.of(sums), url)
