"""The life of a fair and of an establishment at it: two tables, and the one door of each.

The tables are data: pages, tests and `docs/transitions.md` read them.
"""

from __future__ import annotations

from dataclasses import dataclass

from khuyencong.core.errors import Refused
from khuyencong.fairs.models import Fair, FairState, Participant, ParticipantState
from khuyencong.people.permissions import Permission

F, A, P = FairState, ParticipantState, Permission


@dataclass(frozen=True)
class Transition:
    """One allowed step, for whoever holds the permission."""

    name: str
    label: str
    source: str
    target: str
    permission: Permission
    needs_reason: bool = False
    forward: bool = False  # the step that the record waits for


FAIR_TRANSITIONS: tuple[Transition, ...] = (
    Transition("call", "Mời tham gia", F.DRAFT, F.CALLED, P.FAIR_MANAGE, forward=True),
    Transition("confirm", "Xác nhận danh sách", F.CALLED, F.CONFIRMED, P.FAIR_DECIDE, forward=True),
    Transition("reopen", "Mở lại danh sách", F.CONFIRMED, F.CALLED, P.FAIR_DECIDE, needs_reason=True),
    Transition("close", "Kết thúc hội chợ", F.CONFIRMED, F.CLOSED, P.FAIR_MANAGE, forward=True),
    Transition("cancel", "Không tổ chức", F.DRAFT, F.CANCELLED, P.FAIR_DECIDE, needs_reason=True),
    Transition("cancel", "Không tổ chức", F.CALLED, F.CANCELLED, P.FAIR_DECIDE, needs_reason=True),
)
PARTICIPANT_TRANSITIONS: tuple[Transition, ...] = (
    Transition("register", "Đăng ký tham gia", A.INVITED, A.REGISTERED, P.FAIR_JOIN, forward=True),
    Transition("register", "Đăng ký tham gia", A.WITHDRAWN, A.REGISTERED, P.FAIR_JOIN),
    Transition("accept", "Nhận tham gia", A.REGISTERED, A.ACCEPTED, P.FAIR_MANAGE, forward=True),
    Transition("accept", "Nhận tham gia", A.REFUSED, A.ACCEPTED, P.FAIR_MANAGE),
    Transition("refuse", "Không nhận", A.REGISTERED, A.REFUSED, P.FAIR_MANAGE, needs_reason=True),
    Transition("refuse", "Không nhận", A.ACCEPTED, A.REFUSED, P.FAIR_MANAGE, needs_reason=True),
    Transition("withdraw", "Không tham gia", A.INVITED, A.WITHDRAWN, P.FAIR_JOIN),
    Transition("withdraw", "Không tham gia", A.REGISTERED, A.WITHDRAWN, P.FAIR_JOIN),
    Transition("withdraw", "Không tham gia", A.ACCEPTED, A.WITHDRAWN, P.FAIR_JOIN),
)


def steps_of(record: Fair | Participant) -> tuple[Transition, ...]:
    """What somebody may do next; with an establishment only while the fair is being arranged."""
    if isinstance(record, Participant) and not record.fair.is_arranged:
        return ()
    return tuple(row for row in _table_of(record) if row.source == record.state)


def permission_of(name: str) -> Permission:
    """Who may take the step called `name`. KeyError for an unknown name."""
    for row in (*FAIR_TRANSITIONS, *PARTICIPANT_TRANSITIONS):
        if row.name == name:
            return row.permission
    raise KeyError(name)


def check_step(record: Fair | Participant, name: str) -> Transition:
    """The row of the table for this step; Refused with a sentence where there is none from here."""
    rows = [row for row in _table_of(record) if row.name == name]
    if isinstance(record, Participant) and not record.fair.is_arranged:
        raise Refused(
            f"Không thể «{rows[0].label}» khi hội chợ ở trạng thái «{record.fair.get_state_display()}»: "
            "danh sách thay đổi khi lãnh đạo mở lại."
        )
    for row in rows:
        if row.source == record.state:
            return row
    what = "hội chợ" if isinstance(record, Fair) else "cơ sở"
    raise Refused(f"Không thể «{rows[0].label}» khi {what} ở trạng thái «{record.get_state_display()}».")


def _table_of(record: Fair | Participant) -> tuple[Transition, ...]:
    return FAIR_TRANSITIONS if isinstance(record, Fair) else PARTICIPANT_TRANSITIONS


def move(fair: Fair, name: str) -> None:
    """Change the state of a locked, permitted, current fair by the step `name`, and save it. Raises Refused."""
    fair.state = check_step(fair, name).target
    fair.version += 1
    fair.save()


def move_participant(participant: Participant, name: str) -> None:
    """As `move`, for an establishment at a fair."""
    participant.state = check_step(participant, name).target
    participant.version += 1
    participant.save()
