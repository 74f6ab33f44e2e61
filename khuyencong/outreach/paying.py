"""Which rows of the ledger may have paid a work, and how much of a row is works already; nothing is posted here."""

from __future__ import annotations

from django.db.models import QuerySet, Sum

from khuyencong.finance.models import EntryKind, LedgerEntry
from khuyencong.outreach.models import Work
from khuyencong.projects.models import Project

PAID = (EntryKind.PAID, EntryKind.ADVANCED)


def postings_for(project: Project) -> QuerySet[LedgerEntry]:
    """The payments of the đề án that stand; what was paid and taken back again does not count."""
    return LedgerEntry.objects.filter(project=project, kind__in=PAID, amount__gt=0, answered_by__isnull=True).order_by(
        "-on", "-pk"
    )


def works_of(posting: LedgerEntry) -> int:
    """How much of a payment is works already, in đồng: a source of `finance.used`."""
    rows = Work.objects.filter(posting=posting)
    return int(rows.aggregate(sum=Sum("cost"))["sum"] or 0)
