"""The money that a job brings and costs: written down once, never changed, taken back with a reason (ADR 0030)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.consulting.actions.jobs import check_past
from khuyencong.consulting.door import lock_job, need, touch
from khuyencong.consulting.models import Booking, BookingKind, Job, JobState
from khuyencong.consulting.models.jobs import BOOKABLE
from khuyencong.consulting.money import JobMoney, money_of, most_invoiced, most_received
from khuyencong.core.creation import taken
from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import Refused
from khuyencong.core.money import format_dong
from khuyencong.people.actors import Actor

TWICE = "Hóa đơn số {} đã được ghi."


@transaction.atomic
def book(*, job_id: int, kind: BookingKind, by: Actor, version: int, fields: Mapping[str, Any]) -> Booking:
    """Write down an invoice, money that came or went back, a debt given up, or a cost. Raises NotAllowed, Stale, Refused.

    Invoices never exceed the contract, or of one that was stopped what was accepted; money never what is billed or, in
    advance of invoices, the contract; no more goes back than came, and no more is given up than is owed.
    """
    job = lock_job(job_id, by=by, version=version)
    if job.state not in BOOKABLE:
        raise Refused(f"Việc tư vấn ở trạng thái «{job.get_state_display()}» không ghi thêm tiền.")
    amount, tax, on = fields["amount"], fields.get("tax") or 0, fields["on"]
    if amount <= 0:
        raise Refused("Số tiền phải lớn hơn 0.")
    check_past(on, "Ngày chứng từ")
    if job.signed_on and on < job.signed_on and kind != BookingKind.COST:
        raise Refused(f"Ngày chứng từ không trước ngày ký {format_date(job.signed_on)}.")
    booking = Booking(job=job, agency=job.agency, kind=kind, on=on, amount=amount, by=by.user)
    booking.tax = tax if kind == BookingKind.INVOICE else 0
    booking.document = need(fields["document"], "Hãy ghi số chứng từ.")
    booking.what = fields.get("what", "").strip()
    _check_fits(job, booking)
    with taken(TWICE.format(booking.document)):
        booking.save()
    touch(job)
    record(
        action=f"consulting.{kind}",
        by=by,
        subject=job,
        thread=job.thread,
        after={
            "chứng từ": booking.document,
            "ngày": on.isoformat(),
            "số tiền (đồng)": amount,
            "thuế (đồng)": booking.tax,
        },
        note=booking.what,
    )
    return booking


@transaction.atomic
def take_back(*, booking_id: int, by: Actor, version: int, reason: str) -> Booking:
    """A booking was wrong: it stays and counts no more; `version` is the job's. Raises NotAllowed, Stale, Refused."""
    key = Booking.objects.values_list("job_id", flat=True).get(pk=booking_id)
    job = lock_job(key, by=by, version=version)
    booking = job.bookings.get(pk=booking_id)
    if booking.taken_back_on is not None:
        raise Refused("Khoản này đã bị hủy.")
    if job.state == JobState.CLOSED:
        raise Refused("Hợp đồng đã thanh lý: mở lại trước khi hủy khoản nào.")
    booking.taken_back_on, booking.taken_back_because = today(), need(reason, "Hãy ghi lý do hủy.")
    booking.save()
    money = money_of(job.bookings.all())
    if money.received > most_received(job, money):
        raise Refused("Không hủy được: tiền đã thu sẽ nhiều hơn hóa đơn còn lại. Hãy hủy khoản thu trước.")
    if money.received < 0:
        raise Refused("Không hủy được: tiền đã hoàn sẽ nhiều hơn tiền đã thu. Hãy hủy khoản hoàn trước.")
    if _gave_up_too_much(money):
        raise Refused("Không hủy được: nợ đã xóa sẽ nhiều hơn nợ còn lại. Hãy hủy khoản xóa nợ trước.")
    touch(job)
    record(
        action="consulting.take_back",
        by=by,
        subject=job,
        thread=job.thread,
        after={"khoản": str(booking), "số tiền (đồng)": booking.amount},
        note=booking.taken_back_because,
    )
    return booking


def _check_fits(job: Job, booking: Booking) -> None:
    """Raise Refused where a new booking makes more of something than there can be."""
    money = money_of([*job.bookings.all(), booking])
    if booking.kind == BookingKind.INVOICE:
        same = Booking.objects.filter(agency=job.agency_id, kind=BookingKind.INVOICE, document=booking.document)
        if same.filter(taken_back_on__isnull=True).exists():
            raise Refused(TWICE.format(booking.document))
        most = most_invoiced(job)
        if money.invoiced > most:
            what = "phần đã nghiệm thu" if job.state == JobState.STOPPED else "giá trị hợp đồng"
            raise Refused(f"Hóa đơn cộng lại {format_dong(money.invoiced)} đồng, vượt {what} {format_dong(most)} đồng.")
    most = most_received(job, money)
    if booking.kind == BookingKind.RECEIPT and money.received > most:
        raise Refused(
            f"Tiền thu cộng lại {format_dong(money.received)} đồng, nhiều hơn {format_dong(most)} đồng phải thu."
        )
    if booking.kind == BookingKind.REFUND and money.received < 0:
        raise Refused(f"Tiền hoàn nhiều hơn tiền đã thu {format_dong(-money.received)} đồng.")
    if booking.kind == BookingKind.WRITTEN_OFF and _gave_up_too_much(money):
        raise Refused(f"Nợ xóa nhiều hơn nợ còn lại {format_dong(-money.owed)} đồng.")


def _gave_up_too_much(money: JobMoney) -> bool:
    return money.written_off > 0 and money.owed < 0
