"""Whether closed periods were left alone: no row was booked into one while it was closed, and none for no reason elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Exists, F, OuterRef, Q

from khuyencong.core.dates import format_date
from khuyencong.finance.models import ClosedPeriod, LedgerEntry

CHUNK = 500


def wrongly_booked() -> Iterator[str]:
    """One sentence for each such row, by number; rows are read in portions, the closed periods once."""
    yield from _into_closed()
    yield from _moved_on()


def _into_closed() -> Iterator[str]:
    own = Q(agency=OuterRef("envelope__agency")) | Q(agency=OuterRef("envelope__agency__successor"))
    around = Q(first_on__lte=OuterRef("booked_on"), last_on__gte=OuterRef("booked_on"))
    then = Q(closed_after__lt=OuterRef("pk")) & (Q(reopened_after__isnull=True) | Q(reopened_after__gte=OuterRef("pk")))
    found = LedgerEntry.objects.filter(Exists(ClosedPeriod.objects.filter(own, around, then)))
    for entry in found.select_related("envelope__agency").order_by("pk").iterator(CHUNK):
        yield (
            f"Dòng sổ số {entry.pk} ({entry.document}) ghi vào ngày {format_date(entry.booked_on)}"
            f" khi {entry.envelope.agency} đã khóa sổ kỳ ấy."
        )


def _moved_on() -> Iterator[str]:
    """A row that is booked later than its document has a closed period to thank for it, and is booked right after it."""
    periods: dict[int, list[ClosedPeriod]] = {}
    for one in ClosedPeriod.objects.order_by("first_on", "last_on"):
        periods.setdefault(one.agency_id, []).append(one)
    rows = LedgerEntry.objects.exclude(booked_on=F("on")).select_related("envelope__agency").order_by("pk")
    for entry in rows.iterator(CHUNK):
        agency = entry.envelope.agency
        known = [*periods.get(agency.pk, []), *periods.get(agency.successor_id or 0, [])]
        expected = _expected(entry, sorted(known, key=lambda one: (one.first_on, one.last_on)))
        if entry.booked_on != expected:
            yield (
                f"Dòng sổ số {entry.pk} ({entry.document}), chứng từ ngày {format_date(entry.on)}, ghi vào ngày"
                f" {format_date(entry.booked_on)}; theo các kỳ đã khóa phải là {format_date(expected)}."
            )


def _expected(entry: LedgerEntry, periods: list[ClosedPeriod]) -> date:
    day = entry.on
    for one in periods:
        was_closed = one.closed_after < entry.pk and (one.reopened_after is None or one.reopened_after >= entry.pk)
        if was_closed and one.first_on <= day <= one.last_on:
            day = one.last_on + timedelta(days=1)
    return day
