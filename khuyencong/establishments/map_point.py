"""Where an establishment stands on the map: its own point, or until somebody writes one, that of its commune."""

from __future__ import annotations

from dataclasses import dataclass

from khuyencong.establishments.models import Establishment


@dataclass(frozen=True, slots=True)
class MapPoint:
    """Degrees, WGS 84. `is_own`: somebody wrote it; otherwise it is the point of the commune."""

    latitude: float
    longitude: float
    is_own: bool


def map_point(establishment: Establishment) -> MapPoint | None:
    """The point to show; None without a point and a commune. Expects `commune` loaded."""
    if establishment.latitude is not None and establishment.longitude is not None:
        return MapPoint(establishment.latitude, establishment.longitude, is_own=True)
    commune = establishment.commune
    return MapPoint(commune.latitude, commune.longitude, is_own=False) if commune else None
