"""What a new scenario begins with, and what the database holds about it."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from khuyencong.audit.models import AuditEvent
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.core.money import MILLION
from khuyencong.finance import actions as money
from khuyencong.programmes.models import AnnualPlan
from khuyencong.projects.models import EstimateLine
from khuyencong.scenarios.actions import MOST_SCENARIOS, Start, delete_scenario, make_scenario, rename_scenario
from khuyencong.scenarios.models import Scenario, ScenarioChoice
from khuyencong.scenarios.tests.conftest import PLANNER, new_plan


def put(world, plan, project):
    plan.refresh_from_db()
    money.put_in_plan(plan_id=plan.pk, version=plan.version, project_id=project.pk, by=world.actor(*PLANNER))
    plan.refresh_from_db()


def test_scenario_keeps_every_proposal_in_the_order_of_the_ranking(three, scenario_of):
    scenario = scenario_of()
    first = scenario.choices.first()
    assert [one.project_id for one in scenario.choices.all()] == [one.pk for one in three]
    assert (first.place, first.tied, first.people, first.chosen) == (1, False, 1, False)
    assert (first.asked, first.allowed, first.most, first.amount) == tuple(
        amount * MILLION for amount in (200, 300, 200, 200)
    )
    assert [(one.place, one.tied) for one in scenario.choices.all()[1:]] == [(2, True), (2, True)]


def test_empty_scenario_chooses_nothing(three, scenario_of, rows):
    assert rows(scenario_of(Start.EMPTY)) == {}


def test_scenario_by_ranking_chooses_as_long_as_the_money_lasts(three, scenario_of, rows):
    assert rows(scenario_of(Start.RANKING)) == {three[0].pk: 200 * MILLION, three[1].pk: 150 * MILLION}


def test_scenario_from_the_plan_is_the_plan(world, plan, three, scenario_of, rows):
    put(world, plan, three[2])
    assert rows(scenario_of(Start.PLAN)) == {three[2].pk: 200 * MILLION}


def test_scenario_from_the_plan_takes_no_more_than_the_law_allows(world, plan, three, scenario_of):
    put(world, plan, three[2])
    EstimateLine.objects.filter(project=three[2]).update(total=300 * MILLION, counterpart=100 * MILLION)
    choice = scenario_of(Start.PLAN).choices.get(chosen=True)
    assert (choice.amount, choice.most, choice.allowed, choice.asked) == tuple(
        amount * MILLION for amount in (150, 150, 150, 200)
    )


def test_copy_has_the_choices_of_its_model(three, scenario_of, pick, rows):
    model = pick(scenario_of(), {three[1]: 100})
    copy = scenario_of(Start.COPY, copied_id=model.pk)
    assert rows(copy) == rows(model) == {three[1].pk: 100 * MILLION}
    assert copy.choices.count() == 3
    assert (copy.plan_version, copy.reckoned_at) == (model.plan_version, model.reckoned_at)


def test_copy_of_another_plans_scenario_is_refused(world, three, scenario_of):
    other = scenario_of(plan_id=new_plan(world, 2).pk)
    with pytest.raises(Refused, match="của chính kế hoạch này"):
        scenario_of(Start.COPY, copied_id=other.pk)


def test_same_key_twice_gives_the_first_back(three, scenario_of):
    key = uuid4()
    first = scenario_of(creation_key=key, name="Một")
    assert scenario_of(creation_key=key, name="Hai") == first
    assert Scenario.objects.count() == 1
    with pytest.raises(Refused, match="đã được dùng"):
        scenario_of(creation_key=key, who=("dong-thap", "officer"))


def test_same_name_twice_is_refused(three, scenario_of):
    scenario_of(name="Một")
    with pytest.raises(Refused, match="tên này"):
        scenario_of(name="Một ")


def test_scenario_without_proposals_is_refused(scenario_of):
    with pytest.raises(Refused, match="chưa có gì để lập phương án"):
        scenario_of()


def test_too_many_scenarios_are_refused(three, scenario_of):
    scenario = scenario_of()
    for number in range(MOST_SCENARIOS - 1):
        Scenario.objects.create(plan=scenario.plan, name=f"Số {number}", plan_version=1, created_by=scenario.created_by)
    with pytest.raises(Refused, match="nhiều nhất 20 phương án"):
        scenario_of()


def test_scenario_of_a_decided_plan_is_refused(plan, three, scenario_of):
    AnnualPlan.objects.filter(pk=plan.pk).update(state="recorded")
    with pytest.raises(Refused, match="đã có quyết định"):
        scenario_of()


@pytest.mark.parametrize(
    "who", [("dong-thap", "leader"), ("dong-thap-centre", "officer"), ("phu-tho", "officer"), ("national", "officer")]
)
def test_scenarios_are_made_by_whoever_makes_the_plan(three, scenario_of, who):
    with pytest.raises(NotAllowed):
        scenario_of(who=who)


def test_scope_of_one_scenario_is_that_of_its_plan(world, three, scenario_of):
    scenario = scenario_of()
    for (agency, role), actor in world.actors.items():
        seen = Scenario.objects.visible_to(actor).filter(pk=scenario.pk).exists()
        expected = agency in {"national", "dong-thap", "dong-thap-centre"}
        assert seen == scenario.is_in_scope(actor) == expected, (agency, role)


def test_scenario_gets_another_name_and_note(world, three, scenario_of):
    scenario, other = scenario_of(name="Phương án 1"), scenario_of(name="Phương án 2")
    planner = world.actor("dong-thap", "appraiser")
    with pytest.raises(Refused, match="tên này"):
        rename_scenario(scenario_id=scenario.pk, by=planner, version=1, name=other.name, note="")
    with pytest.raises(Refused, match="đặt tên"):
        rename_scenario(scenario_id=scenario.pk, by=planner, version=1, name="  ", note="")
    with pytest.raises(NotAllowed):
        rename_scenario(scenario_id=scenario.pk, by=world.actor("phu-tho", "appraiser"), version=1, name="A", note="")
    rename_scenario(scenario_id=scenario.pk, by=planner, version=1, name="Ưu tiên xã khó khăn", note="Bàn ngày 5")
    with pytest.raises(Stale):
        rename_scenario(scenario_id=scenario.pk, by=planner, version=1, name="Lần hai", note="")
    scenario.refresh_from_db()
    assert (scenario.name, scenario.note, scenario.version) == ("Ưu tiên xã khó khăn", "Bàn ngày 5", 2)


def test_deleted_scenario_leaves_its_choices_in_the_trail(world, three, scenario_of, pick):
    scenario = pick(scenario_of(), {three[0]: 120})
    delete_scenario(scenario_id=scenario.pk, by=world.actor(*PLANNER), version=scenario.version)
    assert not Scenario.objects.exists()
    event = AuditEvent.objects.get(action="scenario.delete")
    assert event.before["chọn"] == {three[0].code: 120 * MILLION}
    with pytest.raises(Stale, match="đã được bỏ"):
        delete_scenario(scenario_id=scenario.pk, by=world.actor(*PLANNER), version=1)


def test_scenario_is_kept_with_what_it_began_with(three, scenario_of):
    scenario = scenario_of(Start.RANKING, name="Một")
    event = AuditEvent.objects.get(action="scenario.make")
    assert event.thread == scenario.thread
    assert event.after == {
        "tên": "Một", "kế hoạch": scenario.plan.title, "bắt đầu từ": "Theo thứ tự ưu tiên cho hết hạn mức",
        "số đề án": 3, "chọn": 2, "kinh phí": 350 * MILLION,
    }  # fmt: skip


@pytest.mark.parametrize(
    "values",
    [
        {"amount": 200 * MILLION + 1},
        {"most": 200 * MILLION + 1},
        {"chosen": True, "amount": 0, "reason": "Cắt hết"},
        {"chosen": True, "amount": 1},
        {"amount": -1},
    ],
)
def test_database_refuses_a_choice_that_cannot_be(three, scenario_of, values):
    choice = scenario_of().choices.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        ScenarioChoice.objects.filter(pk=choice.pk).update(**values)


def test_database_refuses_a_proposal_twice(three, scenario_of):
    choice = scenario_of().choices.first()
    choice.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        choice.save(force_insert=True)


def test_database_refuses_two_adopted_scenarios_of_one_plan(three, scenario_of):
    by = scenario_of().created_by
    scenario_of()
    with pytest.raises(IntegrityError), transaction.atomic():
        Scenario.objects.update(adopted_at="2026-01-01T00:00:00Z", adopted_by=by)
    with pytest.raises(IntegrityError), transaction.atomic():
        Scenario.objects.filter(pk=Scenario.objects.first().pk).update(adopted_by=by)


def test_nothing_is_made_for_a_plan_that_is_not_there(world):
    with pytest.raises(AnnualPlan.DoesNotExist):
        make_scenario(by=world.actor(*PLANNER), creation_key=uuid4(), plan_id=0, name="x")
