"""What is counted beside đề án: products of competitions, learners, booths, works; so that reports need not know the rooms.

A room that counts something gives one `Subject` in its `figures.py`; `reporting.activities` makes of all of them the same
tables, lists, files and lines of a report.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models import Count as CountOf
from django.db.models.functions import Coalesce

from khuyencong.core.money import format_dong, format_trieu


@dataclass(frozen=True, slots=True)
class Count:
    """One number of a record. `code` is the column of the queryset that holds it; money is whole đồng."""

    code: str
    label: str
    unit: str
    explained: str

    @property
    def is_money(self) -> bool:
        return self.unit == "đồng"

    def shown(self, value: int) -> str:
        """As tables write it: money in triệu đồng."""
        return format_trieu(value) if self.is_money else format_dong(value)


@dataclass(frozen=True)
class Subject:
    """One kind of activity: its records of a span of days, and what is counted of each.

    `rows` gives the records that belong to the days (both included), whoever may see them, with a column for each of
    `counts` (null counts as 0); `when` says in words which belong. `province` and `unit` are the paths from a record to
    its province as it was written (null: of no single province) and to the agency that carried it out. A record has
    `get_absolute_url()`, and `str()` names it; `related` is what both need, as in `select_related`.
    """

    code: str
    title: str
    one: str
    when: str
    counts: tuple[Count, ...]
    rows: Callable[[date, date], QuerySet[Any]]
    province: str
    unit: str
    related: tuple[str, ...] = ()

    def count(self, code: str) -> Count | None:
        """The count of that code."""
        return next((one for one in self.counts if one.code == code), None)


def sum_behind(rows: QuerySet[Any], path: str, column: str) -> Coalesce:
    """What a column of the rows that lead to the record by `path` adds up to, 0 where there is none."""
    return _behind(rows, path, Sum(column))


def number_behind(rows: QuerySet[Any], path: str) -> Coalesce:
    """How many rows lead to the record by `path`."""
    return _behind(rows, path, CountOf("pk"))


def _behind(rows: QuerySet[Any], path: str, aggregate: Any) -> Coalesce:
    found = rows.filter(**{path: OuterRef("pk")}).order_by().values(path).annotate(found=aggregate).values("found")
    return Coalesce(Subquery(found), 0, output_field=BigIntegerField())
