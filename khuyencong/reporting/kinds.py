"""Which rows of the ledger a figure adds up, and which it takes off."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import BigIntegerField, Case, F, Q, Sum, When

from khuyencong.finance.models import EntryKind

PLUS: Mapping[str, tuple[tuple[EntryKind, ...], tuple[EntryKind, ...]]] = {
    "planned": ((EntryKind.PLANNED,), ()),
    "approved": ((EntryKind.APPROVED,), (EntryKind.REDUCED,)),
    "released": ((EntryKind.RELEASED,), ()),
    "contracted": ((EntryKind.CONTRACTED,), ()),
    "accepted": ((EntryKind.ACCEPTED,), (EntryKind.ANNULLED,)),
    "paid": ((EntryKind.ADVANCED, EntryKind.PAID), (EntryKind.RECOVERED,)),
    "settled": ((EntryKind.SETTLED,), ()),
}
IN_PERIOD = ("accepted", "paid", "settled")


def sums_of(within: Q) -> dict[str, Sum]:
    """First what stands by the closing day, then what was booked within the period."""
    to_date = ("planned", "approved", "released", "contracted", "accepted", "paid")
    found = {f"to_{name}": signed(name, Q()) for name in to_date}
    return {**found, **{f"in_{name}": signed(name, within) for name in IN_PERIOD}}


def signed(name: str, within: Q) -> Sum:
    """The sum of one figure, in đồng: rows of its kinds under the condition `within`, those that take back with a minus."""
    more, less = PLUS[name]
    whens = [When(within, kind__in=more, then=F("amount")) if within else When(kind__in=more, then=F("amount"))]
    if less:
        taken = -F("amount")
        whens.append(When(within, kind__in=less, then=taken) if within else When(kind__in=less, then=taken))
    return Sum(Case(*whens, default=0, output_field=BigIntegerField()))
