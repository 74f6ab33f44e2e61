"""The life of an inspection and of a finding: two tables, and the one door of each.

The tables are data: pages, tests and `docs/transitions.md` read them.
"""

from __future__ import annotations

from dataclasses import dataclass

from khuyencong.core.errors import Refused
from khuyencong.inspections.models import FindingState, Inspection, InspectionFinding, InspectionState
from khuyencong.people.permissions import Permission

I, F, P = InspectionState, FindingState, Permission  # noqa: E741  # columns of two tables, read at a glance


@dataclass(frozen=True)
class Transition:
    """One allowed step, for whoever holds the permission. `by_itself`: it follows from another step, nobody presses it."""

    name: str
    label: str
    source: str
    target: str
    permission: Permission
    needs_reason: bool = False
    by_itself: bool = False


INSPECTION_TRANSITIONS: tuple[Transition, ...] = (
    Transition("visit", "Ghi lần kiểm tra", I.PLANNED, I.DONE, P.INSPECTION_RECORD),
    Transition("visit", "Ghi lần kiểm tra", I.DONE, I.DONE, P.INSPECTION_RECORD),
    Transition("cancel", "Không thực hiện", I.PLANNED, I.CANCELLED, P.INSPECTION_PLAN, needs_reason=True),
    Transition("conclude", "Ghi kết luận", I.DONE, I.CONCLUDED, P.INSPECTION_RECORD),
    Transition("finish", "Kết thúc", I.CONCLUDED, I.CLOSED, P.INSPECTION_RECORD, by_itself=True),
)
FINDING_TRANSITIONS: tuple[Transition, ...] = (
    Transition("answer", "Trả lời", F.OPEN, F.ANSWERED, P.INSPECTION_ANSWER),
    Transition("send_back", "Chưa đạt", F.ANSWERED, F.OPEN, P.INSPECTION_RECORD, needs_reason=True),
    Transition("close", "Đã khắc phục", F.OPEN, F.CLOSED, P.INSPECTION_RECORD, needs_reason=True),
    Transition("close", "Đã khắc phục", F.ANSWERED, F.CLOSED, P.INSPECTION_RECORD, needs_reason=True),
)


def steps_of(inspection: Inspection) -> tuple[Transition, ...]:
    """What somebody may do next."""
    return tuple(row for row in INSPECTION_TRANSITIONS if row.source == inspection.state and not row.by_itself)


def steps_of_finding(finding: InspectionFinding) -> tuple[Transition, ...]:
    """What somebody may do next; nothing before the inspection is concluded."""
    if not finding.is_concluded:
        return ()
    return tuple(row for row in FINDING_TRANSITIONS if row.source == finding.state)


def check_step(inspection: Inspection, name: str) -> Transition:
    """The row of the table for this step; Refused with a sentence where there is none from here."""
    rows = [row for row in INSPECTION_TRANSITIONS if row.name == name]
    for row in rows:
        if row.source == inspection.state:
            return row
    raise Refused(f"Không thể «{rows[0].label}» khi cuộc kiểm tra ở trạng thái «{inspection.get_state_display()}».")


def check_finding_step(finding: InspectionFinding, name: str) -> Transition:
    """As `check_step`; the inspected are asked only by a conclusion."""
    rows = [row for row in FINDING_TRANSITIONS if row.name == name]
    if not finding.is_concluded:
        raise Refused(f"Không thể «{rows[0].label}»: cuộc kiểm tra chưa có kết luận.")
    for row in rows:
        if row.source == finding.state:
            return row
    raise Refused(f"Không thể «{rows[0].label}» khi kiến nghị ở trạng thái «{finding.get_state_display()}».")


def permission_of(name: str) -> Permission:
    """Who may take the step called `name`. KeyError for an unknown name."""
    for row in (*INSPECTION_TRANSITIONS, *FINDING_TRANSITIONS):
        if row.name == name:
            return row.permission
    raise KeyError(name)


def move(inspection: Inspection, name: str) -> None:
    """Change the state of a locked, permitted, current inspection by the step `name`, and save it."""
    inspection.state = check_step(inspection, name).target
    inspection.version += 1
    inspection.save()


def move_finding(finding: InspectionFinding, name: str) -> None:
    """As `move`, for a finding; that something happened to it shows on the inspection as well."""
    finding.state = check_finding_step(finding, name).target
    finding.version += 1
    finding.save()
