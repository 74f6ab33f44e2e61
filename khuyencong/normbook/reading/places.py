"""Whose norms a page shows: the nation's, a province's of today, or those of a site by the province it lay in before.

After the mergers of 01/07/2025 a province of today may have several old norms side by side until its own resolution,
so that the answer depends on where the site lies: today's province first, then the old province, then none.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from khuyencong.law.values import LOCAL, NATIONAL
from khuyencong.places.models import Province


@dataclass(frozen=True, slots=True)
class Place:
    """`keys` is the order of fallback. A province made of several has one of `sites` for each; `key` is "" for the nation.

    `today` is the name of today's province, for a site in an old one.
    """

    key: str
    label: str
    keys: tuple[str, ...] = ()
    sites: tuple[Place, ...] = ()
    today: str = ""

    @property
    def source(self) -> str:
        return LOCAL if self.keys else NATIONAL

    @property
    def subject(self) -> str:
        """What sentences call it: «khuyến công địa phương của Đồng Tháp»."""
        if not self.keys:
            return "khuyến công quốc gia"
        if self.today:
            return f"khuyến công địa phương tại địa bàn {self.label}, nay thuộc {self.today}"
        return f"khuyến công địa phương của {self.label}"

    @property
    def columns(self) -> tuple[Place, ...]:
        """The places whose norms may differ: its sites, or itself."""
        return self.sites or (self,)


NATION = Place("", "Khuyến công quốc gia")


class PlaceBook:
    """All provinces, of today and before, as places; one query."""

    def __init__(self, provinces: Iterable[Province]) -> None:
        rows = list(provinces)
        self._rows = {row.key: row for row in rows}
        self._today = {row.pk: row for row in rows if row.is_today}
        self._formerly: dict[int, list[Province]] = {}
        for row in rows:
            if not row.is_today and row.current_id in self._today:
                self._formerly.setdefault(row.current_id, []).append(row)

    @classmethod
    def load(cls) -> PlaceBook:
        return cls(Province.objects.all())

    @property
    def first_days(self) -> frozenset[date]:
        """The days on which provinces of today began."""
        return frozenset(row.valid_from for row in self._today.values() if row.valid_from)

    @cached_property
    def today(self) -> list[Place]:
        """The provinces of today, in Vietnamese order."""
        return [self._as_place(row) for row in self._today.values()]

    @cached_property
    def merged(self) -> list[Place]:
        """The old provinces that became part of a larger one, in the order of today's."""
        return [site for place in self.today for site in place.sites]

    @cached_property
    def _by_key(self) -> dict[str, Place]:
        found = {place.key: place for place in [*self.today, *self.merged]}
        for pk, rows in self._formerly.items():
            for row in rows:
                # Of a province that was never merged with another, the old key means the same place.
                found.setdefault(row.key, found[self._today[pk].key])
        return found

    def find(self, key: str) -> Place | None:
        """The place of a province key; the nation for ""; None when there is none."""
        return self._by_key.get(key) if key else NATION

    def label(self, scope: str | None) -> str:
        """What a document's scope is called; the bare key where the province is not recorded."""
        if scope is None:
            return "Toàn quốc"
        found = self._by_key.get(scope)
        return found.label if found else f"Tỉnh mã {scope}"

    def of_scope(self, scope: str | None) -> Place:
        """The place where a document of that scope is looked up."""
        if scope is None:
            return NATION
        return self._by_key.get(scope) or Place(scope, self.label(scope), (scope,))

    def province(self, scope: str | None) -> Province | None:
        """The record behind a scope; None for the nation, and where the province is not recorded."""
        return self._rows.get(scope) if scope else None

    def scopes_of(self, place: Place) -> frozenset[str | None]:
        """The scopes of documents that concern a place: its own, and those of the provinces it was made of."""
        if not place.keys:
            return frozenset({None})
        return frozenset(key for column in place.columns for key in column.keys) | {place.keys[0]}

    def _as_place(self, row: Province) -> Place:
        before = self._formerly.get(row.pk, [])
        if len(before) <= 1:
            return Place(row.key, row.short_name, (row.key, *(old.key for old in before)))
        sites = tuple(Place(old.key, old.dated_name, (row.key, old.key), today=row.short_name) for old in before)
        return Place(row.key, row.short_name, (row.key,), sites)
