"""What who receives a report does with it: return, approve, lock, open again."""

from __future__ import annotations

from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.people.actors import Actor
from khuyencong.periods.content import digest
from khuyencong.periods.door import lock_for_step
from khuyencong.periods.models import PeriodReport
from khuyencong.periods.states import move
from khuyencong.periods.tell import tell

OWN = "Người nộp báo cáo không tự duyệt, khóa báo cáo ấy."


@transaction.atomic
def send_back(*, report_id: int, by: Actor, version: int, reason: str) -> PeriodReport:
    """Return the report with the reasons. Raises NotAllowed, Stale, Refused."""
    return _move_and_record(report_id, "return", by=by, version=version, text=reason)


@transaction.atomic
def approve(*, report_id: int, by: Actor, version: int, note: str = "") -> PeriodReport:
    """Approve what was handed in. Raises NotAllowed, Stale, Refused: nobody approves what he or she handed in."""
    return _move_and_record(report_id, "approve", by=by, version=version, text=note)


@transaction.atomic
def lock(*, report_id: int, by: Actor, version: int) -> PeriodReport:
    """Lock the approved figures; they are those that were handed in, byte by byte. Raises NotAllowed, Stale, Refused."""
    return _move_and_record(report_id, "lock", by=by, version=version, text="")


@transaction.atomic
def unlock(*, report_id: int, by: Actor, version: int, reason: str) -> PeriodReport:
    """Open a locked report for a correction; what was locked stays. Raises NotAllowed, Stale, Refused without a reason."""
    return _move_and_record(report_id, "unlock", by=by, version=version, text=reason)


def _move_and_record(report_id: int, step: str, *, by: Actor, version: int, text: str) -> PeriodReport:
    report = lock_for_step(report_id, step, by=by, version=version)
    if step in {"approve", "lock"} and report.submitted_by_id == by.user.pk:
        raise Refused(OWN)
    kept = report.versions.order_by("-number").first()
    if kept is None or digest(kept.content) != kept.sha256:
        raise Refused("Số liệu đã nộp không khớp mã kiểm tra: hãy trả lại để nộp lại, và báo cho quản trị.")
    before = {"trạng thái": report.get_state_display()}
    report.decided_by, report.decided_as, report.decided_on = by.user, by.signature, today()
    report.answer = text.strip()
    move(report, step, reason=text)
    tell(report, by=by)
    record(
        action=f"period_report.{step}",
        by=by,
        subject=report,
        thread=report.thread,
        before=before,
        after={"trạng thái": report.get_state_display(), "lần nộp": kept.number, "mã kiểm tra": kept.sha256},
        note=report.answer,
    )
    return report
