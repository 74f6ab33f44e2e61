"""What the page of a report shows beside its figures: what has changed, and what may be done now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from khuyencong.core.components import Action, Cell, Row
from khuyencong.core.findings import Blocker
from khuyencong.core.money import format_dong
from khuyencong.monitoring.models import PartProgress, ProgressReport, ReportState, WorkProgress
from khuyencong.monitoring.rules import OWN, is_own
from khuyencong.monitoring.states import steps_from
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, allowed
from khuyencong.projects.models import Project
from khuyencong.projects.states import ProjectState

TONES = {
    ReportState.CONFIRMED: "success",
    ReportState.RETURNED: "danger",
    ReportState.SUBMITTED: "info",
    ReportState.DRAFT: "warning",
}
ICONS = {"submit": "send", "confirm": "checklist", "return": "arrow-back-up", "correct": "pencil"}
NOTHING = "–"


@dataclass(frozen=True)
class WorkRow:
    """A work item with what was said of it in the report before."""

    work: WorkProgress
    before: str

    @property
    def changed(self) -> bool:
        return bool(self.before) and self.before != self.work.get_state_display()


def works_of(report: ProgressReport, before: ProgressReport | None) -> list[WorkRow]:
    """The work items in their order; two queries."""
    earlier = {one.item_id: one.get_state_display() for one in before.works.all()} if before else {}
    return [WorkRow(one, earlier.get(one.item_id, "")) for one in report.works.all()]


def parts_of(report: ProgressReport) -> list[PartProgress]:
    """The money by beneficiary; one query."""
    return list(report.parts.select_related("beneficiary__establishment"))


def differences(before: ProgressReport, after: ProgressReport) -> list[Row]:
    """Every figure and text in which two reports differ, as rows of a table: what, before, after. Four queries."""
    rows = [
        ("Khối lượng", before.volume_text, after.volume_text),
        ("Giá trị đã thực hiện (đồng)", format_dong(before.investment_done), format_dong(after.investment_done)),
        ("Tổng vốn đầu tư (đồng)", format_dong(before.investment_total), format_dong(after.investment_total)),
        ("Kinh phí đã nhận (đồng)", format_dong(before.support_received), format_dong(after.support_received)),
        ("Kinh phí đã sử dụng (đồng)", format_dong(before.support_used), format_dong(after.support_used)),
        *_of_rows(_money(before), _money(after)),
        *_of_rows(_work(before), _work(after)),
        ("Khó khăn, vướng mắc", before.difficulties, after.difficulties),
        ("Kiến nghị, đề xuất", before.proposals, after.proposals),
    ]
    if before.month == after.month:  # of another month it is another plan
        rows.append(("Kế hoạch tháng tới", before.next_month, after.next_month))
    return [Row((Cell(label), Cell(was or NOTHING), Cell(now or NOTHING))) for label, was, now in rows if was != now]


def _money(report: ProgressReport) -> dict[str, str]:
    return {
        f"{one.name}: đã thực hiện / tổng vốn (đồng)": f"{format_dong(one.done)} / {format_dong(one.total)}"
        for one in parts_of(report)
    }


def _work(report: ProgressReport) -> dict[str, str]:
    return {str(one): one.get_state_display() for one in report.works.all()}


def _of_rows(before: dict[str, str], after: dict[str, str]) -> Iterable[tuple[str, str, str]]:
    return ((label, before.get(label, ""), after.get(label, "")) for label in dict.fromkeys([*before, *after]))


def actions_for(report: ProgressReport, actor: Actor, stopping: list[Blocker]) -> list[Action]:
    """The steps of the table that this actor may take now; one that something stands against says what. No query."""
    running = report.project.state == ProjectState.IN_PROGRESS
    made = []
    for step in steps_from(report.state) if report.current else ():
        if not allowed(actor, step.permission, report) or (step.permission is Permission.MONTHLY_WRITE and not running):
            continue
        blocked = None
        if step.permission is Permission.MONTHLY_CONFIRM and is_own(report, actor):
            blocked = Blocker("own", OWN)
        elif step.name == "submit" and stopping:
            more = f" (và {len(stopping) - 1} điều khác)" if len(stopping) > 1 else ""
            blocked = Blocker(stopping[0].code, stopping[0].sentence + more, stopping[0].article)
        made.append(
            Action(
                key=step.name,
                label=step.label,
                url=reverse(f"monthly_report_{step.name}", args=[report.pk]),
                method="post" if step.name == "submit" else "get",
                icon=ICONS[step.name],
                tone="primary" if step.forward else "",
                blocked=blocked,
                hidden={"version": report.version} if step.name == "submit" else {},
            )
        )
    if running and report.is_writable and allowed(actor, Permission.MONTHLY_WRITE, report):
        made.insert(
            0, Action("edit", "Sửa báo cáo", reverse("monthly_report_edit", args=[report.pk]), "get", icon="pencil")
        )
        photos = reverse("monthly_report_photos", args=[report.pk])
        made.append(Action("photos", "Thêm ảnh", photos, "get", icon="upload"))
        if report.state == ReportState.DRAFT:
            url = reverse("monthly_report_discard", args=[report.pk])
            made.append(Action("discard", "Bỏ bản soạn này", url, icon="x", hidden={"version": report.version}))
    return made


def points_of(project: Project) -> list[ProgressReport]:
    """The reports of a đề án by month, each month its newest that was handed in; one query."""
    found = project.progress_reports.exclude(state=ReportState.DRAFT).order_by("month", "-number")
    by_month: dict[object, ProgressReport] = {}
    for one in found:
        by_month.setdefault(one.month, one)
    return list(by_month.values())
