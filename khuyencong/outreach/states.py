"""The life of an information work and of an explained policy: two tables, and the one door of each."""

from __future__ import annotations

from khuyencong.outreach.models import PolicyArticle, PolicyState, Work, WorkState
from khuyencong.people.permissions import Permission
from khuyencong.people.steps import Transition, advance, permission_in, step_in, steps_from

W, A, P = WorkState, PolicyState, Permission
WORK_TRANSITIONS: tuple[Transition, ...] = (
    Transition("make", "Ghi đã làm xong", W.PLANNED, W.MADE, P.OUTREACH_MANAGE),
    Transition("publish", "Duyệt đăng, phát", W.MADE, W.PUBLISHED, P.OUTREACH_PUBLISH),
    Transition("send_back", "Trả lại để sửa", W.MADE, W.PLANNED, P.OUTREACH_PUBLISH, needs_reason=True),
    Transition("withdraw", "Gỡ xuống", W.PUBLISHED, W.MADE, P.OUTREACH_PUBLISH, needs_reason=True),
    Transition("drop", "Không làm nữa", W.PLANNED, W.DROPPED, P.OUTREACH_MANAGE, needs_reason=True),
    Transition("drop", "Không làm nữa", W.MADE, W.DROPPED, P.OUTREACH_MANAGE, needs_reason=True),
)
POLICY_TRANSITIONS: tuple[Transition, ...] = (
    Transition("publish", "Duyệt đăng", A.DRAFT, A.PUBLISHED, P.OUTREACH_PUBLISH),
    Transition("take_down", "Gỡ xuống để sửa", A.PUBLISHED, A.DRAFT, P.OUTREACH_MANAGE),
)


def steps_of(work: Work) -> tuple[Transition, ...]:
    """What somebody may do next with a work."""
    return steps_from(WORK_TRANSITIONS, work.state)


def steps_of_policy(article: PolicyArticle) -> tuple[Transition, ...]:
    """What somebody may do next with an explained policy."""
    return steps_from(POLICY_TRANSITIONS, article.state)


def check_step(work: Work, name: str) -> Transition:
    """The row of the table for this step; Refused with a sentence where there is none from here."""
    return step_in(WORK_TRANSITIONS, name, work, what="sản phẩm")


def check_policy_step(article: PolicyArticle, name: str) -> Transition:
    """As `check_step`."""
    return step_in(POLICY_TRANSITIONS, name, article, what="bài")


def permission_of(name: str) -> Permission:
    """Who may take the step of a work called `name`. KeyError for an unknown name."""
    return permission_in(WORK_TRANSITIONS, name)


def move_work(work: Work, name: str) -> None:
    """Change the state of a locked, permitted, current work by the step `name`, and save it."""
    advance(work, check_step(work, name))


def move_policy(article: PolicyArticle, name: str) -> None:
    """As `move_work`."""
    advance(article, check_policy_step(article, name))
