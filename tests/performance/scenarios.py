"""A plan with a thousand proposals, and two scenarios of it: the pages that must come within 300 ms."""

from datetime import date
from random import Random
from uuid import uuid4

from django.db import connection

from khuyencong.core.money import MILLION
from khuyencong.establishments.models import Establishment
from khuyencong.finance.actions import create_plan, give_envelope
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, AgencyKind, User
from khuyencong.people.roles import Role
from khuyencong.places.models import Commune, Province
from khuyencong.programmes.models import AnnualPlan, FundingSource
from khuyencong.projects.models import Beneficiary, EstimateLine, Project
from khuyencong.projects.states import ProjectState, Route
from tests.performance.page import Page

PROPOSALS = 1_000
YEAR = 2031  # of which the demo has nothing
BATCH = 500
ACTIVITIES = (
    *["machinery"] * 12, *["demonstration_model"] * 2, "technology_transfer", "technology_line", "trademark",
    "cleaner_production_model", "fair_domestic_join", "consulting",
)  # fmt: skip
PLACES = ("", "", "", "difficult_area", "specially_difficult_area", "new_rural_commune")
ACCOUNT = "chuyenvien"


def prepare() -> None:
    """Add the plan, its proposals (1 to 5 beneficiaries each), money for some of them, and two scenarios.

    Needs places, agencies and accounts (the demo has them).
    """
    from khuyencong.scenarios.actions import Start, make_scenario

    province = Province.objects.get(key="82")
    department = Agency.objects.get(kind=AgencyKind.DEPARTMENT, province=province, active_to=None)
    planner = Actor(user=User.objects.get(username=ACCOUNT), agency=department, role=Role.OFFICER, origin="đo")
    accountant = Actor(user=User.objects.get(username="ketoan"), agency=department, role=Role.ACCOUNTANT, origin="đo")
    plan = create_plan(by=planner, year=YEAR, source=FundingSource.LOCAL, title="Kế hoạch làm ra để đo")
    give_envelope(
        by=accountant, year=YEAR, source=FundingSource.LOCAL, amount=100_000 * MILLION, document="QĐ đo", on=date(2026, 1, 1),
    )  # fmt: skip
    _proposals(plan, province)
    for name, start in (("Phương án 1", Start.RANKING), ("Phương án 2", Start.EMPTY)):
        make_scenario(by=planner, creation_key=uuid4(), plan_id=plan.pk, name=name, start=start)


def _proposals(plan: AnnualPlan, province: Province) -> None:
    """In bulk: the rows only have the shapes and amounts of real ones."""
    chance = Random(45)  # noqa: S311  # made-up data, the same at every run
    centre = Agency.objects.get(kind=AgencyKind.CENTRE, province=province, active_to=None)
    communes = list(Commune.objects.filter(province=province).order_by("key")[:80])
    before = Province.objects.get(key="87@2025")
    projects = Project.objects.bulk_create(
        (
            Project(
                code=f"PA-{number:05d}", name=f"Hỗ trợ ứng dụng máy móc thiết bị tiên tiến, số {number}", kind="group",
                year=YEAR, state=ProjectState.BASE_APPRAISED, source=FundingSource.LOCAL, route=Route.LOCAL,
                activity=ACTIVITIES[number % len(ACTIVITIES)], sector="agro_processing", implementing_unit=centre,
                department=plan.agency, funder=plan.agency, payer=plan.agency, province=province, province_before=before,
                commune=communes[number % len(communes)] if communes else None, submission=1,
                submitted_on=date(2026, 1, 1), priority_place=PLACES[number % len(PLACES)],
                necessity="Máy đang dùng cũ, hao nguyên liệu. " * 20, created_by=plan.created_by,
            )
            for number in range(PROPOSALS)
        ),
        BATCH,
    )  # fmt: skip
    places = [
        Establishment(
            name=f"Hộ kinh doanh để đo số {number}", kind="household", province=province, province_before=before,
            place_text="Khu phố 3", sector="agro_processing", registered_by=plan.created_by, registered_for=plan.agency,
        )
        for number in range(PROPOSALS * 2)
    ]  # fmt: skip
    for one in places:
        one.derive()
    places = Establishment.objects.bulk_create(places, BATCH)
    people = Beneficiary.objects.bulk_create(
        (
            Beneficiary(project=project, establishment=place)
            for project in projects
            for place in chance.sample(places, chance.randint(1, 5))
        ),
        BATCH,
    )
    lines = []
    for one in people:
        total = chance.randrange(60, 700) * MILLION
        support = min(total // 2, chance.randrange(20, 310) * MILLION)
        lines.append(
            EstimateLine(
                project=one.project, beneficiary=one, content="Máy móc, thiết bị", total=total, support=support,
                counterpart=total - support,
            )
        )  # fmt: skip
    EstimateLine.objects.bulk_create(lines, BATCH)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as the server does by itself where it is not one to be thrown away


def address(tail: str = "") -> str:
    """The address of the first scenario, or with `tail` what follows it."""
    from khuyencong.scenarios.models import Scenario

    first = Scenario.objects.filter(plan__year=YEAR).order_by("pk")[0]
    return f"{first.get_absolute_url()}{tail}"


def comparison() -> str:
    """The address of both side by side."""
    from khuyencong.scenarios.models import Scenario

    first, second = Scenario.objects.filter(plan__year=YEAR).order_by("pk")
    return f"/ke-hoach/{first.plan_id}/phuong-an/so-sanh/?a={first.pk}&b={second.pk}"


def listing() -> str:
    """The address of the list of both."""
    from khuyencong.scenarios.models import Scenario

    return f"/ke-hoach/{Scenario.objects.filter(plan__year=YEAR)[0].plan_id}/phuong-an/"


MODEL, BUDGET = "scenarios.ScenarioChoice", 300
SCENARIOS: list[Page] = [
    Page("Phương án, 1.000 đề án", address, MODEL, ACCOUNT, budget_ms=BUDGET),
    Page("Phương án, diễn giải điểm", lambda: address("?dien-giai=1"), MODEL, ACCOUNT, budget_ms=BUDGET),
    Page("Phương án, kinh phí theo nội dung", lambda: address("?tab=tong-hop"), MODEL, ACCOUNT, budget_ms=BUDGET),
    Page("Phương án, lọc", lambda: address("?chon=chon&uu-tien=difficult_area"), MODEL, ACCOUNT, budget_ms=BUDGET),
    Page("So sánh hai phương án", comparison, MODEL, ACCOUNT, budget_ms=BUDGET),
    Page("Các phương án", listing, MODEL, ACCOUNT, budget_ms=BUDGET),
]
