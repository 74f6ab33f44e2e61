"""What Sở, or for what went straight to it the Cục, says to a report."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import Refused
from khuyencong.monitoring.actions.writing import told
from khuyencong.monitoring.door import lock_for_step
from khuyencong.monitoring.models import ProgressReport
from khuyencong.monitoring.rules import OWN, is_own
from khuyencong.monitoring.states import move
from khuyencong.monitoring.tell import tell
from khuyencong.people.actors import Actor


@transaction.atomic
def confirm(*, report_id: int, by: Actor, version: int, confirmed_on: date, note: str = "") -> ProgressReport:
    """Confirm volume and money of the report (TT 36/2013 Đ21.4); advances may rest on it from that day on.

    Raises NotAllowed, Stale, Refused: whoever wrote or handed it in does not confirm it.
    """
    report = lock_for_step(report_id, "confirm", by=by, version=version)
    if confirmed_on > today():
        raise Refused("Ngày xác nhận không được ở tương lai.")
    if report.submitted_on is not None and confirmed_on < report.submitted_on:
        raise Refused(f"Ngày xác nhận không được trước ngày nộp {format_date(report.submitted_on)}.")
    _move_and_record(report, "confirm", by=by, on=confirmed_on, text=note)
    return report


@transaction.atomic
def send_back(*, report_id: int, by: Actor, version: int, reason: str) -> ProgressReport:
    """Return the report to the unit with the reasons. Raises NotAllowed, Stale, Refused."""
    report = lock_for_step(report_id, "return", by=by, version=version)
    _move_and_record(report, "return", by=by, on=today(), text=reason)
    return report


def _move_and_record(report: ProgressReport, step: str, *, by: Actor, on: date, text: str) -> None:
    if is_own(report, by):
        raise Refused(OWN)
    before = {"trạng thái báo cáo": report.get_state_display()}
    report.decided_on, report.decided_by, report.decided_as = on, by.user, by.signature
    report.answer = text.strip()
    move(report, step, reason=text)
    tell(report, by=by)
    record(
        action=f"monthly.{step}",
        by=by,
        subject=report,
        thread=report.thread,
        before=before,
        after={
            "tháng": f"{report.month:%m/%Y}",
            "trạng thái báo cáo": report.get_state_display(),
            "ngày": on.isoformat(),
            **told(report),
        },
        note=report.answer,
    )
