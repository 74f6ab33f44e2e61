"""What is shown of classes and of those who come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Avg, Count, Q, QuerySet

from khuyencong.core.finding import holds, question
from khuyencong.people.actors import Actor
from khuyencong.projects.models import Project
from khuyencong.training.figures import ended
from khuyencong.training.models import Course, CourseKind, CourseState, Evaluation, Learner, Session
from khuyencong.training.models.course import CourseQuerySet
from khuyencong.training.models.learners import LearnerQuerySet
from khuyencong.training.rules import Extent

LONGEST = 200
SCORES = {
    "content": "Nội dung",
    "teaching": "Giảng viên, báo cáo viên",
    "materials": "Tài liệu",
    "organisation": "Tổ chức, phục vụ",
    "usefulness": "Áp dụng được vào công việc",
}


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; it lives in the address. A year that is none finds nothing, other nonsense is not asked."""

    text: str = ""
    kind: str = ""
    state: str = ""
    year: int | None = None
    ended: tuple[int, int] | None = None  # years: what the table counts in them

    @property
    def is_narrow(self) -> bool:
        return bool(self.text or self.kind or self.state or self.year is not None or self.ended)


def read_filters(asked: Mapping[str, Any]) -> Filters:
    """The filters of a query string."""
    kind, state, year = str(asked.get("loai", "")), str(asked.get("trang-thai", "")), str(asked.get("nam", ""))
    first, last = read_year(str(asked.get("tu", ""))), read_year(str(asked.get("den", "")))
    return Filters(
        text=str(asked.get("q", ""))[:LONGEST],
        kind=kind if kind in CourseKind.values else "",
        state=state if state in CourseState.values else "",
        year=read_year(year) if year else None,
        ended=(first, last) if first and last else None,
    )


def read_year(text: str) -> int:
    """A year of the calendar, or 0, in which nothing happens."""
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else 0  # noqa: PLR2004  # a year
    return year if 1990 <= year <= 2100 else 0  # noqa: PLR2004  # years of the programme


def courses_for(actor: Actor, filters: Filters) -> CourseQuerySet:
    """Those that the actor may see, the latest first."""
    found = Course.objects.visible_to(actor)
    if filters.ended:
        first, last = filters.ended
        counted = ended(actor, first=date(first, 1, 1), last=date(last, 12, 31))
        found = found.filter(pk__in=counted.order_by().values("pk"))
    if filters.kind:
        found = found.filter(kind=filters.kind)
    if filters.state:
        found = found.filter(state=filters.state)
    if filters.year is not None:
        found = (
            found.filter(starts_on__range=(date(filters.year, 1, 1), date(filters.year, 12, 31)))
            if filters.year
            else found.none()
        )
    asked = question(filters.text)
    if asked:
        found = found.filter(holds(asked) | holds(asked, field="project__haystack"))
    elif filters.text.strip():
        found = found.none()
    return found.order_by("-starts_on", "-pk")


@dataclass(frozen=True)
class Heads:
    """How many stand in the list of a class, and how many of them came."""

    listed: int = 0
    attended: int = 0


def heads_of(keys: Iterable[int]) -> dict[int, Heads]:
    """By the key of the class; one query for a whole page."""
    rows = (
        Learner.objects.listed()
        .filter(course__in=list(keys))
        .order_by()
        .values("course")
        .annotate(listed=Count("pk"), attended=Count("pk", filter=Q(present__gt=0)))
    )
    return {row["course"]: Heads(row["listed"], row["attended"]) for row in rows}


def learners_for(actor: Actor, text: str) -> LearnerQuerySet:
    """People of all classes that the actor may see, by the words of their names."""
    found = Learner.objects.visible_to(actor).listed()
    asked = question(text)
    if asked:
        found = found.filter(holds(asked))
    elif text.strip():
        found = found.none()
    return found.order_by("folded", "pk")


def certifiable(course: Course) -> list[Learner]:
    """Who was there as often as the class asks, and has no certificate that stands; two queries."""
    sessions = course.sessions.count()
    rows = course.learners.attended().exclude(certificates__withdrawn_on__isnull=True, certificates__isnull=False)
    return [one for one in rows if has_enough(course, one, sessions)]


def certificates_stand(course: Course) -> bool:
    """Whether somebody of the class holds a certificate that was not withdrawn."""
    return course.certificate_decisions.filter(
        certificates__withdrawn_on__isnull=True, certificates__isnull=False
    ).exists()


def has_enough(course: Course, learner: Learner, sessions: int) -> bool:
    """Whether somebody was there in as many sessions as the class asks; without a rule in one."""
    return learner.present > 0 and learner.present * 100 >= (course.attendance_needed or 0) * sessions


@dataclass(frozen=True)
class ShownSession:
    """A session with how many were there, how many not, and how many are not marked yet."""

    session: Session
    present: int
    absent: int
    left: int


def sessions_of(course: Course, listed: int) -> list[ShownSession]:
    """In the order of the days; one query."""
    here = Q(marks__learner__removed_on__isnull=True)
    rows = course.sessions.select_related("trainer").annotate(
        there=Count("marks", filter=here & Q(marks__present=True)),
        absent=Count("marks", filter=here & Q(marks__present=False)),
    )
    found: list[Any] = list(rows)
    return [ShownSession(one, one.there, one.absent, max(0, listed - one.there - one.absent)) for one in found]


def extent_of(course: Course, sessions: list[ShownSession]) -> Extent:
    """How much of it there was; two queries."""
    people = course.learners.attended().count()
    days = (
        course.learners.listed()
        .filter(marks__present=True)
        .values("pk", "marks__session__held_on")
        .distinct()
        .order_by()
        .count()
    )
    return Extent(people, days, len(sessions), len({one.session.held_on for one in sessions}))


@dataclass(frozen=True)
class Score:
    """What those who answered think of one thing: the mean in two decimals, None where nobody answered."""

    label: str
    mean: Decimal | None
    answers: int

    @property
    def shown(self) -> str:
        return "–" if self.mean is None else f"{self.mean} / 5".replace(".", ",")


def scores_of(course: Course) -> tuple[int, list[Score]]:
    """How many answered, and the means; one query."""
    asked = {f"{name}_mean": Avg(name) for name in SCORES} | {f"{name}_count": Count(name) for name in SCORES}
    row = Evaluation.objects.filter(course=course).aggregate(total=Count("pk"), **asked)
    rows = [Score(label, _rounded(row[f"{name}_mean"]), row[f"{name}_count"]) for name, label in SCORES.items()]
    return row["total"], rows


def _rounded(mean: float | Decimal | None) -> Decimal | None:
    return None if mean is None else Decimal(str(mean)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def courses_of(project: Project) -> QuerySet[Course]:
    """The classes of a đề án, by day; for its page."""
    return Course.objects.filter(project=project).order_by("starts_on", "pk")
