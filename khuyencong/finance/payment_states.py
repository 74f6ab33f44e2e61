"""The life of a payment: one table, and the one door through which its state changes.

The table is data: pages, tests and `docs/transitions.md` read it. The middle step is for payments whose payer's rule asks
for it (`Payment.needs_check`); without it a prepared payment goes straight to the leader.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from khuyencong.core.errors import Refused
from khuyencong.finance.models import Payment, PaymentState
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission

S, P = PaymentState, Permission


@dataclass(frozen=True)
class Transition:
    """One allowed step, for whoever holds one of the permissions.

    `check`: only for payments that must be checked (True) or need not (False); None for both.
    """

    name: str
    label: str  # what the button says
    done: str  # what is told afterwards
    source: PaymentState
    target: PaymentState
    permissions: tuple[Permission, ...]
    check: bool | None = None
    needs_reason: bool = False


CHECK, APPROVE, SEND, PAY, RETURN, REVERSE = "check", "approve", "send", "pay", "return", "reverse"
TRANSITIONS: tuple[Transition, ...] = (
    Transition(CHECK, "Xác nhận đã kiểm tra", "Đã kiểm tra", S.PREPARED, S.CHECKED, (P.PAYMENT_CHECK,), check=True),
    Transition(APPROVE, "Duyệt chi", "Đã duyệt chi", S.PREPARED, S.APPROVED, (P.PAYMENT_APPROVE,), check=False),
    Transition(APPROVE, "Duyệt chi", "Đã duyệt chi", S.CHECKED, S.APPROVED, (P.PAYMENT_APPROVE,)),
    Transition(SEND, "Gửi kho bạc", "Đã gửi kho bạc", S.APPROVED, S.SENT, (P.PAYMENT_PAY,)),
    Transition(PAY, "Ghi đã chi", "Đã chi", S.APPROVED, S.PAID, (P.PAYMENT_PAY,)),
    Transition(PAY, "Ghi đã chi", "Đã chi", S.SENT, S.PAID, (P.PAYMENT_PAY,)),
    Transition(RETURN, "Trả lại", "Trả lại", S.PREPARED, S.RETURNED, (P.PAYMENT_RETURN,), needs_reason=True),
    Transition(RETURN, "Trả lại", "Trả lại", S.CHECKED, S.RETURNED, (P.PAYMENT_APPROVE,), needs_reason=True),
    Transition(
        RETURN, "Trả lại", "Trả lại", S.APPROVED, S.RETURNED, (P.PAYMENT_APPROVE, P.PAYMENT_PAY), needs_reason=True
    ),
    Transition(RETURN, "Trả lại", "Trả lại", S.SENT, S.RETURNED, (P.PAYMENT_PAY,), needs_reason=True),
    Transition(REVERSE, "Hủy ghi đã chi", "Đã hủy chi", S.PAID, S.REVERSED, (P.PAYMENT_APPROVE,), needs_reason=True),
)
# What of the payment keeps who took the step, when and in which words: `checked_by`, `checked_at`, `checked_as`.
_KEPT = {CHECK: "checked", APPROVE: "approved", PAY: "paid", RETURN: "returned", REVERSE: "reversed"}


def steps_from(payment: Payment) -> tuple[Transition, ...]:
    """What may follow where the payment stands."""
    return tuple(row for row in TRANSITIONS if row.source == payment.state and row.check in {None, payment.needs_check})


def permissions_of(name: str, state: str = "") -> tuple[Permission, ...]:
    """Who may take the step called `name` from `state`; from anywhere, where none begins there. KeyError if unknown."""
    rows = [row for row in TRANSITIONS if row.name == name]
    if not rows:
        raise KeyError(name)
    here = [row for row in rows if row.source == state] or rows
    return tuple(dict.fromkeys(one for row in here for one in row.permissions))


def check_step(payment: Payment, name: str) -> Transition:
    """The row of the table for this step; Refused with a sentence where there is none from here."""
    found = next((row for row in steps_from(payment) if row.name == name), None)
    if found is None:
        label = next(row.label for row in TRANSITIONS if row.name == name)
        first = ""
        if name == APPROVE and payment.state == PaymentState.PREPARED:
            first = " Khoản này phải được kiểm tra trước khi duyệt, theo quy định của đơn vị chi."
        raise Refused(f"Không thể «{label}» khi khoản chi ở trạng thái «{payment.stands}».{first}")
    return found


def move(payment: Payment, name: str, *, by: Actor, reason: str = "") -> Transition:
    """The one door: change the state of a locked and permitted `payment` by the step `name`, and save it with the hand.

    Raises Refused where the table has no such step from here, or the step needs a reason and has none.
    """
    found = check_step(payment, name)
    if found.needs_reason and not reason.strip():
        raise Refused(f"Hãy ghi lý do: «{found.label}».")
    payment.state = found.target
    if found.needs_reason:
        payment.reason = reason.strip()
    kept = _KEPT.get(name)
    if kept:
        setattr(payment, f"{kept}_by", by.user)
        setattr(payment, f"{kept}_at", timezone.now())
        setattr(payment, f"{kept}_as", by.signature)
    payment.save()
    return found
