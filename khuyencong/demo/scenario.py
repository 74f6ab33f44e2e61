"""Made-up đề án of Đồng Tháp, at least one in every state, so that every button of the demo can be tried."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from khuyencong.areas.models import CraftVillage
from khuyencong.core.dates import today
from khuyencong.core.money import MILLION
from khuyencong.delivery.actions import ItemInput, accept
from khuyencong.demo import accounts
from khuyencong.demo.adjustments import load_adjustments
from khuyencong.demo.areas import load_areas
from khuyencong.demo.councils import load_councils
from khuyencong.demo.deadlines import load_deadlines
from khuyencong.demo.dossiers import load_dossiers
from khuyencong.demo.duplicates import load_duplicates
from khuyencong.demo.guided import load_guided
from khuyencong.demo.norms import load_norms
from khuyencong.demo.owners import load_owners
from khuyencong.demo.plan_scenarios import load_plan_scenarios
from khuyencong.demo.programmes import load_programmes
from khuyencong.demo.registry import certify, load_registry
from khuyencong.demo.surveys import load_surveys
from khuyencong.demo.walk import Item, World, advance_to, make_establishment, pay, write_project
from khuyencong.finance import actions as money
from khuyencong.finance.models import ContractKind, PaymentKind
from khuyencong.people.actors import Actor, actor_for
from khuyencong.people.models import Agency, User
from khuyencong.people.roles import Role
from khuyencong.places.models import Commune, Province
from khuyencong.programmes.models import AnnualPlan, Envelope, FundingSource
from khuyencong.projects.models import Project
from khuyencong.projects.states import ProjectState

S = ProjectState
LOCAL, NATIONAL = FundingSource.LOCAL, FundingSource.NATIONAL
CENTRE, REGION = "dong-thap-centre", "region"


@dataclass(frozen=True)
class Story:
    """One made-up project: its machine, its establishments, and how far it has come (`state`).

    `facts` are what stands in the registry about each of the establishments, `certified` and `stars` the level of their
    product certificate and of OCOP, `priority` what stands in the project about its place.
    """

    name: str
    state: ProjectState
    machine: str
    establishments: tuple[str, ...]
    total: int  # triệu đồng for each establishment
    support: int  # triệu đồng for each establishment
    source: FundingSource = LOCAL
    unit: str = CENTRE
    activity: str = "machinery"
    years_ahead: int = 0
    ending: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    priority: Mapping[str, Any] = field(default_factory=dict)
    certified: str = ""
    stars: int = 0
    in_craft_village: bool = False


STORIES = (
    Story("Máy sấy lạnh xoài (ví dụ)", S.DRAFT, "Máy sấy lạnh", ("Hộ kinh doanh Ví Dụ Một",), 520, 250, years_ahead=1),
    Story("Máy đóng gói bánh phồng tôm (ví dụ)", S.SUBMITTED, "Máy đóng gói", ("Hợp tác xã Thử Nghiệm Hai",), 480, 230),
    Story("Máy ép viên trấu (ví dụ)", S.RETURNED, "Máy ép viên", ("Công ty TNHH Mẫu Ba",), 640, 300),
    Story("Máy may bao bì (ví dụ)", S.REJECTED, "Máy may", ("Hộ kinh doanh Ví Dụ Bốn",), 300, 140),
    Story("Máy xay bột gạo (ví dụ)", S.WITHDRAWN, "Máy xay", ("Hộ kinh doanh Ví Dụ Năm",), 260, 120),
    Story(
        "Máy chiết rót nước mắm (ví dụ)",
        S.BASE_APPRAISED,
        "Máy chiết rót",
        ("Cơ sở Mẫu Sáu",),
        560,
        270,
        priority={
            "priority_place": "new_countryside_commune",
            "priority_trade": "mechanical_chemical_agro_supporting",
        },
        stars=4,
    ),
    Story(
        "Máy cắt CNC đồ gỗ (ví dụ)",
        S.BASE_APPRAISED,
        "Máy cắt CNC",
        ("Công ty TNHH Mẫu Bảy",),
        700,
        300,
        ending="planned",
        facts={"charter_capital": 12_000 * MILLION, "women_owned": True},
        priority={"priority_trade": "certified_key_export_local"},
        certified="province",
    ),
    Story(
        "Máy dệt khăn rằn (ví dụ)",
        S.BASE_APPRAISED,
        "Máy dệt",
        ("Hợp tác xã Thử Nghiệm Hai Ba",),
        900,
        420,
        facts={"women_owned": True},
        priority={
            "priority_place": "difficult_area",
            "priority_multiplier": Decimal("1.5"),
            "priority_decision": "Công văn 00/UBND-VIDU (không có thật)",
        },
        stars=3,
        in_craft_village=True,
    ),
    Story(
        "Máy gặt xếp dãy (ví dụ)",
        S.BASE_APPRAISED,
        "Máy gặt",
        ("Hộ kinh doanh Ví Dụ Hai Tư", "Hộ kinh doanh Ví Dụ Hai Lăm"),
        540,
        260,
    ),
    Story(
        "Mô hình sản xuất sạch hơn xưởng bột (ví dụ)",
        S.BASE_APPRAISED,
        "Hệ thống thu hồi nước và bột",
        ("Công ty TNHH Mẫu Hai Sáu",),
        1360,
        300,
        activity="cleaner_production_model",
    ),
    Story("Máy sấy cá khô (ví dụ)", S.APPROVED, "Máy sấy", ("Hộ kinh doanh Ví Dụ Tám",), 420, 200),
    Story(
        "Máy tách màu gạo (ví dụ)",
        S.IN_PROGRESS,
        "Máy tách màu",
        ("Hợp tác xã Thử Nghiệm Chín", "Công ty TNHH Mẫu Mười"),
        650,
        280,
        ending="advance_waiting",
    ),
    Story("Máy ép dầu mè (ví dụ)", S.ACCEPTED, "Máy ép dầu", ("Hộ kinh doanh Ví Dụ Mười Một",), 380, 180),
    Story(
        "Máy dệt chiếu (ví dụ)", S.ACCEPTED, "Máy dệt", ("Hợp tác xã Thử Nghiệm Mười Hai",), 400, 200, ending="unearned"
    ),
    Story("Máy nướng bánh tráng (ví dụ)", S.SETTLED, "Máy nướng", ("Hộ kinh doanh Ví Dụ Mười Ba",), 360, 175),
    Story(
        "Mô hình trình diễn sấy năng lượng mặt trời (ví dụ)",
        S.SETTLED,
        "Hệ thống sấy",
        ("Công ty TNHH Mẫu Mười Bốn",),
        1500,
        450,
        activity="demonstration_model",
    ),
    Story("Máy nghiền thức ăn thủy sản (ví dụ)", S.STOPPED, "Máy nghiền", ("Hộ kinh doanh Ví Dụ Mười Lăm",), 340, 160),
    Story(
        "Máy hấp sấy nông sản (ví dụ)",
        S.SUBMITTED,
        "Máy hấp sấy",
        ("Công ty TNHH Mẫu Mười Sáu",),
        900,
        300,
        NATIONAL,
        years_ahead=1,
    ),
    Story(
        "Máy phân loại trái cây (ví dụ)",
        S.BASE_APPRAISED,
        "Máy phân loại",
        ("Hợp tác xã Thử Nghiệm Mười Bảy",),
        800,
        300,
        NATIONAL,
    ),
    Story("Máy đúc cơ khí (ví dụ)", S.CENTRAL_APPRAISED, "Lò đúc", ("Công ty TNHH Mẫu Mười Tám",), 750, 300, NATIONAL),
    Story(
        "Đề án điểm chế biến sen (ví dụ)",
        S.CENTRAL_APPRAISED,
        "Máy sấy thăng hoa",
        ("Công ty TNHH Mẫu Hai Bảy",),
        1_000,
        300,
        NATIONAL,
        ending="planned",
        facts={"ethnic_minority_owned": True},
        priority={"priority_place": "new_countryside_commune"},
        certified="nation",
    ),
    Story(
        "Máy chế biến tinh bột (ví dụ)",
        S.IN_PROGRESS,
        "Dây chuyền rửa",
        ("Công ty TNHH Mẫu Mười Chín", "Cơ sở Mẫu Hai Mươi"),
        820,
        300,
        NATIONAL,
        ending="advanced",
    ),
    Story(
        "Máy ép gạch không nung (ví dụ)", S.SETTLED, "Máy ép gạch", ("Công ty TNHH Mẫu Hai Mốt",), 980, 300, NATIONAL
    ),
    Story(
        "Máy chế biến dừa (ví dụ)",
        S.SUBMITTED,
        "Máy tách cơm dừa",
        ("Công ty TNHH Mẫu Hai Hai",),
        860,
        300,
        NATIONAL,
        REGION,
    ),
)
ORIGIN = "lệnh nạp dữ liệu mẫu"
GIVEN = {LOCAL: 3_400, NATIONAL: 4_000}  # triệu đồng in this year's envelopes; local money does not reach down to all


def load_scenario(users: dict[str, User]) -> None:
    """Walk every story through the real actions, in one plan round for each source that is approved together."""
    world = demo_world(users)
    village = load_areas(world)
    for source, agency in ((LOCAL, "dong-thap"), (NATIONAL, "national")):
        money.give_envelope(
            by=world.actor(agency, "accountant"),
            year=today().year,
            source=source,
            amount=GIVEN[source] * MILLION,
            document=f"Quyết định giao dự toán thử nghiệm {today().year}",
            on=today(),
        )
        _delegate(world, agency, source)
        stories = [(story, _write(world, story, village)) for story in STORIES if story.source == source]
        _approve_together(world, agency, source, [project for story, project in stories if _needs_plan(story)])
        for story, project in stories:
            _finish(world, story, project)
        planned = [project for story, project in stories if story.ending == "planned"]
        if planned:
            load_plan_scenarios(world, agency, _plan(world, agency, source, planned, round_=2))
    load_adjustments(world)
    load_registry(world)
    load_duplicates(world)
    load_guided(world, unit=CENTRE, province="82", further="25")
    load_norms(world)
    load_deadlines(world)
    load_programmes(world)
    load_owners(world)
    load_councils(world)
    load_dossiers(world)
    collaborator = actor_for(users["congtacvien"], origin=ORIGIN)
    if collaborator is not None:
        load_surveys(collaborator=collaborator, officer=world.actor(CENTRE, "officer"))


# Which agency below each holder of money gets a part of it, and how much (triệu đồng).
DELEGATED = {LOCAL: (CENTRE, 400), NATIONAL: (REGION, 500)}


def _delegate(world: World, agency: str, source: FundingSource) -> None:
    """Hand a part of the envelope on, as departments and the national agency do for what is carried out below them."""
    to, amount = DELEGATED[source]
    envelope = Envelope.objects.get(agency=world.agencies[agency], year=today().year, source=source)
    money.delegate_envelope(
        envelope_id=envelope.pk,
        by=world.actor(agency, "accountant"),
        to=world.agencies[to],
        amount=amount * MILLION,
        document=f"Quyết định giao lại dự toán thử nghiệm {today().year}",
        on=today(),
    )


def demo_world(users: dict[str, User]) -> World:
    """The demo's real agencies and people under the keys that the walks use."""
    agencies = {agency.code: agency for agency in Agency.objects.select_related("province__current")}
    keys = {
        "national": accounts.NATIONAL,
        "dong-thap": accounts.DONG_THAP,
        CENTRE: accounts.DONG_THAP_CENTRE,
        REGION: accounts.REGION,
    }
    world = World(
        provinces={key: Province.objects.select_related("current").get(key=key) for key in ("82", "87@2025")},
        agencies={key: agencies[code] for key, code in keys.items()},
    )
    by_place = {(account.agency, account.role): users[account.username] for account in accounts.ACCOUNTS}
    for key, code in keys.items():
        for role in Role:
            user = by_place.get((code, role))
            if user is not None:
                world.actors[key, role.value] = Actor(user=user, agency=agencies[code], role=role, origin=ORIGIN)
    return world


def _write(world: World, story: Story, village: CraftVillage) -> Project:
    """The draft, taken to the state before money is committed."""
    communes = list(Commune.objects.filter(province=world.provinces["82"]).order_by("code")[:40])
    items = []
    for number, name in enumerate(story.establishments):
        place = village.commune if story.in_craft_village else communes[(len(name) * 7 + number) % len(communes)]
        kind = "household" if name.startswith("Hộ") else "cooperative" if name.startswith("Hợp") else "sme"
        establishment = make_establishment(
            world,
            name=f"{name} (không có thật)",
            kind=kind,
            commune=place,
            place_text="Ấp Ví Dụ",
            workers=12,
            craft_village=village if story.in_craft_village else None,
            **story.facts,
        )
        certify(world, establishment, level=story.certified, stars=story.stars)
        items.append(Item(story.machine, story.total * MILLION, story.support * MILLION, establishment))
    project = write_project(
        world,
        unit=story.unit,
        source=story.source,
        province="82",
        items=items,
        fields={
            "name": story.name,
            "activity": story.activity,
            "year": today().year + story.years_ahead,
            "commune": items[0].establishment.commune if items[0].establishment and len(items) == 1 else None,
            **story.priority,
        },
    )
    if not _needs_plan(story):
        return advance_to(world, project, story.state)
    ready = S.BASE_APPRAISED if story.source == LOCAL else S.CENTRAL_APPRAISED
    return advance_to(world, project, ready)


def _needs_plan(story: Story) -> bool:
    return story.state in {S.APPROVED, S.IN_PROGRESS, S.ACCEPTED, S.SETTLED, S.STOPPED}


def _plan(world: World, agency: str, source: FundingSource, projects: Sequence[Project], *, round_: int) -> AnnualPlan:
    appraiser = world.actor(agency, "appraiser")
    title = f"Kế hoạch {source.label.lower()} năm {today().year}, đợt {round_} (ví dụ)"
    plan = money.create_plan(by=appraiser, year=today().year, source=source, title=title, round_=round_)
    for project in projects:
        money.put_in_plan(plan_id=plan.pk, version=plan.version, project_id=project.pk, by=appraiser)
        plan.refresh_from_db()
        project.refresh_from_db()
    return plan


def _approve_together(world: World, agency: str, source: FundingSource, projects: Sequence[Project]) -> None:
    plan = _plan(world, agency, source, projects, round_=1)
    signer = "Bộ trưởng (ví dụ)" if source == NATIONAL else "Chủ tịch UBND tỉnh (ví dụ)"
    money.approve_plan(
        plan_id=plan.pk,
        version=plan.version,
        by=world.actor(agency, "leader"),
        decision_on=today(),
        decided_by=signer,
        decision_number=f"01/QĐ-VIDU-{today().year}",
    )
    for project in projects:
        project.refresh_from_db()


def _finish(world: World, story: Story, project: Project) -> None:
    """From approval to the state of the story, with its particular ending."""
    if not _needs_plan(story):
        return
    agency = "national" if story.source == NATIONAL else "dong-thap"
    if story.ending in {"advance_waiting", "advanced", "unearned"}:
        _sign(world, agency, project)
        _advance(world, agency, project, approve=story.ending != "advance_waiting")
        if story.ending == "unearned":
            _accept_half(world, project)
        return
    advance_to(world, project, story.state)


def _sign(world: World, agency: str, project: Project) -> None:
    money.sign_contract(
        project_id=project.pk,
        by=world.actor(agency, "leader"),
        version=project.version,
        kind=ContractKind.CONTRACT,
        number=f"{project.pk}/HĐ-KC",
        signed_on=today(),
        ends_on=today() + timedelta(days=90),
        value=sum(line.support for line in project.lines.all()),
        account="Tài khoản ví dụ 000 000",
    )
    project.refresh_from_db()


def _advance(world: World, agency: str, project: Project, *, approve: bool) -> None:
    amount = project.contract.advance_ceiling
    if approve:
        pay(world, project, PaymentKind.ADVANCE, amount)
        return
    money.prepare_payment(
        project_id=project.pk,
        by=world.actor(agency, "accountant"),
        version=project.version,
        creation_key=uuid4(),
        kind=PaymentKind.ADVANCE,
        amount=amount,
        condition_document="Báo cáo tiến độ 01/BC (ví dụ)",
    )
    project.refresh_from_db()


def _accept_half(world: World, project: Project) -> None:
    """The machine cost less than half of what was planned: part of the advance is not earned."""
    line = project.lines.get()
    accept(
        project_id=project.pk,
        by=world.actor("dong-thap", "appraiser"),
        version=project.version,
        beneficiary_id=line.beneficiary_id,
        number="02/BB-NT (ví dụ)",
        accepted_on=today(),
        items=[ItemInput(line_id=line.pk, cost=line.total // 2, description="Máy dệt, sản xuất trong nước (ví dụ)")],
    )
    project.refresh_from_db()
