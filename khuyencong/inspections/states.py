"""The life of an inspection and of a finding: two tables, and the one door of each.

The tables are data: pages, tests and `docs/transitions.md` read them.
"""

from __future__ import annotations

from khuyencong.core.errors import Refused
from khuyencong.inspections.models import FindingState, Inspection, InspectionFinding, InspectionState
from khuyencong.people.permissions import Permission
from khuyencong.people.steps import Transition, advance, label_in, permission_in, step_in, steps_from

I, F, P = InspectionState, FindingState, Permission  # noqa: E741  # columns of two tables, read at a glance


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
    return steps_from(INSPECTION_TRANSITIONS, inspection.state)


def steps_of_finding(finding: InspectionFinding) -> tuple[Transition, ...]:
    """What somebody may do next; nothing before the inspection is concluded."""
    return steps_from(FINDING_TRANSITIONS, finding.state) if finding.is_concluded else ()


def check_step(inspection: Inspection, name: str) -> Transition:
    """The row of the table for this step; Refused with a sentence where there is none from here."""
    return step_in(INSPECTION_TRANSITIONS, name, inspection, what="cuộc kiểm tra")


def check_finding_step(finding: InspectionFinding, name: str) -> Transition:
    """As `check_step`; the inspected are asked only by a conclusion."""
    if not finding.is_concluded:
        raise Refused(f"Không thể «{label_in(FINDING_TRANSITIONS, name)}»: cuộc kiểm tra chưa có kết luận.")
    return step_in(FINDING_TRANSITIONS, name, finding, what="kiến nghị")


def permission_of(name: str) -> Permission:
    """Who may take the step called `name`. KeyError for an unknown name."""
    return permission_in((*INSPECTION_TRANSITIONS, *FINDING_TRANSITIONS), name)


def move(inspection: Inspection, name: str) -> None:
    """Change the state of a locked, permitted, current inspection by the step `name`, and save it."""
    advance(inspection, check_step(inspection, name))


def move_finding(finding: InspectionFinding, name: str) -> None:
    """As `move`, for a finding; that something happened to it shows on the inspection as well."""
    advance(finding, check_finding_step(finding, name))
