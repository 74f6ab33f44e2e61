"""What an agency asks of those who report to it: by which day, and which indicators."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.core.creation import USED, save_once
from khuyencong.core.errors import Refused, Stale
from khuyencong.law.catalogue import catalogue
from khuyencong.people.actors import Actor
from khuyencong.people.models import AgencyKind
from khuyencong.people.permissions import Permission, require
from khuyencong.periods.door import STALE
from khuyencong.periods.models import RECOGNISED, ReportDay, ReportIndicator
from khuyencong.reporting.figures import CODES
from khuyencong.reporting.period import PeriodKind

LIST_KEEPERS = (AgencyKind.NATIONAL, AgencyKind.DEPARTMENT)


@transaction.atomic
def set_report_day(
    *, by: Actor, creation_key: UUID, kind: PeriodKind, days: int | None, document: str = ""
) -> ReportDay:
    """Ask for the reports of a kind of period within so many days after its end, or name no day any more (None).

    No article names a day, so the document of the agency does. Raises NotAllowed, Refused.
    """
    rule = ReportDay(
        creation_key=creation_key, agency=by.agency, kind=kind, days=days, document=document.strip(), set_by=by.user
    )
    require(by, Permission.DEADLINE_KEEP, rule)
    if by.agency.kind not in LIST_KEEPERS:
        raise Refused("Chỉ Sở Công Thương và Cục nhận báo cáo theo kỳ nên mới đặt hạn nộp.")
    if days is not None and not rule.document:
        raise Refused("Hãy ghi văn bản quy định: TT 36/2013 không nêu ngày nộp.")
    made = save_once(rule, author="set_by")
    if made is not None:
        return made
    record(
        action="period_report.day",
        by=by,
        subject=rule,
        thread=rule.thread,
        after={"kỳ": kind.label, "số ngày sau khi hết kỳ": days or "không đặt hạn", "văn bản": rule.document},
    )
    return rule


@transaction.atomic
def keep_indicator(
    *,
    by: Actor,
    creation_key: UUID,
    label: str,
    unit: str,
    figure: str,
    activities: Sequence[str],
    document: str,
    position: int,
) -> ReportIndicator:
    """Add an indicator to the list of the actor's agency (TT 46/2012 Đ9.1.c: each province its own).

    `figure` "" means that it is typed by hand. Raises NotAllowed, Refused.
    """
    one = ReportIndicator(
        creation_key=creation_key,
        agency=by.agency,
        label=label.strip(),
        unit=unit.strip(),
        figure=figure,
        activities=list(activities) if figure else [],
        document=document.strip(),
        position=position,
        set_by=by.user,
    )
    require(by, Permission.PERIOD_REPORT_WRITE, one)
    earlier = ReportIndicator.objects.filter(creation_key=creation_key).first()
    if earlier is not None:
        if earlier.set_by_id != by.user.pk:
            raise Refused(USED)
        return earlier
    if by.agency.kind not in LIST_KEEPERS:
        raise Refused("Danh mục chỉ tiêu do Sở Công Thương lập cho tỉnh, do Cục lập cho cả nước.")
    if not one.label or not one.unit:
        raise Refused("Hãy ghi tên và đơn vị tính của chỉ tiêu.")
    if figure not in {"", RECOGNISED, *CODES} or not set(activities) <= set(catalogue().activities):
        raise Refused("Cách tính hoặc nội dung không có trong danh mục.")
    if ReportIndicator.objects.in_force().filter(agency=by.agency, label=one.label).exists():
        raise Refused("Cơ quan đã có chỉ tiêu tên này.")
    made = save_once(one, author="set_by")
    if made is not None:
        return made
    record(
        action="period_report.indicator",
        by=by,
        subject=one,
        thread=one.thread,
        after={
            "chỉ tiêu": one.label,
            "đơn vị tính": one.unit,
            "cách tính": figure or "ghi tay",
            "văn bản": one.document,
        },
    )
    return one


@transaction.atomic
def end_indicator(*, indicator_id: int, by: Actor, version: int) -> ReportIndicator:
    """Report an indicator no longer; reports that were handed in keep it. Raises NotAllowed, Stale, Refused."""
    one = ReportIndicator.objects.select_for_update().get(pk=indicator_id)
    require(by, Permission.PERIOD_REPORT_WRITE, one)
    if one.version != version:
        raise Stale(STALE)
    if one.ended:
        raise Refused("Chỉ tiêu này đã thôi báo cáo.")
    one.ended = True
    one.version += 1
    one.save(update_fields=["ended", "version"])
    record(action="period_report.indicator_end", by=by, subject=one, thread=one.thread, after={"chỉ tiêu": one.label})
    return one
