"""What lists of allowances come to, and which rows of the ledger may have paid them."""

from __future__ import annotations

from django.db.models import QuerySet, Sum

from khuyencong.core.dates import format_date
from khuyencong.finance.models import EntryKind, LedgerEntry
from khuyencong.training.identity import present_days
from khuyencong.training.models import Allowance, Course, CoursePayList


def total_of(found: CoursePayList) -> int:
    """The sum of a list, in đồng."""
    return int(found.rows.aggregate(sum=Sum("amount"))["sum"] or 0)


def is_taken_back(posting: LedgerEntry) -> bool:
    """Whether a row of the ledger was answered by its opposite. Expects `answered_by` loaded."""
    return getattr(posting, "answered_by", None) is not None


def unfounded(found: CoursePayList) -> list[Allowance]:
    """The rows of a list without anybody there that day (once for the class: on no day); two queries."""
    rows = list(found.rows.select_related("learner"))
    if found.is_once:
        return [one for one in rows if not one.learner.present]
    days = present_days({one.learner_id for one in rows})
    return [one for one in rows if one.on not in days.get(one.learner_id, ())]


def gone_sentence(rows: list[Allowance]) -> str:
    """What the list and its tying say of such rows, the first by name."""
    first = rows[0]
    told = f"{first.learner.name} (số {first.learner.number}), ngày {format_date(first.on)}"
    more = f" và {len(rows) - 1} lượt khác" if len(rows) > 1 else ""
    return f"Điểm danh đã sửa sau khi lập bảng kê: {told}{more} không còn được ghi có mặt."


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
