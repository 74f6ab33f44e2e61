"""The life of an entered document: one table of what may follow what, and the one door through which a state changes.

Whether a confirmed document is in force follows from its days alone and is no state.
"""

from __future__ import annotations

from dataclasses import dataclass

from khuyencong.core.errors import Refused
from khuyencong.normbook.models import EnteredDocument, EntryState
from khuyencong.people.permissions import Permission

S, P = EntryState, Permission


@dataclass(frozen=True)
class Transition:
    """One allowed step: from a state to a state, for whoever holds the permission."""

    name: str
    label: str  # what the button says
    done: str  # what the page says afterwards
    source: EntryState
    target: EntryState
    permission: Permission
    needs_reason: bool = False


TRANSITIONS: tuple[Transition, ...] = (
    Transition(
        "send", "Gửi xác nhận", "Đã gửi. Một người khác của cơ quan sẽ đối chiếu và xác nhận.",
        S.DRAFT, S.SENT, P.NORM_EDIT,
    ),
    Transition("confirm", "Xác nhận", "Đã xác nhận.", S.SENT, S.CONFIRMED, P.NORM_CONFIRM),
    Transition("return", "Trả lại", "Đã trả lại người nhập.", S.SENT, S.DRAFT, P.NORM_CONFIRM, needs_reason=True),
    Transition("revoke", "Hủy bỏ", "Đã hủy bỏ.", S.CONFIRMED, S.REVOKED, P.NORM_CONFIRM, needs_reason=True),
)  # fmt: skip


def find_transition(name: str, state: str) -> Transition | None:
    """The row of the table for this step, or None where the step is not allowed from here."""
    return next((row for row in TRANSITIONS if row.name == name and row.source == state), None)


def transition(name: str) -> Transition:
    """The step called `name`. Raises KeyError for an unknown name."""
    for row in TRANSITIONS:
        if row.name == name:
            return row
    raise KeyError(name)


def check_state(document: EnteredDocument, name: str) -> None:
    """Raises Refused with a sentence where the table has no such step from here."""
    if find_transition(name, document.state) is None:
        label = transition(name).label
        raise Refused(f"Không thể «{label}» khi văn bản ở trạng thái «{document.get_state_display()}».")


def check_editable(document: EnteredDocument) -> None:
    """Raises Refused unless the document is being written: what was confirmed is corrected by another, never edited."""
    if document.state != EntryState.DRAFT:
        raise Refused(f"Văn bản ở trạng thái «{document.get_state_display()}» không sửa được nữa.")


def move(document: EnteredDocument, name: str, *, reason: str = "") -> None:
    """The one door: change the state of a locked, permitted, current `document` by the step `name`, and save it.

    Raises Refused where the table has no such step from here, or the step needs a reason and has none.
    """
    check_state(document, name)
    step = transition(name)
    if step.needs_reason and not reason.strip():
        raise Refused("Hãy ghi lý do.")
    document.state = step.target
    document.reason = reason.strip()
    document.version += 1
    document.save()
