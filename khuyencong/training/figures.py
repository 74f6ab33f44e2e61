"""Figures for reports: how many classes ended, how many people came, how many found work, and what they were paid.

Each figure has one condition, for the number and for the list behind it. A class counts in the year in which it ends, once
it has ended (`CourseState.DONE`). People are those who were there in one session at least; where a past class has only the
number that its papers tell (`told_people`), that number, and never both.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, Case, Count, F, Q, QuerySet, Sum, When
from django.db.models.functions import Coalesce

from khuyencong.establishments.models import Gender
from khuyencong.people.actors import Actor
from khuyencong.projects.subjects import Count as Figure
from khuyencong.projects.subjects import Subject, number_behind
from khuyencong.training.models import (
    Allowance,
    Course,
    CourseKind,
    CourseState,
    Employment,
    Learner,
    LearnerCertificate,
)
from khuyencong.training.models.course import CourseQuerySet


def ended(actor: Actor, *, first: date, last: date) -> CourseQuerySet:
    """The classes that count in a span of days, of the actor's figures."""
    return Course.objects.counted_for(actor).filter(state=CourseState.DONE, ends_on__range=(first, last))


def people_in(courses: QuerySet[Course]) -> QuerySet[Learner]:
    """Those who came, of classes with a list."""
    return Learner.objects.attended().filter(
        course__in=courses.filter(told_people__isnull=True).order_by().values("pk")
    )


@dataclass(frozen=True)
class Line:
    """One kind of class. `*_of`: of how many people it is known; what is not known is never counted as 0."""

    kind: CourseKind | None
    courses: int = 0
    people: int = 0
    women: int = 0
    women_of: int = 0
    minority: int = 0
    minority_of: int = 0
    certified: int = 0
    employed: int = 0
    employed_of: int = 0

    @property
    def label(self) -> str:
        return self.kind.label if self.kind else "Tổng cộng"

    def plus(self, other: Line) -> Line:
        """The sum of both, for the total."""
        return Line(
            None,
            *(getattr(self, name) + getattr(other, name) for name in Line.__dataclass_fields__ if name != "kind"),
        )


def table(actor: Actor, *, first: date, last: date) -> list[Line]:
    """A line for every kind that took place, and the total at the end (empty without any); five queries."""
    courses = ended(actor, first=first, last=last)
    told: dict[str, Any] = {
        row["kind"]: row
        for row in courses.order_by()
        .values("kind")
        .annotate(
            courses=Count("pk"),
            people=Sum("told_people"),
            women=Sum("told_women"),
            women_of=Sum("told_people", filter=Q(told_women__isnull=False)),
            minorities=Sum("told_minority"),
            minority_of=Sum("told_people", filter=Q(told_minority__isnull=False)),
        )
    }
    came: dict[str, Any] = {
        row["course__kind"]: row
        for row in people_in(courses)
        .order_by()
        .values("course__kind")
        .annotate(
            people=Count("pk"),
            women=Count("pk", filter=Q(gender=Gender.FEMALE)),
            women_of=Count("pk", filter=~Q(gender="")),
            minorities=Count("pk", filter=Q(minority=True)),  # not «minority»: the next line asks the column
            minority_of=Count("pk", filter=Q(minority__isnull=False)),
        )
    }
    keys = courses.order_by().values("pk")
    certified = _counts(
        LearnerCertificate.objects.filter(withdrawn_on__isnull=True, decision__course__in=keys),
        "decision__course__kind",
    )
    listed = courses.filter(told_people__isnull=True).order_by().values("pk")
    asked = Employment.objects.filter(
        learner__course__in=listed, learner__removed_on__isnull=True, learner__present__gt=0
    )
    answered = _counts(asked, "learner__course__kind")
    employed = _counts(asked.filter(employed=True), "learner__course__kind")
    lines = []
    for kind in CourseKind:
        if kind.value not in told:
            continue
        a, b = told[kind.value], came.get(kind.value, {})
        both = {name: (a[name] or 0) + (b.get(name) or 0) for name in ("people", "women", "women_of", "minority_of")}
        lines.append(
            Line(
                kind, courses=a["courses"], **both, minority=(a["minorities"] or 0) + b.get("minorities", 0), certified=certified.get(kind.value, 0),
                employed=employed.get(kind.value, 0), employed_of=answered.get(kind.value, 0),
            )
        )  # fmt: skip
    if lines:
        total = Line(None)
        for line in lines:
            total = total.plus(line)
        lines.append(total)
    return lines


def _counts(rows: QuerySet[Employment] | QuerySet[LearnerCertificate], by: str) -> dict[str, int]:
    found = rows.order_by().values(by).annotate(count=Count("pk"))
    return {row[by]: row["count"] for row in found}


def counted(*, actor: Actor, year: int, until: date) -> dict[str, int]:
    """What a report of a year says by a day: classes and people by kind, women, minorities, work found, money in đồng.

    Keys: `courses_<kind>`, `people_<kind>` for every `CourseKind`, and `courses`, `people`, `women`, `minority`,
    `certified`, `employed`, `allowances` (đồng of lists that stand, of classes that count). `list_behind` gives the rows.
    """
    first, last = date(year, 1, 1), min(until, date(year, 12, 31))
    lines = {line.kind: line for line in table(actor, first=first, last=last)}
    total = lines.pop(None, Line(None))
    found = {f"courses_{kind.value}": lines.get(kind, Line(kind)).courses for kind in CourseKind}
    found |= {f"people_{kind.value}": lines.get(kind, Line(kind)).people for kind in CourseKind}
    for name in ("courses", "people", "women", "minority", "certified", "employed"):
        found[name] = getattr(total, name)
    courses = ended(actor, first=first, last=last).order_by().values("pk")
    paid = Allowance.objects.filter(stands=True, list__course__in=courses).aggregate(sum=Sum("amount"))["sum"]
    found["allowances"] = int(paid or 0)
    return found


def list_behind(*, actor: Actor, year: int, until: date, kind: str = "") -> CourseQuerySet:
    """The classes behind the figures of `counted`, of one kind or of all, by day."""
    found = ended(actor, first=date(year, 1, 1), last=min(until, date(year, 12, 31)))
    return (found.filter(kind=kind) if kind else found).with_all().order_by("ends_on", "pk")


def courses_between(first_on: date, last_on: date) -> QuerySet[Course]:
    """The classes that ended between the days, each with its people: who came, or the number that its papers tell."""
    came = Learner.objects.attended()
    stands = LearnerCertificate.objects.filter(withdrawn_on__isnull=True)
    works = Employment.objects.filter(employed=True, learner__removed_on__isnull=True, learner__present__gt=0)
    listed = Q(told_people__isnull=True)
    return Course.objects.filter(state=CourseState.DONE, ends_on__range=(first_on, last_on)).annotate(
        people=_told_or(listed, "told_people", number_behind(came, "course")),
        women=_told_or(listed, "told_women", number_behind(came.filter(gender=Gender.FEMALE), "course")),
        minorities=_told_or(listed, "told_minority", number_behind(came.filter(minority=True), "course")),
        certified=number_behind(stands, "decision__course"),
        employed=number_behind(works, "learner__course"),
    )


def _told_or(listed: Q, told: str, counted: Any) -> Case:
    return Case(When(listed, then=counted), default=Coalesce(F(told), 0), output_field=BigIntegerField())


SUBJECT = Subject(
    code="dao-tao",
    title="Đào tạo, tập huấn, hội thảo, hội nghị, tham quan",
    one="lớp, cuộc",
    when="Lớp, cuộc kết thúc trong thời gian ấy",
    counts=(
        Figure("people", "Người tham gia", "lượt người", "Có mặt ít nhất một buổi, hoặc số theo hồ sơ của lớp cũ"),
        Figure("women", "Trong đó nữ", "lượt người", "Trong số biết giới tính"),
        Figure("minorities", "Trong đó dân tộc thiểu số", "lượt người", "Trong số biết dân tộc"),
        Figure("certified", "Được cấp giấy", "người", "Giấy đã cấp, trừ giấy đã thu hồi"),
        Figure("employed", "Có việc làm sau đào tạo", "người", "TT 36/2013 Đ14.1"),
    ),
    rows=courses_between,
    province="project__province",
    unit="project__implementing_unit",
)
