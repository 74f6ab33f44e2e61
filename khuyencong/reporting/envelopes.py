"""Envelopes of a budget year by a day: what was given, what may be used, what is promised and what has been paid."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, Sum

from khuyencong.core.money import format_percent, percent
from khuyencong.finance.ledger import Balance
from khuyencong.finance.models import LedgerEntry
from khuyencong.people.actors import Actor
from khuyencong.programmes.models import Envelope
from khuyencong.reporting.borders import Borders
from khuyencong.reporting.figures import Question, provinces_of_region


@dataclass(frozen=True)
class EnvelopeLine:
    """One envelope, in đồng by the closing day; its own page holds the movements that are added up here."""

    label: str
    url: str
    given: int
    disposable: int
    committed: int
    paid_out: int

    @property
    def percent(self) -> Decimal | None:
        """Paid out of what may be used; None where nothing may."""
        return percent(self.paid_out, self.disposable)

    @property
    def percent_text(self) -> str:
        return format_percent(self.percent)


@dataclass(frozen=True)
class EnvelopeTable:
    lines: tuple[EnvelopeLine, ...]
    total: EnvelopeLine


def envelope_table(question: Question, *, actor: Actor | None = None) -> EnvelopeTable:
    """The envelopes of the year that belong to the question's place; two queries.

    Money that an agency delegates counts where it arrived, so that the column of what may be used adds up.
    """
    rows = Envelope.objects.filter(year=question.period.year).select_related("agency")
    if actor is not None:
        rows = rows.visible_to(actor)
    if question.source:
        rows = rows.filter(source=question.source)
    if question.unit:
        rows = rows.filter(
            Q(agency=question.unit) | Q(agency__successor=question.unit, agency__active_to__isnull=False)
        )
    if question.province:
        column = "agency__province__current__key" if question.borders is Borders.TODAY else "agency__province__key"
        rows = rows.filter(**{column: question.province})
    if question.region:
        column = "agency__province__current__in" if question.borders is Borders.TODAY else "agency__province__in"
        rows = rows.filter(**{column: provinces_of_region(question)})
    envelopes = {one.pk: one for one in rows.order_by("source", "agency__sort_key", "spending", "pk")}
    kinds: dict[int, dict[str, int]] = defaultdict(dict)
    entries = LedgerEntry.objects.filter(envelope__in=envelopes, booked_on__lte=question.closing_on)
    for pk, kind, amount in entries.order_by().values_list("envelope", "kind").annotate(sum=Sum("amount")):
        kinds[pk][kind] = amount
    lines = tuple(
        _line(f"{one.agency.short_name} – {one}", one.get_absolute_url(), Balance.of(kinds[pk]))
        for pk, one in envelopes.items()
    )
    total = EnvelopeLine(
        "Cộng",
        "",
        sum(one.given for one in lines),
        sum(one.disposable for one in lines),
        sum(one.committed for one in lines),
        sum(one.paid_out for one in lines),
    )
    return EnvelopeTable(lines, total)


def _line(label: str, url: str, balance: Balance) -> EnvelopeLine:
    return EnvelopeLine(label, url, balance.given, balance.disposable, balance.committed, balance.paid_out)
