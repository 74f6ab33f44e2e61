"""What a prize may be (TT 26/2014 Đ21.2, TTLT 26/2014 Đ6.2.g), which đề án and which rows of the ledger may pay it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from khuyencong.competitions.models import Certificate, Prize, Round
from khuyencong.core.findings import Warning_
from khuyencong.core.money import format_dong
from khuyencong.establishments.models import CertificateLevel
from khuyencong.finance.models import OPEN_PAYMENTS, EntryKind, LedgerEntry, PaymentState
from khuyencong.finance.payment_rules import EARNS
from khuyencong.law.values import LOCAL, NATIONAL, Norm
from khuyencong.normbook.book import current_book
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, allowed
from khuyencong.people.roles import Role
from khuyencong.projects.models import Project

ACTIVITY = "competition_prize"
# Money for prizes comes from a task of its own, or from that of the competition itself.
PAYING = (ACTIVITY, *(f"competition_{level}" for level in CertificateLevel.values))
BY_NATION = (CertificateLevel.REGION, CertificateLevel.NATION)
MOST_PROJECTS = 50
# How the levels are called among the steps of the norm.
TIERS = {CertificateLevel.REGION: "cấp khu vực", CertificateLevel.NATION: "cấp quốc gia"}


@dataclass(frozen=True)
class PrizeNorm:
    """The most that one product may get, in đồng; `cap` None: no norm is known, `reason` says why."""

    cap: int | None
    citation: str
    reason: str = ""
    warning: Warning_ | None = None


def norm_of(round_: Round) -> PrizeNorm:
    """The norm for a product recognised in the round, by the day of its first decision; one query of the book."""
    first = round_.decisions.order_by("decided_on").first()
    on = first.decided_on if first else None
    if on is None:
        return PrizeNorm(None, "", "Chưa có quyết định công nhận.")
    national = round_.level in BY_NATION
    province = round_.province
    keys = tuple(dict.fromkeys([(province.current or province).key, province.key])) if province else ()
    found = current_book().norm_on(ACTIVITY, source=NATIONAL if national else LOCAL, province_keys=keys, on=on)
    if not isinstance(found, Norm):
        return PrizeNorm(None, "", found.reason)
    cap = found.cap
    if found.tiers:
        name = TIERS.get(CertificateLevel(round_.level), CertificateLevel(round_.level).label.lower())
        cap = next((one.cap for one in found.tiers if one.name.lower() == name), None)
    if cap is None:
        return PrizeNorm(
            None, found.citation, f"{found.citation} không nêu mức thưởng cho {round_.get_level_display().lower()}."
        )
    doubt = None
    if not found.verified or found.pending:
        doubt = Warning_(
            "norm_unverified", f"Mức thưởng {format_dong(cap)} đồng chờ xác minh trong văn bản.", found.citation
        )
    return PrizeNorm(cap, found.citation, warning=doubt)


def owed(round_: Round) -> QuerySet[Certificate]:
    """Certificates of the round that stand and have no prize yet."""
    rows = Certificate.objects.filter(decision__round=round_, withdrawn_on__isnull=True, prize__isnull=True)
    return rows.select_related("entry__establishment").order_by("pk")


def unpaid(round_: Round) -> QuerySet[Prize]:
    """Prizes of certificates that stand, which no payment has paid and none that waits will pay, in the order of their certificates."""
    nothing_posted = Q(posting__isnull=True) | Q(posting__answered_by__isnull=False)
    nothing_waits = Q(payment__isnull=True) | Q(payment__state__in=[PaymentState.RETURNED, PaymentState.REVERSED])
    rows = Prize.objects.filter(certificate__decision__round=round_, certificate__withdrawn_on__isnull=True)
    return rows.filter(nothing_posted, nothing_waits).order_by("certificate", "pk")


def is_paid(prize: Prize) -> bool:
    """Whether the money has left: a payment that was taken back pays nothing. Expects `posting__answered_by` and `payment` loaded."""
    if prize.posting is not None and getattr(prize.posting, "answered_by", None) is None:
        return True
    return prize.payment is not None and prize.payment.state == PaymentState.PAID


def waits(prize: Prize) -> bool:
    """Whether a payment that was prepared for it is on its way; expects `payment` loaded."""
    return prize.payment is not None and prize.payment.state in OPEN_PAYMENTS


def sees_money(actor: Actor, round_: Round) -> bool:
    """Whether the actor reads the prizes: who runs the round, and its accountants and auditors."""
    runs = (Permission.COMPETITION_MANAGE, Permission.COMPETITION_DECIDE)
    mine = round_.agency_id in actor.agency_ids
    return any(allowed(actor, one, round_) for one in runs) or (mine and actor.role in {Role.AUDITOR, Role.ACCOUNTANT})


def paying_projects(round_: Round, actor: Actor) -> list[Project]:
    """The đề án under contract from which this accountant may pay the prizes: the round's own, or those for prizes of its place."""
    rows = Project.objects.visible_to(actor).filter(state__in=EARNS)
    rows = rows.filter(_whose(round_)).select_related("payer", "province__current", "implementing_unit").order_by("-pk")
    return [one for one in rows[:MOST_PROJECTS] if allowed(actor, Permission.PAYMENT_PREPARE, one)]


def _whose(round_: Round, of: str = "") -> Q:
    """Condition on đề án: that of the round, or where it names none, those that pay for competitions in its place."""
    if round_.project_id is not None:
        return Q(**{f"{of}pk": round_.project_id})
    whose = Q(**{f"{of}activity__in": PAYING})
    if round_.province is not None:
        whose &= Q(**{f"{of}province__current": round_.province.current_id or round_.province_id})
    return whose


def postings_for(prize: Prize) -> QuerySet[LedgerEntry]:
    """The payments that may be the one of this prize: of a đề án for prizes or of the round, to its establishment or to nobody by name.

    What was paid and taken back again does not count.
    """
    entry = prize.certificate.entry
    round_ = entry.round
    establishment = entry.establishment
    to = Q(beneficiary__isnull=True) | Q(beneficiary__establishment=establishment)
    to |= Q(beneficiary__establishment__merged_into=establishment)
    if establishment.merged_into_id is not None:
        to |= Q(beneficiary__establishment=establishment.merged_into_id)
    first = round_.decisions.order_by("decided_on").first()
    rows = LedgerEntry.objects.filter(
        to,
        _whose(round_, "project__"),
        kind__in=[EntryKind.PAID, EntryKind.ADVANCED],
        amount__gt=0,
        answered_by__isnull=True,
    )
    if first is not None:
        rows = rows.filter(on__gte=first.decided_on)
    return rows.select_related("project", "beneficiary__establishment").order_by("-on", "-pk")


def prizes_of(posting: LedgerEntry) -> int:
    """How much of a payment is prizes already, in đồng: tied to it afterwards, or those for which it was prepared.

    A source of `finance.used`.
    """
    mine = Q(posting=posting)
    if posting.payment_id is not None:
        mine |= Q(payment=posting.payment_id)
    return sum(Prize.objects.filter(mine).values_list("amount", flat=True))
