"""The life of a fair and of an establishment at it: two tables, and the one door of each.

The tables are data: pages, tests and `docs/transitions.md` read them.
"""

from __future__ import annotations

from khuyencong.core.errors import Refused
from khuyencong.fairs.models import Fair, FairState, Participant, ParticipantState
from khuyencong.people.permissions import Permission
from khuyencong.people.steps import Transition, advance, label_in, permission_in, step_in, steps_from

F, A, P = FairState, ParticipantState, Permission


FAIR_TRANSITIONS: tuple[Transition, ...] = (
    Transition("call", "Mời tham gia", F.DRAFT, F.CALLED, P.FAIR_MANAGE, forward=True),
    Transition("confirm", "Xác nhận danh sách", F.CALLED, F.CONFIRMED, P.FAIR_DECIDE, forward=True),
    Transition("reopen", "Mở lại danh sách", F.CONFIRMED, F.CALLED, P.FAIR_DECIDE, needs_reason=True),
    Transition("close", "Kết thúc hội chợ", F.CONFIRMED, F.CLOSED, P.FAIR_MANAGE, forward=True),
    Transition("resume", "Mở lại hội chợ", F.CLOSED, F.CONFIRMED, P.FAIR_DECIDE, needs_reason=True),
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
    return steps_from(_table_of(record), record.state)


def permission_of(name: str) -> Permission:
    """Who may take the step called `name`. KeyError for an unknown name."""
    return permission_in((*FAIR_TRANSITIONS, *PARTICIPANT_TRANSITIONS), name)


def check_step(record: Fair | Participant, name: str) -> Transition:
    """The row of the table for this step; Refused with a sentence where there is none from here."""
    table = _table_of(record)
    if isinstance(record, Participant) and not record.fair.is_arranged:
        raise Refused(
            f"Không thể «{label_in(table, name)}» khi hội chợ ở trạng thái «{record.fair.get_state_display()}»: "
            "danh sách thay đổi khi lãnh đạo mở lại."
        )
    return step_in(table, name, record, what="hội chợ" if isinstance(record, Fair) else "cơ sở")


def _table_of(record: Fair | Participant) -> tuple[Transition, ...]:
    return FAIR_TRANSITIONS if isinstance(record, Fair) else PARTICIPANT_TRANSITIONS


def move(fair: Fair, name: str) -> None:
    """Change the state of a locked, permitted, current fair by the step `name`, and save it. Raises Refused."""
    advance(fair, check_step(fair, name))


def move_participant(participant: Participant, name: str) -> None:
    """As `move`, for an establishment at a fair."""
    advance(participant, check_step(participant, name))
