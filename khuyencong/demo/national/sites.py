"""Where the đề án of a year lie: in the provinces of their day, each of which belongs to one of today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import accumulate
from random import Random

from khuyencong.people.models import Agency, AgencyKind
from khuyencong.places.kinds import FIRST_DAY_OF_TODAYS_UNITS
from khuyencong.places.models import Commune, Province
from khuyencong.places.queries import regions_on


@dataclass(frozen=True)
class Office:
    """The Sở and the centre of a province, of today or of before."""

    department: Agency
    centre: Agency


@dataclass
class Site:
    """A province before the mergers of 01/07/2025, inside the one of today (which may be the same row)."""

    today: Province
    before: Province
    office_before: Office
    office_today: Office
    region: str
    weight: float
    communes: list[int]
    # What is registered here: key, name, words by which it is found; in the order in which they were entered.
    establishments: list[tuple[int, str, str]] = field(default_factory=list)

    def province_on(self, on: date) -> Province:
        """The province as it was called on that day."""
        return self.before if on < FIRST_DAY_OF_TODAYS_UNITS else self.today

    def office_on(self, on: date) -> Office:
        """Who worked there on that day."""
        return self.office_before if on < FIRST_DAY_OF_TODAYS_UNITS else self.office_today


def provinces_with_past() -> list[tuple[Province, Province]]:
    """Every province of today with each province of before that it was made of, or with itself."""
    found = Province.objects.select_related("current").order_by("key")
    merged = {one.current_id for one in found if not one.is_today}
    return [(one.current or one, one) for one in found if not one.is_today or one.pk not in merged]


def all_sites(chance: Random, *, on: date) -> list[Site]:
    """The provinces of before in a fixed order, some with more work than others; needs places and agencies."""
    agencies = {(one.kind, one.province_id): one for one in Agency.objects.order_by("-pk")}
    regions = regions_on(on)
    communes: dict[int, list[int]] = {}
    for key, province in Commune.objects.filter(valid_to=None).order_by("key").values_list("pk", "province"):
        communes.setdefault(province, []).append(key)

    def office(province: Province) -> Office:
        return Office(agencies[AgencyKind.DEPARTMENT, province.pk], agencies[AgencyKind.CENTRE, province.pk])

    return [
        Site(
            today=now,
            before=before,
            office_before=office(before),
            office_today=office(now),
            region=regions.get(now.pk, ""),
            weight=chance.uniform(0.6, 1.6),
            communes=communes.get(now.pk, []),
        )
        for now, before in provinces_with_past()
    ]


def shared_out(count: int, weights: Sequence[float]) -> list[int]:
    """`count` whole things by weight; their sum is `count`."""
    whole = sum(weights) or 1
    marks = [round(count * part / whole) for part in accumulate(weights)]
    return [mark - before for mark, before in zip(marks, [0, *marks], strict=False)]
