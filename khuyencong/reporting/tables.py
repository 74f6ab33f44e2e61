"""Tables made of cells: by activity, source, province, region or unit, each number with the list behind it.

The same code shows what is reckoned now and what was frozen when a report was locked: both are cells under a `Key`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import TypeVar

from khuyencong.core.money import format_percent
from khuyencong.core.text import sort_key
from khuyencong.law.catalogue import activity_name, catalogue
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency
from khuyencong.places.models import Region
from khuyencong.programmes.models import FundingSource
from khuyencong.reporting.borders import Borders, ProvinceBook, region_label, region_order
from khuyencong.reporting.figures import (
    FIGURES,
    NOWHERE,
    RATIOS,
    Figure,
    Key,
    Question,
    Ratio,
    Values,
    add_up,
    collapsed,
    figure,
    lines_of,
    regrouped,
    value_of,
    whole_book,
)

G = TypeVar("G", bound=Hashable)
BY_HAND = "gồm số báo cáo bằng bảng"


class By(StrEnum):
    """What the rows of a table are; stands in addresses as `theo`."""

    ACTIVITY = "noi-dung"
    PROVINCE = "tinh"
    REGION = "khu-vuc"
    SOURCE = "nguon"
    UNIT = "don-vi"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    By.ACTIVITY: "Theo nội dung và nguồn kinh phí",
    By.PROVINCE: "Theo tỉnh, thành phố",
    By.REGION: "Theo khu vực khuyến công",
    By.SOURCE: "Theo nguồn kinh phí",
    By.UNIT: "Theo đơn vị thực hiện",
}
FIRST_COLUMNS = {
    By.ACTIVITY: "Nội dung",
    By.PROVINCE: "Tỉnh, thành phố",
    By.REGION: "Khu vực",
    By.SOURCE: "Nguồn kinh phí",
    By.UNIT: "Đơn vị thực hiện",
}


@dataclass(frozen=True, slots=True)
class NumberCell:
    """One figure of one row; `url` is the list that it counts, "" for 0 and where the records are elsewhere."""

    figure: Figure
    value: int
    url: str = ""

    @property
    def shown(self) -> str:
        return self.figure.shown(self.value)


@dataclass(frozen=True, slots=True)
class ShareCell:
    """One share of one row, None without a whole."""

    ratio: Ratio
    value: Decimal | None

    @property
    def text(self) -> str:
        return format_percent(self.value)


@dataclass(frozen=True)
class TableRow:
    """One row: its name, what it belongs to, its sums, and the question whose đề án it adds up (None: no records)."""

    label: str
    values: Values
    question: Question | None
    group: str = ""
    note: str = ""
    key: tuple[str, ...] = ()  # codes and keys by which the row is known in another reckoning of the same table

    def cells(self, codes: Sequence[str]) -> list[NumberCell]:
        """The figures of these codes."""
        found = []
        for code in codes:
            one = figure(code)
            if one is None:
                raise KeyError(code)
            value = value_of(self.values, code)
            url = self.question.list_url(code) if self.question is not None and value else ""
            found.append(NumberCell(one, value, url))
        return found

    @property
    def all_cells(self) -> list[NumberCell]:
        return self.cells([one.code for one in FIGURES])

    @property
    def shares(self) -> list[ShareCell]:
        return [ShareCell(one, one.of(self.values)) for one in RATIOS]


@dataclass(frozen=True)
class Table:
    """A table with its sum."""

    by: By
    rows: tuple[TableRow, ...]
    total: TableRow

    @property
    def title(self) -> str:
        return self.by.label

    @property
    def first(self) -> str:
        return FIRST_COLUMNS[self.by]


def cells_of(question: Question, *, actor: Actor | None = None) -> dict[Key, Values]:
    """The figures of a question as cells, from which its tables are made."""
    return collapsed(lines_of(question, actor=actor))


class Tables:
    """Makes any number of tables of the same cells; three queries at most, and none for what is not asked.

    `hand`: the cells that an agency reported as a table, with no records behind them; rows that hold one have no lists.
    """

    def __init__(
        self,
        question: Question,
        cells: Mapping[Key, Values],
        *,
        hand: Collection[Key] = (),
        book: ProvinceBook | None = None,
    ) -> None:
        self.question = question
        self.cells = cells
        self.hand = hand
        self._book = book

    @property
    def book(self) -> ProvinceBook:
        self._book = self._book or whole_book()
        return self._book

    def total(self) -> TableRow:
        return TableRow("Cộng", add_up(self.cells.values()), None if self.hand else self.question)

    def table(self, by: By) -> Table:
        make: dict[By, Callable[[], list[TableRow]]] = {
            By.ACTIVITY: self._activities,
            By.SOURCE: self._sources,
            By.PROVINCE: self._provinces,
            By.REGION: self._regions,
            By.UNIT: self._units,
        }
        return Table(by, tuple(make[by]()), self.total())

    def _rows(self, by: Callable[[Key], G], make: Callable[[G, Values], TableRow]) -> list[TableRow]:
        """A row for each group, in the order of the cells; without lists where something in it was reported by hand."""
        hand = {by(key) for key in self.hand}
        rows = []
        for group, values in regrouped(self.cells.items(), by).items():
            row = make(group, values)
            if group in hand:
                row = replace(row, question=None, note="; ".join(part for part in (row.note, BY_HAND) if part))
            rows.append(row)
        return rows

    def _activities(self) -> list[TableRow]:
        order = list(catalogue().activities)

        def make(group: tuple[str, str], values: Values) -> TableRow:
            source, activity = group
            asked = replace(self.question, source=source, activity=activity)
            return TableRow(activity_name(activity), values, asked, group=str(FundingSource(source).label), key=group)

        rows = self._rows(lambda key: (key.source, key.activity), make)
        return sorted(rows, key=lambda row: (row.key[0] != FundingSource.LOCAL, _place(order, row.key[1])))

    def _sources(self) -> list[TableRow]:
        def make(source: str, values: Values) -> TableRow:
            return TableRow(
                str(FundingSource(source).label), values, replace(self.question, source=source), key=(source,)
            )

        return sorted(self._rows(lambda key: key.source, make), key=lambda row: row.key[0] != FundingSource.LOCAL)

    def _province(self, key: Key) -> int:
        return key.today if self.question.borders is Borders.TODAY else key.then

    def _provinces(self) -> list[TableRow]:
        def make(pk: int, values: Values) -> TableRow:
            label, note = self.book.name(pk, self.question.borders)
            province = self.book.provinces[pk].key
            return TableRow(label, values, replace(self.question, province=province), note=note, key=(province,))

        return sorted(self._rows(self._province, make), key=lambda row: (sort_key(row.label), row.note))

    def _regions(self) -> list[TableRow]:
        year = self.question.period.year

        @cache  # hundreds of cells, some thirty provinces
        def region_of(province: int) -> Region | None:
            return self.book.region(province, year, self.question.borders)

        def make(one: Region | None, values: Values) -> TableRow:
            code = one.value if one is not None else NOWHERE
            return TableRow(region_label(one), values, replace(self.question, region=code), key=(code,))

        places = {one.value if one is not None else NOWHERE: region_order(one) for one in (*Region, None)}
        return sorted(self._rows(lambda key: region_of(self._province(key)), make), key=lambda row: places[row.key[0]])

    def _units(self) -> list[TableRow]:
        agencies = {
            one.pk: one
            for one in Agency.objects.filter(pk__in={key.unit for key in self.cells}).prefetch_related("names")
        }
        # What an agency took over counts as its own.
        now = {pk: one.successor_id if one.active_to and one.successor_id else pk for pk, one in agencies.items()}
        for one in Agency.objects.filter(pk__in=set(now.values()) - set(agencies)).prefetch_related("names"):
            agencies[one.pk] = one

        def make(pk: int, values: Values) -> TableRow:
            name = agencies[pk].name_on(self.question.closing_on)
            return TableRow(name, values, replace(self.question, unit=pk), key=(agencies[pk].code,))

        return sorted(self._rows(lambda key: now[key.unit], make), key=lambda row: sort_key(row.label))


def _place(order: Sequence[str], activity: str) -> int:
    return order.index(activity) if activity in order else len(order)
