"""Which rows of the ledger a figure adds up, and which it takes off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import BigIntegerField, Case, F, Q, Sum, When
from django.utils.functional import cached_property

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


TO_DATE = ("planned", "approved", "released", "contracted", "accepted", "paid", "settled")


def sums_of(within: Q) -> dict[str, Sum]:
    """First what stands by the closing day, then what was booked within the period, unless that is the same (`within` empty)."""
    found = {f"to_{name}": signed(name, Q()) for name in TO_DATE}
    return {**found, **{f"in_{name}": signed(name, within) for name in IN_PERIOD if within}}


class WholeSum(Sum):
    """A sum of whole đồng that the driver gives as an `int`; thousands of them, converted one by one, cost more than the query."""

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """Cast back, since the server adds up whole numbers as decimals; 64 bits hold nine billion billion đồng."""
        return super().as_sql(
            compiler, connection, template="%(function)s(%(distinct)s%(expressions)s)::bigint", **more
        )

    @cached_property
    def convert_value(self) -> Any:
        return self._convert_value_noop  # type: ignore[attr-defined]  # the stubs do not know it


def signed(name: str, within: Q) -> Sum:
    """The sum of one figure, in đồng: rows of its kinds under the condition `within`, those that take back with a minus."""
    more, less = PLUS[name]
    whens = [When(within, kind__in=more, then=F("amount")) if within else When(kind__in=more, then=F("amount"))]
    if less:
        taken = -F("amount")
        whens.append(When(within, kind__in=less, then=taken) if within else When(kind__in=less, then=taken))
    return WholeSum(Case(*whens, default=0, output_field=BigIntegerField()))
