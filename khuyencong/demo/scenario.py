"""The demo of Đồng Tháp: the stories, walked through the real actions, and everything beside them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import uuid4

from khuyencong.areas.models import CraftVillage
from khuyencong.core.dates import today
from khuyencong.core.money import MILLION
from khuyencong.delivery.actions import ItemInput, accept
from khuyencong.demo import accounts
from khuyencong.demo.adjustments import load_adjustments
from khuyencong.demo.areas import load_areas
from khuyencong.demo.competitions import load_competitions
from khuyencong.demo.connections import load_connections
from khuyencong.demo.consulting import load_consulting
from khuyencong.demo.contracts import load_contracts
from khuyencong.demo.councils import load_councils
from khuyencong.demo.deadlines import load_deadlines
from khuyencong.demo.deliveries import show_a_day_at_the_site
from khuyencong.demo.dossiers import load_dossiers
from khuyencong.demo.duplicates import load_duplicates
from khuyencong.demo.effects import load_effects
from khuyencong.demo.fairs import load_fairs
from khuyencong.demo.guided import load_guided
from khuyencong.demo.inspections import load_inspections
from khuyencong.demo.monitoring import load_monthly
from khuyencong.demo.network import load_network
from khuyencong.demo.norms import load_norms
from khuyencong.demo.owners import load_owners
from khuyencong.demo.packages import load_packages
from khuyencong.demo.papers import load_papers
from khuyencong.demo.paying import account_of
from khuyencong.demo.period_reports import load_period_reports
from khuyencong.demo.periods import load_closed_month
from khuyencong.demo.persons import load_persons
from khuyencong.demo.plan_scenarios import load_plan_scenarios
from khuyencong.demo.portal import load_portal
from khuyencong.demo.programmes import load_programmes
from khuyencong.demo.registry import certify, load_registry
from khuyencong.demo.settlements import load_settlements
from khuyencong.demo.stories import CENTRE, LOCAL, NATIONAL, REGION, STORIES, S, Story
from khuyencong.demo.surveys import load_surveys
from khuyencong.demo.training import load_training
from khuyencong.demo.treasury import load_treasury
from khuyencong.demo.walk import Item, World, advance_to, make_establishment, pay, write_project
from khuyencong.finance import actions as money
from khuyencong.finance.ledger import version_of
from khuyencong.finance.models import ContractKind, PaymentKind
from khuyencong.opendata import months
from khuyencong.people.actors import Actor, actor_for
from khuyencong.people.models import Agency, User
from khuyencong.people.roles import Role
from khuyencong.places.models import Commune, Province
from khuyencong.programmes.models import AnnualPlan, Envelope, FundingSource
from khuyencong.projects.models import Project

ORIGIN = "lệnh nạp dữ liệu mẫu"
GIVEN = {LOCAL: 3_400, NATIONAL: 4_000}  # triệu đồng in this year's envelopes; local money does not reach down to all


def load_scenario(users: dict[str, User]) -> None:
    """Walk every story through the real actions, in one plan round for each source that is approved together."""
    world = demo_world(users)
    village = load_areas(world)
    load_consulting(world)
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
    load_contracts(world)
    load_papers(world)
    load_monthly(world)
    load_treasury(world)
    load_period_reports(world)
    load_registry(world)
    load_duplicates(world)
    load_guided(world, unit=CENTRE, province="82", further="25")
    load_norms(world)
    load_deadlines(world)
    load_programmes(world)
    load_closed_month(world, "dong-thap")
    load_owners(world)
    load_effects(world, users[accounts.ENTRY_CLERK])
    load_councils(world)
    load_dossiers(world)
    load_settlements(world)
    load_inspections(world)
    load_competitions(world)
    load_fairs(world)
    load_training(world)
    load_connections(world, "dong-thap")
    collaborator = actor_for(users["congtacvien"], origin=ORIGIN)
    if collaborator is not None:
        load_surveys(collaborator=collaborator, officer=world.actor(CENTRE, "officer"))
        load_network(world, collaborator)
        load_persons(world)
    load_portal(world, actor_for(users["lanhdao.phutho"], origin=ORIGIN))
    load_packages(world)
    months.go_on()  # the first files of open data, which else the job would make in a moment


# Which agency below each holder of money gets a part of it, and how much (triệu đồng).
DELEGATED = {LOCAL: (CENTRE, 400), NATIONAL: (REGION, 500)}


def _delegate(world: World, agency: str, source: FundingSource) -> None:
    """Hand a part of the envelope on, as departments and the national agency do for what is carried out below them."""
    to, amount = DELEGATED[source]
    envelope = Envelope.objects.get(agency=world.agencies[agency], year=today().year, source=source)
    money.delegate_envelope(
        envelope_id=envelope.pk,
        version=version_of(envelope),
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
        if story.ending == "advance_waiting" and story.source == LOCAL:
            show_a_day_at_the_site(world, project)
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
        unit_account=account_of(world, project),
    )
    project.refresh_from_db()


def _advance(world: World, agency: str, project: Project, *, approve: bool) -> None:
    amount = project.contract_part.advance_ceiling
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
