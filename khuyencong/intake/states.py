"""The two lives of this room: an owner's registration and a request for support; one table each, and the one door.

The tables are data: pages, tests and `docs/transitions.md` read them; nothing else changes a `state` here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from khuyencong.core.errors import Refused
from khuyencong.intake.models import Registration, RegistrationState, RequestState, SupportRequest
from khuyencong.people.permissions import Permission

R, Q, P = RegistrationState, RequestState, Permission
State = TypeVar("State", RegistrationState, RequestState)


@dataclass(frozen=True)
class Transition:
    """One allowed step. `permission` None: it is taken by whoever registers, who has no role yet."""

    name: str
    label: str  # what the button says
    done: str  # what is told afterwards
    source: RegistrationState | RequestState
    target: RegistrationState | RequestState
    permission: Permission | None
    needs_answer: bool = False  # the other side must be told why


REGISTRATION_TRANSITIONS: tuple[Transition, ...] = (
    Transition("confirm", "Xác nhận", "Đã xác nhận địa chỉ thư", R.UNCONFIRMED, R.WAITING, None),
    Transition("approve", "Duyệt", "Đã duyệt", R.WAITING, R.APPROVED, P.REGISTRATION_DECIDE),
    Transition("refuse", "Từ chối", "Đã từ chối", R.WAITING, R.REFUSED, P.REGISTRATION_DECIDE, needs_answer=True),
    Transition("register_again", "Gửi lại đăng ký", "Đã gửi lại đăng ký", R.REFUSED, R.WAITING, None),
)

REQUEST_TRANSITIONS: tuple[Transition, ...] = (
    Transition("send", "Gửi đề nghị", "Đã gửi", Q.DRAFT, Q.SENT, P.REQUEST_MAKE),
    Transition("send", "Gửi lại", "Đã gửi lại", Q.RETURNED, Q.SENT, P.REQUEST_MAKE),
    Transition("withdraw", "Rút đề nghị", "Đã rút", Q.DRAFT, Q.WITHDRAWN, P.REQUEST_MAKE),
    Transition("withdraw", "Rút đề nghị", "Đã rút", Q.SENT, Q.WITHDRAWN, P.REQUEST_MAKE),
    Transition("withdraw", "Rút đề nghị", "Đã rút", Q.RECEIVED, Q.WITHDRAWN, P.REQUEST_MAKE),
    Transition("withdraw", "Rút đề nghị", "Đã rút", Q.RETURNED, Q.WITHDRAWN, P.REQUEST_MAKE),
    Transition("receive", "Tiếp nhận", "Đã tiếp nhận", Q.SENT, Q.RECEIVED, P.REQUEST_HANDLE),
    Transition(
        "return", "Yêu cầu bổ sung", "Cần bổ sung", Q.SENT, Q.RETURNED, P.REQUEST_HANDLE, needs_answer=True
    ),
    Transition(
        "return", "Yêu cầu bổ sung", "Cần bổ sung", Q.RECEIVED, Q.RETURNED, P.REQUEST_HANDLE, needs_answer=True
    ),
    Transition(
        "decline", "Trả lời không hỗ trợ", "Không hỗ trợ được", Q.SENT, Q.DECLINED, P.REQUEST_HANDLE, needs_answer=True
    ),
    Transition(
        "decline", "Trả lời không hỗ trợ", "Không hỗ trợ được", Q.RECEIVED, Q.DECLINED, P.REQUEST_HANDLE,
        needs_answer=True,
    ),
    Transition("take_up", "Lập đề án", "Đã lập đề án", Q.RECEIVED, Q.TAKEN_UP, P.REQUEST_HANDLE),
)  # fmt: skip

# In which the text and the papers may be changed.
WRITABLE = frozenset({Q.DRAFT, Q.RETURNED})
# In which an officer owes the next step.
WITH_OFFICERS = frozenset({Q.SENT, Q.RECEIVED})


def find_transition(record: Registration | SupportRequest, name: str) -> Transition | None:
    """The row of the table for this step from where the record stands, or None where it is not allowed."""
    table = REGISTRATION_TRANSITIONS if isinstance(record, Registration) else REQUEST_TRANSITIONS
    return next((row for row in table if row.name == name and row.source == record.state), None)


def permission_of(name: str) -> Permission:
    """Who may take the step called `name` of a request or a registration. Raises KeyError for an unknown name."""
    for row in (*REQUEST_TRANSITIONS, *REGISTRATION_TRANSITIONS):
        if row.name == name and row.permission is not None:
            return row.permission
    raise KeyError(name)


def check_step(record: Registration | SupportRequest, name: str) -> Transition:
    """The row for this step; Refused with a sentence where the table has none from here."""
    row = find_transition(record, name)
    if row is None:
        label = next(one.label for one in (*REQUEST_TRANSITIONS, *REGISTRATION_TRANSITIONS) if one.name == name)
        raise Refused(f"Không thể «{label}» khi hồ sơ ở trạng thái «{record.get_state_display()}».")
    return row


def check_writable(request: SupportRequest) -> None:
    """Refused unless the request is being written."""
    if request.state not in WRITABLE:
        raise Refused(f"Đề nghị ở trạng thái «{request.get_state_display()}» không sửa được.")


def move(record: Registration | SupportRequest, name: str, *, answer: str = "") -> Transition:
    """The one door: change the state of a locked, permitted, current `record` by the step `name`, and save it.

    Raises Refused where the table has no such step from here, or the step needs an answer and has none.
    """
    row = check_step(record, name)
    if row.needs_answer and not answer.strip():
        raise Refused("Hãy ghi lý do, để chủ cơ sở biết phải làm gì.")
    record.state = row.target
    record.version += 1
    record.save()
    return row
