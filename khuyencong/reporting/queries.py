"""The results of a year, from records alone. Every row knows the list of đề án that it counts.

A result is what has been approved and is carried out: the states COMMITTED. Plan means the ledger's "planned", actual
what was settled (and, beside it, what was paid out). What is still on the way and what was stopped stands apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db.models import Count, Q, Sum

from khuyencong.core.components import Stat
from khuyencong.core.dates import today
from khuyencong.core.money import format_dong, format_percent, format_trieu, percent
from khuyencong.core.text import sort_key
from khuyencong.finance.ledger import Balance
from khuyencong.finance.models import LedgerEntry
from khuyencong.law.catalogue import activity_name, catalogue
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, AgencyKind
from khuyencong.places.models import Province, ProvinceQuerySet, Region
from khuyencong.programmes.models import FundingSource
from khuyencong.projects.filters import OPEN_STATES as OPEN
from khuyencong.projects.models import Beneficiary, Project, ProjectQuerySet
from khuyencong.projects.states import COMMITTED, ProjectState
from khuyencong.reporting import links
from khuyencong.reporting.borders import Borders, ProvinceBook, last_day, region_label, region_order
from khuyencong.reporting.links import ProjectList, in_borders, results_url
from khuyencong.reporting.sums import Key, Sums, add_up, grouped_sums, regroup

STOPPED = frozenset({ProjectState.STOPPED})
COUNTED = COMMITTED | OPEN | STOPPED
OPEN_LABEL, STOPPED_LABEL = "Đang trình, đang thẩm định", "Đã ngừng thực hiện"


@dataclass(frozen=True)
class Row:
    """A line of a table: what it is called, what it comes to, and the address of the list behind it."""

    label: str
    sums: Sums
    url: str
    group: str = ""  # what the line belongs to: the source, for instance
    note: str = ""


@dataclass(frozen=True)
class Result:
    """The year of one province of today. `establishments` counts each beneficiary once, however many đề án it is in."""

    province: Province
    year: int
    source: str
    activity: str
    activities: tuple[Row, ...]
    sources: tuple[Row, ...]
    units: tuple[Row, ...]
    provinces_then: tuple[Row, ...]
    detail: tuple[tuple[Row, str, str], ...]  # the finest lines, each with its unit and its province then
    total: Row
    open: Row
    stopped: Row
    establishments: int

    @property
    def was_divided(self) -> bool:
        """Whether the provinces then tell more than the province of today does."""
        return len(self.provinces_then) > 1 or any(row.note for row in self.provinces_then)


@dataclass(frozen=True)
class Summary:
    """The year of all provinces that the actor may see and of their regions, as of today or as of the year."""

    year: int
    source: str
    activity: str
    borders: Borders
    provinces: tuple[Row, ...]
    regions: tuple[Row, ...]
    total: Row
    open: Row
    stopped: Row


@dataclass(frozen=True)
class YearNumbers:
    """Five numbers of a year; money in đồng, `percent` is paid out of planned support (None without a plan)."""

    year: int
    projects: int
    beneficiaries: int
    planned: int
    paid_out: int
    url: str

    @property
    def percent(self) -> Decimal | None:
        return percent(self.paid_out, self.planned)


def projects_of(
    actor: Actor, *, year: int | None, province: Province | None = None, source: str = "", activity: str = ""
) -> ProjectQuerySet:
    """The đề án of a year that a report counts or names: committed, on the way or stopped, within the actor's scope.

    `province` is a province of today; the đề án of all provinces that have become part of it belong to it. `year` None:
    all years.
    """
    found = Project.objects.counted_for(actor).filter(state__in=COUNTED)
    if year is not None:
        found = found.filter(year=year)
    if province is not None:
        found = found.filter(province__current=province)
    if source:
        found = found.filter(source=source)
    if activity:
        found = found.filter(activity=activity)
    return found


def province_year(
    actor: Actor, *, province: Province, year: int, source: str | None = None, activity: str | None = None
) -> Result:
    """What the records say about `year` in `province` (a row of today), in at most six queries."""
    source, activity = source or "", activity or ""
    projects = projects_of(actor, year=year, province=province, source=source, activity=activity)
    cells = grouped_sums(
        projects,
        {
            "state": "state",
            "source": "source",
            "activity": "activity",
            "unit": "implementing_unit_id",
            "then": "province__key",
            "then_name": "province__short_name",
            "then_until": "province__valid_to",
        },
    )
    units = _unit_names({key[3] for key in cells}, year)
    committed = dict(sorted(_in(cells, COMMITTED).items(), key=lambda cell: _order(cell[0], units)))
    behind = ProjectList(province=province.key, year=year, source=source, activity=activity)
    make = _Rows(replace(behind, group=links.COMMITTED), units)
    people = Beneficiary.objects.filter(project__in=projects.filter(state__in=COMMITTED).order_by().values("pk"))
    return Result(
        province=province,
        year=year,
        source=source,
        activity=activity,
        activities=tuple(make.activity(*cell) for cell in regroup(committed, lambda key: key[1:3]).items()),
        sources=tuple(make.source(*cell) for cell in regroup(committed, lambda key: (key[1],)).items()),
        units=tuple(make.unit(*cell) for cell in _by_unit(committed).items()),
        provinces_then=tuple(make.then(*cell) for cell in _by_province_then(committed).items()),
        detail=tuple(
            (make.activity(key[:2], sums), units[key[2]][0], key[4])
            for key, sums in regroup(committed, lambda key: key[1:]).items()
        ),
        establishments=people.values("establishment").distinct().count(),
        total=_outline(cells, "Cộng", COMMITTED, replace(behind, group=links.COMMITTED)),
        open=_outline(cells, OPEN_LABEL, OPEN, replace(behind, group=links.OPEN)),
        stopped=_outline(cells, STOPPED_LABEL, STOPPED, replace(behind, state=ProjectState.STOPPED.value)),
    )


def summary_of(
    actor: Actor,
    *,
    year: int,
    source: str | None = None,
    activity: str | None = None,
    borders: Borders = Borders.TODAY,
) -> Summary:
    """The same for all provinces that the actor may see, one line each, in five queries; its sums are those of any borders."""
    source, activity = source or "", activity or ""
    projects = projects_of(actor, year=year, source=source, activity=activity)
    cells = grouped_sums(projects, {"state": "state", "province": borders.path})
    by_province = regroup(_in(cells, COMMITTED), lambda key: key[1:])
    book = ProvinceBook.load(key[0] for key in by_province)
    by_region = regroup(by_province, lambda key: (book.region(key[0], year, borders),))
    behind = ProjectList(year=year, source=source, activity=activity)
    committed = replace(behind, group=links.COMMITTED)

    def province_row(province: Province) -> Row:
        url = results_url(year=year, province=province.key, source=source, activity=activity)
        if borders is Borders.THEN:
            url = in_borders(committed, borders, [province.key]).url
        label, note = book.name(province.pk, borders)
        return Row(label, by_province[province.pk,], url, note=note)

    def region_row(region: Region | None, sums: Sums) -> Row:
        rows = [row for row in book.provinces.values() if book.region(row.pk, year, borders) == region]
        note = book.region_note((row.pk for row in rows), year, borders)
        url = in_borders(committed, borders, [row.key for row in rows]).url
        return Row(region_label(region), sums, url, note=note)

    return Summary(
        year=year,
        source=source,
        activity=activity,
        borders=borders,
        provinces=tuple(province_row(province) for province in book.provinces.values()),
        regions=tuple(
            region_row(key[0], sums)
            for key, sums in sorted(by_region.items(), key=lambda cell: region_order(cell[0][0]))
        ),
        total=_outline(cells, "Cộng", COMMITTED, committed),
        open=_outline(cells, OPEN_LABEL, OPEN, replace(behind, group=links.OPEN)),
        stopped=_outline(cells, STOPPED_LABEL, STOPPED, replace(behind, state=ProjectState.STOPPED.value)),
    )


def year_numbers(actor: Actor, year: int) -> list[Stat]:
    """The actor's year in five numbers, for «Việc của tôi»; each opens the list that it counts."""
    numbers = year_totals(actor, year)
    url = numbers.url
    return [
        Stat("Đề án được duyệt", format_dong(numbers.projects), "đề án", url=url),
        Stat("Cơ sở thụ hưởng", format_dong(numbers.beneficiaries), "lượt", url=url),
        Stat("Hỗ trợ theo kế hoạch", format_trieu(numbers.planned), "triệu đồng", url=url),
        Stat("Đã chi", format_trieu(numbers.paid_out), "triệu đồng", url=url),
        Stat("Đã chi so với kế hoạch", format_percent(numbers.percent), url=url),
    ]


def year_totals(actor: Actor, year: int) -> YearNumbers:
    """The actor's year at a glance, in two queries."""
    committed = projects_of(actor, year=year).filter(state__in=COMMITTED)
    counts = committed.aggregate(
        n=Count("pk", distinct=True), people=Count("beneficiaries", filter=Q(beneficiaries__left_on__isnull=True))
    )
    entries = LedgerEntry.objects.filter(project__in=committed.order_by().values("pk")).order_by()
    balance = Balance.of(dict(entries.values_list("kind").annotate(sum=Sum("amount"))))
    return YearNumbers(
        year=year,
        projects=counts["n"],
        beneficiaries=counts["people"],
        planned=balance.planned,
        paid_out=balance.paid_out,
        url=ProjectList(year=year, group=links.COMMITTED).url,
    )


def provinces_for(actor: Actor) -> ProvinceQuerySet:
    """The provinces of today whose results the actor may open: all, the own one, those of the region or of own đề án."""
    found = Province.objects.in_force(today())
    if actor.is_national:
        return found
    with_projects = Project.objects.counted_for(actor).order_by().values("province__current")
    mine = Q(pk=actor.province_id) | Q(pk__in=with_projects)
    if actor.agency.kind == AgencyKind.REGIONAL_CENTRE:
        mine |= Q(pk__in=Province.objects.in_region(actor.agency.region, today()).values("pk"))
    return found.filter(mine)


def years_of(actor: Actor, *, province: Province | None) -> list[int]:
    """The years that have anything to report, latest first."""
    # Said the other way round: asked for many states, SQLite would read every đề án instead of the index by year.
    found = Project.objects.counted_for(actor).exclude(state__in=frozenset(ProjectState) - COUNTED)
    if province is not None:
        found = found.filter(province__current=province)
    return list(found.order_by("-year").values_list("year", flat=True).distinct())


class _Rows:
    """Makes the lines of one result, each with the address of the list behind it."""

    def __init__(self, behind: ProjectList, units: Mapping[int, tuple[str, str]]) -> None:
        self.behind = behind
        self.units = units

    def activity(self, key: Key, sums: Sums) -> Row:
        """A line for (source, activity)."""
        source, activity = key
        url = replace(self.behind, source=source, activity=activity).url
        return Row(activity_name(activity), sums, url, _source_label(source))

    def source(self, key: Key, sums: Sums) -> Row:
        """A line for (source,)."""
        return Row(_source_label(key[0]), sums, replace(self.behind, source=key[0]).url)

    def unit(self, key: Key, sums: Sums) -> Row:
        """A line for (unit, source)."""
        unit, source = key
        name, note = self.units[unit]
        return Row(name, sums, replace(self.behind, unit=unit, source=source).url, _source_label(source), note)

    def then(self, key: Key, sums: Sums) -> Row:
        """A line for (key, name, last day) of a province as it was."""
        note = Province(valid_to=key[2]).ended
        return Row(key[1], sums, replace(self.behind, province_then=key[0]).url, note=note)


def _in(cells: Mapping[Key, Sums], states: frozenset[ProjectState]) -> dict[Key, Sums]:
    return {key: sums for key, sums in cells.items() if key[0] in states}


def _by_unit(committed: Mapping[Key, Sums]) -> dict[Key, Sums]:
    found = regroup(committed, lambda key: (key[3], key[1]))
    order = {unit: place for place, unit in enumerate(dict.fromkeys(key[0] for key in found))}
    return dict(sorted(found.items(), key=lambda cell: order[cell[0][0]]))


def _by_province_then(committed: Mapping[Key, Sums]) -> dict[Key, Sums]:
    return dict(sorted(regroup(committed, lambda key: key[4:]).items(), key=lambda cell: sort_key(cell[0][1])))


def _outline(cells: Mapping[Key, Sums], label: str, states: frozenset[ProjectState], behind: ProjectList) -> Row:
    """A line below the tables: everything in these states, whatever else it is grouped by."""
    return Row(label, add_up(_in(cells, states).values()), behind.url)


def _source_label(source: str) -> str:
    return FundingSource(source).label


def _order(key: Key, units: Mapping[int, tuple[str, str]]) -> tuple[object, ...]:
    """Local money first, then the activities as the law lists them, then units by name."""
    activities = list(catalogue().activities)
    _, source, activity, unit, *then = key
    place = activities.index(activity) if activity in activities else len(activities)
    return (source != FundingSource.LOCAL, place, activity, units[unit], *then)


def _unit_names(units: set[int], year: int) -> dict[int, tuple[str, str]]:
    """Each unit's name as it was at the end of the year, and what kind of agency it is where that is not plain."""
    on = last_day(year)
    kinds = {AgencyKind.REGIONAL_CENTRE, AgencyKind.NATIONAL}
    return {
        unit.pk: (unit.name_on(on), unit.get_kind_display() if unit.kind in kinds else "")
        for unit in Agency.objects.filter(pk__in=units).prefetch_related("names")
    }
