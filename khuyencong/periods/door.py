"""How an action takes hold of a report: locked, permitted, and still what the page showed."""

from __future__ import annotations

from khuyencong.core.errors import Refused, Stale
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require
from khuyencong.periods.models import PeriodReport
from khuyencong.periods.states import check_step, permission_of

STALE = "Báo cáo đã được thay đổi sau khi bạn mở trang. Chưa có gì được ghi; hãy xem lại rồi làm lại nếu vẫn cần."


def lock_report(report_id: int, *, by: Actor, permission: Permission, version: int) -> PeriodReport:
    """The report, locked until the transaction ends. Raises NotAllowed, or Stale where `version` is not the current one."""
    report = (
        PeriodReport.objects.select_for_update(of=("self",))
        .select_related("agency__province__current", "keeper", "receiver")
        .get(pk=report_id)
    )
    require(by, permission, report)
    if report.version != version:
        raise Stale(STALE)
    return report


def lock_for_step(report_id: int, step: str, *, by: Actor, version: int) -> PeriodReport:
    """As `lock_report`, on which `step` may be taken now; Refused where the state does not allow it."""
    report = lock_report(report_id, by=by, permission=permission_of(step), version=version)
    check_step(report, step)
    return report


def lock_to_write(report_id: int, *, by: Actor, version: int) -> PeriodReport:
    """As `lock_report`, for changing what it says; Refused once it is handed in."""
    report = lock_report(report_id, by=by, permission=Permission.PERIOD_REPORT_WRITE, version=version)
    if not report.is_writable:
        raise Refused(f"Báo cáo ở trạng thái «{report.get_state_display()}» không sửa được.")
    return report
