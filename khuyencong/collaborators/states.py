"""The life of a list of allowances: one table, and the one door."""

from __future__ import annotations

from khuyencong.collaborators.models import AllowanceList, AllowanceState
from khuyencong.core.errors import Refused
from khuyencong.people.permissions import Permission
from khuyencong.people.steps import Transition, advance, label_in, step_in, steps_from

S, P = AllowanceState, Permission


TRANSITIONS: tuple[Transition, ...] = (
    Transition("approve", "Duyệt bảng kê", S.DRAFT, S.APPROVED, P.COLLABORATOR_APPROVE),
    Transition("cancel", "Hủy bảng kê", S.DRAFT, S.CANCELLED, P.COLLABORATOR_MANAGE, needs_reason=True),
    Transition("send_back", "Trả lại bảng kê", S.APPROVED, S.DRAFT, P.COLLABORATOR_APPROVE, needs_reason=True),
)


def steps_of(found: AllowanceList) -> tuple[Transition, ...]:
    """What somebody may do next; a list that was paid stays."""
    return steps_from(TRANSITIONS, found.state) if found.posting_id is None else ()


def check_step(found: AllowanceList, name: str) -> Transition:
    """The row of the table for this step; Refused with a sentence where there is none from here."""
    if found.posting_id is not None:
        raise Refused(f"Không thể «{label_in(TRANSITIONS, name)}» khi bảng kê đã gắn với một khoản chi.")
    return step_in(TRANSITIONS, name, found, what="bảng kê")


def move(found: AllowanceList, name: str) -> None:
    """Change the state of a locked, permitted, current list by the step `name`, and save it."""
    advance(found, check_step(found, name))
