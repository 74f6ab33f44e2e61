"""The life of a monthly report: one table, and the one door through which its state changes.

The table is data: pages, tests and `docs/transitions.md` read it.
"""

from __future__ import annotations

from dataclasses import dataclass

from khuyencong.core.errors import Refused
from khuyencong.monitoring.models import ProgressReport, ReportState
from khuyencong.people.permissions import Permission


@dataclass(frozen=True)
class Transition:
    """One allowed step, for whoever holds the permission."""

    name: str
    label: str  # what the button says
    source: ReportState
    target: ReportState
    permission: Permission
    forward: bool = False  # the step that the report waits for
    needs_reason: bool = False
    new_row: bool = False  # the report stays as it is; a further one of the month begins in `target`


S, P = ReportState, Permission
TRANSITIONS: tuple[Transition, ...] = (
    Transition("submit", "Nộp báo cáo", S.DRAFT, S.SUBMITTED, P.MONTHLY_WRITE, forward=True),
    Transition("submit", "Nộp lại", S.RETURNED, S.SUBMITTED, P.MONTHLY_WRITE, forward=True),
    Transition("confirm", "Xác nhận", S.SUBMITTED, S.CONFIRMED, P.MONTHLY_CONFIRM, forward=True),
    Transition("return", "Trả lại", S.SUBMITTED, S.RETURNED, P.MONTHLY_CONFIRM, needs_reason=True),
    Transition("correct", "Đính chính", S.CONFIRMED, S.DRAFT, P.MONTHLY_WRITE, needs_reason=True, new_row=True),
)


def steps_from(state: str) -> tuple[Transition, ...]:
    """What may follow `state`."""
    return tuple(row for row in TRANSITIONS if row.source == state)


def permission_of(name: str) -> Permission:
    """Who may take the step called `name`. Raises KeyError for an unknown name."""
    for row in TRANSITIONS:
        if row.name == name:
            return row.permission
    raise KeyError(name)


def check_step(report: ProgressReport, name: str) -> Transition:
    """The row of the table for this step; Refused with a sentence where there is none from here."""
    found = next((row for row in steps_from(report.state) if row.name == name), None)
    if found is None:
        label = next(row.label for row in TRANSITIONS if row.name == name)
        raise Refused(f"Không thể «{label}» khi báo cáo ở trạng thái «{report.get_state_display()}».")
    if not report.current:
        raise Refused("Báo cáo này đã có bản đính chính: hãy làm với bản mới nhất của tháng.")
    return found


def move(report: ProgressReport, name: str, *, reason: str = "") -> Transition:
    """The one door: change the state of a locked, permitted, current `report` by the step `name`, and save it.

    Raises Refused where the table has no such step from here, or the step needs a reason and has none.
    """
    found = check_step(report, name)
    if found.needs_reason and not reason.strip():
        raise Refused("Hãy ghi lý do.")
    if not found.new_row:
        report.state = found.target
        report.version += 1
        report.save()
    return found
