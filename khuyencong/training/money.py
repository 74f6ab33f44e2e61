"""What lists of allowances come to, and which rows of the ledger may have paid them."""

from __future__ import annotations

from django.db.models import QuerySet, Sum

from khuyencong.finance.models import EntryKind, LedgerEntry
from khuyencong.training.models import Allowance, Course, CoursePayList


def total_of(found: CoursePayList) -> int:
    """The sum of a list, in đồng."""
    return int(found.rows.aggregate(sum=Sum("amount"))["sum"] or 0)


def postings_for(course: Course) -> QuerySet[LedgerEntry]:
    """Money that left for the đề án of the class, the latest first; what was taken back again does not count."""
    rows = LedgerEntry.objects.filter(
        project=course.project_id,
        kind__in=[EntryKind.PAID, EntryKind.ADVANCED],
        amount__gt=0,
        answered_by__isnull=True,
    )
    return rows.order_by("-on", "-pk")


def allowances_of(posting: LedgerEntry) -> int:
    """How much of a row is allowances of classes already, in đồng: a source of `finance.used`."""
    rows = Allowance.objects.filter(list__posting=posting, stands=True)
    return int(rows.aggregate(sum=Sum("amount"))["sum"] or 0)
