"""A draft plan of the Sở Đồng Tháp with money for two of its three proposals."""

from uuid import uuid4

import pytest

from khuyencong.core.dates import today
from khuyencong.core.money import MILLION
from khuyencong.finance import actions as money
from khuyencong.projects.models import Project
from khuyencong.scenarios.actions import Pick, Start, adopt_scenario, choose, make_scenario
from khuyencong.testing import give_money, make_project

PLANNER = ("dong-thap", "appraiser")


def new_plan(world, round_=1):
    """A draft plan of the Sở; its envelope has 450 triệu when `plan_of_three` made it."""
    return money.create_plan(
        by=world.actor(*PLANNER), year=today().year, source="local", title=f"Kế hoạch thử đợt {round_}", round_=round_
    )


@pytest.fixture
def plan(world):
    """450 triệu are free."""
    give_money(world, agency="dong-thap", source="local", year=today().year, amount=450 * MILLION)
    return new_plan(world)


@pytest.fixture
def three(world, plan):
    """In the order of the ranking: difficult place 200, ordinary 150, ordinary 200 triệu."""
    projects = [
        make_project(world, state="base_appraised"),
        make_project(world, state="base_appraised", support=150 * MILLION),
        make_project(world, state="base_appraised"),
    ]
    Project.objects.filter(pk=projects[0].pk).update(priority_place="difficult_area")
    return projects


@pytest.fixture
def scenario_of(world, plan):
    """`scenario_of(start)`: a scenario of the plan by an appraiser of the Sở."""

    def make(start=Start.EMPTY, name="", who=PLANNER, **more):
        values = {"plan_id": plan.pk, "name": name or f"Phương án {uuid4()}", "creation_key": uuid4(), **more}
        return make_scenario(by=world.actor(*who), start=start, **values)

    return make


@pytest.fixture
def pick(world):
    """`pick(scenario, {project: amount in triệu})`: exactly these, each with a reason where it is cut."""

    def do(scenario, wanted):
        scenario.refresh_from_db()
        picks = {one.project_id: Pick(chosen=False, amount=one.amount) for one in scenario.choices.all()}
        picks |= {project.pk: Pick(True, amount * MILLION, "Cân đối hạn mức.") for project, amount in wanted.items()}
        return choose(scenario_id=scenario.pk, by=world.actor(*PLANNER), version=scenario.version, picks=picks)

    return do


@pytest.fixture
def adopt(world):
    """`adopt(scenario)` by an appraiser of the Sở."""

    def do(scenario, who=PLANNER):
        scenario.refresh_from_db()
        return adopt_scenario(scenario_id=scenario.pk, by=world.actor(*who), version=scenario.version)

    return do


@pytest.fixture
def rows():
    """`rows(scenario)`: what is chosen, {key of the đề án: đồng}."""

    def read(scenario):
        return dict(scenario.choices.filter(chosen=True).values_list("project_id", "amount"))

    return read
