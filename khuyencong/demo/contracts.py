"""Made-up contracts: one of two đề án with everything that a contract can have, and a draft that waits for the leader."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

from khuyencong.core.dates import today
from khuyencong.core.money import MILLION
from khuyencong.demo.walk import Item, World, advance_to, make_establishment, write_project
from khuyencong.finance import actions as money
from khuyencong.finance.actions.contracts import PartInput
from khuyencong.finance.actions.schedules import MilestoneInput
from khuyencong.finance.models import BankAccount, Contract, ContractKind
from khuyencong.programmes.models import FundingSource
from khuyencong.projects.models import Project
from khuyencong.projects.states import ProjectState

CENTRE, SO = "dong-thap-centre", "dong-thap"
ROUND = 4
# Name, machine, establishment; the first two come under one contract, the last two wait in a draft.
TOGETHER = (
    ("Máy đan lục bình (ví dụ)", "Máy đan", "Hộ kinh doanh Lục Bình Ví Dụ"),
    ("Máy vo gạo (ví dụ)", "Máy vo gạo", "Hợp tác xã Gạo Thử Nghiệm"),
)
DRAFTED = (
    ("Máy bóc vỏ ấu (ví dụ)", "Máy bóc vỏ", "Cơ sở Ấu Mẫu"),
    ("Máy ép mía (ví dụ)", "Máy ép mía", "Hộ kinh doanh Mía Ví Dụ"),
)
COST, SUPPORT = 240 * MILLION, 100 * MILLION


def load_contracts(world: World) -> None:
    """Both contracts through the real actions, with a plan round and money of their own."""
    projects = [_project(world, *one) for one in (*TOGETHER, *DRAFTED)]
    _approve(world, projects)
    payer = _account(world, world.agencies[SO].name, "0000000000001", "Kho bạc Nhà nước Ví Dụ", key=SO)
    unit = _account(world, world.agencies[CENTRE].name, "0000000000002", "Ngân hàng Ví Dụ", key=CENTRE)
    _signed(world, projects[:2], payer, unit)
    money.prepare_contract(
        by=world.actor(SO, "accountant"),
        creation_key=uuid4(),
        parts=[PartInput(one.pk, 0, SUPPORT) for one in projects[2:]],
        kind=ContractKind.CONTRACT,
        number="DT-02/HĐ-VIDU",
        signed_on=today(),
        ends_on=today() + timedelta(days=60),
        payer_account=payer,
        unit_account=unit,
    )


def _project(world: World, name: str, machine: str, establishment: str) -> Project:
    place = make_establishment(world, name=f"{establishment} (không có thật)", place_text="Ấp Ví Dụ", workers=7)
    project = write_project(
        world,
        unit=CENTRE,
        source=FundingSource.LOCAL,
        province="82",
        fields={"name": name},
        items=[Item(machine, COST, SUPPORT, place)],
    )
    return advance_to(world, project, ProjectState.BASE_APPRAISED)


def _approve(world: World, projects: Sequence[Project]) -> None:
    year = today().year
    money.give_envelope(
        by=world.actor(SO, "accountant"),
        year=year,
        source=FundingSource.LOCAL,
        amount=len(projects) * SUPPORT,
        document=f"Quyết định bổ sung dự toán thử nghiệm lần hai {year}",
        on=today(),
    )
    appraiser = world.actor(SO, "appraiser")
    title = f"Kế hoạch khuyến công địa phương năm {year}, đợt {ROUND} (ví dụ)"
    plan = money.create_plan(by=appraiser, year=year, source=FundingSource.LOCAL, title=title, round_=ROUND)
    for project in projects:
        money.put_in_plan(plan_id=plan.pk, version=plan.version, project_id=project.pk, by=appraiser)
        plan.refresh_from_db()
    money.approve_plan(
        plan_id=plan.pk,
        version=plan.version,
        by=world.actor(SO, "leader"),
        decision_on=today(),
        decided_by="Chủ tịch UBND tỉnh (ví dụ)",
        decision_number=f"04/QĐ-VIDU-{year}",
    )
    for project in projects:
        project.refresh_from_db()


def _account(world: World, holder: str, number: str, bank: str, *, key: str) -> BankAccount:
    return money.add_bank_account(
        by=world.actor(SO, "accountant"),
        creation_key=uuid4(),
        agency=world.agencies[key],
        holder_name=f"{holder} (ví dụ)",
        number=number,
        bank=f"{bank} (không có thật)",
        from_on=today(),
    )


def _signed(world: World, projects: Sequence[Project], payer: BankAccount, unit: BankAccount) -> None:
    """Signed for less than was approved, then raised by an annex; a milestone, a guarantee, a contract below it."""
    first, second = projects
    leader, accountant = world.actor(SO, "leader"), world.actor(SO, "accountant")
    contract = money.sign_contract(
        project_id=first.pk,
        by=leader,
        version=first.version,
        kind=ContractKind.CONTRACT,
        number="04/HĐ-VIDU",
        signed_on=today(),
        ends_on=today() + timedelta(days=20),
        value=80 * MILLION,
        also=[PartInput(second.pk, second.version, SUPPORT)],
        payer_account=payer,
        unit_account=unit,
    )
    money.save_schedule(
        contract_id=contract.pk,
        by=accountant,
        version=contract.version,
        milestones=[
            MilestoneInput(today() + timedelta(days=5), "Lắp đặt máy (ví dụ)", 70 * MILLION, first.pk),
            MilestoneInput(today() + timedelta(days=15), "Chạy thử, bàn giao (ví dụ)", 90 * MILLION),
        ],
    )
    contract = Contract.objects.get(pk=contract.pk)
    money.add_guarantee(
        contract_id=contract.pk,
        by=accountant,
        version=contract.version,
        creation_key=uuid4(),
        issuer="Ngân hàng Ví Dụ (không có thật)",
        number="BL-VIDU-01",
        amount=40 * MILLION,
        from_on=today(),
        to_on=today() + timedelta(days=10),
    )
    contract = Contract.objects.get(pk=contract.pk)
    money.amend_contract(
        contract_id=contract.pk,
        by=leader,
        version=contract.version,
        creation_key=uuid4(),
        number="01/PL-VIDU",
        signed_on=today(),
        reason="Đủ kinh phí cho cả máy (ví dụ).",
        ends_on=today() + timedelta(days=25),
        values={first.pk: SUPPORT},
    )
    first.refresh_from_db()
    money.decide_advance(
        project_id=first.pk,
        by=leader,
        version=first.version,
        percent=Decimal(50),
        document="05/QĐ-VIDU",
        decided_on=today(),
        decided_by="Giám đốc Sở Công Thương (ví dụ)",
        condition="Báo cáo tiến độ của đơn vị thực hiện (ví dụ)",
    )
    first.refresh_from_db()
    money.record_support_contract(
        project_id=first.pk,
        by=world.actor(CENTRE, "officer"),
        version=first.version,
        beneficiary_id=first.beneficiaries.get().pk,
        number="01/HĐHT-VIDU",
        signed_on=today(),
        support=SUPPORT,
        counterpart=COST - SUPPORT,
        schedule="Thanh toán một lần sau nghiệm thu (ví dụ).",
    )
