"""A small made-up world for tests: two provinces, their agencies, one person per role, and projects in any state.

Everything past the draft is reached through the real actions, so that a test starts from a state that can exist.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models

from khuyencong.appraisal.actions import Judgement, appraise
from khuyencong.appraisal.models import POINTS, Level, Outcome
from khuyencong.core.dates import today
from khuyencong.core.money import MILLION
from khuyencong.core.text import fold, sort_key
from khuyencong.delivery.actions import ItemInput, accept
from khuyencong.establishments.actions import register_establishment
from khuyencong.establishments.models import Establishment
from khuyencong.finance import actions as money
from khuyencong.finance.models import ContractKind, Payment, PaymentKind
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, AgencyKind, Membership, User
from khuyencong.people.roles import Role
from khuyencong.places.models import Commune, CommuneKind, Province, ProvinceKind, Region
from khuyencong.programmes.models import AnnualPlan, FundingSource
from khuyencong.projects import actions as projects
from khuyencong.projects.models import Project
from khuyencong.projects.states import ProjectState

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
_numbers = itertools.count(1)


@dataclass
class World:
    """Places, agencies and actors; `actor('dong-thap', 'leader')` names a person by agency and role."""

    provinces: dict[str, Province] = field(default_factory=dict)
    agencies: dict[str, Agency] = field(default_factory=dict)
    actors: dict[tuple[str, str], Actor] = field(default_factory=dict)

    def actor(self, agency: str, role: str) -> Actor:
        """The person with `role` at the agency with that short key."""
        return self.actors[agency, role]


def _province(code: str, name: str, current: Province | None = None) -> Province:
    key = code if current is None else f"{code}@2025"
    row = Province(
        code=code, key=key, name=f"Tỉnh {name}", short_name=name, kind=ProvinceKind.PROVINCE, folded=fold(f"Tỉnh {name}"),
        sort_key=sort_key(name), valid_from=None if current else date(2025, 7, 1),
        valid_to=date(2025, 6, 30) if current else None, current=current,
    )
    row.save()
    if current is None:
        row.current = row
        row.save()
    return row


def build_world() -> World:
    """Đồng Tháp (with a known norm) and Phú Thọ, the national agency and one regional centre, six roles at each."""
    world = World()
    dong_thap, phu_tho = _province("82", "Đồng Tháp"), _province("25", "Phú Thọ")
    world.provinces = {
        "82": dong_thap,
        "25": phu_tho,
        "87@2025": _province("87", "Đồng Tháp", dong_thap),
        "17@2025": _province("17", "Hòa Bình", phu_tho),
    }
    for province, code in ((dong_thap, "29869"), (phu_tho, "07900")):
        Commune.objects.create(
            code=code, name=f"Xã Thử Nghiệm {province.short_name}", kind=CommuneKind.COMMUNE, province=province,
            latitude=10, longitude=105, folded=fold(f"Xã Thử Nghiệm {province.short_name}"), sort_key=sort_key("Thử Nghiệm"),
        )
    rows: tuple[tuple[str, AgencyKind, str, Province | None, str], ...] = (
        ("national", AgencyKind.NATIONAL, "Cục Khuyến công", None, ""),
        ("region", AgencyKind.REGIONAL_CENTRE, "Trung tâm khu vực 3", None, Region.SOUTH),
        ("dong-thap", AgencyKind.DEPARTMENT, "Sở Công Thương Đồng Tháp", dong_thap, ""),
        ("dong-thap-centre", AgencyKind.CENTRE, "Trung tâm Khuyến công Đồng Tháp", dong_thap, ""),
        ("phu-tho", AgencyKind.DEPARTMENT, "Sở Công Thương Phú Thọ", phu_tho, ""),
        ("phu-tho-centre", AgencyKind.CENTRE, "Trung tâm Khuyến công Phú Thọ", phu_tho, ""),
    )
    for key, kind, name, home, region in rows:
        agency = Agency.objects.create(
            code=key, kind=kind, name=name, short_name=name, province=home, region=region, folded=fold(name),
            sort_key=sort_key(name),
        )
        world.agencies[key] = agency
        for role in Role:
            user = User.objects.create(username=f"{key}.{role.value}", full_name=f"{role.label} {name}")
            Membership.objects.create(user=user, agency=agency, role=role)
            world.actors[key, role.value] = Actor(user=user, agency=agency, role=role, origin="thử nghiệm")
    return world


def make_establishment(world: World, *, province: str = "82", name: str = "", **fields: Any) -> Establishment:
    """A registered household business of that province (today's code); for Đồng Tháp in the old Đồng Tháp."""
    number = next(_numbers)
    key = {"82": "dong-thap-centre", "25": "phu-tho-centre"}[province]
    values = {
        "name": name or f"Hộ kinh doanh Thử Nghiệm {number}", "kind": "household", "province": world.provinces[province],
        "province_before": world.provinces["87@2025" if province == "82" else "17@2025"], "sector": "agro_processing",
        "place_text": "ấp Thử, xã Thử Nghiệm", **fields,
    }
    return register_establishment(by=world.actor(key, "officer"), creation_key=uuid4(), fields=values)


def make_project(
    world: World,
    *,
    state: str = "draft",
    source: str = FundingSource.LOCAL,
    province: str = "82",
    year: int | None = None,
    support: int = 200 * MILLION,
    total: int = 600 * MILLION,
    beneficiaries: int = 1,
    activity: str = "machinery",
    unit: str = "",
    plan_round: int | None = None,
) -> Project:
    """A machinery project that has reached `state`; `support` and `total` are đồng for each beneficiary.

    Walks the real actions. Phú Thọ has no known norm, so its local projects declare one.
    """
    unit = unit or {"82": "dong-thap-centre", "25": "phu-tho-centre"}[province]
    officer = world.actor(unit, "officer")
    number = next(_numbers)
    fields: dict[str, Any] = {
        "name": f"Hỗ trợ ứng dụng máy móc thử nghiệm {number}", "kind": "group" if beneficiaries > 1 else "single",
        "activity": activity, "sector": "agro_processing", "year": year or today().year,
        "province_before": world.provinces["87@2025" if province == "82" else "17@2025"],
        "necessity": "Cần thiết.", "aims": "Mục tiêu.", "content": "Nội dung.", "effects": "Hiệu quả.",
        "starts_on": today(), "ends_on": today() + timedelta(days=120),
    }
    if province == "25" and source == FundingSource.LOCAL:
        fields |= {
            "declared_norm_document": "Nghị quyết thử nghiệm", "declared_norm_article": "Điều 1",
            "declared_norm_percent": 50, "declared_norm_cap": 300 * MILLION,
        }
    project = projects.create_project(
        by=officer, creation_key=uuid4(), source=source, province=world.provinces[province], fields=fields
    )
    rows = []
    for index in range(beneficiaries):
        establishment = make_establishment(world, province=province)
        project.refresh_from_db()
        one = projects.add_beneficiary(
            project_id=project.pk, by=officer, version=project.version, establishment=establishment
        )
        rows.append(
            projects.LineInput(
                content=f"Máy thử nghiệm {index + 1}", total=total, support=support, counterpart=total - support,
                beneficiary_id=one.pk,
            )
        )
    project.refresh_from_db()
    projects.save_estimate(project_id=project.pk, by=officer, version=project.version, lines=rows)
    project.refresh_from_db()
    projects.attach_file(
        project_id=project.pk, by=officer, version=project.version, kind="request",
        upload=SimpleUploadedFile("cong-van.pdf", PDF + str(number).encode()),
    )
    project.refresh_from_db()
    return advance_to(world, project, state, plan_round=plan_round)


def advance_to(world: World, project: Project, state: str, *, plan_round: int | None = None) -> Project:
    """Take a complete draft on to `state` through the real actions."""
    side = {"submitted": "submitted", "returned": "submitted", "rejected": "submitted", "withdrawn": "draft", "stopped": "in_progress"}
    goal = side.get(state, state)
    for step in _steps(world, project, plan_round):
        if project.state == goal:
            break
        step()
        project.refresh_from_db()
    assert project.state == goal, (project.state, goal)
    _side_step(world, project, state)
    project.refresh_from_db()
    assert project.state == state, (project.state, state)
    return project


def _steps(world: World, project: Project, plan_round: int | None) -> list[Any]:
    owner = _key(world, project.implementing_unit)
    local = project.source == FundingSource.LOCAL
    department = _key(world, project.department)
    funder = department if local else "national"
    steps: list[Any] = [
        lambda: projects.submit(project_id=project.pk, by=world.actor(owner, "officer"), version=project.version),
    ]
    if project.route != "national_direct":
        steps.append(lambda: judge(world, project, Level.BASE, Outcome.AGREE))
    if not local:
        steps.append(lambda: judge(world, project, Level.CENTRAL, Outcome.AGREE))
    steps += [
        lambda: approve_in_plan(world, project, plan_round),
        lambda: money.sign_contract(
            project_id=project.pk, by=world.actor(funder, "leader"), version=project.version, kind=ContractKind.CONTRACT,
            number=f"HĐ-{project.pk}", signed_on=today(), ends_on=None, value=asked(project),
        ),
    ]
    steps += [lambda: accept_next(world, project) for _ in range(project.beneficiaries.count() or 1)]
    steps += [lambda: pay_rest(world, project), lambda: settle(world, project)]
    return steps


def _side_step(world: World, project: Project, state: str) -> None:
    owner = _key(world, project.implementing_unit)
    level = Level.CENTRAL if project.route == "national_direct" else Level.BASE
    funder = _key(world, project.funder)
    if state == ProjectState.RETURNED:
        judge(world, project, level, Outcome.RETURN)
    elif state == ProjectState.REJECTED:
        judge(world, project, level, Outcome.REFUSE)
    elif state == ProjectState.WITHDRAWN:
        projects.withdraw(project_id=project.pk, by=world.actor(owner, "officer"), version=project.version, reason="Thử")
    elif state == ProjectState.STOPPED:
        money.stop(
            project_id=project.pk, by=world.actor(funder, "leader"), version=project.version, document="QĐ ngừng",
            on=today(), reason="Thử",
        )


def _key(world: World, agency: Agency | None) -> str:
    return next(key for key, one in world.agencies.items() if agency is not None and one.pk == agency.pk)


def asked(project: Project) -> int:
    """Support asked for in the estimate, in đồng."""
    return int(project.lines.aggregate(sum=models.Sum("support"))["sum"] or 0)


def judge(world: World, project: Project, level: Level, outcome: Outcome) -> None:
    """Appraise with all five points met (or the first not met where it is returned or refused)."""
    good = outcome == Outcome.AGREE
    key = "national" if level == Level.CENTRAL else _key(world, project.department)
    appraise(
        project_id=project.pk, by=world.actor(key, "appraiser"), version=project.version, level=level, outcome=outcome,
        points={number: Judgement(met=good or number > 1) for number in POINTS}, appraised_on=today(), norm_confirmed=True,
        comment="" if good else "Cần bổ sung.",
    )


def give_money(world: World, *, agency: str, source: str, year: int, amount: int) -> None:
    """Enter a decision that gives `amount` đồng to the agency's envelope."""
    money.give_envelope(
        by=world.actor(agency, "accountant"), year=year, source=source, amount=amount,
        document=f"QĐ giao {next(_numbers)}", on=today(),
    )


def put_in_new_plan(world: World, project: Project, plan_round: int | None = None) -> AnnualPlan:
    """A new draft plan of the project's funder that holds only this project."""
    key = _key(world, project.funder)
    appraiser = world.actor(key, "appraiser")
    plan = money.create_plan(
        by=appraiser, year=project.year, source=project.source, title="Kế hoạch thử nghiệm",
        round_=plan_round or next(_numbers),
    )
    money.put_in_plan(plan_id=plan.pk, version=plan.version, project_id=project.pk, by=appraiser)
    plan.refresh_from_db()
    project.refresh_from_db()
    return plan


def approve_in_plan(world: World, project: Project, plan_round: int | None = None) -> AnnualPlan:
    """Give just the money it needs, and approve a plan that holds only this project."""
    key = _key(world, project.funder)
    give_money(world, agency=key, source=project.source, year=project.year, amount=asked(project))
    plan = put_in_new_plan(world, project, plan_round)
    return money.approve_plan(
        plan_id=plan.pk, version=plan.version, by=world.actor(key, "leader"), decision_number=f"{next(_numbers)}/QĐ-UBND",
        decision_on=today(), decided_by="Chủ tịch Thử Nghiệm",
    )


def accept_next(world: World, project: Project) -> None:
    """Accept the first beneficiary that waits, at the planned cost."""
    done = set(project.acceptances.values_list("beneficiary_id", flat=True))
    part = next((one.pk for one in project.beneficiaries.all() if one.pk not in done), None)
    key = "national" if project.route == "national_direct" else _key(world, project.department)
    accept(
        project_id=project.pk, by=world.actor(key, "officer"), version=project.version, beneficiary_id=part,
        number=f"BB-{next(_numbers)}", accepted_on=today(),
        items=[ItemInput(line_id=line.pk, cost=line.total) for line in project.lines.filter(beneficiary_id=part)],
    )


def pay(world: World, project: Project, kind: PaymentKind, amount: int) -> Payment:
    """Prepare a payment as accountant and approve it as leader of the funder."""
    key = _key(world, project.funder)
    payment = money.prepare_payment(
        project_id=project.pk, by=world.actor(key, "accountant"), version=project.version, creation_key=uuid4(), kind=kind,
        amount=amount, condition_document="BC-01",
    )
    project.refresh_from_db()
    money.approve_payment(
        payment_id=payment.pk, by=world.actor(key, "leader"), version=project.version, voucher_number=f"UNC-{payment.pk}",
        voucher_on=today(),
    )
    project.refresh_from_db()
    return payment


def pay_rest(world: World, project: Project) -> None:
    """Pay what was accepted and not yet paid."""
    from khuyencong.finance.ledger import balance_of

    rest = balance_of(project).still_payable
    if rest:
        pay(world, project, PaymentKind.FINAL, rest)


def settle(world: World, project: Project) -> None:
    """Settle as accountant of the funder."""
    key = _key(world, project.funder)
    money.settle(
        project_id=project.pk, by=world.actor(key, "accountant"), version=project.version, number=f"QT-{project.pk}",
        settled_on=today(),
    )
