"""How an action takes hold of a report: đề án and report locked, permitted, and still what the page showed."""

from __future__ import annotations

from khuyencong.core.errors import Refused, Stale
from khuyencong.monitoring.models import ProgressReport
from khuyencong.monitoring.states import check_step, permission_of
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import require
from khuyencong.projects.models import Project
from khuyencong.projects.states import ProjectState

STALE = "Báo cáo đã được thay đổi sau khi bạn mở trang. Chưa có gì được ghi; hãy xem lại rồi làm lại nếu vẫn cần."


def lock_for_step(report_id: int, step: str, *, by: Actor, version: int) -> ProgressReport:
    """The report with its đề án, locked until the transaction ends, on which `step` may be taken now.

    Raises NotAllowed where the matrix refuses, Stale where `version` is not the current one, Refused where the state
    does not allow the step. Must be called inside a transaction.
    """
    project_id = ProgressReport.objects.values_list("project_id", flat=True).get(pk=report_id)
    project = (
        Project.objects.select_for_update(of=("self",))
        .select_related("province__current", "implementing_unit", "department", "funder", "in_charge")
        .get(pk=project_id)
    )
    report = ProgressReport.objects.select_for_update(of=("self",)).get(pk=report_id)
    report.project = project
    require(by, permission_of(step), report)
    if report.version != version:
        raise Stale(STALE)
    check_step(report, step)
    return report


def lock_to_write(report_id: int, *, by: Actor, version: int) -> ProgressReport:
    """As `lock_for_step`, for changing what the report says: whoever may hand it in may write it."""
    report = lock_for_step(report_id, "submit", by=by, version=version)
    check_under_way(report.project)
    return report


def check_under_way(project: Project) -> None:
    """Refused unless the đề án is being carried out."""
    if project.state != ProjectState.IN_PROGRESS:
        raise Refused(f"Đề án ở trạng thái «{project.get_state_display()}» không sửa, nộp báo cáo tiến độ.")
