"""How far two places are from each other on the ground."""

from __future__ import annotations

from decimal import Decimal
from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple

from khuyencong.core.money import format_dong
from khuyencong.core.personal import HIDDEN

EARTH_RADIUS = 6_371_008.8  # metres, mean (IUGG)
# The rectangle that holds the country with its islands; `establishments` checks points against the same.
LATITUDES, LONGITUDES = (4, 24), (101, 119)
ROUGHLY = 100  # metres


class Place(NamedTuple):
    """Degrees north and east, WGS 84."""

    latitude: float
    longitude: float


def place_of(latitude: Decimal | float | None, longitude: Decimal | float | None) -> Place | None:
    """Both numbers as a place; None where one of them is missing."""
    return None if latitude is None or longitude is None else Place(float(latitude), float(longitude))


def metres_between(one: Place, other: Place) -> int:
    """The way over the ground in whole metres (haversine on a sphere: off by half a per cent at most)."""
    north, other_north = radians(one.latitude), radians(other.latitude)
    up, across = other_north - north, radians(other.longitude - one.longitude)
    chord = sin(up / 2) ** 2 + cos(north) * cos(other_north) * sin(across / 2) ** 2
    return round(2 * EARTH_RADIUS * asin(min(1.0, sqrt(chord))))


def in_viet_nam(place: Place) -> bool:
    """Whether it lies in the rectangle around the country, islands included."""
    return LATITUDES[0] <= place.latitude <= LATITUDES[1] and LONGITUDES[0] <= place.longitude <= LONGITUDES[1]


def degrees(value: float) -> str:
    """With a comma, and as many digits as a tenth of a metre needs: «10,456789»."""
    return f"{value:.6f}".rstrip("0").rstrip(".").replace(".", ",")


def point_text(place: Place | None, *, exact: bool) -> str:
    """«10,45673; 105,6325», hidden for those who may not read exact places; "" where none was written."""
    if place is None:
        return ""
    return f"{degrees(place.latitude)}; {degrees(place.longitude)}" if exact else f"{HIDDEN * 3}; {HIDDEN * 3}"


def metres_text(metres: int, *, exact: bool = True) -> str:
    """«1.250 m»; not exact: to the next hundred, so that a place cannot be drawn from several of them."""
    if exact:
        return f"{format_dong(metres)} m"
    return f"khoảng {format_dong(max(ROUGHLY, (metres + ROUGHLY // 2) // ROUGHLY * ROUGHLY))} m"
