"""Choosing one by one and all at once, and bringing a scenario up to the records."""

import pytest

from khuyencong.audit.models import AuditEvent
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.core.money import MILLION
from khuyencong.programmes.models import AnnualPlan
from khuyencong.projects.models import EstimateLine, Project
from khuyencong.scenarios.actions import Pick, Start, choose, choose_in_bulk, refresh_scenario
from khuyencong.scenarios.models import ScenarioChoice
from khuyencong.scenarios.picking import Bulk, cut_to_fit, pick_down, total_of
from khuyencong.scenarios.tests.conftest import PLANNER
from khuyencong.testing import make_project


def some(*amounts):
    """Choices of these amounts in their order, all with the same score but the first."""
    return [
        ScenarioChoice(
            position=place, place=place, score=10 if place > 1 else 20, asked=amount, most=amount, amount=amount
        )
        for place, amount in enumerate(amounts, start=1)
    ]


def chosen(choices):
    return [one.position for one in choices if one.chosen]


# --- many at once, without a database --------------------------------------------------------------------------------


def test_down_to_the_money_stops_at_the_first_that_does_not_fit():
    choices = some(50, 60, 10)
    assert pick_down(choices, 100) == "Dừng trước thứ tự 2: cần 60 đồng, còn 50 đồng."
    assert chosen(choices) == [1]


def test_down_to_the_money_says_where_a_person_decides_between_equals():
    assert "đồng hạng" in pick_down(some(50, 20, 40), 100)


def test_down_to_the_money_takes_everything_that_fits():
    choices = some(50, 50)
    assert pick_down(choices, 100) == "Tiền đủ cho mọi đề án được xếp thứ tự."
    assert chosen(choices) == [1, 2]


def test_what_the_law_does_not_rank_is_paid_first_and_stays_as_chosen():
    choices = some(50, 50, 30, 30)
    for one in choices[2:]:
        one.place = None
    choices[2].chosen = True
    pick_down(choices, 100)
    assert chosen(choices) == [1, 3]


def test_what_may_get_nothing_is_passed_over():
    choices = some(50, 0, 50)
    pick_down(choices, 100)
    assert chosen(choices) == [1, 3]


def test_cut_to_fit_comes_to_the_money_exactly():
    choices = some(100, 50, 50)
    for one in choices[:2]:
        one.chosen = True
    assert cut_to_fit(choices, 100, "Cân đối")
    assert [(one.amount, one.reason) for one in choices] == [(67, "Cân đối"), (33, "Cân đối"), (50, "")]
    assert total_of(choices) == 100


def test_cut_to_fit_gives_everything_where_there_is_enough():
    choices = some(100)
    choices[0].chosen, choices[0].amount, choices[0].reason = True, 10, "Cắt trước đây"
    assert cut_to_fit(choices, 100, "Cân đối")
    assert (choices[0].amount, choices[0].reason) == (100, "")


def test_cut_to_fit_leaves_nobody_without_any():
    choices = some(100, 100)
    for one in choices:
        one.chosen = True
    assert not cut_to_fit(choices, 1, "Cân đối")
    assert not cut_to_fit(choices, -5, "Cân đối")
    assert total_of(choices) == 200


# --- one by one ------------------------------------------------------------------------------------------------------


def test_choice_is_kept_with_who_changed_what(three, scenario_of, pick, rows):
    scenario = pick(scenario_of(), {three[0]: 200, three[1]: 100})
    assert rows(scenario) == {three[0].pk: 200 * MILLION, three[1].pk: 100 * MILLION}
    event = AuditEvent.objects.get(action="scenario.choose")
    assert event.before == {three[0].code: "không chọn", three[1].code: "không chọn"}
    assert event.after == {
        three[0].code: "200.000.000 đồng", three[1].code: "100.000.000 đồng (Cân đối hạn mức.)",
    }  # fmt: skip


def test_choices_that_cannot_be_are_refused_by_name(world, three, scenario_of):
    scenario = scenario_of()
    picks = {
        three[0].pk: Pick(True, 200 * MILLION + 1),
        three[1].pk: Pick(True, 0),
        three[2].pk: Pick(True, 100 * MILLION),
    }
    with pytest.raises(Refused) as refused:
        choose(scenario_id=scenario.pk, by=world.actor(*PLANNER), version=scenario.version, picks=picks)
    told = str(refused.value)
    assert f"{three[0].code}: nhiều nhất 200.000.000 đồng." in told
    assert f"{three[1].code}: số hỗ trợ phải lớn hơn 0." in told
    assert f"{three[2].code}: hãy ghi lý do cắt giảm." in told
    with pytest.raises(Refused, match="không còn trong phương án"):
        choose(
            scenario_id=scenario.pk, by=world.actor(*PLANNER), version=scenario.version, picks={10**6: Pick(False, 0)}
        )
    assert not scenario.choices.filter(chosen=True).exists()


def test_choice_on_an_older_page_is_stale_and_on_a_decided_plan_refused(world, plan, three, scenario_of, pick):
    scenario = scenario_of()
    pick(scenario, {three[0]: 200})
    sent = {"scenario_id": scenario.pk, "by": world.actor(*PLANNER)}
    with pytest.raises(Stale):
        choose(**sent, version=scenario.version, picks={})
    scenario.refresh_from_db()
    with pytest.raises(NotAllowed):
        choose(scenario_id=scenario.pk, by=world.actor("phu-tho", "appraiser"), version=scenario.version, picks={})
    AnnualPlan.objects.filter(pk=plan.pk).update(state="recorded")
    with pytest.raises(Refused, match="đã có quyết định"):
        choose(**sent, version=scenario.version, picks={})


def test_bulk_does_what_its_button_says(world, three, scenario_of, rows):
    scenario = scenario_of()

    def press(what, reason=""):
        scenario.refresh_from_db()
        return choose_in_bulk(
            scenario_id=scenario.pk, by=world.actor(*PLANNER), version=scenario.version, what=what, reason=reason
        )

    assert press(Bulk.ALL) == "Đã chọn 3 đề án, 550.000.000 đồng."
    with pytest.raises(Refused, match="lý do"):
        press(Bulk.FIT)
    press(Bulk.FIT, "Cân đối hạn mức.")
    assert sum(rows(scenario).values()) == 450 * MILLION
    press(Bulk.UNCUT)
    assert sum(rows(scenario).values()) == 550 * MILLION
    assert "Dừng trước thứ tự 2: cần 200.000.000 đồng, còn 100.000.000 đồng." in press(Bulk.DOWN)
    press(Bulk.NONE)
    assert rows(scenario) == {}
    assert AuditEvent.objects.filter(action="scenario.choose").count() == 5


def test_cut_of_what_is_not_chosen_is_kept_only_with_its_reason(world, three, scenario_of):
    scenario = scenario_of()
    picks = {three[0].pk: Pick(False, 50 * MILLION), three[1].pk: Pick(False, 50 * MILLION, "Còn bàn.")}
    choose(scenario_id=scenario.pk, by=world.actor(*PLANNER), version=scenario.version, picks=picks)
    found = {one.project_id: (one.amount, one.reason) for one in scenario.choices.all()}
    assert found[three[0].pk] == (200 * MILLION, "")
    assert found[three[1].pk] == (50 * MILLION, "Còn bàn.")
    scenario.refresh_from_db()
    choose_in_bulk(scenario_id=scenario.pk, by=world.actor(*PLANNER), version=scenario.version, what=Bulk.ALL)
    assert sum(one.amount for one in scenario.choices.filter(chosen=True)) == 450 * MILLION


# --- up to the records -----------------------------------------------------------------------------------------------


def test_refresh_takes_over_what_has_changed_and_names_it(world, three, scenario_of, pick, rows):
    scenario = pick(scenario_of(), {three[0]: 200, three[1]: 100, three[2]: 180})
    Project.objects.filter(pk=three[0].pk).update(state="withdrawn")
    EstimateLine.objects.filter(project=three[2]).update(total=240 * MILLION, counterpart=40 * MILLION)
    fresh = make_project(world, state="base_appraised")
    told = refresh_scenario(scenario_id=scenario.pk, by=world.actor(*PLANNER), version=scenario.version)
    assert f"Thêm: {fresh.code}." in told
    assert f"Không còn đề nghị: {three[0].code} (đang được chọn)." in told
    assert f"{three[2].code} từ 200.000.000 thành 120.000.000 đồng" in told
    assert rows(scenario) == {three[1].pk: 100 * MILLION, three[2].pk: 120 * MILLION}
    scenario.refresh_from_db()
    assert (
        refresh_scenario(scenario_id=scenario.pk, by=world.actor(*PLANNER), version=scenario.version)
        == "Không có gì thay đổi."
    )


def test_refresh_keeps_a_full_amount_full(world, three, scenario_of, rows):
    scenario = scenario_of(Start.RANKING)
    EstimateLine.objects.filter(project=three[0]).update(support=250 * MILLION, counterpart=350 * MILLION)
    refresh_scenario(scenario_id=scenario.pk, by=world.actor(*PLANNER), version=scenario.version)
    assert rows(scenario)[three[0].pk] == 250 * MILLION
