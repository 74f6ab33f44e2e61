"""Taking a đề án through its life with the real actions: what the demo shows and what tests start from.

Nothing here writes to the database by itself; every state is reached as people reach it, so it can exist.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models

from khuyencong.appraisal.actions import Judgement, answer_completion, appraise
from khuyencong.appraisal.models import POINTS, Level, Outcome
from khuyencong.core.dates import today
from khuyencong.core.money import MILLION
from khuyencong.delivery.actions import ItemInput, accept
from khuyencong.demo.complete import TEXTS, rows_between, within_the_year
from khuyencong.demo.handing_in import PDF, hand_in_papers, hand_in_settlement
from khuyencong.demo.paying import account_of, confirm_progress, finish_payment, key_of, pay, pay_rest
from khuyencong.demo.world import Item as Item  # noqa: PLC0414  # exported: the walks are known by these names
from khuyencong.demo.world import World as World  # noqa: PLC0414  # likewise exported
from khuyencong.establishments.actions import register_establishment
from khuyencong.establishments.models import Establishment
from khuyencong.finance import actions as money
from khuyencong.finance.models import ContractKind
from khuyencong.programmes.models import AnnualPlan, FundingSource
from khuyencong.projects import actions as projects
from khuyencong.projects.models import Project
from khuyencong.projects.states import ProjectState, Route
from khuyencong.settlement import actions as ending
from khuyencong.settlement.models import Way

__all__ = [
    "Item",
    "World",
    "accept_next",
    "advance_to",
    "approve_in_plan",
    "asked",
    "complete",
    "confirm_progress",
    "finish_payment",
    "give_money",
    "judge",
    "make_establishment",
    "make_project",
    "pay",
    "pay_rest",
    "put_in_new_plan",
    "settle",
    "write_project",
]

# By today's province code: its centre, and the old province in which its made-up establishments lie.
CENTRES = {"82": "dong-thap-centre", "25": "phu-tho-centre"}
BEFORE = {"82": "87@2025", "25": "17@2025"}
_numbers = itertools.count(1)


def make_establishment(world: World, *, province: str = "82", name: str = "", **fields: Any) -> Establishment:
    """A registered household business of that province (today's code); for Đồng Tháp in the old Đồng Tháp."""
    number = next(_numbers)
    values = {
        # Numbers of one length: who searches for the first does not find the tenth.
        "name": name or f"Hộ kinh doanh Thử Nghiệm {number:04}",
        "kind": "household",
        "province": world.provinces[province],
        "province_before": world.provinces[BEFORE[province]],
        "sector": "agro_processing",
        "place_text": "ấp Thử, xã Thử Nghiệm",
        **fields,
    }
    officer = world.actor(CENTRES[province], "officer")
    return register_establishment(by=officer, creation_key=uuid4(), fields=values)


def write_project(
    world: World, *, unit: str, source: str, province: str, fields: dict[str, Any], items: Sequence[Item]
) -> Project:
    """A draft of the officer of `unit` with everything that submission asks for."""
    officer = world.actor(unit, "officer")
    complete = {
        "kind": "group" if len(items) > 1 else "single",
        "activity": "machinery",
        "sector": "agro_processing",
        "year": today().year,
        "province_before": world.provinces[BEFORE[province]],
        **TEXTS,
        "starts_on": today(),
        "ends_on": within_the_year(fields.get("year", today().year)),
        **fields,
    }
    project = projects.create_project(
        by=officer,
        creation_key=uuid4(),
        source=source,
        province=world.provinces[province],
        fields=complete,
        rows=rows_between(complete["starts_on"], complete["ends_on"]),
    )
    lines = []
    for item in items:
        beneficiary = None
        if item.establishment is not None:
            project.refresh_from_db()
            beneficiary = projects.add_beneficiary(
                project_id=project.pk,
                by=officer,
                version=project.version,
                establishment=item.establishment,
                commits_own_capital=True,
                declares_no_other_support=True,
            )
        lines.append(
            projects.LineInput(
                content=item.content,
                total=item.total,
                support=item.support,
                counterpart=item.total - item.support,
                beneficiary_id=beneficiary.pk if beneficiary else None,
            )
        )
    project.refresh_from_db()
    projects.save_estimate(project_id=project.pk, by=officer, version=project.version, lines=lines)
    project.refresh_from_db()
    if source == FundingSource.NATIONAL:
        hand_in_papers(project, officer)
        return project
    upload = SimpleUploadedFile("cong-van-de-nghi.pdf", PDF + project.code.encode())
    projects.attach_file(project_id=project.pk, by=officer, version=project.version, kind="request", upload=upload)
    project.refresh_from_db()
    return project


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
) -> Project:
    """A machinery project that has reached `state`; `support` and `total` are đồng for each beneficiary.

    Phú Thọ has no known norm, so its local projects declare one.
    """
    fields: dict[str, Any] = {
        "name": f"Hỗ trợ ứng dụng máy móc thử nghiệm {next(_numbers)}",
        "activity": activity,
        "year": year or today().year,
    }
    if province == "25" and source == FundingSource.LOCAL:
        fields |= {
            "declared_norm_document": "Nghị quyết thử nghiệm",
            "declared_norm_article": "Điều 1",
            "declared_norm_percent": 50,
            "declared_norm_cap": 300 * MILLION,
        }
    items = [
        Item(f"Máy thử nghiệm {index + 1}", total, support, make_establishment(world, province=province))
        for index in range(beneficiaries)
    ]
    project = write_project(
        world, unit=unit or CENTRES[province], source=source, province=province, fields=fields, items=items
    )
    return advance_to(world, project, state)


# Where a project that leaves the road leaves it.
SIDE_ROADS = {
    ProjectState.RETURNED: ProjectState.SUBMITTED,
    ProjectState.REJECTED: ProjectState.SUBMITTED,
    ProjectState.WITHDRAWN: ProjectState.DRAFT,
    ProjectState.STOPPED: ProjectState.IN_PROGRESS,
}


def advance_to(world: World, project: Project, state: str) -> Project:
    """Take a complete project on to `state`, one real action after another."""
    wanted = ProjectState(state)
    goal = SIDE_ROADS.get(wanted, wanted)
    while project.state != goal:
        _next_step(world, project)
        project.refresh_from_db()
    if wanted != goal:
        _leave_road(world, project, wanted)
        project.refresh_from_db()
    return project


def _next_step(world: World, project: Project) -> None:
    funder = key_of(world, project.funder)
    match project.state:
        case ProjectState.DRAFT | ProjectState.RETURNED:
            complete(world, project)
            owner = world.actor(key_of(world, project.implementing_unit), "officer")
            projects.submit(project_id=project.pk, by=owner, version=project.version)
        case ProjectState.SUBMITTED:
            judge(
                world, project, Level.CENTRAL if project.route == Route.NATIONAL_DIRECT else Level.BASE, Outcome.AGREE
            )
        case ProjectState.BASE_APPRAISED if project.source == FundingSource.NATIONAL:
            judge(world, project, Level.CENTRAL, Outcome.AGREE)
        case ProjectState.BASE_APPRAISED | ProjectState.CENTRAL_APPRAISED:
            approve_in_plan(world, project)
        case ProjectState.APPROVED:
            money.sign_contract(
                project_id=project.pk,
                by=world.actor(funder, "leader"),
                version=project.version,
                kind=ContractKind.CONTRACT,
                number=f"{project.pk}/HĐ-KC",
                signed_on=today(),
                ends_on=None,
                value=asked(project),
                unit_account=account_of(world, project),
            )
        case ProjectState.IN_PROGRESS:
            accept_next(world, project)
        case ProjectState.ACCEPTED:
            ready_to_settle(world, project)
            settle(world, project)
        case _:
            raise AssertionError(f"{project.code}: no road on from {project.state}")


def _leave_road(world: World, project: Project, state: ProjectState) -> None:
    level = Level.CENTRAL if project.route == Route.NATIONAL_DIRECT else Level.BASE
    match state:
        case ProjectState.RETURNED:
            judge(world, project, level, Outcome.RETURN)
        case ProjectState.REJECTED:
            judge(world, project, level, Outcome.REFUSE)
        case ProjectState.WITHDRAWN:
            owner = world.actor(key_of(world, project.implementing_unit), "officer")
            projects.withdraw(
                project_id=project.pk, by=owner, version=project.version, reason="Cơ sở đổi kế hoạch đầu tư."
            )
        case _:
            money.stop(
                project_id=project.pk,
                by=world.actor(key_of(world, project.funder), "leader"),
                version=project.version,
                document=f"{project.pk}/QĐ-NGUNG",
                on=today(),
                reason="Cơ sở xin thôi thực hiện.",
            )


def asked(project: Project) -> int:
    """Support asked for in the estimate, in đồng."""
    return int(project.lines.aggregate(sum=models.Sum("support"))["sum"] or 0)


def judge(world: World, project: Project, level: Level, outcome: Outcome) -> None:
    """Appraise with all five points met (or the first not met where it is returned or refused)."""
    good = outcome == Outcome.AGREE
    key = "national" if level == Level.CENTRAL else key_of(world, project.department)
    appraise(
        project_id=project.pk,
        by=world.actor(key, "appraiser"),
        version=project.version,
        level=level,
        outcome=outcome,
        points={number: Judgement(met=good or number > 1) for number in POINTS},
        appraised_on=today(),
        norm_confirmed=True,
        comment="" if good else "Cần bổ sung.",
    )


def complete(world: World, project: Project) -> None:
    """Answer every item that a returned đề án was asked to put right; nothing where it was not returned."""
    if project.state != ProjectState.RETURNED:
        return
    request = project.completion_requests.get(submission=project.submission)
    answers = {item.number: "Đã bổ sung vào hồ sơ." for item in request.items.all()}
    owner = world.actor(key_of(world, project.implementing_unit), "officer")
    answer_completion(project_id=project.pk, by=owner, version=project.version, answers=answers)
    project.refresh_from_db()


def give_money(world: World, *, agency: str, source: str, year: int, amount: int) -> None:
    """Enter a decision that gives `amount` đồng to the agency's envelope."""
    money.give_envelope(
        by=world.actor(agency, "accountant"),
        year=year,
        source=source,
        amount=amount,
        document=f"QĐ giao {next(_numbers)}",
        on=today(),
    )


def put_in_new_plan(world: World, project: Project) -> AnnualPlan:
    """A new draft plan of the project's funder that holds only this project."""
    key = key_of(world, project.funder)
    appraiser = world.actor(key, "appraiser")
    plan = money.create_plan(
        by=appraiser,
        year=project.year,
        source=project.source,
        title="Kế hoạch thử nghiệm",
        round_=next(_numbers),
    )
    money.put_in_plan(plan_id=plan.pk, version=plan.version, project_id=project.pk, by=appraiser)
    plan.refresh_from_db()
    project.refresh_from_db()
    return plan


def approve_in_plan(world: World, project: Project) -> AnnualPlan:
    """Give just the money it needs, and approve a plan that holds only this project."""
    key = key_of(world, project.funder)
    give_money(world, agency=key, source=project.source, year=project.year, amount=asked(project))
    plan = put_in_new_plan(world, project)
    return money.approve_plan(
        plan_id=plan.pk,
        version=plan.version,
        by=world.actor(key, "leader"),
        decision_number=f"{next(_numbers)}/QĐ-UBND",
        decision_on=today(),
        decided_by="Chủ tịch Thử Nghiệm",
    )


def accept_next(world: World, project: Project) -> None:
    """Accept the first beneficiary that waits, at the planned cost."""
    done = set(project.acceptances.values_list("beneficiary_id", flat=True))
    part = next((one.pk for one in project.beneficiaries.all() if one.pk not in done), None)
    key = "national" if project.route == "national_direct" else key_of(world, project.department)
    accept(
        project_id=project.pk,
        by=world.actor(key, "officer"),
        version=project.version,
        beneficiary_id=part,
        number=f"BB-{next(_numbers)}",
        accepted_on=today(),
        items=[
            ItemInput(line_id=line.pk, cost=line.total) for line in project.lines.all() if line.beneficiary_id == part
        ],
        explanation="Hai bên đã thống nhất (ví dụ).",  # kept only where something needs a word
    )


def ready_to_settle(world: World, project: Project) -> None:
    """Pay what is left and, of national money, hand in the file of a unit that writes an invoice (TT 36/2013 Đ19.2).

    Of a đề án under way the papers of force majeure are handed in instead (Đ18.4).
    """
    pay_rest(world, project)
    if project.source == FundingSource.NATIONAL:
        officer = world.actor(key_of(world, project.implementing_unit), "officer")
        hand_in_settlement(
            project, officer, "unfinished_" if project.state == ProjectState.IN_PROGRESS else "invoiced_"
        )


def settle(world: World, project: Project) -> None:
    """Settle as accountant of the funder, with an invoice of the unit."""
    key = key_of(world, project.funder)
    ending.settle(
        project_id=project.pk,
        by=world.actor(key, "accountant"),
        version=project.version,
        number=f"QT-{project.pk}",
        settled_on=today(),
        way=Way.INVOICED,
        invoice=f"HĐ-{project.pk}",
    )
