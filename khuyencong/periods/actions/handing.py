"""The table of an agency that has no records here: typed row by row, or taken whole from a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.core.errors import Refused
from khuyencong.core.money import MAX_DONG
from khuyencong.law.catalogue import activity_name, catalogue
from khuyencong.people.actors import Actor
from khuyencong.periods.door import lock_to_write
from khuyencong.periods.models import HandRow, PeriodReport
from khuyencong.periods.taken_in import ASKED
from khuyencong.programmes.models import FundingSource


@dataclass(frozen=True)
class RowInput:
    """One row as it was typed or read; `values` by code, in đồng."""

    source: str
    activity: str
    values: Mapping[str, int] = field(default_factory=dict)
    stated_total: int | None = None
    stated_percent: Decimal | None = None

    @property
    def is_empty(self) -> bool:
        return not any(self.values.values())


@transaction.atomic
def set_row(*, report_id: int, by: Actor, version: int, row: RowInput) -> PeriodReport:
    """Write one row of the table, in the place of the one of that source and activity; one without figures takes it away.

    Raises NotAllowed, Stale, Refused.
    """
    report = _lock(report_id, by, version)
    check_row(row)
    HandRow.objects.filter(report=report, source=row.source, activity=row.activity).delete()
    if not row.is_empty:
        row_of(report, row).save()
    return _keep_and_record(report, by, [row], "gõ tay")


@transaction.atomic
def keep_rows(*, report_id: int, by: Actor, version: int, rows: Sequence[RowInput], how: str) -> PeriodReport:
    """Put these rows in the place of the whole table; `how` they came («tệp x.xlsx»).

    Raises NotAllowed, Stale, Refused: two rows of one kind.
    """
    report = _lock(report_id, by, version)
    keys = [(row.source, row.activity) for row in rows]
    if len(set(keys)) != len(keys):
        raise Refused("Một nội dung của một nguồn chỉ có một dòng: hãy gộp các dòng trùng.")
    for row in rows:
        check_row(row)
    report.rows.all().delete()
    HandRow.objects.bulk_create(row_of(report, row) for row in rows if not row.is_empty)
    return _keep_and_record(report, by, rows, how)


def _lock(report_id: int, by: Actor, version: int) -> PeriodReport:
    report = lock_to_write(report_id, by=by, version=version)
    if not report.by_hand:
        raise Refused("Báo cáo này tính từ hồ sơ, không nhập bảng.")
    return report


def check_row(row: RowInput) -> None:
    """Refused where a row is of no known source or activity, or has a figure that is not asked for."""
    if row.source not in FundingSource.values or row.activity not in catalogue().activities:
        raise Refused("Nguồn kinh phí hoặc nội dung không có trong danh mục.")
    if not set(row.values) <= set(ASKED):
        raise Refused("Bảng có số liệu không được hỏi.")
    if any(not 0 <= value <= MAX_DONG for value in row.values.values()):
        raise Refused(f"{activity_name(row.activity)}: số liệu không được âm hoặc quá lớn.")


def row_of(report: PeriodReport, row: RowInput) -> HandRow:
    """The row as it is kept; not saved."""
    return HandRow(
        report=report,
        source=row.source,
        activity=row.activity,
        values={code: value for code, value in row.values.items() if value},
        stated_total=row.stated_total,
        stated_percent=row.stated_percent,
    )


def _keep_and_record(report: PeriodReport, by: Actor, rows: Sequence[RowInput], how: str) -> PeriodReport:
    report.version += 1
    report.save(update_fields=["version"])
    record(
        action="period_report.rows",
        by=by,
        subject=report,
        thread=report.thread,
        after={
            "cách nhập": how,
            "dòng": [
                f"{activity_name(row.activity)}, {FundingSource(row.source).label}: {dict(row.values)}" for row in rows
            ],
        },
    )
    return report
