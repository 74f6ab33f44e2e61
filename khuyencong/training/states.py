"""The life of a class: one table, and its one door."""

from __future__ import annotations

from dataclasses import dataclass

from khuyencong.core.errors import Refused
from khuyencong.people.permissions import Permission
from khuyencong.training.models import Course, CourseState

S, P = CourseState, Permission


@dataclass(frozen=True)
class Transition:
    """One allowed step, for whoever holds the permission."""

    name: str
    label: str
    source: str
    target: str
    permission: Permission
    needs_reason: bool = False
    forward: bool = False  # the step that the class waits for


TRANSITIONS: tuple[Transition, ...] = (
    Transition("open", "Mở lớp", S.PLANNED, S.RUNNING, P.TRAINING_MANAGE, forward=True),
    Transition("finish", "Kết thúc lớp", S.RUNNING, S.DONE, P.TRAINING_MANAGE, forward=True),
    Transition("reopen", "Mở lại lớp", S.DONE, S.RUNNING, P.TRAINING_DECIDE, needs_reason=True),
    Transition("cancel", "Không tổ chức", S.PLANNED, S.CANCELLED, P.TRAINING_MANAGE, needs_reason=True),
    Transition("cancel", "Không tổ chức", S.RUNNING, S.CANCELLED, P.TRAINING_MANAGE, needs_reason=True),
)


def steps_of(course: Course) -> tuple[Transition, ...]:
    """What somebody may do next with the class."""
    return tuple(row for row in TRANSITIONS if row.source == course.state)


def permission_of(name: str) -> Permission:
    """Who may take the step called `name`. KeyError for an unknown name."""
    for row in TRANSITIONS:
        if row.name == name:
            return row.permission
    raise KeyError(name)


def check_step(course: Course, name: str) -> Transition:
    """The row of the table for this step; Refused with a sentence where there is none from here."""
    rows = [row for row in TRANSITIONS if row.name == name]
    for row in rows:
        if row.source == course.state:
            return row
    raise Refused(f"Không thể «{rows[0].label}» khi lớp ở trạng thái «{course.get_state_display()}».")


def move(course: Course, name: str) -> None:
    """Change the state of a locked, permitted, current class by the step `name`, and save it. Raises Refused."""
    course.state = check_step(course, name).target
    course.version += 1
    course.save()
