"""The life of a question: one table, and the one door through which its state changes."""

from __future__ import annotations

from khuyencong.people.permissions import Permission
from khuyencong.people.steps import Transition, advance, step_in
from khuyencong.portal.models import Feedback, FeedbackState

S, P = FeedbackState, Permission
TRANSITIONS: tuple[Transition, ...] = (
    Transition("answer", "Trả lời", S.NEW, S.ANSWERED, P.FEEDBACK_ANSWER, forward=True),
    Transition("close", "Khép, không trả lời", S.NEW, S.CLOSED, P.FEEDBACK_ANSWER, needs_reason=True),
)


def check_step(feedback: Feedback, name: str) -> Transition:
    """The row of the table for this step; Refused with a sentence where there is none from here."""
    return step_in(TRANSITIONS, name, feedback, what="câu hỏi")


def move(feedback: Feedback, name: str) -> None:
    """Change the state of a locked, permitted, current question by the step `name`, and save it."""
    advance(feedback, check_step(feedback, name))
