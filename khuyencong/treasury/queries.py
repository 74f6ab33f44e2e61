"""What the pages of the Treasury show: what waits for the actor, lists, statements, what is matched with nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import Count, Q, QuerySet, Sum

from khuyencong.core.dates import today
from khuyencong.finance.models import Payment, PaymentState
from khuyencong.people.actors import Actor
from khuyencong.people.roles import Role
from khuyencong.treasury.matching import WITHIN, Match, propose
from khuyencong.treasury.models import PaymentList, Statement, StatementLine

S = PaymentState
AT_THE_TREASURY = (S.APPROVED, S.SENT)
# In which state a payment waits for which role.
_TO_CHECK = Q(state=S.PREPARED, needs_check=True)
_TO_APPROVE = Q(state=S.CHECKED) | Q(state=S.PREPARED, needs_check=False)
_TO_PAY = Q(state__in=AT_THE_TREASURY)


def waiting_for(actor: Actor) -> QuerySet[Payment]:
    """Payments of the actor's agency that wait for a step of the actor's role and person, the oldest first."""
    me = actor.user.pk
    check = _TO_CHECK & ~Q(prepared_by=me)
    match actor.role:
        case Role.OFFICER:
            waits = check
        case Role.LEADER:
            waits = _TO_APPROVE & ~Q(prepared_by=me) & (Q(checked_by__isnull=True) | ~Q(checked_by=me))
        case Role.ACCOUNTANT:
            waits = check | (_TO_PAY & ~Q(approved_by=me))
        case _:
            return Payment.objects.none()
    return payments_of(actor).filter(waits).order_by("pk")


def payments_of(actor: Actor) -> QuerySet[Payment]:
    """The payments that the actor's agency pays, with what a list of them shows."""
    rows = Payment.objects.filter(payer__in=actor.agency_ids)
    return rows.select_related(
        "project__implementing_unit",
        "project__payer",
        "project__contract_part__contract__unit_account",
        "beneficiary__establishment",
        "listed__of",
    )


def to_list(actor: Actor, *, source: str = "", year: int = 0) -> QuerySet[Payment]:
    """Approved payments that lie in no list yet, by đề án."""
    rows = payments_of(actor).filter(state=S.APPROVED, listed__isnull=True).order_by("project__code")
    if source:
        rows = rows.filter(project__source=source)
    return rows.filter(year=year) if year else rows


def kinds_to_list(actor: Actor) -> list[tuple[str, int, int, int]]:
    """Source, budget year, how many and how much of what could go into a list; one query."""
    rows = to_list(actor).order_by().values_list("project__source", "year")
    return sorted(rows.annotate(count=Count("pk"), sum=Sum("amount")), key=lambda row: (-row[1], row[0]))


def lists_of(actor: Actor) -> QuerySet[PaymentList]:
    """The lists of the actor's agency with their sums, the newest first."""
    rows = PaymentList.objects.visible_to(actor).select_related("made_by").with_waiting()
    return rows.annotate(
        count=Count("rows"),
        amount=Sum("rows__payment__amount"),
        paid=Count("rows", filter=Q(rows__payment__state=S.PAID)),
        returned=Count("rows", filter=Q(rows__payment__state=S.RETURNED)),
    ).order_by("-year", "-number")


def matches_of(found: Statement) -> tuple[list[StatementLine], dict[int, Match]]:
    """The unmatched lines of a statement in the order of the file, and what is proposed for each.

    Lines of other statements with the same amounts are looked at too, since a payment belongs to one line. Four queries.
    """
    lines = list(found.lines.unmatched().order_by("number"))
    if not lines:
        return [], {}
    payments = matchable(found.agency_id, lines)
    amounts = {one.amount for one in payments}
    others = StatementLine.objects.unmatched().filter(agency=found.agency_id, amount__in=amounts).exclude(of=found)
    found_for = propose([*lines, *others], payments)
    return lines, {line.pk: found_for[line.pk] for line in lines}


def matchable(agency_id: int, lines: Sequence[StatementLine]) -> list[Payment]:
    """The payments of the payer that a line could be: those that wait to be paid, and paid ones of the time without a line."""
    days = [line.on for line in lines if line.on is not None]
    first = min(days, default=today()) - WITHIN
    last = max(days, default=today()) + timedelta(days=1)
    # Two queries instead of an OR: each has its index.
    payers = Q(payer=agency_id) | Q(payer__successor=agency_id, payer__active_to__lt=today())
    rows = Payment.objects.filter(payers).select_related("project", "listed__of").order_by("pk")
    paid = rows.filter(state=S.PAID, voucher_on__range=(first, last), statement_line__isnull=True)
    return [*rows.filter(state__in=AT_THE_TREASURY), *paid]


def unmatched_lines(actor: Actor) -> QuerySet[StatementLine]:
    """Money that left the accounts of the actor's agency and is no payment yet, the oldest first."""
    return (
        StatementLine.objects.unmatched().filter(agency__in=actor.agency_ids).select_related("of").order_by("on", "pk")
    )


def unmatched_payments(actor: Actor) -> QuerySet[Payment]:
    """Payments that are at the Treasury, or marked paid, and stand in no statement, the oldest first."""
    rows = payments_of(actor).filter(statement_line__isnull=True)
    return rows.filter(state__in=[S.SENT, S.PAID]).order_by("sent_on", "voucher_on", "pk")


def propose_one(line: StatementLine) -> Match:
    """What is proposed for one line among all the lines of its statement."""
    _, matches = matches_of(line.of)
    return matches.get(line.pk) or Match(line)
