"""A list for the Treasury: gathered from approved payments, changed, cancelled or sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from khuyencong.audit.actions import record
from khuyencong.core.creation import USED
from khuyencong.core.dates import format_date
from khuyencong.core.errors import Refused, Stale
from khuyencong.core.money import format_dong
from khuyencong.finance.actions import send_payments
from khuyencong.finance.models import Payment, PaymentState
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency
from khuyencong.people.permissions import Permission, require
from khuyencong.treasury.models import ListedPayment, ListState, PaymentList

MOVED_ON: Final = (
    "Bảng kê đã được thay đổi sau khi bạn mở trang. Chưa có gì được ghi; hãy xem lại rồi làm lại nếu vẫn cần."
)
MOST_PAYMENTS: Final = 500


@transaction.atomic
def make_list(*, by: Actor, creation_key: UUID, source: str, year: int, payment_ids: Sequence[int]) -> PaymentList:
    """Gather approved payments of the actor's agency, one source and budget year, under the next number of that year.

    The same `creation_key` twice gives the first one back. Raises NotAllowed, and Refused where nothing is chosen, a
    payment is not approved, is of another source or year, or lies in a list already.
    """
    earlier = PaymentList.objects.filter(creation_key=creation_key).first()
    if earlier is not None:
        if earlier.made_by_id != by.user.pk:
            raise Refused(USED)
        return earlier
    # One list of an agency at a time: the number follows the last one.
    agency = Agency.objects.select_for_update(no_key=True).get(pk=by.agency.pk)
    made = PaymentList(agency=agency, creation_key=creation_key, source=source, year=year, made_by=by.user, number=0)
    require(by, Permission.TREASURY_KEEP, made)
    # Of which đề án, is read before: locked in the order of the đề án, as every step of a payment does.
    wanted = set(payment_ids)
    payments = list(
        Payment.objects.select_for_update(of=("self",))
        .select_related("project")
        .filter(pk__in=wanted, payer__in=by.agency_ids)
        .order_by("project_id")
    )
    if not payments or len(payments) != len(wanted):
        raise Refused("Hãy chọn ít nhất một khoản chi đã duyệt của cơ quan mình.")
    if len(payments) > MOST_PAYMENTS:
        raise Refused(f"Một bảng kê có nhiều nhất {MOST_PAYMENTS} khoản: hãy chia thành nhiều bảng kê.")
    listed = set(ListedPayment.objects.filter(payment__in=payments).values_list("payment_id", flat=True))
    for payment in payments:
        code = payment.project.code
        if payment.state != PaymentState.APPROVED:
            raise Refused(f"{code}: khoản chi ở trạng thái «{payment.stands}», chỉ đưa khoản đã duyệt vào bảng kê.")
        if payment.project.source != source or payment.year != year:
            raise Refused(f"{code}: khoản chi thuộc nguồn hoặc năm ngân sách khác, phải lập bảng kê riêng.")
        if payment.pk in listed:
            raise Refused(f"{code}: khoản chi đã nằm trong một bảng kê.")
    last = PaymentList.objects.filter(agency=agency, year=year).aggregate(last=Max("number"))["last"] or 0
    made.number = last + 1
    made.save()
    ListedPayment.objects.bulk_create(ListedPayment(of=made, payment=one) for one in payments)
    after = {"số": made.code, "nguồn": made.get_source_display(), **_sums(payments)}
    record(action="treasury.list", by=by, subject=made, thread=made.thread, after=after)
    return made


@transaction.atomic
def take_out_of_list(*, list_id: int, by: Actor, version: int, payment_id: int) -> PaymentList:
    """Take a payment out of a list that was not sent. Raises NotAllowed, Stale, Refused."""
    found = _draft(list_id, by, version)
    row = found.rows.select_related("payment__project").filter(payment=payment_id).first()
    if row is None:
        raise Refused("Khoản này không nằm trong bảng kê.")
    row.delete()
    _touch(found)
    before = {"đề án": row.payment.project.code, "số tiền": row.payment.amount}
    record(action="treasury.list_change", by=by, subject=found, thread=found.thread, before=before)
    return found


@transaction.atomic
def cancel_list(*, list_id: int, by: Actor, version: int) -> PaymentList:
    """Give a list up that was not sent: its payments are free for another one, its number stays used. As above."""
    found = _draft(list_id, by, version)
    rows = list(found.rows.select_related("payment"))
    found.rows.all().delete()
    _move(found, ListState.CANCELLED)
    before = {"số": found.code, **_sums([row.payment for row in rows])}
    record(action="treasury.list_cancel", by=by, subject=found, thread=found.thread, before=before)
    return found


@transaction.atomic
def send_list(*, list_id: int, by: Actor, version: int, on: date) -> PaymentList:
    """Say that a list went to the Treasury on a day: all its payments are sent with it, or none.

    Raises NotAllowed, Stale, and Refused with the đề án whose payment cannot be sent as things stand.
    """
    found = _draft(list_id, by, version)
    keys = list(found.rows.values_list("payment_id", flat=True))
    if not keys:
        raise Refused("Bảng kê không có khoản chi nào.")
    found.sent_on, found.sent_by, found.sent_as = on, by.user, by.signature
    _move(found, ListState.SENT)
    payments = send_payments(payment_ids=keys, by=by, on=on, document=f"Bảng kê {found.code}")
    after = {"số": found.code, "ngày gửi": format_date(on), **_sums(payments)}
    record(action="treasury.list_send", by=by, subject=found, thread=found.thread, after=after)
    return found


@transaction.atomic
def record_taken(*, found: PaymentList, by: Actor, kind: str) -> None:
    """Say in the audit trail that a list was taken away as a file. Raises NotAllowed."""
    require(by, Permission.TREASURY_VIEW, found)
    record(action="treasury.list_take", by=by, subject=found, thread=found.thread, after={"dạng": kind})


def _draft(list_id: int, by: Actor, version: int) -> PaymentList:
    """The list, locked until the transaction ends, if it may still be changed and is the one that the page showed."""
    found = PaymentList.objects.select_for_update(of=("self",)).select_related("agency").get(pk=list_id)
    require(by, Permission.TREASURY_KEEP, found)
    if found.version != version:
        raise Stale(MOVED_ON)
    if found.state != ListState.DRAFT:
        raise Refused(f"Bảng kê {found.code} {found.get_state_display().lower()} nên không đổi được nữa.")
    return found


def _move(found: PaymentList, state: ListState) -> None:
    found.state = state
    _touch(found)


def _touch(found: PaymentList) -> None:
    found.version += 1
    found.save()


def _sums(payments: Sequence[Payment]) -> dict[str, str]:
    total = sum(one.amount for one in payments)
    return {"số khoản": str(len(payments)), "tổng": f"{format_dong(total)} đồng"}
