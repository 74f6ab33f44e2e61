"""Reads the data files of this room into plain rows; no database here."""

import csv
import datetime as dt
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from khuyencong.places.kinds import CommuneKind, ProvinceKind, Region

DATA_DIR = Path(__file__).resolve().parent / "data"
PROVINCES, OLD_PROVINCES, COMMUNES = "provinces.csv", "provinces_before_2025-07-01.csv", "communes.csv"
OUTLINES = DATA_DIR / "provinces.geojson"

# Part of the digest: raise it when the same files are to be read differently.
READER_VERSION = 1

_REGIONS = {"phía Bắc": Region.NORTH, "miền Trung - Tây Nguyên": Region.CENTRAL, "phía Nam": Region.SOUTH}
_COMMUNE_KINDS = {"xã": CommuneKind.COMMUNE, "phường": CommuneKind.WARD, "đặc khu": CommuneKind.SPECIAL_ZONE}
_BEFORE_RECORDS = "before 01/07/2025"
_RESOLUTION = re.compile(r"^(?P<document>\S+) \((?P<day>\d{2})/(?P<month>\d{2})/(?P<year>\d{4})\)$")


@dataclass(frozen=True)
class ProvinceRow:
    """A province of today. `city_by` is empty for a province; `city_passed_on` None = a city since before 01/07/2025."""

    code: str
    name: str
    short_name: str
    kind: ProvinceKind
    region: Region
    is_city: bool
    city_document: str
    city_passed_on: dt.date | None


@dataclass(frozen=True)
class OldProvinceRow:
    code: str
    name: str
    short_name: str
    kind: ProvinceKind
    region: Region
    merged_into_code: str


@dataclass(frozen=True)
class CommuneRow:
    code: str
    name: str
    kind: CommuneKind
    province_code: str
    latitude: float
    longitude: float
    how_formed: str


def digest() -> str:
    """SHA-256 over the three tables and the reader's version, as 64 hex digits."""
    total = hashlib.sha256(str(READER_VERSION).encode())
    for name in (PROVINCES, OLD_PROVINCES, COMMUNES):
        total.update((DATA_DIR / name).read_bytes())
    return total.hexdigest()


def read_provinces() -> list[ProvinceRow]:
    """The 34 provinces of today, with name and kind of 01/07/2025. Raises ValueError on a row it cannot read."""
    rows = []
    for raw in _rows(PROVINCES):
        kind, short_name = _split_name(raw["name"])
        city_by, document, passed_on = raw["centrally_run_city_by"], "", None
        if city_by and city_by != _BEFORE_RECORDS:
            match = _RESOLUTION.match(city_by)
            if match is None:
                raise ValueError(f"{PROVINCES}: cannot read the resolution {city_by!r} of {raw['name']}")
            document = match["document"]
            passed_on = dt.date(int(match["year"]), int(match["month"]), int(match["day"]))
            kind = ProvinceKind.PROVINCE  # the file has the name of today, the row that of its first day
        rows.append(
            ProvinceRow(
                code=raw["code"],
                name=f"{kind.label.capitalize()} {short_name}",
                short_name=short_name,
                kind=kind,
                region=_REGIONS[raw["region"]],
                is_city=bool(city_by),
                city_document=document,
                city_passed_on=passed_on,
            )
        )
    return rows


def read_old_provinces() -> list[OldProvinceRow]:
    """The 63 provinces up to 30/06/2025."""
    rows = []
    for raw in _rows(OLD_PROVINCES):
        kind, short_name = _split_name(raw["name"])
        rows.append(
            OldProvinceRow(
                code=raw["code"],
                name=raw["name"],
                short_name=short_name,
                kind=kind,
                region=_REGIONS[raw["region"]],
                merged_into_code=raw["merged_into_code"],
            )
        )
    return rows


def read_communes() -> Iterator[CommuneRow]:
    """The communes of today; points in degrees, WGS 84."""
    for raw in _rows(COMMUNES):
        yield CommuneRow(
            code=raw["code"],
            name=raw["name"],
            kind=_COMMUNE_KINDS[raw["kind"]],
            province_code=raw["province_code"],
            latitude=float(raw["latitude"]),
            longitude=float(raw["longitude"]),
            how_formed=raw["how_formed"],
        )


def unchanged(old: Iterable[OldProvinceRow]) -> set[str]:
    """Codes of the provinces that took part in no merger: one province across 01/07/2025."""
    rows = list(old)
    parts = Counter(row.merged_into_code for row in rows)
    return {row.code for row in rows if row.code == row.merged_into_code and parts[row.code] == 1}


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA_DIR / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _split_name(name: str) -> tuple[ProvinceKind, str]:
    for kind in ProvinceKind:
        prefix = f"{kind.label.capitalize()} "
        if name.startswith(prefix):
            return kind, name.removeprefix(prefix)
    raise ValueError(f"{name!r} is neither a tỉnh nor a thành phố")
