"""What a job has brought and cost so far: sums of its bookings that stand, in đồng."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from khuyencong.consulting.models import Booking, BookingKind, Job


@dataclass(frozen=True)
class JobMoney:
    """`invoiced` without VAT is the revenue; `billed` is what the client owes with VAT."""

    invoiced: int = 0
    tax: int = 0
    received: int = 0
    cost: int = 0

    @property
    def billed(self) -> int:
        return self.invoiced + self.tax

    @property
    def owed(self) -> int:
        """What the client still has to pay; below 0: paid in advance of invoices."""
        return self.billed - self.received

    @property
    def result(self) -> int:
        """Revenue less direct costs."""
        return self.invoiced - self.cost


def money_of(bookings: Iterable[Booking]) -> JobMoney:
    """Adds up what was not taken back."""
    standing = [one for one in bookings if one.taken_back_on is None]

    def total(kind: BookingKind) -> int:
        return sum(one.amount for one in standing if one.kind == kind)

    tax = sum(one.tax for one in standing)
    return JobMoney(total(BookingKind.INVOICE), tax, total(BookingKind.RECEIPT), total(BookingKind.COST))


def most_received(job: Job, money: JobMoney) -> int:
    """How much a client can have paid: what is billed, or in advance of invoices up to the value of the contract."""
    return max(job.value or 0, money.billed)
