"""The life of an information work and of an explained policy: two tables, and the one door of each."""

from __future__ import annotations

from dataclasses import dataclass

from khuyencong.core.errors import Refused
from khuyencong.outreach.models import PolicyArticle, PolicyState, Work, WorkState
from khuyencong.people.permissions import Permission


@dataclass(frozen=True)
class Transition:
    """One allowed step, for whoever holds the permission."""

    name: str
    label: str
    source: str
    target: str
    permission: Permission
    needs_reason: bool = False


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
    return tuple(row for row in WORK_TRANSITIONS if row.source == work.state)


def steps_of_policy(article: PolicyArticle) -> tuple[Transition, ...]:
    """What somebody may do next with an explained policy."""
    return tuple(row for row in POLICY_TRANSITIONS if row.source == article.state)


def check_step(work: Work, name: str) -> Transition:
    """The row of the table for this step; Refused with a sentence where there is none from here."""
    return _row(WORK_TRANSITIONS, name, work.state, f"sản phẩm ở trạng thái «{work.get_state_display()}»")


def check_policy_step(article: PolicyArticle, name: str) -> Transition:
    """As `check_step`."""
    return _row(POLICY_TRANSITIONS, name, article.state, f"bài ở trạng thái «{article.get_state_display()}»")


def _row(table: tuple[Transition, ...], name: str, state: str, where: str) -> Transition:
    rows = [row for row in table if row.name == name]
    for row in rows:
        if row.source == state:
            return row
    raise Refused(f"Không thể «{rows[0].label}» khi {where}.")


def permission_of(name: str) -> Permission:
    """Who may take the step of a work called `name`. KeyError for an unknown name."""
    return {row.name: row.permission for row in WORK_TRANSITIONS}[name]


def move_work(work: Work, name: str) -> None:
    """Change the state of a locked, permitted, current work by the step `name`, and save it."""
    work.state = check_step(work, name).target
    work.version += 1
    work.save()


def move_policy(article: PolicyArticle, name: str) -> None:
    """As `move_work`."""
    article.state = check_policy_step(article, name).target
    article.version += 1
    article.save()
