"""Adopting: the plan becomes exactly the scenario, nothing twice, and nothing at all where something is in the way."""

import pytest

from khuyencong.audit.models import AuditEvent
from khuyencong.audit.verify import verify_chain
from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.core.money import MILLION
from khuyencong.finance import actions as money
from khuyencong.finance.check import broken_rows
from khuyencong.finance.ledger import approved_by_beneficiary, balance_of
from khuyencong.notices.models import Notice
from khuyencong.programmes.models import AnnualPlan
from khuyencong.projects.models import EstimateLine, Project
from khuyencong.scenarios.actions import Start, adopt_scenario, refresh_scenario
from khuyencong.scenarios.tests.conftest import PLANNER, new_plan
from khuyencong.testing import asked
from tests.looking import whole_database


def in_plan(plan):
    """What the plan holds: {key of the đề án: đồng}."""
    return {project.pk: asked(project) for project in Project.objects.filter(plan=plan)}


def put(world, plan, project):
    plan.refresh_from_db()
    money.put_in_plan(plan_id=plan.pk, version=plan.version, project_id=project.pk, by=world.actor(*PLANNER))


def test_adopted_plan_is_exactly_the_scenario(world, plan, three, scenario_of, pick, adopt):
    put(world, plan, three[2])
    scenario = pick(scenario_of(), {three[0]: 200, three[1]: 120})
    done = adopt(scenario)
    assert in_plan(plan) == {three[0].pk: 200 * MILLION, three[1].pk: 120 * MILLION}
    assert {(one.project.pk, one.before, one.after) for one in done} == {
        (three[0].pk, None, 200 * MILLION), (three[1].pk, None, 120 * MILLION), (three[2].pk, 200 * MILLION, None),
    }  # fmt: skip
    assert [balance_of(project).planned for project in three] == [200 * MILLION, 120 * MILLION, 0]
    line = three[1].lines.get()
    assert (line.total, line.support, line.counterpart, line.asked) == tuple(
        amount * MILLION for amount in (600, 120, 480, 150)
    )
    told = Notice.objects.get().sentence
    assert told.startswith(
        f"Đề án {three[1].code}: kinh phí khuyến công dự kiến từ 150.000.000 thành 120.000.000 đồng."
    )
    assert told.endswith(" Lý do: Cân đối hạn mức.")
    scenario.refresh_from_db()
    assert scenario.adopted_by == world.actor(*PLANNER).user
    assert verify_chain() is None
    assert list(broken_rows()) == []


def test_adopting_twice_changes_nothing(plan, three, scenario_of, pick, adopt):
    scenario = pick(scenario_of(), {three[0]: 150})
    adopt(scenario)
    before = whole_database()
    assert adopt(scenario) == []
    assert whole_database() == before


def test_other_amount_of_what_is_in_the_plan_is_cut_in_place(plan, three, scenario_of, pick, adopt):
    scenario = pick(scenario_of(), {three[0]: 150})
    adopt(scenario)
    pick(scenario, {three[0]: 200})
    adopt(scenario)
    assert in_plan(plan) == {three[0].pk: 200 * MILLION}
    assert three[0].lines.get().asked is None
    assert balance_of(three[0]).planned == 200 * MILLION


def test_only_the_last_adopted_scenario_is_marked(world, three, scenario_of, pick, adopt):
    first, second = pick(scenario_of(), {three[0]: 200}), pick(scenario_of(), {})
    adopt(first)
    with pytest.raises(Refused, match=f"{three[0].code} đã thay đổi"):
        adopt(second)
    refresh_scenario(scenario_id=second.pk, by=world.actor(*PLANNER), version=second.version)
    adopt(second)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.adopted_at, first.adopted_by) == (None, None)
    assert second.adopted_at is not None


def test_what_changed_meanwhile_is_named_and_nothing_is_done(world, plan, three, scenario_of, pick, adopt):
    scenario = pick(scenario_of(), {three[0]: 200, three[1]: 150})
    put(world, new_plan(world, 2), three[1])
    put(world, plan, three[2])
    Project.objects.filter(pk=three[2].pk).update(version=99)
    before = whole_database()
    with pytest.raises(Refused) as refused:
        adopt(scenario)
    told = str(refused.value)
    assert "Kế hoạch đã thay đổi từ khi phương án được tính." in told
    assert f"{three[1].code} đã thay đổi" in told
    assert f"{three[2].code} đã thay đổi" in told
    assert three[0].code not in told
    assert whole_database() == before


def test_everything_that_a_step_refuses_is_listed_and_nothing_is_done(three, scenario_of, pick, adopt):
    """As if the law had changed since: both cuts are beyond what it allows now."""
    scenario = pick(scenario_of(), {three[0]: 190, three[1]: 140, three[2]: 200})
    EstimateLine.objects.filter(project__in=three[:2]).update(total=200 * MILLION, counterpart=0, support=200 * MILLION)
    before = whole_database()
    with pytest.raises(Refused) as refused:
        adopt(scenario)
    told = str(refused.value)
    assert "kế hoạch còn nguyên như cũ" in told
    assert all(f"{project.code}: Theo quy định hiện nay" in told for project in three[:2])
    assert whole_database() == before


@pytest.mark.parametrize("who", [("dong-thap", "leader"), ("phu-tho", "appraiser"), ("national", "appraiser")])
def test_adopting_is_for_whoever_makes_the_plan(three, scenario_of, adopt, who):
    with pytest.raises(NotAllowed):
        adopt(scenario_of(), who=who)


def test_adopting_into_a_decided_plan_is_refused(plan, three, scenario_of, adopt):
    scenario = scenario_of(Start.RANKING)
    AnnualPlan.objects.filter(pk=plan.pk).update(state="recorded")
    with pytest.raises(Refused, match="đã có quyết định"):
        adopt(scenario)


def test_adopting_what_was_dropped_is_stale(three, scenario_of, adopt, world):
    with pytest.raises(Stale, match="đã được bỏ"):
        adopt_scenario(scenario_id=10**6, by=world.actor(*PLANNER), version=1)


def test_adopted_scenario_can_be_approved(world, plan, three, scenario_of, pick, adopt):
    """The whole way: what was cut is what is approved, share by share."""
    adopt(pick(scenario_of(), {three[0]: 180, three[1]: 150}))
    plan.refresh_from_db()
    money.approve_plan(
        plan_id=plan.pk, version=plan.version, by=world.actor("dong-thap", "leader"), decision_number="12/QĐ-UBND",
        decision_on=today(), decided_by="Chủ tịch Thử Nghiệm",
    )  # fmt: skip
    assert list(approved_by_beneficiary(three[0]).values()) == [180 * MILLION]
    assert list(broken_rows()) == []


def test_adopting_is_in_the_trail(three, scenario_of, pick, adopt):
    scenario = pick(scenario_of(), {three[0]: 180})
    adopt(scenario)
    event = AuditEvent.objects.get(action="scenario.adopt")
    assert event.thread == scenario.thread
    assert event.before == {three[0].code: "không trong kế hoạch"}
    assert event.after == {three[0].code: 180 * MILLION}
