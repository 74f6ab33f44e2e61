"""The end of money in the demo: vouchers, a liquidated contract, and money that is to come back."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from khuyencong.core.dates import today
from khuyencong.core.money import MILLION
from khuyencong.demo.walk import World
from khuyencong.projects.models import Project
from khuyencong.projects.states import ProjectState
from khuyencong.settlement import actions
from khuyencong.settlement.actions import VoucherInput
from khuyencong.settlement.door import version_of
from khuyencong.settlement.models import ClaimBasis, VoucherKind

AGENCY, CENTRE = "dong-thap", "dong-thap-centre"
FIRST, HALF = 5 * MILLION, 10 * MILLION


def load_settlements(world: World) -> None:
    """Vouchers of a đề án that waits for its settlement; of a settled one the contract liquidated and a part claimed back."""
    mine = Project.objects.filter(department=world.agencies[AGENCY], source="local", recorded_from="").order_by("pk")
    for project in mine.filter(state=ProjectState.ACCEPTED)[:1]:
        _vouchers(world, project)
    for project in mine.filter(state=ProjectState.SETTLED)[:1]:
        _liquidate(world, project)
        _claim(world, project)


def _vouchers(world: World, project: Project) -> None:
    line = project.lines.first()
    if line is None:
        return
    seller = "Công ty Cơ khí Ví Dụ (không có thật)"
    paid = (
        (VoucherKind.TRANSFER, f"UNC-{project.pk}-01", line.support, 0),
        (VoucherKind.CASH, f"PC-{project.pk}-07", 0, line.counterpart),
    )
    rows = [
        VoucherInput(
            kind=kind,
            number=number,
            day=today(),
            payee=seller,
            line_id=line.pk,
            support=support,
            counterpart=counterpart,
        )
        for kind, number, support, counterpart in paid
    ]
    officer = world.actor(CENTRE, "officer")
    actions.record_vouchers(project_id=project.pk, by=officer, version=project.version, rows=rows)


def _liquidate(world: World, project: Project) -> None:
    contract = project.contract_part.contract
    parts = list(contract.parts.select_related("project"))
    actions.liquidate(
        contract_id=contract.pk,
        by=world.actor(AGENCY, "accountant"),
        version=version_of(parts),
        number="05/BB-TL (ví dụ)",
        on=today(),
    )


def _claim(world: World, project: Project) -> None:
    accountant = world.actor(AGENCY, "accountant")
    project.refresh_from_db()
    claim = actions.make_claim(
        project_id=project.pk,
        by=accountant,
        version=project.version,
        creation_key=uuid4(),
        basis=ClaimBasis.DISALLOWED,
        decision="Kết luận kiểm toán 09/KL (ví dụ)",
        decided_on=today(),
        amount=2 * HALF,
        schedule=[(today() + timedelta(days=10), HALF), (today() + timedelta(days=70), HALF)],
        reason="Chứng từ không hợp lệ (ví dụ).",
    )
    project.refresh_from_db()
    actions.receive(
        claim_id=claim.pk,
        by=accountant,
        version=project.version,
        amount=FIRST,
        document="GNT 01 (ví dụ)",
        on=today(),
    )
