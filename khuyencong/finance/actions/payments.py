"""Advances and final payments: prepared, checked where the payer asks for it, approved, sent to the Treasury, paid.

Three persons prepare, check and approve; who approved does not mark as paid. Only a paid one is in the ledger.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from khuyencong.audit.actions import Entry, record, record_many
from khuyencong.core.creation import USED
from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import Refused
from khuyencong.finance import ledger
from khuyencong.finance.days import check_day, last_accepted_on
from khuyencong.finance.models import (
    OPEN_PAYMENTS,
    ContractPart,
    EntryKind,
    Payment,
    PaymentKind,
    PaymentState,
    part_of,
)
from khuyencong.finance.payment_door import lock_payment
from khuyencong.finance.payment_rules import (
    EARNS,
    ENTRY_OF,
    check_account,
    check_amount,
    must_be_checked,
    payable_now,
    refuse_unmet,
    voucher_key,
)
from khuyencong.finance.payment_states import APPROVE, CHECK, PAY, RETURN, REVERSE, SEND, move
from khuyencong.finance.years import envelope_for_cash
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission
from khuyencong.projects.door import lock_project, touch
from khuyencong.projects.models import Beneficiary, Project

BY_VOUCHER = "TT 36/2013 Đ12.4"  # every payment has its lawful voucher
__all__ = [
    "ENTRY_OF",
    "approve_payment",
    "check_payment",
    "mark_paid",
    "payable_now",
    "prepare_payment",
    "return_payment",
    "reverse_payment",
    "send_payments",
]


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
    beneficiary_id: int | None = None,
    account: str | None = None,
) -> Payment:
    """Prepare a payment; the same `creation_key` twice gives the first one back.

    `beneficiary_id`: whose share of the đề án it is; `account`: None is the one of the contract. Raises NotAllowed,
    Stale, Refused where more is asked than may be paid now, papers or progress lack (TT 36/2013 Đ13-15), or the account
    is not the contract's.
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
    if Payment.objects.filter(project=project, state__in=OPEN_PAYMENTS).exists():
        raise Refused("Đề án đang có một khoản chưa xong; hãy chờ khoản ấy được chi hoặc trả lại.")
    beneficiary, payer = _beneficiary(project, beneficiary_id), project.payer.answering
    to = part.contract.account if account is None else account.strip()
    check_account(part, to)
    check_amount(project, part, kind, amount, beneficiary)
    refuse_unmet(project, part, kind, amount, on=today())
    if kind == PaymentKind.ADVANCE and part.advance_condition and not condition_document.strip():
        raise Refused(
            f"Hãy ghi văn bản chứng minh điều kiện tạm ứng: {part.advance_condition}.",
            article=part.advance_basis,
        )
    payment = Payment.objects.create(
        project=project,
        payer=payer,
        year=envelope_for_cash(project, amount, on=today()).year,
        kind=kind,
        amount=amount,
        beneficiary=beneficiary,
        account=to,
        condition_document=condition_document.strip(),
        needs_check=must_be_checked(payer, amount, today()),
        prepared_by=by.user,
        creation_key=creation_key,
    )
    touch(project)
    after = _told(payment) | {"điều kiện": payment.condition_document, "phải kiểm tra": payment.needs_check}
    record(action="payment.prepare", by=by, subject=project, thread=project.thread, after=after)
    return payment


def _beneficiary(project: Project, key: int | None) -> Beneficiary | None:
    if key is None:
        return None
    found = project.beneficiaries.select_related("establishment").filter(pk=key).first()
    if found is None:
        raise Refused("Cơ sở này không thụ hưởng đề án.")
    return found


@transaction.atomic
def check_payment(*, payment_id: int, by: Actor, version: int) -> Payment:
    """Say that a prepared payment was checked: by somebody else than who prepared it. `version` is the project's.

    Raises NotAllowed, Stale, Refused: amount, papers, progress and account are judged again at this moment.
    """
    payment = lock_payment(payment_id, CHECK, by=by, version=version)
    _judge(payment, papers=True)
    _move_and_record(payment, CHECK, "payment.check", by)
    return payment


@transaction.atomic
def approve_payment(*, payment_id: int, by: Actor, version: int) -> Payment:
    """Approve a payment, so that it may be paid; nothing is in the ledger yet. `version` is the project's.

    Raises NotAllowed, Stale, Refused: everything is judged again at this moment, and nobody approves what he or she
    prepared or checked.
    """
    payment = lock_payment(payment_id, APPROVE, by=by, version=version)
    _judge(payment, papers=True)
    _move_and_record(payment, APPROVE, "payment.approve", by)
    return payment


@transaction.atomic
def send_payments(*, payment_ids: Iterable[int], by: Actor, on: date, document: str) -> list[Payment]:
    """Say that approved payments went to the Treasury on a day, in the list `document`: all of them or none.

    Their đề án are locked in the order of their keys. Raises NotAllowed, Refused with the name of what cannot be sent.
    """
    rows = Payment.objects.filter(pk__in=set(payment_ids)).order_by("project_id").values_list("pk", flat=True)
    payments = [lock_payment(pk, SEND, by=by, version=None) for pk in rows]
    for payment in payments:
        code = payment.project.code
        approved_on = localdate(payment.approved_at) if payment.approved_at else None
        check_day(on, what=f"{code}: ngày gửi kho bạc", after={"ngày duyệt chi": approved_on}, article=BY_VOUCHER)
        _judge(payment, papers=True)
        payment.sent_on = on
        move(payment, SEND, by=by)
        touch(payment.project)
    told = {"bảng kê": document, "ngày gửi": format_date(on)}
    record_many(
        by=by,
        entries=[
            Entry("payment.send", one.project, one.project.thread, after=_told(one) | told, note=document)
            for one in payments
        ],
    )
    return payments


@transaction.atomic
def mark_paid(
    *, payment_id: int, by: Actor, version: int | None, voucher_number: str, voucher_on: date, note: str = ""
) -> Payment:
    """Say that an approved payment was paid by this voucher, and enter it into the ledger.

    `version` is the project's; None where a list of many was looked at (see `payment_door`). Raises NotAllowed, Stale,
    Refused: the amount is judged again at this moment, a voucher is not dated before contract, acceptance, approval or
    sending nor in the future, and its number is used once per payer and year.
    """
    payment = lock_payment(payment_id, PAY, by=by, version=version)
    project = payment.project
    number = voucher_number.strip()
    if not voucher_key(number):
        raise Refused("Hãy ghi số chứng từ.")
    # What was sent may have left already: then what lacks since is no reason to deny it.
    part = _judge(payment, papers=payment.state != PaymentState.SENT)
    _check_voucher(payment, part, number, voucher_on)
    envelope = envelope_for_cash(project, payment.amount, on=voucher_on)
    payment.year = envelope.year
    payment.voucher_number, payment.voucher_on = number, voucher_on
    payment.voucher_key, payment.voucher_year = voucher_key(number), voucher_on.year
    ledger.post(
        kind=ENTRY_OF[PaymentKind(payment.kind)],
        amount=payment.amount,
        envelope=envelope,
        project=project,
        beneficiary=payment.beneficiary,
        payment=payment,
        by=by,
        on=voucher_on,
        document=f"Chứng từ {payment.voucher_number}",
    )
    ledger.enforce(projects=[project])
    try:
        with transaction.atomic():
            _move_and_record(payment, PAY, "payment.pay", by, note=note)
    except IntegrityError:
        # Another payment took the number at this very moment: the database has waited for it to end.
        _refuse_used_voucher(payment, number, voucher_on)
        raise
    return payment


@transaction.atomic
def return_payment(*, payment_id: int, by: Actor, version: int, reason: str) -> Payment:
    """Send a payment that is not paid yet back with a reason; another may then be prepared. Raises NotAllowed, Stale, Refused."""
    payment = lock_payment(payment_id, RETURN, by=by, version=version)
    _move_and_record(payment, RETURN, "payment.return", by, reason=reason)
    return payment


@transaction.atomic
def reverse_payment(*, payment_id: int, by: Actor, version: int, reason: str, document: str, on: date) -> Payment:
    """Take back a payment that was marked paid: the money never arrived, or the voucher was another payment's.

    The ledger gets the same amount below 0 in answer to its row, the number of the voucher and the line of a statement
    become free; the payment stays as it was written. `document`: the bank's notice or the minutes, of the day `on`. Raises
    NotAllowed, Stale, and Refused where the đề án is settled, another payment waits, or the money has been settled or
    recovered since.
    """
    payment = lock_payment(payment_id, REVERSE, by=by, version=version)
    project = payment.project
    if project.state not in EARNS:
        state = project.get_state_display().lower()
        raise Refused(f"Đề án {state}: không hủy khoản chi được nữa.", article="TT 36/2013 Đ18")
    if not document.strip():
        raise Refused(
            "Hãy ghi văn bản làm căn cứ hủy (thông báo của ngân hàng, Kho bạc hoặc biên bản).", article=BY_VOUCHER
        )
    if Payment.objects.filter(project=project, state__in=OPEN_PAYMENTS).exists():
        raise Refused("Đề án đang có một khoản chi chưa xong: hãy trả lại khoản ấy trước.", article=BY_VOUCHER)
    check_day(on, what="Ngày văn bản hủy chi", after={"ngày chứng từ": payment.voucher_on}, article=BY_VOUCHER)
    entry = payment.entries.select_related("envelope", "beneficiary").get()
    payment.reversal_document, payment.reversed_on = document.strip(), on
    payment.voucher_key = ""
    line = getattr(payment, "statement_line", None)  # of a later room, reached through the relation
    if line is not None:
        line.payment, line.decided_by, line.decided_at = None, None, None
        line.told = f"Khoản chi đã hủy theo {payment.reversal_document}."
        line.save(update_fields=["payment", "decided_by", "decided_at", "told"])
    _move_and_record(payment, REVERSE, "payment.reverse", by, reason=reason)
    ledger.post(
        kind=EntryKind(entry.kind),
        amount=-entry.amount,
        envelope=entry.envelope,
        project=project,
        beneficiary=entry.beneficiary,
        answers=entry,
        by=by,
        on=on,
        document=f"{payment.reversal_document} (hủy chứng từ {payment.voucher_number})"[:200],
    )
    ledger.enforce(projects=[project])
    return payment


def _judge(payment: Payment, *, papers: bool) -> ContractPart:
    """Judge a payment again as things stand now; with `papers` also what the law asks for before it may be paid."""
    part = ContractPart.objects.select_related("contract__unit_account").get(project=payment.project_id)
    check_account(part, payment.account)
    check_amount(payment.project, part, payment.kind, payment.amount, payment.beneficiary)
    if papers:
        refuse_unmet(payment.project, part, payment.kind, payment.amount, on=today())
    return part


def _check_voucher(payment: Payment, part: ContractPart, number: str, on: date) -> None:
    accepted_on = _earned_on(payment) if payment.kind == PaymentKind.FINAL else None
    after = {
        "ngày ký hợp đồng": part.contract.signed_on,
        "ngày nghiệm thu": accepted_on,
        "ngày duyệt chi": localdate(payment.approved_at) if payment.approved_at else None,
        "ngày gửi kho bạc": payment.sent_on,
    }
    check_day(on, what="Ngày chứng từ", after=after, article=BY_VOUCHER)
    _refuse_used_voucher(payment, number, on)


def _earned_on(payment: Payment) -> date | None:
    """The day by which so much was accepted that this payment was earned; later acceptances do not hold it up."""
    rows = payment.project.entries.filter(kind=EntryKind.ACCEPTED, answered_by__isnull=True).order_by("on", "pk")
    wanted, sum_ = ledger.balance_of(payment.project).paid_out + payment.amount, 0
    for on, amount in rows.values_list("on", "amount"):
        sum_ += amount
        if sum_ >= wanted:
            return on
    return last_accepted_on(payment.project)


def _refuse_used_voucher(payment: Payment, number: str, on: date) -> None:
    used = Payment.objects.filter(payer=payment.payer_id, voucher_year=on.year, voucher_key=voucher_key(number))
    other = used.exclude(pk=payment.pk).select_related("project").first()
    if other is not None:
        raise Refused(
            f"Chứng từ {other.voucher_number} năm {on.year} của đơn vị chi đã dùng cho đề án {other.project.code}.",
            article="TT 36/2013 Đ17",
        )


def _told(payment: Payment) -> dict[str, Any]:
    told: dict[str, Any] = {"loại": payment.get_kind_display(), "số tiền": payment.amount}
    if payment.beneficiary is not None:
        told["cơ sở"] = str(payment.beneficiary)
    if payment.voucher_number:
        told["chứng từ"] = payment.voucher_number
    return told


def _move_and_record(payment: Payment, step: str, action: str, by: Actor, *, reason: str = "", note: str = "") -> None:
    move(payment, step, by=by, reason=reason)
    project = payment.project
    touch(project)
    told = payment.reason or note
    record(action=action, by=by, subject=project, thread=project.thread, after=_told(payment), note=told)
