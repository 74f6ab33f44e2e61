"""Made-up adjustments: one decided, one that waits for Sở, and a group whose establishments are named one by one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import uuid4

from khuyencong.adjustments import actions
from khuyencong.adjustments.models import Adjustment
from khuyencong.adjustments.proposal import ProposedLine, lines_now
from khuyencong.core.dates import today
from khuyencong.core.money import MILLION
from khuyencong.demo.walk import Item, World, advance_to, make_establishment, write_project
from khuyencong.finance import actions as money
from khuyencong.people.actors import Actor
from khuyencong.programmes.models import FundingSource
from khuyencong.projects.models import Project
from khuyencong.projects.states import ProjectState

CENTRE, SO = "dong-thap-centre", "dong-thap"
DECIDED, WAITING = "Máy sấy cá khô (ví dụ)", "Máy chế biến tinh bột (ví dụ)"
GROUP = "Máy tráng bánh cho nhóm cơ sở làng nghề (ví dụ)"
PLANNED, EACH, COST = 3, 80 * MILLION, 240 * MILLION


def load_adjustments(world: World) -> None:
    """Three adjustments at different stages, through the real actions."""
    _less_support(world)
    _another_cooperating_unit(world)
    _group_named_later(world)


def _officer(world: World) -> Actor:
    return world.actor(CENTRE, "officer")


def _begin(world: World, project: Project, reason: str) -> Adjustment:
    project.refresh_from_db()
    return actions.begin(
        project_id=project.pk, by=_officer(world), version=project.version, creation_key=uuid4(), reason=reason
    )


def _estimate(world: World, adjustment: Adjustment, lines: list[ProposedLine]) -> None:
    adjustment.refresh_from_db()
    actions.set_lines(adjustment_id=adjustment.pk, by=_officer(world), version=adjustment.version, lines=lines)


def _propose(world: World, adjustment: Adjustment, number: str) -> None:
    adjustment.refresh_from_db()
    actions.propose(
        adjustment_id=adjustment.pk,
        by=_officer(world),
        version=adjustment.version,
        request_number=number,
        request_on=today(),
    )


def _decide(world: World, adjustment: Adjustment, number: str) -> None:
    adjustment.refresh_from_db()
    actions.decide(
        adjustment_id=adjustment.pk,
        by=world.actor(SO, "leader"),
        version=adjustment.version,
        number=number,
        on=today(),
        signer="Giám đốc Sở Công Thương (ví dụ)",
        confirmed=True,
    )


def _less_support(world: World) -> None:
    """The machine cost less than estimated: Sở decides, the rest returns to the envelope."""
    project = Project.objects.get(name=DECIDED)
    adjustment = _begin(world, project, "Giá máy thực tế thấp hơn dự toán (ví dụ).")
    line = lines_now(project)[0]
    cheaper = replace(line, total=line.total - 20 * MILLION, support=line.support - 10 * MILLION)
    _estimate(world, adjustment, [replace(cheaper, counterpart=cheaper.total - cheaper.support)])
    _propose(world, adjustment, "01/TTKC-VIDU")
    _decide(world, adjustment, "01/QĐ-SCT-VIDU")


def _another_cooperating_unit(world: World) -> None:
    """Of a group with national money: Sở decides, and it waits there."""
    project = Project.objects.get(name=WAITING)
    adjustment = _begin(world, project, "Đơn vị phối hợp cũ đã sáp nhập (ví dụ).")
    fields: dict[str, Any] = {"cooperating_unit": "Phòng Kinh tế xã Ví Dụ (không có thật)"}
    actions.write(
        adjustment_id=adjustment.pk,
        by=_officer(world),
        version=adjustment.version,
        reason=adjustment.reason,
        fields=fields,
        substance=False,
    )
    _propose(world, adjustment, "02/TTKC-VIDU")


def _group_named_later(world: World) -> None:
    """Approved for three establishments; one is named by now."""
    lines = [Item("Máy tráng bánh cho các cơ sở chọn sau", PLANNED * COST, PLANNED * EACH)]
    fields = {
        "name": GROUP,
        "kind": "group",
        "planned_beneficiaries": PLANNED,
        "beneficiary_criteria": "Hộ, hợp tác xã làm bánh tráng trong làng nghề, có vốn đối ứng, chưa được hỗ trợ máy (ví dụ).",
    }
    project = write_project(world, unit=CENTRE, source=FundingSource.LOCAL, province="82", fields=fields, items=lines)
    advance_to(world, project, ProjectState.BASE_APPRAISED)
    _approve(world, project)
    adjustment = _begin(world, project, "Chọn được cơ sở thứ nhất của nhóm (ví dụ).")
    first = make_establishment(
        world, name="Hộ kinh doanh Bánh Tráng Ví Dụ (không có thật)", place_text="Ấp Ví Dụ", workers=6
    )
    actions.add_newcomer(
        adjustment_id=adjustment.pk,
        by=_officer(world),
        version=adjustment.version,
        establishment=first,
        commits_own_capital=True,
        declares_no_other_support=True,
    )
    common = lines_now(project)[0]
    rest = replace(common, total=common.total - COST, support=common.support - EACH)
    rest = replace(rest, counterpart=rest.total - rest.support)
    own = ProposedLine("Máy tráng bánh tự động", COST, EACH, COST - EACH, 0, establishment=first.pk)
    _estimate(world, adjustment, [own, rest])
    _propose(world, adjustment, "03/TTKC-VIDU")
    _decide(world, adjustment, "02/QĐ-SCT-VIDU")


def _approve(world: World, project: Project) -> None:
    """A third round of the plan, with money of its own, so that nobody else's is taken."""
    money.give_envelope(
        by=world.actor(SO, "accountant"),
        year=project.year,
        source=project.source,
        amount=PLANNED * EACH,
        document=f"Quyết định bổ sung dự toán thử nghiệm {project.year}",
        on=today(),
    )
    appraiser = world.actor(SO, "appraiser")
    title = f"Kế hoạch khuyến công địa phương năm {project.year}, đợt 3 (ví dụ)"
    plan = money.create_plan(by=appraiser, year=project.year, source=project.source, title=title, round_=3)
    money.put_in_plan(plan_id=plan.pk, version=plan.version, project_id=project.pk, by=appraiser)
    plan.refresh_from_db()
    money.approve_plan(
        plan_id=plan.pk,
        version=plan.version,
        by=world.actor(SO, "leader"),
        decision_on=today(),
        decided_by="Chủ tịch UBND tỉnh (ví dụ)",
        decision_number=f"03/QĐ-VIDU-{project.year}",
    )
