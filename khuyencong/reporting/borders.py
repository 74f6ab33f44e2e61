"""In which borders figures are shown: those of today, or of the time of each record; and the regions then.

A đề án stands in the province as it was written then. Both ways count every đề án once, so their sums are the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from khuyencong.core.dates import today
from khuyencong.places.models import Province, Region, RegionMembership

NO_REGION = "Chưa ghi khu vực"
NOT_VERIFIED = "khu vực chờ xác minh"


class Borders(StrEnum):
    """The value stands in addresses as `dia-gioi`."""

    TODAY = "hien-nay"
    THEN = "thoi-ky"

    @property
    def label(self) -> str:
        return {Borders.TODAY: "Địa giới hiện nay", Borders.THEN: "Địa giới từng thời kỳ"}[self]

    @property
    def path(self) -> str:
        """The column of a đề án by which it falls into a province."""
        return {Borders.TODAY: "province__current_id", Borders.THEN: "province_id"}[self]


CHOICES = [(one.value, one.label) for one in Borders]


def last_day(year: int) -> date:
    """The day as of which a year is shown: its last, or today while it lasts."""
    return min(date(year, 12, 31), today())


class ProvinceBook:
    """The provinces of a table with their regions over time; two queries."""

    def __init__(self, provinces: Iterable[Province], memberships: Iterable[RegionMembership]) -> None:
        self.provinces = {row.pk: row for row in provinces}
        self._regions: dict[int, list[RegionMembership]] = defaultdict(list)
        for one in memberships:
            self._regions[one.province_id].append(one)

    @classmethod
    def load(cls, provinces: Iterable[int]) -> ProvinceBook:
        wanted = set(provinces)
        return cls(
            Province.objects.filter(pk__in=wanted), RegionMembership.objects.filter(province__in=wanted).order_by("pk")
        )

    def name(self, pk: int, borders: Borders) -> tuple[str, str]:
        """What a province is called in those borders, and of one that is gone since when."""
        row = self.provinces[pk]
        return row.short_name, row.ended if borders is Borders.THEN else ""

    def region(self, pk: int, year: int, borders: Borders) -> Region | None:
        """The region of a province: today's, or as of a year (its own last day where it ended before)."""
        held = self._membership(pk, year, borders)
        return Region(held.region) if held else None

    def region_note(self, pks: Iterable[int], year: int, borders: Borders) -> str:
        """What to say of the region of these provinces where nobody has verified that all of them belong to it."""
        held = (self._membership(pk, year, borders) for pk in pks)
        return NOT_VERIFIED if any(one is not None and not one.verified for one in held) else ""

    def _membership(self, pk: int, year: int, borders: Borders) -> RegionMembership | None:
        row = self.provinces[pk]
        on = today() if borders is Borders.TODAY else min(row.valid_to or date.max, last_day(year))
        for one in self._regions[pk]:
            if (one.from_on is None or one.from_on <= on) and (one.to_on is None or on <= one.to_on):
                return one
        return None


def region_label(region: Region | None) -> str:
    return region.label if region else NO_REGION


def region_order(region: Region | None) -> int:
    """From north to south; what is not recorded comes last."""
    return list(Region).index(region) if region else len(Region)
