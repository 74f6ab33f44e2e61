"""The ledger as a list: filtered by the address of the page, newest first, each row with the sums up to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page
from django.db.models import Count, F, Q, QuerySet, Sum

from khuyencong.core.pages import page_of
from khuyencong.core.text import fold
from khuyencong.finance.ledger import Balance
from khuyencong.finance.models import LedgerEntry
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency
from khuyencong.programmes.models import Envelope

PAGE_SIZE = 50
ORDER = ("booked_on", "pk")


@dataclass(frozen=True)
class Asked:
    """Which rows of the ledger are wanted; what is empty narrows nothing."""

    agency: int | None = None
    year: int | None = None
    source: str = ""
    envelope: int | None = None
    kind: str = ""
    project: str = ""
    beneficiary: str = ""
    first: date | None = None
    last: date | None = None
    earlier_only: bool = False

    @property
    def is_of_whole_envelopes(self) -> bool:
        """Whether every row of the envelopes up to a day is there, so that what is left of them can be said row by row."""
        return not (self.kind or self.project or self.beneficiary or self.first or self.earlier_only)


@dataclass(frozen=True)
class Line:
    """One row of the ledger; `running`: the rows of its kind up to it, `free`: what the envelopes have left; in đồng."""

    entry: LedgerEntry
    running: int
    free: int | None


@dataclass(frozen=True)
class Totals:
    """The sums of all rows that were asked for."""

    balance: Balance
    sums: Mapping[str, int]  # by kind, as the rows say it
    count: int


def rows_for(actor: Actor, asked: Asked) -> QuerySet[LedgerEntry]:
    """The rows of envelopes that the actor may see, narrowed; in no order."""
    envelopes = Envelope.objects.visible_to(actor)
    if asked.agency is not None:
        envelopes = envelopes.filter(Q(agency=asked.agency) | Q(agency__successor=asked.agency))
    for name in ("year", "source"):
        if getattr(asked, name):
            envelopes = envelopes.filter(**{name: getattr(asked, name)})
    if asked.envelope is not None:
        envelopes = envelopes.filter(pk=asked.envelope)
    found = LedgerEntry.objects.filter(envelope__in=envelopes.order_by().values("pk")).order_by()
    if asked.kind:
        found = found.filter(kind=asked.kind)
    if asked.project:
        found = found.filter(project__code__iexact=asked.project.strip())
    for word in fold(asked.beneficiary).split():
        found = found.filter(beneficiary__establishment__folded__contains=word)
    if asked.first:
        found = found.filter(booked_on__gte=asked.first)
    if asked.last:
        found = found.filter(booked_on__lte=asked.last)
    return found.exclude(booked_on=F("on")) if asked.earlier_only else found


def totals_of(rows: QuerySet[LedgerEntry]) -> Totals:
    """Sums by kind and the number of rows; one query."""
    found = list(rows.values_list("kind").annotate(sum=Sum("amount"), count=Count("pk")))
    sums = {kind: amount for kind, amount, _ in found}
    return Totals(Balance.of(sums), sums, sum(count for *_, count in found))


def shown(rows: QuerySet[LedgerEntry]) -> QuerySet[LedgerEntry]:
    """With what a line names."""
    return rows.select_related(
        "envelope__agency", "other_envelope__agency", "project", "beneficiary__establishment", "by"
    )


def page_of_book(
    rows: QuerySet[LedgerEntry], totals: Totals, *, number: str | None, whole: bool
) -> tuple[Page[LedgerEntry], list[Line]]:
    """One page, newest first, and its lines; two queries, on later pages one more."""
    page = page_of(
        rows.order_by("-booked_on", "-pk"), shown=shown(rows), number=number, size=PAGE_SIZE, count=totals.count
    )
    entries = list(page.object_list)
    newer: Mapping[str, int] = {}
    if page.number > 1 and entries:
        first = entries[0]
        later = rows.filter(Q(booked_on__gt=first.booked_on) | Q(booked_on=first.booked_on, pk__gt=first.pk))
        newer = dict(later.values_list("kind").annotate(sum=Sum("amount")))
    sums = {kind: totals.sums.get(kind, 0) - newer.get(kind, 0) for kind in Balance.__dataclass_fields__}
    return page, _downwards(entries, sums, whole=whole)


def _downwards(entries: Iterable[LedgerEntry], sums: dict[str, int], *, whole: bool) -> list[Line]:
    lines = []
    for entry in entries:
        lines.append(Line(entry, sums[entry.kind], Balance.of(sums).free if whole else None))
        sums[entry.kind] -= entry.amount
    return lines


def upwards(entries: Iterable[LedgerEntry], *, whole: bool) -> Iterable[Line]:
    """The same lines, oldest first, for a file."""
    sums: dict[str, int] = dict.fromkeys(Balance.__dataclass_fields__, 0)
    for entry in entries:
        sums[entry.kind] += entry.amount
        yield Line(entry, sums[entry.kind], Balance.of(sums).free if whole else None)


def holders(actor: Actor) -> list[Agency]:
    """The agencies whose envelopes the actor may see; one query."""
    seen = Envelope.objects.visible_to(actor).order_by().values("agency")
    return list(Agency.objects.filter(pk__in=seen).order_by("sort_key", "pk"))


def asked_in(data: Mapping[str, Any]) -> Asked:
    """The wish of a valid filter form."""
    return Asked(**{name: data[name] for name in Asked.__dataclass_fields__ if data.get(name)})
