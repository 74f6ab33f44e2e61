"""Monthly progress reports (Mẫu 3a), written by the implementing unit's system; Sở confirms them signed in. Amounts in đồng."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.shortcuts import get_object_or_404
from ninja import Router
from pydantic import Field

from khuyencong.api.door import ApiRequest
from khuyencong.api.once import creation_key
from khuyencong.api.operations import act, change, read, remove
from khuyencong.api.problems import wrong
from khuyencong.api.scopes import Scope
from khuyencong.api.shapes import (
    Answer,
    Body,
    Code,
    DiscardedOut,
    Dong,
    Id,
    Key,
    Named,
    NothingIn,
    Number,
    OneOf,
    named,
)
from khuyencong.monitoring import actions
from khuyencong.monitoring.figures import Figures, PartInput, WorkInput
from khuyencong.monitoring.forms import month_of
from khuyencong.monitoring.models import LONGEST, WHOLE, ProgressReport, WorkState
from khuyencong.monitoring.web import report_or_404
from khuyencong.people.actors import Actor
from khuyencong.projects.web import project_or_404

router = Router(tags=["Báo cáo tiến độ tháng (Mẫu 3a)"])

Long = Annotated[str, Field(max_length=LONGEST)]
ROWS = ("works", "parts__beneficiary__establishment")
Note = Annotated[str, Field(max_length=300)]


class MonthlyPartOut(Answer):
    """What was invested at one beneficiary by the end of the month; null: the common part of the đề án."""

    beneficiary: int | None
    name: str
    done: int
    total: int
    note: str


class MonthlyWorkOut(Answer):
    """How far one work item has come."""

    item: int | None
    content: str
    ends_on: date | None
    state: Named
    note: str


class MonthlyOut(Answer):
    """A report of one month; every figure is what stands at its end."""

    version: int
    id: int
    project: str
    month: str
    number: int
    current: bool
    state: Named
    volume: float = Field(description="Khối lượng đã thực hiện, %")
    investment_done: int
    investment_total: int
    support_received: int
    support_used: int
    difficulties: str
    proposals: str
    next_month: str
    decrease_reason: str
    filed_on: date | None
    submitted_on: date | None
    decided_on: date | None
    answer: str
    parts: list[MonthlyPartOut]
    works: list[MonthlyWorkOut]


class MonthIn(Body):
    """Of which month."""

    month: Annotated[str, Field(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$", description="Tháng, ví dụ 2026-11")]


class MonthlyPartIn(Body):
    """What was invested at one beneficiary; without one the common part of the đề án."""

    beneficiary: Id | None = None
    done: Dong
    total: Dong
    note: Note = ""


class MonthlyWorkIn(Body):
    """How far one work item has come; `item` is its key in the report."""

    item: Id
    state: Annotated[str, OneOf(WorkState.values)]
    note: Note = ""


class MonthlyIn(Body):
    """Everything that the unit reports; what is left out is empty or 0."""

    volume: Annotated[Decimal, Number(most=WHOLE, places=2)]
    support_received: Dong
    support_used: Dong = 0
    difficulties: Long = ""
    proposals: Long = ""
    next_month: Long = ""
    decrease_reason: Long = ""
    parts: Annotated[list[MonthlyPartIn], Field(max_length=500)] = []
    works: Annotated[list[MonthlyWorkIn], Field(max_length=500)] = []


def _shown(one: ProgressReport) -> dict[str, Any]:
    plain = (
        *("version", "number", "current", "investment_done", "investment_total", "support_received", "support_used"),
        *("difficulties", "proposals", "next_month", "decrease_reason"),
        *("filed_on", "submitted_on", "decided_on", "answer"),
    )
    return {
        **{name: getattr(one, name) for name in plain},
        "id": one.pk,
        "project": one.project.code,
        "month": f"{one.month:%Y-%m}",
        "state": named(one.state, one.get_state_display()),
        "volume": float(one.volume),
        "parts": [
            {
                "beneficiary": part.beneficiary_id,
                "name": part.name,
                "done": part.done,
                "total": part.total,
                "note": part.note,
            }
            for part in one.parts.all()
        ],
        "works": [
            {
                "item": work.item_id,
                "content": work.content,
                "ends_on": work.ends_on,
                "state": named(work.state, work.get_state_display()),
                "note": work.note,
            }
            for work in one.works.all()
        ],
    }


def _current(actor: Actor, pk: int) -> dict[str, Any]:
    rows = ProgressReport.objects.visible_to(actor).select_related("project").prefetch_related(*ROWS)
    return _shown(get_object_or_404(rows, pk=pk))


@read(router, "/projects/{code}/monthly-reports", Scope.MONTHLY_READ, list[MonthlyOut], "Báo cáo tháng của đề án")
def monthly_reports(request: ApiRequest, code: Code) -> list[dict[str, Any]]:
    """All of them, the newest month first; of a corrected month every version."""
    found = project_or_404(request.actor, code)
    rows = found.progress_reports.select_related("project")
    return [_shown(one) for one in rows.prefetch_related(*ROWS)]


@act(router, "/projects/{code}/monthly-reports", Scope.MONTHLY_WRITE, MonthlyOut, "Lập báo cáo của một tháng")
def monthly_begin(request: ApiRequest, code: Code, body: MonthIn) -> dict[str, Any]:
    """Open the report of a month, filled with what the last one said; If-Match is the version of the đề án."""
    found = project_or_404(request.actor, code)
    month = month_of(body.month)
    if month is None:
        raise wrong("body.month", "Tháng viết dạng 2026-11.")
    made = actions.begin(
        project_id=found.pk,
        by=request.actor,
        version=request.expected_version,
        creation_key=creation_key(request),
        month=month,
    )
    return _current(request.actor, made.pk)


@read(router, "/monthly-reports/{id}", Scope.MONTHLY_READ, MonthlyOut, "Một báo cáo tháng")
def monthly_report(request: ApiRequest, id: Key) -> dict[str, Any]:  # noqa: A002  # the name in the address
    """One report."""
    return _current(request.actor, id)


@change(router, "/monthly-reports/{id}", Scope.MONTHLY_WRITE, MonthlyOut, "Ghi số liệu báo cáo tháng", whole=True)
def monthly_write(request: ApiRequest, id: Key, body: MonthlyIn) -> dict[str, Any]:  # noqa: A002  # as above
    """Replace the figures of a draft or returned report."""
    found = report_or_404(request.actor, id)
    _check_rows(body, set(found.project.work_items.values_list("pk", flat=True)))
    values = body.model_dump()
    parts = [PartInput(one.beneficiary, one.done, one.total, one.note) for one in body.parts]
    works = [WorkInput(one.item, one.state, one.note) for one in body.works]
    figures = Figures(**values | {"parts": parts, "works": works})
    actions.write(report_id=found.pk, by=request.actor, version=request.expected_version, figures=figures)
    return _current(request.actor, id)


def _check_rows(body: MonthlyIn, items: set[int]) -> None:
    """No row twice, none of a work item that is not there: it would be passed over. Raises ProblemError (422)."""
    if len({one.beneficiary for one in body.parts}) != len(body.parts):
        raise wrong("body.parts", "Một đơn vị thụ hưởng được ghi hai lần.")
    if len({one.item for one in body.works}) != len(body.works):
        raise wrong("body.works", "Một công việc được ghi hai lần.")
    if not {one.item for one in body.works} <= items:
        raise wrong("body.works", "Có công việc không thuộc đề án: xem `works` của báo cáo.")


@act(router, "/monthly-reports/{id}/submit", Scope.MONTHLY_WRITE, MonthlyOut, "Nộp báo cáo tháng")
def monthly_submit(request: ApiRequest, id: Key, body: NothingIn) -> dict[str, Any]:  # noqa: A002  # as above
    """Hand the report in to Sở."""
    found = report_or_404(request.actor, id)
    actions.submit(report_id=found.pk, by=request.actor, version=request.expected_version)
    return _current(request.actor, id)


@remove(router, "/monthly-reports/{id}", Scope.MONTHLY_WRITE, DiscardedOut, "Bỏ bản soạn báo cáo tháng")
def monthly_discard(request: ApiRequest, id: Key) -> dict[str, Any]:  # noqa: A002  # as above
    """Give up a report that was never handed in."""
    found = report_or_404(request.actor, id)
    actions.discard(report_id=found.pk, by=request.actor, version=request.expected_version)
    return {"id": id}
