"""Closed periods: on which day a row of the ledger is booked, and how closing and booking keep out of each other's way."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import connection
from django.db.models import Q, QuerySet

from khuyencong.finance.models import ClosedPeriod
from khuyencong.people.actors import Actor
from khuyencong.programmes.models import Envelope

# The first number of the two that name a lock of PostgreSQL; the second one is the agency's key.
BOOK, LARGEST = 452012, 2**31


def booking_day(envelope: Envelope, on: date) -> date:
    """The day on which a document of the day `on` is booked: that day, or the first one after what is closed around it.

    Whoever closes the agency's ledger waits until this transaction has ended. Must be called inside a transaction;
    one query, and on PostgreSQL one lock.
    """
    _lock([envelope.agency_id], shared=True)
    return _after(closed_periods(envelope.agency_id).filter(last_on__gte=on), on)


def hold_book(by: Actor) -> None:
    """Wait until nobody is booking into the ledger of the actor's agency, and keep others waiting until the end.

    Taken before any other lock, so that nobody who holds one waits for this in a circle.
    """
    _lock(sorted(by.agency_ids), shared=False)


def closed_periods(agency_id: int) -> QuerySet[ClosedPeriod]:
    """What is closed for the money of an agency: by itself, or by the one that took over from it."""
    own = Q(agency=agency_id) | Q(agency__predecessors=agency_id)
    return ClosedPeriod.objects.filter(own, reopened_at__isnull=True)


def closed_to(agency_ids: Iterable[int]) -> date | None:
    """The last day that is closed for these agencies; None where nothing is. One query."""
    found = ClosedPeriod.objects.filter(agency__in=list(agency_ids), reopened_at__isnull=True)
    return found.order_by("-last_on").values_list("last_on", flat=True).first()


def _after(periods: QuerySet[ClosedPeriod], day: date) -> date:
    for first, last in periods.order_by("first_on", "last_on").values_list("first_on", "last_on"):
        if first <= day <= last:
            day = last + timedelta(days=1)
    return day


def _lock(agency_ids: Iterable[int], *, shared: bool) -> None:
    """SQLite lets one transaction write at a time, and needs none of this."""
    if connection.vendor != "postgresql":
        return
    name = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    with connection.cursor() as cursor:
        for key in agency_ids:
            cursor.execute(f"SELECT {name}(%s, %s)", [BOOK, key % LARGEST])
