"""Loading the places. Runs again without harm: what is there stays, what a user corrected is kept."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import F

from khuyencong.places import sources
from khuyencong.places.kinds import FIRST_DAY_OF_TODAYS_UNITS, LAST_DAY_OF_OLD_PROVINCES, ProvinceKind, old_key
from khuyencong.places.models import (
    CityStatus,
    Commune,
    PlaceDecision,
    PlacesLoad,
    Province,
    ProvinceSuccession,
    RegionMembership,
)


@dataclass(frozen=True)
class LoadResult:
    """What a load found in the files; `skipped` = these files were loaded before, nothing was touched.

    `outdated` = a decision has changed units since, so that newer files may not be laid over them.
    """

    skipped: bool
    outdated: bool = False
    provinces: int = 0
    communes: int = 0


@transaction.atomic
def load_places() -> LoadResult:
    """Load provinces, city status, regions and communes from the data files, once per version of the files."""
    digest = sources.digest()
    if PlacesLoad.objects.filter(digest=digest).exists():
        return LoadResult(skipped=True)
    if PlaceDecision.objects.exists():
        return LoadResult(skipped=True, outdated=True)
    today, old = sources.read_provinces(), sources.read_old_provinces()
    provinces = _load_provinces(today, old)
    _load_city_status(today, old, provinces)
    _load_regions(today, old, provinces)
    communes = _load_communes(provinces)
    PlacesLoad.objects.create(digest=digest)
    return LoadResult(skipped=False, provinces=len(provinces), communes=communes)


def _load_provinces(today: list[sources.ProvinceRow], old: list[sources.OldProvinceRow]) -> dict[str, Province]:
    unchanged = sources.unchanged(old)
    rows = {
        row.code: Province(
            code=row.code,
            key=row.code,
            name=row.name,
            short_name=row.short_name,
            kind=row.kind,
            # A province that took part in no merger is one row across 01/07/2025.
            valid_from=None if row.code in unchanged else FIRST_DAY_OF_TODAYS_UNITS,
            valid_to=None,
        )
        for row in today
    }
    for previous in old:
        if previous.code not in unchanged:
            rows[old_key(previous.code)] = Province(
                code=previous.code,
                key=old_key(previous.code),
                name=previous.name,
                short_name=previous.short_name,
                kind=previous.kind,
                valid_from=None,
                valid_to=LAST_DAY_OF_OLD_PROVINCES,
            )
    for province in rows.values():
        province.index()
    Province.objects.bulk_create(
        rows.values(),
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=["code", "name", "short_name", "kind", "valid_from", "valid_to", "folded", "sort_key"],
    )
    stored = Province.objects.in_bulk(rows.keys(), field_name="key")
    successor = {old_key(row.code): row.merged_into_code for row in old if row.code not in unchanged}
    for key, province in stored.items():
        province.current = stored[successor.get(key, key)]
    Province.objects.bulk_update(stored.values(), ["current"])
    ProvinceSuccession.objects.bulk_create(
        (ProvinceSuccession(old=stored[key], new=stored[code]) for key, code in successor.items()),
        ignore_conflicts=True,
    )
    return stored


def _load_city_status(
    today: list[sources.ProvinceRow], old: list[sources.OldProvinceRow], provinces: dict[str, Province]
) -> None:
    wanted = {
        row.code: CityStatus(
            province=provinces[row.code],
            passed_on=row.city_passed_on,
            document=row.city_document,
            # Only the six cities of 01/07/2025 are confirmed; the day the resolutions of 2026 take effect is not.
            verified=row.city_passed_on is None,
        )
        for row in today
        if row.is_city
    }
    for previous in old:
        if previous.kind == ProvinceKind.CITY and old_key(previous.code) in provinces:
            province = provinces[old_key(previous.code)]
            wanted[province.key] = CityStatus(province=province, verified=True)
    known = set(CityStatus.objects.values_list("province__key", flat=True))
    CityStatus.objects.bulk_create(status for key, status in wanted.items() if key not in known)


def _load_regions(
    today: list[sources.ProvinceRow], old: list[sources.OldProvinceRow], provinces: dict[str, Province]
) -> None:
    # Users correct memberships, so a province that has any is left alone.
    known = set(RegionMembership.objects.values_list("province_id", flat=True))
    wanted = [
        RegionMembership(province=provinces[row.code], region=row.region, from_on=FIRST_DAY_OF_TODAYS_UNITS)
        for row in today
    ]
    wanted += [
        RegionMembership(
            province=provinces.get(old_key(row.code), provinces.get(row.code)),
            region=row.region,
            to_on=LAST_DAY_OF_OLD_PROVINCES,
        )
        for row in old
    ]
    RegionMembership.objects.bulk_create(row for row in wanted if row.province_id not in known)


def _load_communes(provinces: dict[str, Province]) -> int:
    communes = []
    for row in sources.read_communes():
        commune = Commune(
            code=row.code,
            key=row.code,
            name=row.name,
            kind=row.kind,
            province=provinces[row.province_code],
            latitude=row.latitude,
            longitude=row.longitude,
            how_formed=row.how_formed,
            valid_from=FIRST_DAY_OF_TODAYS_UNITS,
        )
        commune.index()
        communes.append(commune)
    Commune.objects.bulk_create(
        communes,
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=[
            "name",
            "kind",
            "province",
            "latitude",
            "longitude",
            "how_formed",
            "folded",
            "sort_key",
        ],
    )
    Commune.objects.filter(current__isnull=True).update(current=F("pk"))
    return len(communes)
