"""The life of a list of allowances: one table, and the one door."""

from __future__ import annotations

from dataclasses import dataclass

from khuyencong.collaborators.models import AllowanceList, AllowanceState
from khuyencong.core.errors import Refused
from khuyencong.people.permissions import Permission

S, P = AllowanceState, Permission


@dataclass(frozen=True)
class Transition:
    """One allowed step, for whoever holds the permission."""

    name: str
    label: str
    source: str
    target: str
    permission: Permission
    needs_reason: bool = False


TRANSITIONS: tuple[Transition, ...] = (
    Transition("approve", "Duyệt bảng kê", S.DRAFT, S.APPROVED, P.COLLABORATOR_APPROVE),
    Transition("cancel", "Hủy bảng kê", S.DRAFT, S.CANCELLED, P.COLLABORATOR_MANAGE, needs_reason=True),
    Transition("send_back", "Trả lại bảng kê", S.APPROVED, S.DRAFT, P.COLLABORATOR_APPROVE, needs_reason=True),
)


def steps_of(found: AllowanceList) -> tuple[Transition, ...]:
    """What somebody may do next; a list that was paid stays."""
    return tuple(row for row in TRANSITIONS if row.source == found.state and found.posting_id is None)


def check_step(found: AllowanceList, name: str) -> Transition:
    """The row of the table for this step; Refused with a sentence where there is none from here."""
    for row in steps_of(found):
        if row.name == name:
            return row
    label = next(row.label for row in TRANSITIONS if row.name == name)
    why = "đã gắn với một khoản chi" if found.posting_id else f"ở trạng thái «{found.get_state_display()}»"
    raise Refused(f"Không thể «{label}» khi bảng kê {why}.")


def move(found: AllowanceList, name: str) -> None:
    """Change the state of a locked, permitted, current list by the step `name`, and save it."""
    found.state = check_step(found, name).target
    found.version += 1
    found.save()
