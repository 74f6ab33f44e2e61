"""Made-up collaborators with their allowances, a loan whose interest is supported, and money of another programme; nothing of it is real."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

from khuyencong.collaborators import actions as network
from khuyencong.collaborators.models import Collaborator
from khuyencong.combining import actions as combining
from khuyencong.core.dates import today
from khuyencong.core.money import MILLION
from khuyencong.demo.stories import CENTRE, LOCAL, NATIONAL
from khuyencong.demo.walk import Item, World, advance_to, make_establishment, write_project
from khuyencong.law.loans import ACTIVITY as INTEREST
from khuyencong.loans import actions as loans
from khuyencong.loans.models import RowKind
from khuyencong.people.actors import Actor
from khuyencong.places.models import Commune
from khuyencong.projects.actions import save_estimate
from khuyencong.projects.estimates import LineInput
from khuyencong.projects.models import Project

SO = "dong-thap"
DOCUMENT = "Quyết định 00/QĐ-VIDU (không có thật)"
NAMES = ("Ngô Ví Dụ Một", "Đỗ Ví Dụ Hai", "Lý Ví Dụ Ba", "Mai Ví Dụ Bốn")
TASK = 60 * MILLION


def load_network(world: World, collaborator: Actor) -> None:
    """Five people, one with the account of the demo; a paper of the province, a list that is approved and one that is not."""
    officer = world.actor(SO, "officer")
    for day, amount in ((months_back(18), 500_000), (months_back(3), 650_000)):
        fields = {"amount": amount, "document": DOCUMENT, "article": "Điều 2", "valid_from": day, "valid_to": None}
        network.keep_rate(by=officer, creation_key=uuid4(), fields=fields)
    communes = list(Commune.objects.filter(province=world.provinces["82"], valid_to=None).order_by("code")[:4])
    for number, (name, commune) in enumerate(zip(NAMES, communes, strict=True)):
        ends = today() + timedelta(days=35) if number == 0 else None
        starts = months_back(2) + timedelta(days=9) if number == 1 else months_back(14)
        _person(officer, name, commune, starts=starts, ends=ends)
    own_commune = collaborator.agency.commune
    if own_commune is not None:
        own = _person(officer, "Cộng Tác Viên Mẫu", own_commune, starts=months_back(14), user=collaborator)
        for month, text, visits in (
            (2, "Đến ba cơ sở, ghi một phiếu khảo sát (ví dụ).", 3),
            (1, "Giúp hai cơ sở làm đơn đề nghị (ví dụ).", 2),
        ):
            network.write_note(
                collaborator_id=own.pk, by=collaborator, month=months_back(month), version=0, text=text, visits=visits
            )
    task = _task(world)
    first = network.prepare_list(
        by=officer, creation_key=uuid4(), project=task, first_month=months_back(3), last_month=months_back(3)
    )
    network.approve_list(list_id=first.pk, by=world.actor(SO, "leader"), version=first.version)
    network.prepare_list(
        by=officer, creation_key=uuid4(), project=task, first_month=months_back(2), last_month=months_back(1)
    )
    _combine(world, task)
    _loan(world)


def months_back(count: int) -> date:
    """The first day of the month so many months before this one."""
    at = today().year * 12 + today().month - 1 - count
    return date(at // 12, at % 12 + 1, 1)


def _person(
    officer: Actor, name: str, commune: Commune, *, starts: date, ends: date | None = None, user: Actor | None = None
) -> Collaborator:
    return network.register_collaborator(
        by=officer,
        creation_key=uuid4(),
        fields={
            "name": name,
            "birth_year": 1985,
            "identity_number": "",
            "phone": "0900 000 000",
            "user": user.user if user else None,
            "note": "Người trong dữ liệu dùng thử, không có thật.",
            "commune": commune,
            "decision_number": "00/QĐ-VIDU",
            "decision_on": min(starts, today()),
            "starts_on": starts,
            "ends_on": ends,
        },
    )


def _task(world: World) -> Project:
    """A task for the system itself: no establishment benefits, another programme pays a sixth."""
    project = write_project(
        world,
        unit=CENTRE,
        source=LOCAL,
        province="82",
        items=[Item("Thù lao cộng tác viên, tập huấn (ví dụ)", TASK, TASK - 10 * MILLION)],
        fields={
            "name": "Duy trì mạng lưới cộng tác viên khuyến công (ví dụ)",
            "activity": "system_capacity",
            "declared_norm_document": DOCUMENT,
            "declared_norm_article": "Điều 2",
            "declared_norm_percent": 100,
        },
    )
    line = LineInput(
        content="Thù lao cộng tác viên, tập huấn (ví dụ)", total=TASK, support=TASK - 10 * MILLION, other=10 * MILLION
    )
    save_estimate(project_id=project.pk, by=world.actor(CENTRE, "officer"), version=project.version, lines=[line])
    project.refresh_from_db()
    return advance_to(world, project, "in_progress")


def _combine(world: World, project: Project) -> None:
    """What another made-up programme paid in the task, and what both brought."""
    officer = world.actor(CENTRE, "officer")
    programme = combining.keep_programme(
        by=officer,
        creation_key=uuid4(),
        fields={
            "name": "Chương trình Ví Dụ phát triển ngành nghề (không có thật)",
            "document": DOCUMENT,
            "first_year": today().year - 1,
            "last_year": today().year + 3,
        },
    )
    combining.combine(
        project_id=project.pk,
        by=officer,
        creation_key=uuid4(),
        fields={
            "programme": programme,
            "year": today().year,
            "amount": 8 * MILLION,
            "content": "Tập huấn chung cho cộng tác viên (ví dụ)",
            "document": "Hợp đồng 00/HĐ-VIDU",
            "result": "Cán bộ, cộng tác viên được bồi dưỡng",
            "quantity": Decimal(5),
            "unit": "người",
            "counted_by": "here",
            "left_to": "",
        },
    )


def _loan(world: World) -> None:
    """A draft that supports the interest of a loan for moving; its estimate comes from the schedule."""
    officer = world.actor(CENTRE, "officer")
    establishment = make_establishment(world, name="Cơ sở Ví Dụ Di Dời (không có thật)", kind="sme")
    item = Item("Lãi vay di dời", 3 * MILLION, MILLION, establishment)
    project = write_project(
        world,
        unit=CENTRE,
        source=NATIONAL,
        province="82",
        items=[item],
        fields={"name": "Hỗ trợ lãi vay di dời cơ sở gây ô nhiễm (ví dụ)", "activity": INTEREST},
    )
    key, first = project.beneficiaries.get().pk, months_back(30)
    loans.save_loan(
        project_id=project.pk,
        by=officer,
        version=project.version,
        beneficiary_id=key,
        fields={
            "bank": "Ngân hàng Ví Dụ (không có thật)",
            "contract_number": "00/HĐTD-VIDU",
            "contract_on": first,
            "term": "medium",
            "in_dong": True,
            "days_of_year": 365,
            "completed_on": months_back(20),
            "interest_paid": 600 * MILLION,
            "lowest_document": "Bảng lãi suất ví dụ, không có thật",
        },
        rows=[
            loans.RowInput(RowKind.DISBURSED, first, amount=2_000 * MILLION),
            loans.RowInput(RowKind.DISBURSED, months_back(27), amount=1_500 * MILLION),
            loans.RowInput(RowKind.REPAID, months_back(15), amount=700 * MILLION),
            loans.RowInput(RowKind.RATE, first, percent=Decimal("9.5"), lowest=Decimal("8.2")),
            loans.RowInput(RowKind.RATE, months_back(18), percent=Decimal("8.9"), lowest=Decimal("8.0")),
            loans.RowInput(RowKind.OVERDUE, months_back(12), until=months_back(12) + timedelta(days=11)),
        ],
    )
    project.refresh_from_db()
    loans.use_interest(project_id=project.pk, by=officer, version=project.version, beneficiary_id=key)
