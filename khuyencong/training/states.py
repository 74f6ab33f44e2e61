"""The life of a class: one table, and its one door."""

from __future__ import annotations

from khuyencong.people.permissions import Permission
from khuyencong.people.steps import Transition, advance, permission_in, step_in, steps_from
from khuyencong.training.models import Course, CourseState

S, P = CourseState, Permission


TRANSITIONS: tuple[Transition, ...] = (
    Transition("open", "Mở lớp", S.PLANNED, S.RUNNING, P.TRAINING_MANAGE, forward=True),
    Transition("finish", "Kết thúc lớp", S.RUNNING, S.DONE, P.TRAINING_MANAGE, forward=True),
    Transition("reopen", "Mở lại lớp", S.DONE, S.RUNNING, P.TRAINING_DECIDE, needs_reason=True),
    Transition("cancel", "Không tổ chức", S.PLANNED, S.CANCELLED, P.TRAINING_MANAGE, needs_reason=True),
    Transition("cancel", "Không tổ chức", S.RUNNING, S.CANCELLED, P.TRAINING_MANAGE, needs_reason=True),
)


def steps_of(course: Course) -> tuple[Transition, ...]:
    """What somebody may do next with the class."""
    return steps_from(TRANSITIONS, course.state)


def permission_of(name: str) -> Permission:
    """Who may take the step called `name`. KeyError for an unknown name."""
    return permission_in(TRANSITIONS, name)


def check_step(course: Course, name: str) -> Transition:
    """The row of the table for this step; Refused with a sentence where there is none from here."""
    return step_in(TRANSITIONS, name, course, what="lớp")


def move(course: Course, name: str) -> None:
    """Change the state of a locked, permitted, current class by the step `name`, and save it. Raises Refused."""
    advance(course, check_step(course, name))
