"""Learners, fairs and works as figures of a programme: what the rooms beside đề án count, of the đề án of the programme.

The number and the list behind it are the same records (`Subject.rows`), with what each adds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet, Sum

from khuyencong.combining.figures import with_sides
from khuyencong.fairs.figures import SUBJECT as FAIRS
from khuyencong.outreach.figures import SUBJECT as OUTREACH
from khuyencong.projects.subjects import Subject
from khuyencong.training.figures import SUBJECT as TRAINING
from khuyencong.training.models import CourseKind

if TYPE_CHECKING:
    from khuyencong.progress.counting import Asked, Scope


@dataclass(frozen=True)
class Held:
    """Which records an indicator counts, and the column that it adds up; "" counts the records."""

    subject: Subject
    column: str = ""
    only: Mapping[str, Any] = field(default_factory=dict)


STAFF = "system_capacity"  # people of the khuyến công system itself (NĐ 45/2012 Đ4.9)
HELD: dict[str, Held] = {
    "vocational_training": Held(TRAINING, "people", {"kind": CourseKind.VOCATIONAL}),
    "management_training": Held(
        TRAINING,
        "people",
        {"kind": CourseKind.MANAGEMENT, "project__activity__in": ("management_training", "enterprise_founding")},
    ),
    "staff_training": Held(TRAINING, "people", {"kind": CourseKind.MANAGEMENT, "project__activity": STAFF}),
    "fair_domestic_organise": Held(FAIRS, only={"project__activity": "fair_domestic_organise"}),
    "fair_abroad": Held(FAIRS, only={"project__activity": "fair_abroad"}),
    "information": Held(OUTREACH),
}


def held_behind(scope: Scope, asked: Asked) -> QuerySet[Any]:
    """The records of the programme's đề án within the years, by the day, each with its place in `one.column`.

    What another programme reports (`combining.figures`) is not among them.
    """
    return _within(scope, asked).filter(left=False).select_related("project__province").order_by("-pk")


def left_out(scope: Scope, asked: Asked) -> int:
    """How many records of the same đề án and years another programme reports; one query."""
    return _within(scope, asked).filter(left=True).count()


def _within(scope: Scope, asked: Asked) -> QuerySet[Any]:
    one = HELD[asked.indicator.code]
    last = min(scope.on, date(asked.last_year, 12, 31))
    rows = with_sides(one.subject.code, one.subject.rows(date(asked.first_year, 1, 1), last)).filter(**one.only)
    rows = rows.filter(project__in=scope.projects().order_by().values("pk"))
    if one.column:
        rows = rows.filter(**{f"{one.column}__gt": 0})
    return rows


def count_held(scope: Scope, asked: Asked) -> int:
    """The figure: one query."""
    one = HELD[asked.indicator.code]
    rows = held_behind(scope, asked).order_by()
    return int(rows.aggregate(found=Sum(one.column))["found"] or 0) if one.column else rows.count()
