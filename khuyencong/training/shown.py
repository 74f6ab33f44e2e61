"""What the page of a class shows: facts, money by its rates, lists of allowances, and just the steps that are mine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import Count, Q, QuerySet, Sum
from django.urls import reverse

from khuyencong.audit.labels import describe
from khuyencong.audit.queries import timeline
from khuyencong.core.components import Action, Event, Fact
from khuyencong.core.dates import format_date
from khuyencong.core.money import format_dong
from khuyencong.core.personal import HIDDEN, masked
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, allowed
from khuyencong.projects.models import LinkedActivity, Project
from khuyencong.projects.states import COMMITTED, ProjectState
from khuyencong.training.models import ACTIVITIES, Course, CoursePayList, CourseState, Learner
from khuyencong.training.queries import Heads, courses_of, heads_of
from khuyencong.training.rules import kinds_for
from khuyencong.training.states import steps_of

TONES = {CourseState.PLANNED: "info", CourseState.RUNNING: "warning", CourseState.DONE: "success"}
ICONS = {"open": "check", "finish": "circle-check", "cancel": "ban", "reopen": "arrow-back-up"}
MOST_EVENTS = 100
MOST_PROJECTS = 200


def facts_of(course: Course, heads: Heads) -> list[Fact]:
    """What it is."""
    project = course.project
    span = format_date(course.starts_on)
    if course.ends_on != course.starts_on:
        span += f" – {format_date(course.ends_on)}"
    place = ", ".join(part for part in (course.place_text, course.commune.name if course.commune else "") if part)
    rows = [
        Fact("Đề án", f"{project.code} – {project.name}", project.get_absolute_url()),
        Fact("Đơn vị thực hiện", project.implementing_unit.short_name),
        Fact("Thời gian", span),
        Fact("Địa điểm", place),
        Fact("Số người dự kiến", str(course.planned_learners or "")),
    ]
    if course.told_people is not None:
        parts = [f"{course.told_people} người"]
        parts += [f"{course.told_women} nữ"] if course.told_women is not None else ["nữ: chưa biết"]
        known = course.told_minority
        parts += [f"{known} dân tộc thiểu số"] if known is not None else ["dân tộc thiểu số: chưa biết"]
        rows.append(Fact("Số người theo hồ sơ", f"{', '.join(parts)} ({course.told_from})"))
    else:
        rows.append(Fact("Danh sách", f"{heads.listed} người, {heads.attended} đã có mặt"))
    if course.attendance_needed:
        rows.append(Fact("Để được cấp giấy", f"có mặt ít nhất {course.attendance_needed} % số buổi (quy chế của lớp)"))
    if course.cancelled_because:
        rows.append(Fact("Lý do không tổ chức", course.cancelled_because))
    return rows


def buttons_of(course: Course, actor: Actor) -> list[Action]:
    """The steps of the state table that are the actor's; each carries the version."""
    found = []
    for row in steps_of(course):
        if not allowed(actor, row.permission, course):
            continue
        url = reverse(f"course_{row.name}", args=[course.pk])
        method: Literal["get", "post"] = "get" if row.needs_reason else "post"
        found.append(
            Action(
                row.name,
                row.label,
                url,
                method=method,
                tone="primary" if row.forward else "",
                icon=ICONS[row.name],
                hidden={} if row.needs_reason else {"version": course.version},
            )
        )
    return found


def timeline_of(course: Course) -> list[Event]:
    """What happened to it, the latest first."""
    return [
        Event(
            at=one.at,
            title=describe(one.action),
            who=", ".join(part for part in (one.actor_label, one.on_behalf, one.agency_label) if part),
            note=one.note,
        )
        for one in timeline(course.thread).reverse()[:MOST_EVENTS]
    ]


@dataclass(frozen=True)
class ShownLearner:
    """One row of the list; personal data as far as the reader may see it."""

    learner: Learner
    place: str
    phone: str
    identity: str
    birth_year: str


def shown_learners(rows: list[Learner], *, whole: bool) -> list[ShownLearner]:
    """Expects `commune` loaded."""
    return [
        ShownLearner(
            one,
            ", ".join(
                part for part in (one.place_text if whole else "", one.commune.name if one.commune else "") if part
            ),
            one.phone if whole else masked(one.phone),
            one.identity_number if whole else masked(one.identity_number),
            (str(one.birth_year) if whole else HIDDEN * 4) if one.birth_year else "",
        )
        for one in rows
    ]


@dataclass(frozen=True)
class ShownList:
    """A list of allowances with its sum, and how it stands to the row of the ledger that paid it."""

    list: CoursePayList
    people: int
    total: int

    @property
    def paid_by(self) -> str:
        posting = self.list.posting
        return f"{posting.document}, {format_date(posting.on)}" if posting is not None else ""

    @property
    def is_taken_back(self) -> bool:
        """Whether the payment was taken back after the list was tied to it."""
        posting: Any = self.list.posting
        return posting is not None and getattr(posting, "answered_by", None) is not None


def lists_of(course: Course) -> list[ShownList]:
    """In the order in which they were made; one query."""
    rows = course.course_pay_lists.select_related("posting", "posting__answered_by").annotate(
        people=Count("rows__learner", distinct=True), total=Sum("rows__amount")
    )
    found: list[Any] = list(rows)
    return [ShownList(one, one.people, int(one.total or 0)) for one in found]


def unpaid_sentence(lists: list[ShownList]) -> str:
    """What the lists say against the ledger; "" where every list that stands has its payment."""
    open_ones = [
        one for one in lists if one.list.annulled_on is None and (one.list.posting_id is None or one.is_taken_back)
    ]
    if not open_ones:
        return ""
    total = sum(one.total for one in open_ones)
    return (
        f"{len(open_ones)} bảng kê, {format_dong(total)} đồng, chưa gắn với khoản chi nào trong sổ kinh phí: lập, duyệt và chi "
        "ở trang của đề án, rồi gắn ở đây."
    )


def course_panel(project: Project, actor: Actor) -> dict[str, Any]:
    """What the page of a đề án shows of its classes; three queries."""
    courses = list(courses_of(project))
    heads = heads_of(one.pk for one in courses)
    rows = [(one, TONES.get(CourseState(one.state), ""), heads.get(one.pk, Heads())) for one in courses]
    may = allowed(actor, Permission.TRAINING_MANAGE, project) and holds_courses(project)
    return {"courses": rows, "course_new_url": f"{reverse('course_new')}?de-an={project.code}" if may else ""}


def holds_courses(project: Project) -> bool:
    """Whether the đề án is of an activity that holds classes, and far enough."""
    return project.state in COMMITTED and bool(kinds_for(project))


def projects_with_courses(actor: Actor) -> list[Project]:
    """Đề án of the actor's own work that may hold a class, the latest first; one query."""
    codes = {code for kinds in ACTIVITIES.values() for code in kinds}
    rows = Project.objects.visible_to(actor).filter(state__in=COMMITTED - {ProjectState.SETTLED})
    found = rows.filter(Q(activity__in=codes) | Q(pk__in=_linked(codes))).select_related("implementing_unit")
    return list(found.order_by("-year", "-pk")[:MOST_PROJECTS])


def _linked(codes: set[str]) -> QuerySet[LinkedActivity, Any]:
    return LinkedActivity.objects.filter(activity__in=codes).order_by().values("project")
