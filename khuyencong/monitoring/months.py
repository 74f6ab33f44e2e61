"""The list of a month: which đề án owe a report, which came in time or late, which are missing or wait for Sở."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Count, DateField, F, FilteredRelation, Q, Value, When
from django.db.models.functions import Coalesce

from khuyencong.core.dates import format_date
from khuyencong.law import deadlines
from khuyencong.law.deadlines import Deadline
from khuyencong.monitoring.days import OwnDays, days_late, due_of, month_after, own_days
from khuyencong.monitoring.models import ProgressReport, ReportState
from khuyencong.monitoring.rules import under_way_since
from khuyencong.people.actors import Actor
from khuyencong.programmes.models import FundingSource
from khuyencong.projects.models import Project, ProjectQuerySet
from khuyencong.projects.states import ProjectState

IN_TIME, LATE, MISSING, NOT_YET, FREE = "in_time", "late", "missing", "not_yet", "free"
WAITING, RETURNED, CONFIRMED = "waiting", "returned", "confirmed"
STATUSES = {
    IN_TIME: "Nộp đúng hạn",
    LATE: "Nộp muộn",
    MISSING: "Thiếu báo cáo",
    NOT_YET: "Chưa đến hạn",
    FREE: "Không bắt buộc",
    WAITING: "Chờ xác nhận",
    RETURNED: "Bị trả lại",
    CONFIRMED: "Đã xác nhận",
}
TONES = {IN_TIME: "success", LATE: "warning", MISSING: "danger", NOT_YET: "", FREE: ""}
ENDED = (ProjectState.ACCEPTED, ProjectState.SETTLED)
FILED = Q(told__filed_on__isnull=False)


def asked_in(actor: Actor, month: date, days: OwnDays) -> ProjectQuerySet:
    """The đề án that were being carried out when the report of the month was due, with `due_on` and their report `told`.

    A đề án that has ended since is found by the acceptance or the stop on or after that day; whatever has a report of
    the month is there. `due_on` is None where nobody asks for a report: local money without a rule of the agency, a
    contract signed on that day or later.
    """
    law = deadlines.monthly_report(month.year, month.month)
    cut = law.on if law else month_after(month)
    rules: dict[date, list[int]] = {}
    for agency in days.rows:
        own = due_of(FundingSource.LOCAL, agency, month, days)
        if own is not None:
            rules.setdefault(own.on, []).append(agency)
    cases = [
        When(source=FundingSource.LOCAL, funder__in=agencies, contract_part__contract__signed_on__lt=on, then=Value(on))
        for on, agencies in rules.items()
    ]
    if law is not None:
        national = Q(source=FundingSource.NATIONAL, contract_part__contract__signed_on__lt=law.on)
        cases.append(When(national, then=Value(law.on)))
    standing = Q(acceptances__accepted_on__gte=cut, acceptances__annulment__isnull=True)
    later = Project.objects.filter(standing).order_by().values("pk")
    stopped = Project.objects.filter(state=ProjectState.STOPPED, entries__kind="released", entries__on__gte=cut)
    return (
        Project.objects.visible_to(actor)
        .annotate(
            due_on=Case(*cases, default=None, output_field=DateField()),
            told=FilteredRelation(
                "progress_reports", condition=Q(progress_reports__month=month, progress_reports__current=True)
            ),
        )
        .filter(contract_part__isnull=False)
        .filter(
            Q(contract_part__contract__signed_on__lt=Coalesce(F("due_on"), Value(cut, output_field=DateField())))
            & (
                Q(state=ProjectState.IN_PROGRESS)
                | Q(state__in=ENDED, pk__in=later)
                | Q(state=ProjectState.STOPPED, pk__in=stopped.order_by().values("pk"))
            )
            | Q(told__isnull=False)
        )
    )


def with_status(status: str, on: date) -> Q:
    """The condition of one status on the day `on`, for a queryset of `asked_in`."""
    conditions = {
        IN_TIME: FILED & Q(due_on__isnull=False, told__filed_on__lt=F("due_on")),
        LATE: FILED & Q(due_on__isnull=False, told__filed_on__gte=F("due_on")),
        MISSING: Q(told__filed_on__isnull=True, due_on__lte=on),
        NOT_YET: Q(told__filed_on__isnull=True, due_on__gt=on),
        FREE: Q(due_on__isnull=True),
        WAITING: Q(told__state=ReportState.SUBMITTED),
        RETURNED: Q(told__state=ReportState.RETURNED),
        CONFIRMED: Q(told__state=ReportState.CONFIRMED),
    }
    return conditions[status]


def counts(found: ProjectQuerySet, on: date) -> dict[str, int]:
    """How many there are of each status, and of all as "all"; one query."""
    sums = {status: Count("pk", filter=with_status(status, on)) for status in STATUSES}
    return dict(found.order_by().aggregate(all=Count("pk"), **sums))


@dataclass(frozen=True)
class MonthRow:
    """One đề án in the list of a month: its newest report, and `told`, the newest that was handed in.

    While a correction is being written, the report that it corrects is what others may rely on.
    """

    project: Project
    report: ProgressReport | None
    told: ProgressReport | None
    due: Deadline | None
    status: str  # one of the first five of STATUSES
    late: int  # days

    @property
    def label(self) -> str:
        """The status in words; what came late says by how many days."""
        if self.status == LATE:
            return f"Nộp muộn {self.late} ngày"
        if self.status == FREE and self.report is not None and self.report.filed_on:
            return "Nộp tự nguyện"
        return STATUSES[self.status]

    @property
    def tone(self) -> str:
        return TONES[self.status]

    @property
    def asked(self) -> str:
        """Before which day, and who says so."""
        if self.due is not None:
            return f"trước {format_date(self.due.on)}"
        return "hợp đồng ký sau hạn" if self.project.source == FundingSource.NATIONAL else "không quy định"

    @property
    def state_label(self) -> str:
        """How far the newest report has come."""
        if self.report is None:
            return ""
        corrected = self.report.state == ReportState.DRAFT and self.report.number > 1
        return "Đang đính chính" if corrected else self.report.get_state_display()


def shown_with() -> ProjectQuerySet:
    """What is loaded with each đề án of a page."""
    return Project.objects.select_related(
        "implementing_unit",
        "department",
        "funder",
        "province__current",
        "province_before",
        "in_charge",
        "contract_part__contract",
    )


def rows_of(projects: Sequence[Project], month: date, days: OwnDays, on: date) -> list[MonthRow]:
    """The lines of these đề án; one query for their reports."""
    keys = [one.pk for one in projects]
    reports: dict[int, ProgressReport] = {}
    told: dict[int, ProgressReport] = {}
    for one in ProgressReport.objects.filter(project__in=keys, month=month).order_by("number"):
        reports[one.project_id] = one
        if one.state != ReportState.DRAFT:
            told[one.project_id] = one
    return [_row(one, reports.get(one.pk), told.get(one.pk), _asked(one, month, days), on) for one in projects]


def _asked(project: Project, month: date, days: OwnDays) -> Deadline | None:
    """The day by which a report is asked for; None for a contract that was signed on that day or later. No query."""
    due = due_of(project.source, project.funder_id, month, days)
    since = under_way_since(project)
    return due if due is not None and since is not None and since < due.on else None


def _row(
    project: Project, report: ProgressReport | None, told: ProgressReport | None, due: Deadline | None, on: date
) -> MonthRow:
    filed_on = report.filed_on if report is not None else None
    if due is None:
        return MonthRow(project, report, told, due, FREE, 0)
    if filed_on is None:
        return MonthRow(project, report, told, due, MISSING if due.is_missed(on) else NOT_YET, 0)
    late = days_late(filed_on, due.on)
    return MonthRow(project, report, told, due, LATE if late else IN_TIME, late)


def missing_of(found: ProjectQuerySet, on: date, limit: int) -> list[Project]:
    """Those of the found whose report is missing, up to `limit`; two queries."""
    keys = list(found.filter(with_status(MISSING, on)).order_by("pk").values_list("pk", flat=True)[:limit])
    return list(shown_with().filter(pk__in=keys).order_by("implementing_unit", "pk"))


def months_before(last: date, count: int) -> Iterable[date]:
    """The month and those before it, the newest first."""
    year, month = last.year, last.month
    for back in range(count):
        whole = year * 12 + month - 1 - back
        yield date(whole // 12, whole % 12 + 1, 1)


def all_days() -> OwnDays:
    """The rules of every agency; one query."""
    return own_days()
