"""What a class may be, what the law says it may cost, and what speaks against its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from khuyencong.core.dates import format_date
from khuyencong.core.errors import Refused
from khuyencong.core.findings import Finding, NeedsApproval, Warning_
from khuyencong.core.money import format_dong
from khuyencong.law.catalogue import activity_name
from khuyencong.law.values import Norm
from khuyencong.normbook.book import current_book
from khuyencong.projects.models import Project
from khuyencong.projects.states import COMMITTED, ProjectState
from khuyencong.training.models import ACTIVITIES, Course, CourseKind, Rate, RateUnit

ARTICLE = "NĐ 45/2012 Đ4"
ENTER_RATES = "Ghi từng mức chi kèm văn bản của cơ quan có thẩm quyền."


def activities_of(project: Project) -> list[str]:
    """The main activity and the linked ones; one query."""
    return [project.activity, *project.linked_activities.values_list("activity", flat=True)]


def kinds_for(project: Project) -> list[CourseKind]:
    """What a đề án may hold, in the order of the list."""
    own = set(activities_of(project))
    return [kind for kind in CourseKind if own & set(ACTIVITIES[kind])]


def check_subject(project: Project, kind: CourseKind, *, is_told: bool) -> None:
    """Refused where the đề án is not approved, has ended (but for what is told of the past), or is of another activity."""
    if project.state not in COMMITTED:
        raise Refused(
            f"Đề án ở trạng thái «{project.get_state_display()}»: lớp, hội nghị được lập khi đề án đã được phê duyệt."
        )
    if project.state == ProjectState.SETTLED and not is_told:
        raise Refused("Đề án đã quyết toán: chỉ ghi lại được lớp cũ với số người theo hồ sơ.")
    if kind not in kinds_for(project):
        named = ", ".join(activity_name(one).lower() for one in activities_of(project))
        raise Refused(f"Đề án có nội dung {named}: không tổ chức «{kind.label.lower()}».", article=ARTICLE)


def check_money_open(course: Course) -> None:
    """Refused where the đề án was settled: what was paid in it does not change any more."""
    if course.project.state == ProjectState.SETTLED:
        raise Refused("Đề án đã quyết toán: không mở lại lớp, không lập hay gắn bảng kê nữa.")


@dataclass(frozen=True)
class LawOnCourse:
    """What the law room says on the day of the class: a norm (maybe without numbers), or why there is none."""

    norm: Norm | None
    reason: str = ""

    @property
    def sentence(self) -> str:
        """For the page; a norm without numbers refers to other documents, whose rates are entered with them."""
        if self.norm is None:
            return f"{self.reason[:1].upper()}{self.reason[1:]} {ENTER_RATES}"
        if self.norm.cap is None:
            return f"{self.norm.cost_base}. Văn bản không nêu mức bằng số. {ENTER_RATES}"
        return f"{self.norm.cost_base}; tối đa {format_dong(self.norm.cap)} đồng/{self.norm.unit}."

    @property
    def citation(self) -> str:
        return self.norm.citation if self.norm else ""


def law_on(course: Course) -> LawOnCourse:
    """The norm of the activity for the source and province of the đề án, by the first day of the class."""
    project = course.project
    own = activities_of(project)
    activity = next((one for one in own if one in ACTIVITIES[CourseKind(course.kind)]), project.activity)
    found = current_book().norm_on(
        activity, source=project.source, province_keys=project.norm_province_keys, on=course.starts_on
    )
    return LawOnCourse(found) if isinstance(found, Norm) else LawOnCourse(None, found.reason)


# How the units of norms are written, and what of a class they count.
_PER_HEAD_AND_DAY = frozenset({"người/ngày", "học viên/ngày", "đại biểu/ngày"})
_PER_HEAD = frozenset({"người", "học viên", "đại biểu", "người/khóa", "học viên/khóa"})


def rate_problem(law: LawOnCourse, *, unit: str, amount: int) -> Finding | None:
    """Whether one rate is above a norm of the law room that is told for the same unit."""
    norm = law.norm
    if norm is None or norm.cap is None:
        return None
    same = (unit == RateUnit.PERSON_DAY and norm.unit in _PER_HEAD_AND_DAY) or (
        unit == RateUnit.PERSON and norm.unit in _PER_HEAD
    )
    if not same or amount <= norm.cap:
        return None
    sentence = f"Mức {format_dong(amount)} đồng cao hơn định mức {format_dong(norm.cap)} đồng/{norm.unit}."
    return NeedsApproval("rate_above_norm", sentence, norm.citation)


@dataclass(frozen=True)
class RateLine:
    """One rate with what it comes to, in đồng; `planned` None where the number of people was not planned."""

    rate: Rate
    planned: int | None
    actual: int


@dataclass(frozen=True)
class Extent:
    """How much of a class there is: what rates are multiplied by."""

    people: int
    person_days: int
    sessions: int
    days: int


def rate_lines(rates: list[Rate], *, planned: int | None, extent: Extent) -> list[RateLine]:
    """Every rate by the plan and by those who came."""
    lines = []
    for one in rates:
        fixed = {RateUnit.SESSION: extent.sessions, RateUnit.DAY: extent.days, RateUnit.WHOLE: 1}
        unit = RateUnit(one.unit)
        if unit in fixed:
            lines.append(RateLine(one, one.amount * fixed[unit], one.amount * fixed[unit]))
            continue
        heads = extent.days if unit is RateUnit.PERSON_DAY else 1
        actual = extent.person_days if unit is RateUnit.PERSON_DAY else extent.people
        lines.append(RateLine(one, None if planned is None else one.amount * planned * heads, one.amount * actual))
    return lines


def doubts_of(course: Course, law: LawOnCourse, lines: list[RateLine]) -> list[Finding]:
    """What the page says beside the class: days outside the đề án, a sum above the norm of the class, a norm not verified."""
    found: list[Finding] = []
    project = course.project
    if _outside(course, project):
        sentence = (
            f"Lớp từ {format_date(course.starts_on)} đến {format_date(course.ends_on)}, ngoài thời gian của đề án."
        )
        found.append(Warning_("outside_project", sentence, "TT 36/2013 Đ5.5"))
    norm = law.norm
    if norm is not None and norm.cap is not None and norm.unit in {"lớp", "hội nghị", "chuyến"}:
        total, planned = sum(one.actual for one in lines), sum(one.planned or 0 for one in lines)
        if max(total, planned) > norm.cap:
            by = "số người đã dự" if total > norm.cap else "số người dự kiến"
            sentence = (
                f"Theo các mức chi và {by}: {format_dong(total if total > norm.cap else planned)} đồng, cao hơn "
                f"{format_dong(norm.cap)} đồng/{norm.unit}."
            )
            found.append(Warning_("course_above_norm", sentence, norm.citation))
    if norm is not None and (not norm.verified or norm.pending):
        found.append(Warning_("norm_unverified", "Định mức này chờ xác minh trong văn bản.", norm.citation))
    return found


def _outside(course: Course, project: Project) -> bool:
    first: date | None = project.starts_on
    last: date | None = project.ends_on
    return (first is not None and course.starts_on < first) or (last is not None and course.ends_on > last)
