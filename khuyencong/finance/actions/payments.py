"""Advances and final payments: prepared by one person, approved by another."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from khuyencong.audit.actions import record
from khuyencong.core.creation import USED
from khuyencong.core.errors import Refused
from khuyencong.core.money import format_dong
from khuyencong.finance import ledger
from khuyencong.finance.days import check_day, last_accepted_on
from khuyencong.finance.models import ContractPart, EntryKind, Payment, PaymentKind, PaymentState, part_of
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission
from khuyencong.projects.door import lock_project, touch
from khuyencong.projects.models import Project
from khuyencong.projects.states import ProjectState

# What was accepted is paid, also when the đề án was stopped afterwards.
EARNS = frozenset({ProjectState.IN_PROGRESS, ProjectState.ACCEPTED, ProjectState.STOPPED})
ENTRY_OF = {PaymentKind.ADVANCE: EntryKind.ADVANCED, PaymentKind.FINAL: EntryKind.PAID}


def payable_now(project: Project, part: ContractPart, balance: ledger.Balance, kind: str) -> int:
    """How many đồng may be paid as `kind` at this moment; 0 where the state does not allow it."""
    if kind == PaymentKind.ADVANCE:
        if project.state != ProjectState.IN_PROGRESS:
            return 0
        left = max(0, part.advance_ceiling - balance.advanced)
        # After a first payment for accepted work nothing more may go out than was accepted (TT 36/2013 Đ14).
        return min(left, balance.still_payable) if balance.paid else left
    if project.state not in EARNS:
        return 0
    return balance.still_payable


@transaction.atomic
def prepare_payment(
    *,
    project_id: int,
    by: Actor,
    version: int,
    creation_key: UUID,
    kind: PaymentKind,
    amount: int,
    condition_document: str = "",
) -> Payment:
    """Prepare a payment for the leader; the same `creation_key` twice gives the first one back.

    Raises NotAllowed, Stale, Refused where more is asked than may be paid now or the condition of TT 36/2013 Đ13
    is not documented.
    """
    earlier = Payment.objects.filter(creation_key=creation_key, prepared_by=by.user, project_id=project_id).first()
    if earlier is not None:
        return earlier
    project = lock_project(project_id, by=by, permission=Permission.PAYMENT_PREPARE, version=version)
    if Payment.objects.filter(creation_key=creation_key).exists():
        raise Refused(USED)
    part = part_of(project)
    if part is None:
        raise Refused("Đề án chưa có hợp đồng.")
    if Payment.objects.filter(project=project, state=PaymentState.PREPARED).exists():
        raise Refused("Đề án đang có một khoản chờ duyệt; hãy duyệt hoặc trả lại khoản ấy trước.")
    _check_amount(project, part, kind, amount)
    if kind == PaymentKind.ADVANCE and part.advance_condition and not condition_document.strip():
        raise Refused(
            f"Hãy ghi văn bản chứng minh điều kiện tạm ứng: {part.advance_condition}.",
            article=part.advance_basis,
        )
    payment = Payment.objects.create(
        project=project,
        kind=kind,
        amount=amount,
        condition_document=condition_document.strip(),
        prepared_by=by.user,
        creation_key=creation_key,
    )
    touch(project)
    record(
        action="payment.prepare",
        by=by,
        subject=project,
        thread=project.thread,
        after={"loại": kind.value, "số tiền": amount, "điều kiện": condition_document},
    )
    return payment


def _check_amount(project: Project, part: ContractPart, kind: str, amount: int) -> None:
    most = payable_now(project, part, ledger.balance_of(project), kind)
    if amount <= 0:
        raise Refused("Số tiền phải lớn hơn 0.")
    if amount > most:
        article = part.advance_basis if kind == PaymentKind.ADVANCE else "TT 36/2013 Đ14"
        raise Refused(f"Lúc này chỉ được chi tối đa {format_dong(most)} đồng.", article=article)


@transaction.atomic
def approve_payment(*, payment_id: int, by: Actor, version: int, voucher_number: str, voucher_on: date) -> Payment:
    """Approve a prepared payment and enter it into the ledger. `version` is the project's.

    Raises NotAllowed, Stale, Refused: the amount is judged again at this moment, and nobody approves his own.
    """
    project_id = Payment.objects.values_list("project_id", flat=True).get(pk=payment_id)
    project = lock_project(project_id, by=by, permission=Permission.PAYMENT_APPROVE, version=version)
    payment = Payment.objects.select_for_update().get(pk=payment_id)
    _check_waiting(payment, by)
    if not voucher_number.strip():
        raise Refused("Hãy ghi số chứng từ.")
    part = ContractPart.objects.select_related("contract").get(project=project)
    accepted_on = last_accepted_on(project) if payment.kind == PaymentKind.FINAL else None
    after = {"ngày ký hợp đồng": part.contract.signed_on, "ngày nghiệm thu": accepted_on}
    check_day(voucher_on, what="Ngày chứng từ", after=after)
    _check_amount(project, part, payment.kind, payment.amount)
    payment.state = PaymentState.PAID
    payment.decided_by, payment.decided_at, payment.decided_as = by.user, timezone.now(), by.signature
    payment.voucher_number, payment.voucher_on = voucher_number.strip(), voucher_on
    payment.save()
    ledger.post(
        kind=ENTRY_OF[PaymentKind(payment.kind)],
        amount=payment.amount,
        envelope=ledger.envelope_of(project),
        project=project,
        payment=payment,
        by=by,
        on=voucher_on,
        document=f"Chứng từ {payment.voucher_number}",
    )
    ledger.enforce(projects=[project])
    touch(project)
    record(
        action="payment.approve",
        by=by,
        subject=project,
        thread=project.thread,
        after={"loại": payment.kind, "số tiền": payment.amount, "chứng từ": payment.voucher_number},
    )
    return payment


@transaction.atomic
def refuse_payment(*, payment_id: int, by: Actor, version: int, reason: str) -> Payment:
    """Send a prepared payment back with a reason. Raises NotAllowed, Stale, Refused."""
    project_id = Payment.objects.values_list("project_id", flat=True).get(pk=payment_id)
    project = lock_project(project_id, by=by, permission=Permission.PAYMENT_APPROVE, version=version)
    payment = Payment.objects.select_for_update().get(pk=payment_id)
    _check_waiting(payment, by)
    if not reason.strip():
        raise Refused("Hãy ghi lý do trả lại.")
    payment.state = PaymentState.REFUSED
    payment.decided_by, payment.decided_at, payment.decided_as = by.user, timezone.now(), by.signature
    payment.reason = reason.strip()
    payment.save()
    touch(project)
    record(
        action="payment.refuse",
        by=by,
        subject=project,
        thread=project.thread,
        after={"loại": payment.kind, "số tiền": payment.amount},
        note=reason.strip(),
    )
    return payment


def _check_waiting(payment: Payment, by: Actor) -> None:
    if payment.state != PaymentState.PREPARED:
        raise Refused(f"Khoản này {payment.get_state_display().lower()} rồi.")
    if payment.prepared_by_id == by.user.pk:
        raise Refused("Người lập khoản chi không được tự duyệt khoản ấy.")
