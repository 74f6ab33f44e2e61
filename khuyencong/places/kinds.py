"""The kinds of places and the days of the mergers: what can be known without a database."""

import datetime as dt

from django.db.models import TextChoices

# Communes of today were formed together with the two-tier government (Nghị quyết 202/2025/QH15).
FIRST_DAY_OF_TODAYS_UNITS = dt.date(2025, 7, 1)
LAST_DAY_OF_OLD_PROVINCES = FIRST_DAY_OF_TODAYS_UNITS - dt.timedelta(days=1)


class Region(TextChoices):
    """The three khuyến công regions (khu vực)."""

    NORTH = "north", "Phía Bắc"
    CENTRAL = "central", "Miền Trung – Tây Nguyên"
    SOUTH = "south", "Phía Nam"


class ProvinceKind(TextChoices):
    """What a province was on the first day of its row; later city status is in `CityStatus`."""

    PROVINCE = "province", "tỉnh"
    CITY = "city", "thành phố"


class CommuneKind(TextChoices):
    COMMUNE = "commune", "xã"
    WARD = "ward", "phường"
    SPECIAL_ZONE = "special_zone", "đặc khu"


def old_key(code: str) -> str:
    """The key of a province that ended on 30/06/2025."""
    return f"{code}@{LAST_DAY_OF_OLD_PROVINCES.year}"
