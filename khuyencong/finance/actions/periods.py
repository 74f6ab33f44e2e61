"""Closing a month or a year of an agency's ledger, and opening the last one again."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from khuyencong.audit.actions import record
from khuyencong.audit.queries import last_change
from khuyencong.core.creation import USED
from khuyencong.core.dates import format_date
from khuyencong.core.errors import Refused, Stale
from khuyencong.finance.days import check_day
from khuyencong.finance.models import OPEN_PAYMENTS, ClosedPeriod, LedgerEntry, Payment, days_of
from khuyencong.finance.periods import closed_to, hold_book
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require
from khuyencong.programmes.models import FIRST_YEAR, LAST_YEAR

MONTHS = range(1, 13)
STALE = "Kỳ này đã được mở lại sau khi bạn mở trang. Chưa có gì được ghi."


@transaction.atomic
def close_period(
    *, by: Actor, creation_key: UUID, year: int, month: int | None, document: str, on: date
) -> ClosedPeriod:
    """Close a month (None: the whole year) of the ledger of the actor's agency; the same key twice gives the first back.

    What comes later with a document of that period is booked on the first day after it. Raises NotAllowed, and Refused
    for a period that has not ended, that leaves a gap, or in which a payment waits.
    """
    require(by, Permission.PERIOD_CLOSE)
    hold_book(by)
    earlier = ClosedPeriod.objects.filter(creation_key=creation_key).first()
    if earlier is not None:
        if earlier.by_id != by.user.pk:
            raise Refused(USED)
        return earlier
    if not FIRST_YEAR <= year <= LAST_YEAR or (month is not None and month not in MONTHS):
        raise Refused("Hãy chọn tháng từ 1 đến 12 của một năm, hoặc cả năm.")
    if not document.strip():
        raise Refused("Hãy ghi văn bản khóa sổ.")
    first, last = days_of(year, month)
    check_day(on, what="Ngày khóa sổ", after={"ngày sau khi kỳ kết thúc": last + timedelta(days=1)})
    _check_order(closed_to(by.agency_ids), first, last)
    _check_payments(by, last)
    period = ClosedPeriod.objects.create(
        creation_key=creation_key,
        agency=by.agency,
        year=year,
        month=month,
        first_on=first,
        last_on=last,
        closed_on=on,
        document=document.strip(),
        by=by.user,
        closed_after=last_entry(),
    )
    record(
        action="period.close",
        by=by,
        subject=period,
        thread=period.thread,
        after={"kỳ": str(period), "văn bản": period.document, "ngày": on.isoformat()},
    )
    return period


@transaction.atomic
def reopen_period(*, period_id: int, version: int, by: Actor, reason: str) -> ClosedPeriod:
    """Open the latest closed period again. Raises NotAllowed, Stale, and Refused without a reason or for an earlier one.

    What was booked after it stays where it is: rows of the ledger never change.
    """
    period = ClosedPeriod.objects.select_related("agency__province").get(pk=period_id)
    require(by, Permission.PERIOD_REOPEN, period)
    hold_book(by)
    period.refresh_from_db()
    if period.version != version:
        raise Stale(f"{STALE} {last_change(period.thread)}".strip())
    if period.reopened_at is not None:
        raise Refused(f"Kỳ {period} đã được mở lại.")
    if not reason.strip():
        raise Refused("Hãy ghi lý do mở lại kỳ đã khóa.")
    latest = closed_to([period.agency_id])
    if latest != period.last_on:
        raise Refused(
            f"Chỉ mở lại được kỳ khóa sau cùng: sổ đã khóa đến hết ngày {format_date(latest or period.last_on)}."
        )
    period.reopened_at, period.reopened_by = timezone.now(), by.user
    period.reopened_after, period.reason = last_entry(), reason.strip()
    period.version += 1
    period.save(update_fields=["reopened_at", "reopened_by", "reopened_after", "reason", "version"])
    record(
        action="period.reopen",
        by=by,
        subject=period,
        thread=period.thread,
        before={"kỳ": str(period), "văn bản": period.document},
        note=period.reason,
    )
    return period


def last_entry() -> int:
    """The number of the last row of the whole ledger; 0 before the first. Only true of an agency whose book is held."""
    found: int | None = LedgerEntry.objects.aggregate(last=Max("pk"))["last"]
    return found or 0


def _check_order(closed: date | None, first: date, last: date) -> None:
    """Closed periods follow one another: the next one begins where the last one ended, or contains it."""
    if closed is None:
        return
    if last <= closed:
        raise Refused(f"Sổ đã khóa đến hết ngày {format_date(closed)}.")
    if first > closed + timedelta(days=1):
        raise Refused(f"Phải khóa lần lượt: kỳ tiếp theo bắt đầu từ ngày {format_date(closed + timedelta(days=1))}.")


def _check_payments(by: Actor, last: date) -> None:
    """Refused while a payment that was prepared by the period's end waits for the leader."""
    until = timezone.make_aware(datetime.combine(last + timedelta(days=1), time.min))
    payers = Q(project__payer__in=by.agency_ids)
    waiting = Payment.objects.filter(payers, state__in=OPEN_PAYMENTS, prepared_at__lt=until)
    codes = list(waiting.order_by("project__code").values_list("project__code", flat=True))
    if codes:
        raise Refused(
            f"Còn khoản chi lập trong kỳ chưa xong: {', '.join(codes[:5])}. Hãy ghi đã chi hoặc trả lại trước."
        )
