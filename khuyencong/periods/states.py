"""The life of a report of a period: one table, and the one door through which its state changes.

The table is data: pages, tests and `docs/transitions.md` read it.
"""

from __future__ import annotations

from dataclasses import dataclass

from khuyencong.core.errors import Refused
from khuyencong.people.permissions import Permission
from khuyencong.periods.models import PeriodReport, PeriodReportState


@dataclass(frozen=True)
class Transition:
    """One allowed step, for whoever holds the permission."""

    name: str
    label: str  # what the button says
    source: PeriodReportState
    target: PeriodReportState
    permission: Permission
    forward: bool = False  # the step that the report waits for
    needs_reason: bool = False


S, P = PeriodReportState, Permission
TRANSITIONS: tuple[Transition, ...] = (
    Transition("submit", "Nộp báo cáo", S.DRAFT, S.SUBMITTED, P.PERIOD_REPORT_WRITE, forward=True),
    Transition("submit", "Nộp lại", S.RETURNED, S.SUBMITTED, P.PERIOD_REPORT_WRITE, forward=True),
    Transition("return", "Trả lại", S.SUBMITTED, S.RETURNED, P.PERIOD_REPORT_DECIDE, needs_reason=True),
    Transition("return", "Trả lại", S.APPROVED, S.RETURNED, P.PERIOD_REPORT_DECIDE, needs_reason=True),
    Transition("approve", "Duyệt", S.SUBMITTED, S.APPROVED, P.PERIOD_REPORT_DECIDE, forward=True),
    Transition("lock", "Khóa số liệu", S.APPROVED, S.LOCKED, P.PERIOD_REPORT_DECIDE, forward=True),
    # Only who received it opens it again; what was locked stays as a version.
    Transition("unlock", "Mở khóa", S.LOCKED, S.RETURNED, P.PERIOD_REPORT_DECIDE, needs_reason=True),
)


def steps_from(state: str) -> tuple[Transition, ...]:
    """What may follow `state`."""
    return tuple(row for row in TRANSITIONS if row.source == state)


def permission_of(name: str) -> Permission:
    """Who may take the step called `name`. KeyError for an unknown name."""
    for row in TRANSITIONS:
        if row.name == name:
            return row.permission
    raise KeyError(name)


def check_step(report: PeriodReport, name: str) -> Transition:
    """The row of the table for this step; Refused with a sentence where there is none from here."""
    for row in steps_from(report.state):
        if row.name == name:
            return row
    label = next(row.label for row in TRANSITIONS if row.name == name)
    raise Refused(f"Không thể «{label}» khi báo cáo ở trạng thái «{report.get_state_display()}».")


def move(report: PeriodReport, name: str, *, reason: str = "") -> Transition:
    """Change the state of a locked, permitted, current report by the step `name`, and save it.

    Raises Refused where the table has no such step from here, or the step needs a reason and has none.
    """
    found = check_step(report, name)
    if found.needs_reason and not reason.strip():
        raise Refused("Hãy ghi lý do.")
    report.state = found.target
    report.version += 1
    report.save()
    return found
