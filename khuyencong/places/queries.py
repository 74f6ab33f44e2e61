"""What is shown and asked about places: always on a day."""

import datetime as dt

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


def _cities(on: dt.date) -> QuerySet[CityStatus]:
    # Without any day the province was a city on the first day of its row.
    return CityStatus.objects.annotate(first_day=Coalesce("from_on", "passed_on")).filter(
        Q(first_day__isnull=True) | Q(first_day__lte=on)
    )
