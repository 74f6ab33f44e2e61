"""Twenty thousand đề án, made up in bulk, for what must be measured at the scale of the nation.

Nothing here is reached as people reach it: the rows only have the shapes and amounts of real ones.
"""

from datetime import date, timedelta
from itertools import cycle
from random import Random

from django.db import connection

from khuyencong.core.money import MILLION
from khuyencong.demo.national.sites import provinces_with_past
from khuyencong.establishments.models import Establishment
from khuyencong.people.models import Agency, AgencyKind, User
from khuyencong.places.models import Province
from khuyencong.programmes.models import AnnualPlan, FundingSource, PlanState
from khuyencong.projects.models import Beneficiary, EstimateLine, Project
from khuyencong.projects.states import ProjectState, Route

FIRST_YEAR, YEARS = 2016, 11
ESTABLISHMENTS = 15_000
LOCAL_SHARE = 0.7
BATCH = 2_000
ACTIVITIES = (
    *["machinery"] * 12, *["demonstration_model"] * 2, "technology_transfer", "technology_line", "trademark",
    "cleaner_production_model", "fair_domestic_join", "consulting",
)  # fmt: skip
STATES = (ProjectState.SETTLED, ProjectState.SETTLED, ProjectState.SUBMITTED, ProjectState.BASE_APPRAISED)


def make_projects(count: int, *, seed: int = 45) -> None:
    """Add `count` đề án of all provinces, each with 1 to 5 beneficiaries and 2 to 6 lines of its estimate.

    Needs places, agencies and one user (the demo has them).
    """
    chance = Random(seed)  # noqa: S311  # made-up data, the same at every run
    sites = provinces_with_past()
    establishments = _establishments(sites, chance)
    departments = {one.province_id: one for one in Agency.objects.filter(kind=AgencyKind.DEPARTMENT, active_to=None)}
    centres = {one.province_id: one for one in Agency.objects.filter(kind=AgencyKind.CENTRE, active_to=None)}
    national = Agency.objects.get(kind=AgencyKind.NATIONAL, active_to=None)
    user = User.objects.order_by("pk")[0]
    plan = AnnualPlan.objects.create(
        agency=national, year=FIRST_YEAR, source=FundingSource.NATIONAL, round=99, title="Kế hoạch làm ra để đo",
        state=PlanState.RECORDED, created_by=user,
    )  # fmt: skip
    projects = []
    for number, (today, before) in zip(range(count), cycle(sites), strict=False):
        local = chance.random() < LOCAL_SHARE
        year = FIRST_YEAR + number % YEARS
        state = chance.choice(STATES)
        submitted = date(year, 1, 1) + timedelta(days=chance.randrange(330)) if number % 10 else None
        name = f"Hỗ trợ ứng dụng máy móc thiết bị tiên tiến, số {number}"
        projects.append(
            Project(
                code=f"DO-{number:06d}", name=name, kind="group", year=year, state=state,
                source=FundingSource.LOCAL if local else FundingSource.NATIONAL,
                route=Route.LOCAL if local else Route.NATIONAL,
                activity=ACTIVITIES[number % len(ACTIVITIES)], sector="agro_processing",
                implementing_unit=centres[today.pk], department=departments[today.pk],
                funder=departments[today.pk] if local else national,
                payer=departments[today.pk] if local else national,
                plan=plan if state == ProjectState.SETTLED else None,
                province=today, province_before=before, submitted_on=submitted, submission=1 if submitted else 0,
                necessity="Máy đang dùng cũ, hao nguyên liệu. " * 20, created_by=user,
                # Most provinces' own norms are not known to the system: their officers name them.
                declared_norm_document="Nghị quyết của HĐND tỉnh" if local else "",
                declared_norm_article="Điều 3" if local else "", declared_norm_percent=50 if local else None,
                declared_norm_cap=300 * MILLION if local else None,
            )
        )  # fmt: skip
    Project.objects.bulk_create(projects, BATCH)
    _estimates(projects, establishments, chance)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as the server does by itself where it is not one to be thrown away


def _establishments(sites: list[tuple[Province, Province]], chance: Random) -> dict[int, list[Establishment]]:
    """Establishments by the province before in which they lie."""
    user = User.objects.order_by("pk")[0]
    agency = Agency.objects.order_by("pk")[0]
    made = [
        Establishment(
            name=f"Hộ kinh doanh số {number}",
            kind="household", province=today, province_before=before, place_text="Khu phố 3, đường Nguyễn Huệ",
            sector="agro_processing", registered_by=user, registered_for=agency,
            charter_capital=chance.randrange(1, 300) * 100 * MILLION,
        )
        for number, (today, before) in zip(range(ESTABLISHMENTS), cycle(sites), strict=False)
    ]  # fmt: skip
    for one in made:
        one.derive()
    by_site: dict[int, list[Establishment]] = {before.pk: [] for _, before in sites}
    for one in Establishment.objects.bulk_create(made, BATCH):
        by_site[one.province_before_id or 0].append(one)
    return by_site


def _estimates(projects: list[Project], establishments: dict[int, list[Establishment]], chance: Random) -> None:
    people = [
        Beneficiary(project=project, establishment=establishment)
        for project in projects
        for establishment in chance.sample(establishments[project.province_before_id or 0], chance.randint(1, 5))
    ]
    by_project: dict[int, list[Beneficiary]] = {project.pk: [] for project in projects}
    for one in Beneficiary.objects.bulk_create(people, BATCH):
        by_project[one.project_id].append(one)
    lines = []
    for project in projects:
        parts = by_project[project.pk]
        for position in range(max(len(parts), chance.randint(2, 6))):
            total = chance.randrange(60, 700) * MILLION
            # The machine of each establishment is supported, mostly within the cap; what comes on top it pays itself.
            support = min(total // 2, chance.randrange(20, 310) * MILLION) if position < len(parts) else 0
            lines.append(
                EstimateLine(
                    project=project, beneficiary=parts[position % len(parts)], position=position,
                    content=f"Máy móc, thiết bị {position + 1}", total=total, support=support,
                    counterpart=total - support, in_cost_base=bool(support),
                )
            )  # fmt: skip
    EstimateLine.objects.bulk_create(lines, BATCH)
    Project.objects.filter(pk__in=[project.pk for project in projects]).refresh_haystacks()
