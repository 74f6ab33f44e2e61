"""Competitions of products: which levels there are on a day, how large a council is, what the sheet sums to.

Levels and numbers are data (`catalogue.yaml`, `regulations/tt-26-2014.yaml`, `tt-38-2025.yaml`); TT 26/2014.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from khuyencong.law.catalogue import activity
from khuyencong.law.regulations import regulations

LEVELS = ("commune", "district", "province", "region", "nation")
PARTS = ("market", "impact", "beauty", "other")
# A product goes up one level at a time (Đ12.2-4); the commune took the place of the district on 01/07/2025.
BELOW = {
    "commune": (),
    "district": (),
    "province": ("commune", "district"),
    "region": ("province",),
    "nation": ("region",),
}
PHOTOS = 3  # Đ12.1.b: from three angles


@dataclass(frozen=True, slots=True)
class CouncilSize:
    """How many members a council may have: one of `sizes`, no number between (Đ9)."""

    sizes: tuple[int, ...]
    article: str
    verified: bool

    @property
    def text(self) -> str:
        return " hoặc ".join(str(size) for size in self.sizes)


def levels_on(on: date) -> tuple[str, ...]:
    """The levels at which a competition may be held on the day, lowest first."""
    return tuple(level for level in LEVELS if level_holds(level, on))


def level_holds(level: str, on: date) -> bool:
    """Whether that level exists on the day; False for an unknown one."""
    found = activity(f"competition_{level}")
    return found is not None and found.in_force(on)


def council_size(level: str, on: date) -> CouncilSize | None:
    """The sizes a council of the level may have on the day; None where no document says so."""
    found = [regulations().parameter(f"council_{level}_{end}", on) for end in ("low", "high")]
    known = [one for one in found if one is not None]
    if not known:
        return None
    return CouncilSize(tuple(int(one.value) for one in known), known[0].citation, all(one.verified for one in known))


def part_points(on: date) -> dict[str, Fraction]:
    """The most points of each part of the sheet (Phụ lục 4): 40, 40, 10, 10. LookupError where one is missing."""
    return {part: _number(f"score_{part}", on) for part in PARTS}


def pass_mark(on: date) -> Fraction:
    """The mean from which a product may be recognised; necessary, not sufficient (Đ17.1). LookupError if unknown."""
    return _number("competition_pass", on)


def valid_until(issued_on: date) -> date:
    """The last day of a certificate: 31 December of the third year, counting the year of issue (Đ17.3)."""
    years = int(_number("certificate_years", issued_on))
    return date(issued_on.year + years - 1, 12, 31)


def _number(code: str, on: date) -> Fraction:
    found = regulations().parameter(code, on)
    if found is None:
        raise LookupError(f"no parameter {code} on {on}")
    return found.value
