"""Made-up reports of this year: one locked and overtaken by later records, one that waits, a table by hand, a draft."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

from khuyencong.core.dates import today
from khuyencong.core.money import MILLION
from khuyencong.demo.stories import CENTRE
from khuyencong.demo.walk import World
from khuyencong.people.models import Agency, AgencyKind
from khuyencong.periods import actions
from khuyencong.periods.actions.handing import RowInput
from khuyencong.periods.models import PeriodReport
from khuyencong.reporting.period import Period, PeriodKind

SO, CUC = "dong-thap", "national"
DOCUMENT = "00/BC-VIDU"
ELSEWHERE = "96"  # a province without any đề án in the demo


def load_period_reports(world: World) -> None:
    """Through the real actions, with numbers of papers that do not exist."""
    officer, leader = world.actor(SO, "officer"), world.actor(CUC, "leader")
    asked: dict[str, Any] = {"document": "Quyết định 00/QĐ-VIDU (không có thật)", "activities": ()}
    actions.keep_indicator(
        by=officer,
        creation_key=uuid4(),
        label="Cơ sở được nghiệm thu",
        unit="lượt cơ sở",
        figure="served",
        position=1,
        **asked,
    )
    news = actions.keep_indicator(
        by=officer,
        creation_key=uuid4(),
        label="Tin, bài về khuyến công",
        unit="tin, bài",
        figure="",
        position=2,
        **asked,
    )
    actions.set_report_day(
        by=leader, creation_key=uuid4(), kind=PeriodKind.QUARTER, days=10, document="Công văn 00/VIDU (không có thật)"
    )
    report = _begin(world, SO, world.agencies[SO])
    report = actions.type_indicators(
        report_id=report.pk, by=officer, version=report.version, values={news.pk: Decimal(12)}
    )
    report = actions.write_section(
        report_id=report.pk,
        by=officer,
        version=report.version,
        section="kho-khan",
        text="Một số cơ sở chưa thu xếp kịp vốn đối ứng (ví dụ).",
        comment="",
    )
    _submit(world, SO, report)
    for step in (actions.approve, actions.lock):
        report.refresh_from_db()
        step(report_id=report.pk, by=leader, version=report.version)
    _submit(world, CENTRE, _begin(world, CENTRE, world.agencies[CENTRE]))
    other = Agency.objects.select_related("province").get(
        kind=AgencyKind.DEPARTMENT, province__code=ELSEWHERE, active_to__isnull=True
    )
    table = _begin(world, CUC, other, by_hand=True)
    table = actions.set_row(
        report_id=table.pk,
        by=world.actor(CUC, "officer"),
        version=table.version,
        row=RowInput(
            source="local",
            activity="machinery",
            values={
                "planned_projects": 3,
                "approved_projects": 3,
                "planned": 600 * MILLION,
                "approved": 600 * MILLION,
                "counterpart": 900 * MILLION,
                "paid": 200 * MILLION,
                "paid_to_date": 200 * MILLION,
                "beneficiaries": 3,
            },
        ),
    )
    _submit(world, CUC, table)
    _begin(world, CUC, world.agencies[CUC])


def _begin(world: World, keeper: str, agency: Agency, *, by_hand: bool = False) -> PeriodReport:
    return actions.begin(
        by=world.actor(keeper, "officer"),
        creation_key=uuid4(),
        agency=agency,
        period=Period(PeriodKind.YEAR, today().year),
        closing_on=today(),
        by_hand=by_hand,
    )


def _submit(world: World, keeper: str, report: PeriodReport) -> None:
    report.refresh_from_db()
    actions.submit(
        report_id=report.pk,
        by=world.actor(keeper, "officer"),
        version=report.version,
        document=DOCUMENT,
        document_on=today(),
        explanation="Số liệu ví dụ, không có thật.",
    )
