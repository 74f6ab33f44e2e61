"""What a job has brought and cost so far: sums of its bookings that stand, in đồng."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from khuyencong.consulting.models import Booking, BookingKind, Job, JobState


@dataclass(frozen=True)
class JobMoney:
    """`invoiced` without VAT is the revenue; `billed` is what the client owes with VAT; `received` is less what went back."""

    invoiced: int = 0
    tax: int = 0
    received: int = 0
    cost: int = 0
    written_off: int = 0

    @property
    def billed(self) -> int:
        return self.invoiced + self.tax

    @property
    def owed(self) -> int:
        """What the client still has to pay; below 0: paid in advance of invoices."""
        return self.billed - self.received - self.written_off

    @property
    def result(self) -> int:
        """Revenue less direct costs."""
        return self.invoiced - self.cost


def money_of(bookings: Iterable[Booking]) -> JobMoney:
    """Adds up what was not taken back."""
    standing = [one for one in bookings if one.taken_back_on is None]

    def total(kind: BookingKind) -> int:
        return sum(one.amount for one in standing if one.kind == kind)

    return JobMoney(
        invoiced=total(BookingKind.INVOICE),
        tax=sum(one.tax for one in standing),
        received=total(BookingKind.RECEIPT) - total(BookingKind.REFUND),
        cost=total(BookingKind.COST),
        written_off=total(BookingKind.WRITTEN_OFF),
    )


def most_invoiced(job: Job) -> int:
    """How much may be invoiced, without VAT: the contract, or of one that was stopped what the client had accepted."""
    if job.state != JobState.STOPPED:
        return job.value or 0
    return sum(one.amount for one in job.phases.all() if one.accepted_on)


def most_received(job: Job, money: JobMoney) -> int:
    """How much a client can have paid: what is billed, or in advance of invoices up to the value of the contract."""
    return max(job.value or 0, money.billed)
