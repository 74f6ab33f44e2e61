"""What an agency asks for its local money."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.core.creation import USED
from khuyencong.core.errors import Refused
from khuyencong.monitoring.days import first_of
from khuyencong.monitoring.models import OwnReportDay
from khuyencong.people.actors import Actor
from khuyencong.people.models import AgencyKind
from khuyencong.people.permissions import Permission, require


@transaction.atomic
def set_report_day(
    *, by: Actor, creation_key: UUID, from_month: date, day: int | None, document: str = ""
) -> OwnReportDay:
    """Ask for a report before the `day` of every month from a month on, or for none any more (None); local money only.

    The law asks nothing of local money, so the document of the agency is named. The same key twice gives the first one
    back. Raises NotAllowed, Refused.
    """
    rule = OwnReportDay(
        creation_key=creation_key, agency=by.agency, from_month=first_of(from_month), day=day,
        document=document.strip(), set_by=by.user,
    )  # fmt: skip
    require(by, Permission.DEADLINE_KEEP, rule)
    earlier = OwnReportDay.objects.filter(creation_key=creation_key).first()
    if earlier is not None:
        if earlier.set_by_id != by.user.pk:
            raise Refused(USED)
        return earlier
    if by.agency.kind != AgencyKind.DEPARTMENT:
        raise Refused("Chỉ Sở Công Thương đặt ngày báo cáo cho kinh phí địa phương của mình.")
    if day is not None and not rule.document:
        raise Refused("Hãy ghi văn bản quy định: pháp luật không yêu cầu báo cáo tháng với kinh phí địa phương.")
    rule.save()
    record(
        action="monthly.day", by=by, subject=rule, thread=rule.thread,
        after={"từ tháng": f"{rule.from_month:%m/%Y}", "trước ngày": day or "không yêu cầu", "văn bản": rule.document},
    )  # fmt: skip
    return rule
