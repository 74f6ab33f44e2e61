"""Wrong person, wrong state, an old form, a second click: nothing is changed."""

import pytest

from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.core.money import MILLION
from khuyencong.finance import actions as money
from khuyencong.finance.models import LedgerEntry, Payment, PaymentKind
from khuyencong.finance.tests.steps import ACCOUNTANT, BY_NAME, LEADER, STEPS, waiting_payment
from khuyencong.people.actors import Actor
from khuyencong.projects.models import Project
from khuyencong.projects.states import ProjectState
from khuyencong.testing import give_money, make_project, pay, pay_rest, put_in_new_plan


def ready_for(world, name):
    """A project on which the step could be taken."""
    if name == "recover":
        project = make_project(world, state="in_progress")
        pay(world, project, PaymentKind.ADVANCE, 20 * MILLION)
        money.stop(
            project_id=project.pk,
            by=world.actor(*LEADER),
            version=project.version,
            document="QĐ",
            on=today(),
            reason="Thử",
        )
    elif name == "settle":
        project = make_project(world, state="accepted")
        pay_rest(world, project)
    elif name == "pay":
        project = make_project(world, state="accepted")
    else:
        project = make_project(world, state=min(BY_NAME[name].states))
    project.refresh_from_db()
    return project


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_only_the_right_person_may(world, everything, step):
    project = ready_for(world, step.name)
    before = everything()
    for place, actor in world.actors.items():
        if place not in step.who:
            with pytest.raises(NotAllowed):
                step.call(project, actor, project.version)
    assert everything() == before
    step.call(project, world.actor(*step.who[0]), project.version)
    assert everything() != before


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_an_old_form_and_a_second_click_change_nothing(world, everything, step):
    project = ready_for(world, step.name)
    actor = world.actor(*step.who[0])
    before = everything()
    with pytest.raises(Stale):
        step.call(project, actor, project.version - 1)
    assert everything() == before
    step.call(project, actor, project.version)
    once = everything()
    with pytest.raises(Stale):
        step.call(project, actor, project.version)
    assert everything() == once


@pytest.mark.parametrize("state", [state for state in ProjectState if state != ProjectState.CENTRAL_APPRAISED])
def test_in_any_other_state_it_is_refused(world, everything, state):
    project = make_project(world, state=state)
    before = everything()
    for step in STEPS:
        if state not in step.states:
            with pytest.raises(Refused):
                step.call(project, world.actor(*step.who[0]), project.version)
    assert everything() == before


def test_who_prepares_a_payment_does_not_decide_on_it(world, everything):
    project = make_project(world, state="in_progress")
    payment = waiting_payment(world, project)
    accountant = world.actor(*ACCOUNTANT)
    # The same person with two hats.
    leader = Actor(accountant.user, accountant.agency, world.actor(*LEADER).role, "thử")
    before = everything()
    with pytest.raises(Refused, match="không được tự duyệt"):
        approve(payment, leader, project.version)
    with pytest.raises(Refused, match="không được tự trả lại"):
        money.return_payment(payment_id=payment.pk, by=leader, version=project.version, reason="Sai")
    assert everything() == before


def approve(payment, by, version):
    money.approve_payment(payment_id=payment.pk, by=by, version=version)


def test_deciding_on_a_payment_is_for_the_leader_and_happens_once(world, everything):
    project = make_project(world, state="in_progress")
    payment = waiting_payment(world, project)
    before = everything()
    for place, actor in world.actors.items():
        if place != LEADER:
            with pytest.raises(NotAllowed):
                approve(payment, actor, project.version)
        # Who prepared it may not; the officer, who checks payments of the payer, may send it back.
        if place not in {LEADER, ("dong-thap", "officer")}:
            with pytest.raises(Refused if place == ACCOUNTANT else NotAllowed):
                money.return_payment(payment_id=payment.pk, by=actor, version=project.version, reason="Sai")
    with pytest.raises(Stale):
        approve(payment, world.actor(*LEADER), project.version - 1)
    assert everything() == before
    approve(payment, world.actor(*LEADER), project.version)
    once = everything()
    with pytest.raises(Stale):
        approve(payment, world.actor(*LEADER), project.version)
    project.refresh_from_db()
    with pytest.raises(Refused, match="ở trạng thái «Đã duyệt, chờ chi»"):
        approve(payment, world.actor(*LEADER), project.version)
    assert everything() == once


def test_a_payment_prepared_twice_with_one_key_is_one(world):
    project = make_project(world, state="in_progress")
    accountant = world.actor(*ACCOUNTANT)
    key = "00000000-0000-4000-8000-000000000001"
    for _ in range(2):
        BY_NAME["advance"].call(project, accountant, project.version, key=key)
    assert Payment.objects.count() == 1


PLAN_EDITORS = {("dong-thap", "officer"), ("dong-thap", "appraiser")}


def test_plans_are_for_their_agency(world, everything):
    project = make_project(world, state="base_appraised")
    other = make_project(world, state="base_appraised")
    plan = put_in_new_plan(world, project)
    give_money(world, agency="dong-thap", source="local", year=plan.year, amount=200 * MILLION)
    before = everything()
    for place, actor in world.actors.items():
        if place not in PLAN_EDITORS:
            with pytest.raises(NotAllowed):
                money.put_in_plan(plan_id=plan.pk, version=plan.version, project_id=other.pk, by=actor)
            with pytest.raises(NotAllowed):
                money.take_out_of_plan(plan_id=plan.pk, version=plan.version, project_id=project.pk, by=actor)
        if place != LEADER:
            with pytest.raises(NotAllowed):
                decide(plan, actor)
    assert everything() == before


def decide(plan, by, version=None):
    money.approve_plan(
        plan_id=plan.pk,
        version=version or plan.version,
        by=by,
        decision_number="1/QĐ",
        decision_on=today(),
        decided_by="Ai đó",
    )


def test_a_plan_is_approved_once_inside_its_money(world, everything):
    project = make_project(world, state="base_appraised", support=200 * MILLION)
    plan = put_in_new_plan(world, project)
    leader = world.actor(*LEADER)
    give_money(world, agency="dong-thap", source="local", year=plan.year, amount=200 * MILLION - 1)
    before = everything()
    with pytest.raises(Refused, match="vượt hạn mức"):
        decide(plan, leader)
    with pytest.raises(Stale):
        decide(plan, leader, plan.version - 1)
    assert everything() == before
    give_money(world, agency="dong-thap", source="local", year=plan.year, amount=1)
    decide(plan, leader)
    once = everything()
    with pytest.raises(Stale):
        decide(plan, leader)
    plan.refresh_from_db()
    with pytest.raises(Refused):
        decide(plan, leader)
    with pytest.raises(Refused):
        money.take_out_of_plan(
            plan_id=plan.pk, version=plan.version, project_id=project.pk, by=world.actor("dong-thap", "officer")
        )
    assert everything() == once


def test_a_plan_takes_only_its_own_appraised_projects_once(world, everything):
    project = make_project(world, state="base_appraised")
    plan = put_in_new_plan(world, project)
    officer = world.actor("dong-thap", "officer")
    wrong = [
        project,  # is in it already
        make_project(world, state="submitted"),
        make_project(world, state="base_appraised", province="25"),
        make_project(world, state="central_appraised", source="national"),
        make_project(world, state="base_appraised", year=project.year + 1),
    ]
    before = everything()
    for one in wrong:
        with pytest.raises(Refused):
            money.put_in_plan(plan_id=plan.pk, version=plan.version, project_id=one.pk, by=officer)
    with pytest.raises(Refused):
        money.take_out_of_plan(plan_id=plan.pk, version=plan.version, project_id=wrong[1].pk, by=officer)
    assert everything() == before
    money.take_out_of_plan(plan_id=plan.pk, version=plan.version, project_id=project.pk, by=officer)
    assert sum(LedgerEntry.objects.filter(project=project).values_list("amount", flat=True)) == 0
    assert Project.objects.get(pk=project.pk).plan is None


def test_one_decision_gives_money_once_and_never_takes_back_what_is_approved(world, everything):
    make_project(world, state="approved", support=200 * MILLION)
    accountant = world.actor(*ACCOUNTANT)
    given = {"year": today().year, "source": "local", "on": today()}
    money.give_envelope(by=accountant, amount=50 * MILLION, document="QĐ 9", **given)
    before = everything()
    with pytest.raises(Refused, match="đã được ghi"):
        money.give_envelope(by=accountant, amount=50 * MILLION, document=" QĐ 9 ", **given)
    with pytest.raises(Refused, match="vượt hạn mức"):
        money.give_envelope(by=accountant, amount=-51 * MILLION, document="QĐ 10", **given)
    with pytest.raises(Refused, match="không giữ kinh phí"):
        money.give_envelope(by=accountant, amount=1, document="QĐ 11", **(given | {"source": "national"}))
    for place, actor in world.actors.items():
        if place[1] != "accountant":
            with pytest.raises(NotAllowed):
                money.give_envelope(by=actor, amount=1, document="QĐ 12", **given)
    assert everything() == before
    money.give_envelope(by=accountant, amount=-50 * MILLION, document="QĐ 13", **given)


def test_accepted_work_of_a_stopped_project_is_still_paid(world):
    project = make_project(world, state="in_progress", beneficiaries=2, support=100 * MILLION, total=300 * MILLION)
    BY_NAME["accept"].call(project, world.actor("dong-thap", "officer"), project.version)
    project.refresh_from_db()
    BY_NAME["stop"].call(project, world.actor(*LEADER), project.version)
    project.refresh_from_db()
    pay(world, project, PaymentKind.FINAL, 100 * MILLION)
    with pytest.raises(Refused):
        pay(world, project, PaymentKind.FINAL, 1)


def test_no_advance_beyond_acceptance_once_acceptance_is_paid(world):
    project = make_project(world, state="in_progress", beneficiaries=2, support=100 * MILLION, total=300 * MILLION)
    BY_NAME["accept"].call(project, world.actor("dong-thap", "officer"), project.version)
    project.refresh_from_db()
    pay(world, project, PaymentKind.FINAL, 100 * MILLION)
    with pytest.raises(Refused, match="tối đa 0 đồng"):
        pay(world, project, PaymentKind.ADVANCE, 10 * MILLION)
