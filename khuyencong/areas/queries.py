"""What the pages of places show: units on a day, how they came about, and the lists that a province maintains."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Q

from khuyencong.areas.models import CraftVillage, PreferredArea
from khuyencong.people.actors import Actor
from khuyencong.places.models import (
    CityStatus,
    Commune,
    CommuneQuerySet,
    Province,
    ProvinceKind,
    Region,
    RegionMembership,
    covers,
)
from khuyencong.places.queries import city_statuses_on


@dataclass(frozen=True)
class ProvinceLine:
    """One province on a day: its name then, what made it a city, its region, how many communes."""

    province: Province
    name: str
    city: CityStatus | None
    region: RegionMembership | None
    communes: int

    @property
    def becomes(self) -> Province | None:
        """The province of today that it went into, where that is another."""
        current = self.province.current
        return current if current is not None and current.pk != self.province.pk else None


@dataclass(frozen=True)
class ProvincesOfDay:
    """All provinces in force on a day, in Vietnamese order, and how many each region had."""

    on: date
    lines: tuple[ProvinceLine, ...]

    @property
    def regions(self) -> dict[Region, int]:
        """Size of each region; provinces without one are missing."""
        sizes = dict.fromkeys(Region, 0)
        for line in self.lines:
            if line.region is not None:
                sizes[Region(line.region.region)] += 1
        return sizes

    @property
    def some_ended(self) -> bool:
        """Whether any of them is gone today."""
        return any(line.becomes for line in self.lines)

    @property
    def unverified_regions(self) -> int:
        """How many provinces have a region that nobody has confirmed."""
        return sum(line.region is not None and not line.region.verified for line in self.lines)


def provinces_of_day(on: date) -> ProvincesOfDay:
    """The provinces of the day `on`, in four queries."""
    rows = list(Province.objects.in_force(on).select_related("current"))
    cities = city_statuses_on(on)
    regions = {
        row.province_id: row for row in RegionMembership.objects.filter(covers(on, start="from_on", end="to_on"))
    }
    counts = dict(
        Commune.objects.in_force(on)
        .order_by()
        .values_list("province")
        .annotate(n=Count("pk"))
        .values_list("province", "n")
    )
    lines = (
        ProvinceLine(
            row, named(row, cities.get(row.pk)), cities.get(row.pk), regions.get(row.pk), counts.get(row.pk, 0)
        )
        for row in rows
    )
    return ProvincesOfDay(on, tuple(lines))


def named(province: Province, city: CityStatus | None) -> str:
    """The full name, with what it is where it is a city."""
    if city is not None and province.kind == ProvinceKind.PROVINCE:
        return f"{ProvinceKind.CITY.label.capitalize()} {province.short_name}"
    return province.name


@dataclass(frozen=True)
class Period:
    """Something that held between two days; None = since before the records, or until further notice."""

    text: str
    from_on: date | None
    to_on: date | None
    document: str = ""
    verified: bool = True


@dataclass(frozen=True)
class AreaLists:
    """The lists of a province, or of one commune, as far as the reader may see them."""

    villages: tuple[CraftVillage, ...] = ()
    preferred: tuple[PreferredArea, ...] = ()


@dataclass(frozen=True)
class ProvincePage:
    """One province: what it was formed of and became, its names and regions over time, its lists."""

    province: Province
    formed_from: tuple[Province, ...]
    became: tuple[Province, ...]
    names: tuple[Period, ...]
    regions: tuple[Period, ...]
    lists: AreaLists = field(default_factory=AreaLists)


def province_page(province: Province, actor: Actor) -> ProvincePage:
    """What stands on the page of a province, in a fixed number of queries; `current` and `city_status` loaded."""
    return ProvincePage(
        province=province,
        formed_from=tuple(one.old for one in province.formed_from.select_related("old").order_by("old__sort_key")),
        became=tuple(one.new for one in province.became.select_related("new")),
        names=_names(province),
        regions=tuple(
            Period(row.get_region_display(), row.from_on, row.to_on, row.document, row.verified)
            for row in province.regions.all()
        ),
        lists=_lists(actor, Q(province=province) | Q(province__current=province)),
    )


def _names(province: Province) -> tuple[Period, ...]:
    """The names that its row bore: as a province, and since it is a city."""
    city: CityStatus | None = getattr(province, "city_status", None)
    since = city.starts_on if city else None
    if city is None or (since is None and province.kind == ProvinceKind.PROVINCE):
        return (Period(province.name, province.valid_from, province.valid_to),)
    as_city = Period(
        named(province, city), since or province.valid_from, province.valid_to, city.document, city.verified
    )
    if province.kind == ProvinceKind.CITY or since is None:
        return (as_city,)
    return (Period(province.name, province.valid_from, _day_before(since)), as_city)


def _day_before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)


def communes_page(province: Province, question: str) -> CommuneQuerySet:
    """The communes of a province that are found; those that have ended stand among them with their last day."""
    found = Commune.objects.filter(province=province).select_related("current__province")
    return found.search(question) if question.strip() else found


@dataclass(frozen=True)
class CommunePage:
    """One commune: what it was formed of and became, and the areas that it lies in."""

    commune: Commune
    formed_from: tuple[Commune, ...]
    became: tuple[Commune, ...]
    lists: AreaLists


def commune_page(commune: Commune, actor: Actor) -> CommunePage:
    """What stands on the page of a commune, in a fixed number of queries; `province` and `current` loaded."""
    here = Q(commune=commune) | Q(commune__current=commune.current_id)
    whole = Q(commune__isnull=True) & (Q(province=commune.province_id) | Q(province=commune.province.current_id))
    return CommunePage(
        commune=commune,
        formed_from=tuple(one.old for one in commune.formed_from.select_related("old__province")),
        became=tuple(one.new for one in commune.became.select_related("new__province")),
        lists=_lists(actor, here | whole),
    )


def _lists(actor: Actor, where: Q) -> AreaLists:
    villages = CraftVillage.objects.visible_to(actor).filter(where).select_related("commune", "province")
    preferred = PreferredArea.objects.visible_to(actor).filter(where).select_related("commune", "province")
    return AreaLists(tuple(villages), tuple(preferred.order_by("priority_place", "commune__sort_key", "from_on", "pk")))


@dataclass(frozen=True)
class Site:
    """Where an establishment or a đề án lies, by primary keys: its province as recorded, before and today, its commune."""

    provinces: frozenset[int]
    commune: int | None = None  # as recorded
    commune_today: int | None = None  # None also where it was split: nobody knows into which part it fell


def site_of(province: Province, before_id: int | None, commune: Commune | None) -> Site:
    """The site of a record; needs `commune` loaded, no query."""
    provinces = frozenset(pk for pk in (province.pk, province.current_id, before_id) if pk)
    if commune is None:
        return Site(provinces)
    return Site(provinces, commune.pk, None if commune.was_split else commune.current_id or commune.pk)


class PreferredBook:
    """The rows of the lists that count on a day for some sites; one query."""

    def __init__(self, rows: Iterable[PreferredArea]) -> None:
        self._rows = list(rows)
        self._kept: Mapping[str, set[int]] = defaultdict(set)
        for row in self._rows:
            self._kept[row.priority_place].update({row.province_id, row.province.current_id or row.province_id})

    @classmethod
    def load(cls, on: date, sites: Iterable[Site]) -> PreferredBook:
        provinces = {pk for site in sites for pk in site.provinces}
        rows = PreferredArea.objects.in_force(on).select_related("province", "commune")
        near = Q(province__in=provinces) | Q(province__current__in=provinces)
        return cls(rows.filter(near))

    def of(self, site: Site) -> list[PreferredArea]:
        """The rows in which the site lies."""
        return [row for row in self._rows if _lies_in(site, row)]

    def keeps(self, code: str, site: Site) -> bool:
        """Whether the province maintains a list of that kind at all."""
        return bool(self._kept.get(code, set()) & site.provinces)


def _lies_in(site: Site, row: PreferredArea) -> bool:
    if row.commune is None:
        return row.province_id in site.provinces
    if row.commune_id == site.commune:
        return True
    return site.commune_today is not None and not row.commune.was_split and row.commune.current_id == site.commune_today
