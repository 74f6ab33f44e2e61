"""What reports show of other programmes, and which records of khuyến công they leave to the other side (ADR 0031).

A result is counted once: where a row says that the other programme reports it, and of which records of the đề án it is, those
records of that year are not counted by khuyến công (`with_sides`). What is reckoned from the ledger stays: it is what khuyến
công paid and accepted.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import BigIntegerField, BooleanField, Case, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import ExtractYear

from khuyencong.combining.models import Combination, CountedBy, LeftTo
from khuyencong.projects.states import COMMITTED
from khuyencong.projects.subjects import Count as Figure
from khuyencong.projects.subjects import Subject

# By which day a record of each kind belongs to a year, as the subject of its room counts it.
DAY_OF: dict[str, str] = {
    LeftTo.COURSES: "ends_on",
    LeftTo.FAIRS: "starts_on",
    LeftTo.WORKS: "published_on",
    LeftTo.ADVICE: "to_on",
}


def with_sides(code: str, rows: QuerySet[Any]) -> QuerySet[Any]:
    """The records of one subject, each with `left`: whether another programme reports it. No query of its own."""
    day = DAY_OF.get(code)
    left: Any = Value(value=False, output_field=BooleanField())
    if day is not None:
        rows = rows.alias(counted_in=ExtractYear(day))
        there = Combination.objects.filter(
            project=OuterRef("project"), year=OuterRef("counted_in"), left_to=code, withdrawn_because=""
        )
        left = Exists(there.order_by())
    found: QuerySet[Any] = rows.annotate(left=left)
    return found


def rows_between(first_on: date, last_on: date) -> QuerySet[Combination]:
    """The rows of the span, of đề án that were approved.

    A row has a year and no day: it stands in the periods that hold the first day of its year, so that the quarters of a
    year together have it once.
    """
    first = first_on.year if (first_on.month, first_on.day) == (1, 1) else first_on.year + 1
    found = Combination.objects.filter(
        withdrawn_because="", project__state__in=COMMITTED, year__gte=first, year__lte=last_on.year
    )
    here, there = (Q(quantity__isnull=False, counted_by=side) for side in (CountedBy.HERE, CountedBy.THERE))
    return found.annotate(
        reported_here=Case(When(here, then=1), default=0, output_field=BigIntegerField()),
        reported_there=Case(When(there, then=1), default=0, output_field=BigIntegerField()),
    )


SUBJECT = Subject(
    code="long-ghep",
    title="Lồng ghép với chương trình khác",
    one="dòng lồng ghép",
    when="Dòng lồng ghép chỉ ghi năm, nên đứng ở kỳ có ngày 01/01 của năm ấy",
    counts=(
        Figure(
            "amount", "Kinh phí của chương trình khác", "đồng", "Một phần của nguồn khác trong dự toán, không cộng thêm"
        ),
        Figure("reported_here", "Kết quả khuyến công báo cáo", "kết quả", "Số dòng có kết quả khuyến công báo cáo"),
        Figure("reported_there", "Kết quả chương trình kia báo cáo", "kết quả", "Không vào số của khuyến công"),
    ),
    rows=rows_between,
    province="project__province",
    unit="project__implementing_unit",
    related=("programme", "project"),
)
