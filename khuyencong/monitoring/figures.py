"""What a report tells, as plain data: what the form hands to the action, and what a new report begins with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Sum

from khuyencong.monitoring.models import PartProgress, ProgressReport, ReportState, WorkProgress, WorkState
from khuyencong.projects.models import Beneficiary, Project, WorkItem

# Kinds of rows of the ledger by which support reaches the unit; see finance.
REACHES, TAKEN_BACK = ("advanced", "paid"), "recovered"
TEXTS = ("difficulties", "proposals", "next_month", "decrease_reason")


@dataclass(frozen=True)
class PartInput:
    """What was invested at one beneficiary, in đồng; None: the common part of the đề án."""

    beneficiary_id: int | None
    done: int
    total: int
    note: str = ""


@dataclass(frozen=True)
class WorkInput:
    """How far one work item has come."""

    item_id: int
    state: str = WorkState.WAITING
    note: str = ""


@dataclass(frozen=True)
class Figures:
    """Everything that a unit reports of a month: volume in per cent, money in đồng, each as it stands at its end."""

    volume: Decimal = Decimal(0)
    support_received: int = 0
    support_used: int = 0
    difficulties: str = ""
    proposals: str = ""
    next_month: str = ""
    decrease_reason: str = ""
    parts: Sequence[PartInput] = ()
    works: Sequence[WorkInput] = field(default_factory=tuple)


@dataclass(frozen=True)
class Asked:
    """Of what a report of the đề án tells: its beneficiaries of today with their estimate, and its work items."""

    beneficiaries: dict[int | None, str]
    estimate: dict[int | None, int]  # đồng, the whole of Mẫu 1 that falls to each
    works: list[WorkItem]


def asked_of(project: Project) -> Asked:
    """Three queries. The common part stands where a line of the estimate names no beneficiary, or where there is none."""
    beneficiaries: list[Beneficiary] = list(project.beneficiaries.select_related("establishment"))
    sums = project.lines.order_by().values_list("beneficiary").annotate(sum=Sum("total"))
    estimate: dict[int | None, int] = dict(sums)
    names: dict[int | None, str] = {one.pk: str(one) for one in beneficiaries}
    if not names or estimate.get(None):
        names[None] = "Phần chung của đề án"
    return Asked(names, {key: estimate.get(key, 0) for key in names}, list(project.work_items.all()))


def received_by(project: Project) -> int:
    """The support that has reached the unit, in đồng: advanced and paid less recovered. One query."""
    sums: dict[str, int] = dict(project.entries.order_by().values_list("kind").annotate(sum=Sum("amount")))
    return sum(sums.get(kind, 0) for kind in REACHES) - sums.get(TAKEN_BACK, 0)


def report_before(report: ProgressReport) -> ProgressReport | None:
    """The newest report of an earlier month that the unit has handed in, or the corrected one. One query."""
    if report.number > 1:
        return report.project.progress_reports.filter(month=report.month, number=report.number - 1).first()
    return (
        report.project.progress_reports.filter(month__lt=report.month, current=True)
        .exclude(state=ReportState.DRAFT)
        .order_by("-month")
        .first()
    )


def begin_with(project: Project, last: ProgressReport | None, *, received: int) -> Figures:
    """What a new report begins with: what the last one said, and what the ledger says has reached the unit.

    The plan for the month that follows is new every month; the one of last month is shown beside it.
    """
    asked = asked_of(project)
    parts = {one.beneficiary_id: one for one in last.parts.all()} if last else {}
    works = {one.item_id: one for one in last.works.all()} if last else {}
    return Figures(
        volume=last.volume if last else Decimal(0),
        support_received=received,
        support_used=min(last.support_used, received) if last else 0,
        difficulties=last.difficulties if last else "",
        proposals=last.proposals if last else "",
        parts=[_part(key, parts.get(key), asked.estimate[key]) for key in asked.beneficiaries],
        works=[_work(one.pk, works.get(one.pk)) for one in asked.works],
    )


def _part(key: int | None, before: PartProgress | None, estimate: int) -> PartInput:
    if before is None:
        return PartInput(key, 0, estimate)
    return PartInput(key, before.done, max(before.total, estimate), before.note)


def _work(key: int, before: WorkProgress | None) -> WorkInput:
    return WorkInput(key, before.state, before.note) if before else WorkInput(key)


def figures_of(report: ProgressReport) -> Figures:
    """What the report says now. Two queries where its rows are not loaded."""
    return Figures(
        volume=report.volume,
        support_received=report.support_received,
        support_used=report.support_used,
        parts=[PartInput(one.beneficiary_id, one.done, one.total, one.note) for one in report.parts.all()],
        works=[WorkInput(one.item_id, one.state, one.note) for one in report.works.all() if one.item_id],
        **{name: getattr(report, name) for name in TEXTS},
    )


def store(report: ProgressReport, figures: Figures, asked: Asked) -> None:
    """Write the figures onto a locked report, with its rows; the caller saves the report. Sums are made here only."""
    for name in ("volume", "support_received", "support_used", *TEXTS):
        setattr(report, name, getattr(figures, name))
    given = {one.beneficiary_id: one for one in figures.parts}
    parts = [given.get(key) or PartInput(key, 0, asked.estimate[key]) for key in asked.beneficiaries]
    report.investment_done = sum(one.done for one in parts)
    report.investment_total = sum(one.total for one in parts)
    report.save()
    report.parts.all().delete()
    PartProgress.objects.bulk_create(
        PartProgress(report=report, beneficiary_id=one.beneficiary_id, done=one.done, total=one.total, note=one.note)
        for one in parts
    )
    states = {one.item_id: one for one in figures.works}
    report.works.all().delete()
    WorkProgress.objects.bulk_create(
        WorkProgress(
            report=report,
            item=item,
            position=item.position,
            content=item.content,
            ends_on=item.ends_on,
            state=states[item.pk].state if item.pk in states else WorkState.WAITING,
            note=states[item.pk].note if item.pk in states else "",
        )
        for item in asked.works
    )
