"""What is shown and asked about places: always on a day."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce

from khuyencong.core.dates import today
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

MOST_NAMED = 30


def is_city_on(province: Province, on: dt.date) -> bool:
    """Whether the province was a centrally-run city on the day `on`, as far as recorded (see `CityStatus`).

    From 15/10/2025 the answer decides whether wards may receive support (NĐ 235/2025/NĐ-CP).
    """
    return _cities(on).filter(province=province).exists()


def cities_on(on: dt.date) -> set[int]:
    """Primary keys of all provinces that were centrally-run cities on the day `on`: one query for a whole list."""
    return set(_cities(on).values_list("province_id", flat=True))


def city_statuses_on(on: dt.date) -> dict[int, CityStatus]:
    """As `cities_on`, with what makes each a city: its resolution, and whether the day it takes effect is known."""
    return {status.province_id: status for status in _cities(on)}


def name_on(province: Province, on: dt.date) -> str:
    """The full name on the day `on`: «Tỉnh Đồng Nai», later «Thành phố Đồng Nai»."""
    if province.kind == ProvinceKind.PROVINCE and is_city_on(province, on):
        return f"{ProvinceKind.CITY.label.capitalize()} {province.short_name}"
    return province.name


def region_on(province: Province, on: dt.date) -> Region | None:
    """The khuyến công region of the province on the day `on`, or None where none is recorded."""
    membership = RegionMembership.objects.filter(covers(on, start="from_on", end="to_on"), province=province).first()
    return Region(membership.region) if membership else None


def regions_on(on: dt.date) -> dict[int, Region]:
    """Region of every province (by primary key) on the day `on`: one query."""
    rows = RegionMembership.objects.filter(covers(on, start="from_on", end="to_on"))
    return {pk: Region(region) for pk, region in rows.values_list("province_id", "region")}


def region_sizes(on: dt.date) -> dict[Region, int]:
    """How many provinces of the day `on` each region had."""
    rows = (
        RegionMembership.objects.filter(covers(on, start="from_on", end="to_on"))
        .filter(province__in=Province.objects.in_force(on))
        .values_list("region")
        .annotate(size=Count("pk"))
        .order_by("region")
    )
    return {Region(region): size for region, size in rows}


def provinces_today() -> list[Province]:
    """The provinces in force today, in Vietnamese order."""
    return list(Province.objects.in_force(today()))


def communes_of(province: Province) -> CommuneQuerySet:
    """The communes in force today of a province of today, in Vietnamese order of their proper names."""
    return Commune.objects.in_force(today()).filter(province=province)


def provinces_named(text: str, on: dt.date) -> list[Province]:
    """The provinces of the day `on` that a key or a code means, else a name or part of it; in Vietnamese order."""
    rows = Province.objects.in_force(on).select_related("current")
    exact = list(rows.filter(Q(key=text) | Q(code=text)))
    return exact or list(rows.search(text))


def communes_named(text: str, on: dt.date) -> list[Commune]:
    """The same for communes, at most MOST_NAMED."""
    rows = Commune.objects.in_force(on).select_related("province", "current")
    exact = list(rows.filter(Q(key=text) | Q(code=text)))
    return exact or list(rows.search(text)[:MOST_NAMED])


@dataclass(frozen=True)
class ThenAndNow:
    """A place as it was written, and as it is called today where that differs ("" where it does not).

    `uncertain`: the commune was split since, so that only whoever knows the site can say in which part it lies.
    """

    then: str
    now: str = ""
    uncertain: bool = False

    @property
    def sentence(self) -> str:
        """Both in one line, for a list of facts."""
        if not self.now:
            return self.then
        doubt = "; xã cũ đã chia, cần xác định lại theo nơi đặt" if self.uncertain else ""
        return f"{self.then} (nay là {self.now}{doubt})"


def commune_then_and_now(commune: Commune | None) -> ThenAndNow:
    """A commune by its own name; needs `current` loaded."""
    if commune is None:
        return ThenAndNow("")
    now = commune.current or commune
    is_same = now.name == commune.name and not commune.was_split
    return ThenAndNow(commune.name, "" if is_same else now.name, uncertain=commune.was_split)


def province_then_and_now(province: Province, commune: Commune | None = None) -> ThenAndNow:
    """A province by its own name, and the one of today in which its commune lies, or it went into.

    Needs `current` of both loaded, and of the commune `current__province`. Two provinces of one name are told apart by
    the day on which the earlier one ended.
    """
    now = province.current or province
    if commune is not None and commune.current is not None:
        # A commune may have moved out of what its province has become.
        now = commune.current.province
    if now.pk == province.pk:
        return ThenAndNow(province.name)
    ended = f" ({province.ended})" if now.name == province.name and province.ended else ""
    return ThenAndNow(f"{province.name}{ended}", now.name)


def place_then_and_now(province: Province, commune: Commune | None = None, place_text: str = "") -> ThenAndNow:
    """A whole place as it was written then, and where it lies today; loads as `province_then_and_now`."""
    parts = commune_then_and_now(commune), province_then_and_now(province, commune)
    then = ", ".join(part for part in (place_text, *(one.then for one in parts)) if part)
    now = ", ".join(one.now or one.then for one in parts if one.then) if any(one.now for one in parts) else ""
    return ThenAndNow(then, now, uncertain=parts[0].uncertain)


def row_on(on: dt.date, province: Province, before: Province | None = None) -> Province:
    """The province of a record on the day `on`: its own or the one before, where in force then, else the one of today.

    Needs `current` of `province` loaded.
    """
    for row in (province, before):
        if row is not None and row.held_on(on):
            return row
    return province.current or province


def _cities(on: dt.date) -> QuerySet[CityStatus]:
    # Without any day the province was a city on the first day of its row.
    return CityStatus.objects.annotate(first_day=Coalesce("from_on", "passed_on")).filter(
        Q(first_day__isnull=True) | Q(first_day__lte=on)
    )
