"""What may be done next with a đề án, by whom and until when; and where it stands on its road."""

from datetime import date, timedelta

import pytest

from khuyencong.audit.models import AuditEvent
from khuyencong.core.dates import today
from khuyencong.core.money import MILLION
from khuyencong.desk.page import stepper
from khuyencong.desk.steps import awaited_deadline, offers, who_owes
from khuyencong.desk.work import money_of, tasks
from khuyencong.finance.models import PaymentKind
from khuyencong.law import deadlines
from khuyencong.people.roles import STAFF
from khuyencong.projects.models import Project
from khuyencong.projects.states import STEPS, ProjectState, Route
from khuyencong.testing import advance_to, make_project, pay, pay_rest, put_in_new_plan

AGENCIES = ("national", "region", "dong-thap", "dong-thap-centre", "phu-tho", "phu-tho-centre")
UNIT, SO, CUC = "dong-thap-centre", "dong-thap", "national"


def offered(world, project):
    """{agency.role: keys of what is offered}, awaited steps without mark, others in brackets, blocked ones with «!»."""
    project = Project.objects.select_related("plan", "implementing_unit", "department", "funder").get(pk=project.pk)
    money = money_of([project])[project.pk]
    found = {}
    for agency in AGENCIES:
        for role in STAFF:
            keys = [
                f"{one.key}!" if one.blocked else one.key if one.main else f"({one.key})"
                for one in offers(world.actor(agency, role.value), project, money)
            ]
            if keys:
                found[f"{agency}.{role.value}"] = " ".join(keys)
    return found


# What was spent is written down by the unit, from the first payment or acceptance to the settlement.
VOUCHERS = {f"{UNIT}.officer": "(vouchers)", f"{UNIT}.accountant": "(vouchers)"}
LOCAL = {
    "draft": {f"{UNIT}.officer": "submit (withdraw)"},
    "returned": {f"{UNIT}.officer": "submit (completion) (withdraw)"},
    "submitted": {f"{UNIT}.officer": "(withdraw)", f"{SO}.appraiser": "appraise_base"},
    "base_appraised": {f"{UNIT}.officer": "(withdraw)", f"{SO}.officer": "plan", f"{SO}.appraiser": "plan"},
    "approved": {
        f"{SO}.leader": "contract (stop)",
        f"{SO}.officer": "(contract_draft)",
        f"{SO}.accountant": "(contract_draft)",
        f"{UNIT}.officer": "(adjust)",
    },
    "in_progress": {
        f"{UNIT}.officer": "(report) (adjust)",
        f"{SO}.officer": "accept",
        f"{SO}.appraiser": "accept",
        f"{SO}.leader": "(stop)",
        f"{SO}.accountant": "(prepare_advance)",
    },
    "accepted": {f"{SO}.accountant": "prepare_final settle!", **VOUCHERS},
    "settled": {},
    "rejected": {},
    "withdrawn": {},
    "stopped": {},
}
NATIONAL = {
    **LOCAL,
    "base_appraised": {f"{UNIT}.officer": "(withdraw)", f"{CUC}.appraiser": "appraise_central"},
    "central_appraised": {f"{UNIT}.officer": "(withdraw)", f"{CUC}.officer": "plan", f"{CUC}.appraiser": "plan"},
    "approved": {
        f"{CUC}.leader": "contract (stop)",
        f"{CUC}.officer": "(contract_draft)",
        f"{CUC}.accountant": "(contract_draft)",
        f"{UNIT}.officer": "(adjust)",
    },
    "in_progress": {
        f"{SO}.officer": "accept",
        f"{SO}.appraiser": "accept",
        f"{CUC}.leader": "(stop)",
        f"{CUC}.accountant": "(prepare_advance)",
    },
    "accepted": {f"{CUC}.accountant": "prepare_final settle!", **VOUCHERS},
}


@pytest.mark.parametrize("state", LOCAL)
def test_local_project_offers_each_step_to_whom_it_belongs(world, state):
    assert offered(world, make_project(world, state=state)) == LOCAL[state]


@pytest.mark.parametrize("state", NATIONAL)
def test_national_project_offers_each_step_to_whom_it_belongs(world, state):
    found = offered(world, make_project(world, state=state, source="national"))
    reporting = found.pop(f"{UNIT}.officer") if state == "in_progress" else "report"
    assert reporting.split()[0].strip("()") == "report"  # owed or not, by the day of the month
    assert found == NATIONAL[state]


def test_direct_project_is_accepted_by_the_national_agency(world):
    project = make_project(world, state="in_progress", source="national", unit="region")
    found = offered(world, project)
    assert {who for who, keys in found.items() if keys == "accept"} == {f"{CUC}.officer", f"{CUC}.appraiser"}


def test_planned_project_waits_for_the_leader(world):
    project = make_project(world, state="base_appraised")
    plan = put_in_new_plan(world, project)
    found = offered(world, project)
    assert found[f"{SO}.leader"] == "approve"
    assert "plan" not in found.get(f"{SO}.officer", "")
    leader = world.actor(SO, "leader")
    project.refresh_from_db()
    assert offers(leader, project, money_of([project])[project.pk])[0].url == f"/ke-hoach/{plan.pk}/"


def test_money_that_waits_is_offered_in_turn(world):
    """Prepared → approved → paid → settled, one after another."""
    from uuid import uuid4

    from khuyencong.finance import actions

    project = make_project(world, state="accepted")
    payment = actions.prepare_payment(
        project_id=project.pk, by=world.actor(SO, "accountant"), version=project.version, creation_key=uuid4(),
        kind=PaymentKind.FINAL, amount=200 * MILLION,
    )  # fmt: skip
    assert offered(world, project) == {f"{SO}.leader": "pay", f"{SO}.accountant": "settle!", **VOUCHERS}
    project.refresh_from_db()
    actions.approve_payment(payment_id=payment.pk, by=world.actor(SO, "leader"), version=project.version)
    assert offered(world, project) == {f"{SO}.accountant": "mark_paid settle!", **VOUCHERS}
    project.refresh_from_db()
    actions.mark_paid(
        payment_id=payment.pk, by=world.actor(SO, "accountant"), version=project.version, voucher_number="UNC-1",
        voucher_on=today(),
    )  # fmt: skip
    assert offered(world, project) == {f"{SO}.accountant": "settle", **VOUCHERS}


def test_unearned_money_of_a_stopped_project_is_offered_back(world):
    project = make_project(world, state="in_progress")
    pay(world, project, PaymentKind.ADVANCE, 50 * MILLION)
    project = advance_to(world, project, "stopped")
    found = offered(world, project)
    assert set(found) == {f"{SO}.accountant", *VOUCHERS}
    assert found[f"{SO}.accountant"].split()[0] == "recover"


def test_own_project_and_own_payment_are_blocked_with_a_sentence(world):
    """One person with two hats: what he wrote he does not judge, what he prepared he does not approve."""
    project = make_project(world, state="submitted")
    writer = world.actor(UNIT, "officer")
    appraiser = world.actor(SO, "appraiser")
    two_hats = type(appraiser)(user=writer.user, agency=appraiser.agency, role=appraiser.role, origin="thử nghiệm")
    offer = offers(two_hats, project, money_of([project])[project.pk])[0]
    assert offer.key == "appraise_base"
    assert "không được thẩm định" in offer.blocked.sentence


@pytest.mark.parametrize("source", ["local", "national"])
@pytest.mark.parametrize("state", [one for one in ProjectState.values if one != "central_appraised"])
def test_whatever_is_offered_can_be_opened(world, visit, source, state):
    """No button leads to a refusal: each page that is offered opens for whom it is offered to."""
    project = make_project(world, state=state, source=source)
    if state == "accepted":
        pay_rest(world, project)
    project = Project.objects.select_related("plan").get(pk=project.pk)
    money = money_of([project])[project.pk]
    for agency in AGENCIES:
        for role in STAFF:
            actor = world.actor(agency, role.value)
            for offer in offers(actor, project, money):
                if offer.method == "get" and not offer.blocked:
                    assert visit(actor).get(offer.url).status_code == 200, (offer.key, agency, role)


# --- who owes, until when --------------------------------------------------------------------------------------------


def test_somebody_owes_the_next_step_in_every_open_state(world):
    owed = {state: who_owes(make_project(world, state=state, source="national")) for state in STEPS[Route.NATIONAL]}
    assert owed == {
        "draft": "chuyên viên Trung tâm Khuyến công Đồng Tháp",
        "submitted": "người thẩm định Sở Công Thương Đồng Tháp",
        "base_appraised": "người thẩm định Cục Khuyến công",
        "central_appraised": "lãnh đạo Cục Khuyến công",
        "approved": "lãnh đạo Cục Khuyến công",
        "in_progress": "chuyên viên hoặc người thẩm định Sở Công Thương Đồng Tháp",
        "accepted": "kế toán Cục Khuyến công",
        "settled": "",
    }


def due(project):
    found = awaited_deadline(project, money_of([project])[project.pk], on=today())
    return found.on if found else None


def test_deadlines_are_those_of_the_law(world):
    """National money has its days; for local money the circular names none."""
    year = today().year
    national = {state: due(make_project(world, state=state, source="national")) for state in ("draft", "returned")}
    assert set(national.values()) == {deadlines.base_registration(year).on}
    registration = deadlines.registration_to_agency(year).on
    assert due(make_project(world, state="submitted", source="national")) == registration
    assert due(make_project(world, state="draft", source="national", unit="region")) == registration
    accepted = make_project(world, state="accepted", source="national")
    assert due(accepted) == deadlines.settlement_file(today(), budget_year=year).on
    for state in ("draft", "submitted", "base_appraised", "approved", "accepted", "settled", "withdrawn"):
        assert due(make_project(world, state=state)) is None, state


def test_contract_names_the_day_of_acceptance(world):
    project = make_project(world, state="in_progress")
    assert due(project) is None
    ends = today() + timedelta(days=30)
    type(project.contract_part.contract).objects.filter(parts__project=project).update(ends_on=ends)
    assert due(project) == ends


# --- the stepper -----------------------------------------------------------------------------------------------------


def steps_of(project):
    events = list(AuditEvent.objects.filter(thread=project.thread).order_by("seq"))
    return stepper(project, events, None)


@pytest.mark.parametrize(
    ("source", "unit", "route"),
    [("local", "", Route.LOCAL), ("national", "", Route.NATIONAL), ("national", "region", Route.NATIONAL_DIRECT)],
)
def test_stepper_shows_what_is_done_what_comes_and_who_owes_it(world, source, unit, route):
    road = STEPS[route]
    project = make_project(world, source=source, unit=unit)
    for place, state in enumerate(road):
        project = advance_to(world, project, state)
        steps = steps_of(project)
        assert [one.label for one in steps] == [one.label for one in road]
        last = place + 1 == len(road)
        expected = ["done"] * (place + 1) + ["current"] * (not last) + ["todo"] * (len(road) - place - 2)
        assert [one.state for one in steps] == expected, state
        assert all(one.who and one.at for one in steps[: place + 1])
        assert last or steps[place + 1].owes


@pytest.mark.parametrize(
    ("state", "at"),
    [("returned", "submitted"), ("rejected", "submitted"), ("withdrawn", "draft"), ("stopped", "in_progress")],
)
def test_stepper_stops_where_the_project_left_the_road(world, state, at):
    project = make_project(world, state=state)
    steps = steps_of(project)
    place = STEPS[Route.LOCAL].index(ProjectState(at))
    assert [one.state for one in steps] == ["done"] * place + ["stopped"] + ["todo"] * (len(steps) - place - 1)
    assert steps[place].note == ProjectState(state).label
    assert steps[place].who
    assert not any(one.owes for one in steps)


def test_stepper_of_a_record_of_the_past(world):
    """Entered whole: the road is done, without names where nobody knows who."""
    project = make_project(world)
    project.state = ProjectState.SETTLED
    steps = stepper(project, [], None)
    assert {one.state for one in steps} == {"done"}
    assert not any(one.who or one.at or one.owes for one in steps)


# --- the tasks -------------------------------------------------------------------------------------------------------


def keys_of(actor):
    return [(task.project.pk, task.offer.key) for task in tasks(actor)]


def test_project_waits_for_one_at_a_time(world):
    """The same project wanders from desk to desk; nobody else has it among the tasks."""
    project = make_project(world, state="draft")
    expected = {
        "draft": {(UNIT, "officer"): "submit"},
        "submitted": {(SO, "appraiser"): "appraise_base"},
        "base_appraised": {(SO, "officer"): "plan", (SO, "appraiser"): "plan"},
        "approved": {(SO, "leader"): "contract"},
        "in_progress": {(SO, "officer"): "accept", (SO, "appraiser"): "accept"},
        "accepted": {(SO, "accountant"): "prepare_final"},
        "settled": {},
    }
    for state, waiting in expected.items():
        project = advance_to(world, project, state)
        for agency in AGENCIES:
            for role in STAFF:
                key = waiting.get((agency, role.value))
                found = keys_of(world.actor(agency, role.value))
                assert found == ([(project.pk, key)] if key else []), (state, agency, role)


def test_tasks_come_by_deadline(world):
    """What has a day comes before what has none; what is over is marked."""
    late = make_project(world, source="national")
    Project.objects.filter(pk=late.pk).update(year=today().year - 2)
    without = make_project(world)
    coming = make_project(world, source="national", year=today().year + 2)
    found = tasks(world.actor(UNIT, "officer"))
    assert [one.project.pk for one in found] == [late.pk, coming.pk, without.pk]
    assert [one.overdue for one in found] == [True, False, False]
    assert found[0].deadline.on < date(today().year, 1, 1) < found[1].deadline.on
