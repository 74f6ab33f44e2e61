"""The lives of a round, an entry, a sheet and a certificate: four tables, and the one door of each.

The tables are data: pages, tests and `docs/transitions.md` read them.
"""

from __future__ import annotations

from khuyencong.competitions.models import (
    Certificate,
    CertificateState,
    Entry,
    EntryState,
    Round,
    RoundState,
    Sheet,
    SheetState,
)
from khuyencong.people.permissions import Permission
from khuyencong.people.steps import Transition, advance, permission_in, step_in, steps_from

R, E, P = RoundState, EntryState, Permission


ROUND_TRANSITIONS: tuple[Transition, ...] = (
    Transition("call", "Thông báo bình chọn", R.DRAFT, R.CALLED, P.COMPETITION_DECIDE, forward=True),
    Transition("open_scoring", "Mở chấm điểm", R.CALLED, R.SCORING, P.COMPETITION_MANAGE, forward=True),
    # The head of the jury: TT 26/2014 Đ16.3.
    Transition("close_scoring", "Khóa chấm điểm", R.SCORING, R.SCORED, P.COMPETITION_JUDGE, forward=True),
    Transition("reopen_scoring", "Mở lại chấm điểm", R.SCORED, R.SCORING, P.COMPETITION_DECIDE, needs_reason=True),
    Transition("recognise", "Ghi quyết định công nhận", R.SCORED, R.DECIDED, P.COMPETITION_DECIDE, forward=True),
    Transition("close", "Kết thúc kỳ bình chọn", R.DECIDED, R.CLOSED, P.COMPETITION_MANAGE, forward=True),
    Transition("cancel", "Không tổ chức", R.DRAFT, R.CANCELLED, P.COMPETITION_DECIDE, needs_reason=True),
    Transition("cancel", "Không tổ chức", R.CALLED, R.CANCELLED, P.COMPETITION_DECIDE, needs_reason=True),
    Transition("cancel", "Không tổ chức", R.SCORING, R.CANCELLED, P.COMPETITION_DECIDE, needs_reason=True),
)
ENTRY_TRANSITIONS: tuple[Transition, ...] = (
    Transition("submit", "Nộp hồ sơ", E.DRAFT, E.SUBMITTED, P.COMPETITION_ENTER, forward=True),
    Transition("submit", "Nộp hồ sơ", E.INCOMPLETE, E.SUBMITTED, P.COMPETITION_ENTER, forward=True),
    Transition("ask", "Yêu cầu bổ sung", E.SUBMITTED, E.INCOMPLETE, P.COMPETITION_MANAGE, needs_reason=True),
    Transition("accept", "Cho tham gia", E.SUBMITTED, E.ACCEPTED, P.COMPETITION_MANAGE, forward=True),
    Transition("refuse", "Không cho tham gia", E.SUBMITTED, E.REFUSED, P.COMPETITION_MANAGE, needs_reason=True),
    Transition("refuse", "Không cho tham gia", E.INCOMPLETE, E.REFUSED, P.COMPETITION_MANAGE, needs_reason=True),
    Transition("withdraw", "Rút sản phẩm", E.DRAFT, E.WITHDRAWN, P.COMPETITION_ENTER),
    Transition("withdraw", "Rút sản phẩm", E.SUBMITTED, E.WITHDRAWN, P.COMPETITION_ENTER),
    Transition("withdraw", "Rút sản phẩm", E.INCOMPLETE, E.WITHDRAWN, P.COMPETITION_ENTER),
    Transition("withdraw", "Rút sản phẩm", E.ACCEPTED, E.WITHDRAWN, P.COMPETITION_ENTER),
)
SHEET_TRANSITIONS: tuple[Transition, ...] = (
    Transition("sign", "Ký phiếu", SheetState.OPEN, SheetState.SIGNED, P.COMPETITION_JUDGE, forward=True),
    Transition("reopen", "Mở lại phiếu", SheetState.SIGNED, SheetState.OPEN, P.COMPETITION_JUDGE, needs_reason=True),
)
CERTIFICATE_TRANSITIONS: tuple[Transition, ...] = (
    Transition(
        "revoke", "Thu hồi giấy chứng nhận", CertificateState.VALID, CertificateState.WITHDRAWN, P.COMPETITION_DECIDE,
        needs_reason=True,
    ),
)  # fmt: skip


def steps_of(round_: Round) -> tuple[Transition, ...]:
    """What somebody may do next with the round."""
    return steps_from(ROUND_TRANSITIONS, round_.state)


def steps_of_entry(entry: Entry) -> tuple[Transition, ...]:
    """What somebody may do next with the product."""
    return steps_from(ENTRY_TRANSITIONS, entry.state)


def permission_of(name: str) -> Permission:
    """Who may take the step called `name`. KeyError for an unknown name."""
    return permission_in((*ROUND_TRANSITIONS, *ENTRY_TRANSITIONS, *SHEET_TRANSITIONS, *CERTIFICATE_TRANSITIONS), name)


def check_step(record: Round | Entry | Sheet | Certificate, name: str) -> Transition:
    """The row of the table for this step; Refused with a sentence where there is none from here."""
    table, what = _table_of(record)
    return step_in(table, name, record, what=what)


def _table_of(record: Round | Entry | Sheet | Certificate) -> tuple[tuple[Transition, ...], str]:
    if isinstance(record, Round):
        return ROUND_TRANSITIONS, "kỳ bình chọn"
    if isinstance(record, Entry):
        return ENTRY_TRANSITIONS, "sản phẩm"
    if isinstance(record, Sheet):
        return SHEET_TRANSITIONS, "phiếu chấm điểm"
    return CERTIFICATE_TRANSITIONS, "giấy chứng nhận"


def move(round_: Round, name: str) -> None:
    """Change the state of a locked, permitted, current round by the step `name`, and save it. Raises Refused."""
    advance(round_, check_step(round_, name))


def move_entry(entry: Entry, name: str) -> None:
    """As `move`, for a product."""
    advance(entry, check_step(entry, name))


def move_sheet(sheet: Sheet, name: str) -> None:
    """As `move`, for a sheet; `total` and `signed_at` are set before."""
    advance(sheet, check_step(sheet, name))


def move_certificate(certificate: Certificate, name: str) -> None:
    """As `move`, for a certificate; what was decided and when is set before."""
    advance(certificate, check_step(certificate, name))
