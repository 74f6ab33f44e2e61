"""Two people at the same moment, each with a connection of their own."""

from uuid import uuid4

import pytest

from khuyencong.core.money import MILLION
from khuyencong.finance import actions as money
from khuyencong.finance.check import broken_rows
from khuyencong.projects.models import Project
from khuyencong.scenarios.actions import Pick, Start, adopt_scenario, choose, choose_in_bulk, make_scenario
from khuyencong.scenarios.models import Scenario
from khuyencong.scenarios.picking import Bulk
from khuyencong.scenarios.tests.conftest import PLANNER, new_plan
from khuyencong.testing import at_once, build_world, give_money, kinds, make_project

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(transactional_db):
    return build_world()


@pytest.fixture
def two(world):
    """Two scenarios of a plan: one takes both proposals, the other none."""
    projects = [make_project(world, state="base_appraised") for _ in range(2)]
    give_money(world, agency="dong-thap", source="local", year=projects[0].year, amount=400 * MILLION)
    plan = new_plan(world)
    return [
        make_scenario(by=world.actor(*PLANNER), creation_key=uuid4(), plan_id=plan.pk, name=start.label, start=start)
        for start in (Start.RANKING, Start.EMPTY)
    ]


def adoption(world, scenario):
    return lambda: adopt_scenario(scenario_id=scenario.pk, by=world.actor(*PLANNER), version=scenario.version)


def test_plan_is_one_scenario_or_the_other(world, two):
    everything, cut = two
    first = cut.choices.first()
    picks = {first.project_id: Pick(chosen=True, amount=MILLION, reason="Cân đối")}
    cut = choose(scenario_id=cut.pk, by=world.actor(*PLANNER), version=1, picks=picks)
    outcome = at_once(adoption(world, everything), adoption(world, cut))
    assert kinds(outcome) == ["NoneType", "Refused"]
    assert Project.objects.filter(plan=everything.plan).count() == (2 if outcome[0] is None else 1)
    assert Scenario.objects.filter(adopted_at__isnull=False).count() == 1
    assert list(broken_rows()) == []


def test_adopting_and_putting_in_by_hand_do_not_mix(world, two):
    scenario, project = two[0], Project.objects.order_by("pk").first()
    plan = scenario.plan

    def by_hand():
        money.put_in_plan(plan_id=plan.pk, version=plan.version, project_id=project.pk, by=world.actor(*PLANNER))

    outcome = at_once(adoption(world, scenario), by_hand)
    assert kinds(outcome) in (["NoneType", "Refused"], ["NoneType", "Stale"])
    assert list(broken_rows()) == []


def test_adopting_does_not_wait_for_choices_of_another_scenario_that_wait_for_it(world, two):
    def choice():
        choose(scenario_id=two[1].pk, by=world.actor(*PLANNER), version=1, picks={})

    outcome = at_once(adoption(world, two[0]), choice)
    assert outcome[0] is None
    assert kinds(outcome) == ["NoneType", "NoneType"]


def test_two_people_who_choose_lose_nothing(world, two):
    def press(what):
        return lambda: choose_in_bulk(scenario_id=two[1].pk, by=world.actor(*PLANNER), version=1, what=what)

    assert kinds(at_once(press(Bulk.ALL), press(Bulk.DOWN))) == ["NoneType", "Stale"]
    two[1].refresh_from_db()
    assert two[1].version == 2
