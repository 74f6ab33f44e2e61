"""What a prize may be (TT 26/2014 Đ21.2, TTLT 26/2014 Đ6.2.g) and which rows of the ledger may pay it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from khuyencong.competitions.models import Certificate, Prize, Round
from khuyencong.core.findings import Warning_
from khuyencong.core.money import format_dong
from khuyencong.establishments.models import CertificateLevel
from khuyencong.finance.models import EntryKind, LedgerEntry
from khuyencong.law.values import LOCAL, NATIONAL, Norm
from khuyencong.normbook.book import current_book

ACTIVITY = "competition_prize"
# Money for prizes comes from a task of its own, or from that of the competition itself.
PAYING = (ACTIVITY, *(f"competition_{level}" for level in CertificateLevel.values))
BY_NATION = (CertificateLevel.REGION, CertificateLevel.NATION)
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
    whose = Q(project=round_.project_id) if round_.project_id else Q(project__activity__in=PAYING)
    if round_.project_id is None and round_.province is not None:
        whose &= Q(project__province__current=round_.province.current_id or round_.province_id)
    first = round_.decisions.order_by("decided_on").first()
    rows = LedgerEntry.objects.filter(
        to, whose, kind__in=[EntryKind.PAID, EntryKind.ADVANCED], amount__gt=0, answered_by__isnull=True
    )
    if first is not None:
        rows = rows.filter(on__gte=first.decided_on)
    return rows.select_related("project", "beneficiary__establishment").order_by("-on", "-pk")


def used_of(posting: LedgerEntry) -> int:
    """How much of a payment is prizes already, in đồng."""
    return sum(Prize.objects.filter(posting=posting).values_list("amount", flat=True))
