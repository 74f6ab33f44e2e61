"""Every step of the life of a đề án, tried by everybody from every state: only what the table and the matrix allow
changes anything, everything else leaves the database as it was."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

import pytest
from django.db import transaction

from khuyencong.appraisal.actions import Judgement, appraise
from khuyencong.appraisal.models import POINTS, Level, Outcome
from khuyencong.core.dates import today
from khuyencong.core.errors import DomainError, NotAllowed, Refused, Stale
from khuyencong.delivery.actions import ItemInput, accept, annul_acceptance
from khuyencong.finance import actions as money
from khuyencong.finance.models import ContractKind
from khuyencong.people.permissions import allowed
from khuyencong.people.roles import STAFF
from khuyencong.programmes.models import AnnualPlan
from khuyencong.projects import actions as projects
from khuyencong.projects.door import lock_for_step
from khuyencong.projects.models import Project
from khuyencong.projects.states import TRANSITIONS, ProjectState, Route, find_transition, move, permission_of
from khuyencong.settlement import actions as ending
from khuyencong.settlement.models import Way
from khuyencong.testing import (
    accept_next,
    advance_to,
    asked,
    complete,
    give_money,
    make_project,
    pay_rest,
    ready_to_settle,
)
from tests.looking import glance, whole_database

LAST_YEAR = today().year - 1
# A draft that tells of a year gone by: the only thing that can be entered as finished.
PAST = "past"
AGENCIES = ("national", "region", "dong-thap", "dong-thap-centre", "phu-tho", "phu-tho-centre")
EVERYBODY = [(agency, role.value) for agency in AGENCIES for role in STAFF]

DEPARTMENT_INSPECTS = "dong-thap.officer dong-thap.appraiser"
WRITER = {"submit": "dong-thap-centre.officer", "withdraw": "dong-thap-centre.officer"}
CUC_INSPECTS = "national.officer national.appraiser"
# The law of the programme, written down once more by hand: from each state, each step that may follow and by whom.
EXPECTED = {
    "local": {
        "draft": {"submit": "dong-thap-centre.officer", "withdraw": "dong-thap-centre.officer"},
        "past": {"record_history": "dong-thap-centre.officer", **WRITER},
        "submitted": {
            "withdraw": "dong-thap-centre.officer",
            "base_agree": "dong-thap.appraiser",
            "base_return": "dong-thap.appraiser",
            "base_refuse": "dong-thap.appraiser",
        },
        "returned": {"submit": "dong-thap-centre.officer", "withdraw": "dong-thap-centre.officer"},
        "base_appraised": {"approve": "dong-thap.leader", "withdraw": "dong-thap-centre.officer"},
        "approved": {"start": "dong-thap.leader", "stop": "dong-thap.leader"},
        "in_progress": {
            "accept": DEPARTMENT_INSPECTS,
            "stop": "dong-thap.leader",
            "settle": "dong-thap.accountant",
        },
        "accepted": {"settle": "dong-thap.accountant", "annul": "dong-thap.leader"},
        "settled": {},
        "rejected": {},
        "withdrawn": {},
        "stopped": {"settle": "dong-thap.accountant"},
    },
    "national": {
        "draft": {"submit": "dong-thap-centre.officer", "withdraw": "dong-thap-centre.officer"},
        "past": {"record_history": "dong-thap-centre.officer", **WRITER},
        "submitted": {
            "withdraw": "dong-thap-centre.officer",
            "base_agree": "dong-thap.appraiser",
            "base_return": "dong-thap.appraiser",
            "base_refuse": "dong-thap.appraiser",
        },
        "returned": {"submit": "dong-thap-centre.officer", "withdraw": "dong-thap-centre.officer"},
        "base_appraised": {
            "withdraw": "dong-thap-centre.officer",
            "central_agree": "national.appraiser",
            "central_return": "national.appraiser",
            "central_refuse": "national.appraiser",
        },
        "central_appraised": {"approve": "national.leader", "withdraw": "dong-thap-centre.officer"},
        "approved": {"start": "national.leader", "stop": "national.leader"},
        "in_progress": {
            "accept": DEPARTMENT_INSPECTS,
            "stop": "national.leader",
            "settle": "national.accountant",
        },
        "accepted": {"settle": "national.accountant", "annul": "dong-thap.leader"},
        "settled": {},
        "rejected": {},
        "withdrawn": {},
        "stopped": {"settle": "national.accountant"},
    },
    "national_direct": {
        "draft": {"submit": "region.officer", "withdraw": "region.officer"},
        "past": {"record_history": "region.officer", "submit": "region.officer", "withdraw": "region.officer"},
        "submitted": {
            "withdraw": "region.officer",
            "central_agree": "national.appraiser",
            "central_return": "national.appraiser",
            "central_refuse": "national.appraiser",
        },
        "returned": {"submit": "region.officer", "withdraw": "region.officer"},
        "central_appraised": {"approve": "national.leader", "withdraw": "region.officer"},
        "approved": {"start": "national.leader", "stop": "national.leader"},
        "in_progress": {"accept": CUC_INSPECTS, "stop": "national.leader", "settle": "national.accountant"},
        "accepted": {"settle": "national.accountant", "annul": "national.leader"},
        "settled": {},
        "rejected": {},
        "withdrawn": {},
        "stopped": {"settle": "national.accountant"},
    },
}
STEPS = sorted({row.name for row in TRANSITIONS})
PLACES = [(route, state) for route, states in EXPECTED.items() for state in states]
FUNDER = {"local": "dong-thap", "national": "national", "national_direct": "national"}


def people_for(route, state, step):
    """Whom the table above lets take `step`, as (agency, role)."""
    return {tuple(one.split(".")) for one in EXPECTED[route][state].get(step, "").split()}


@dataclass(frozen=True)
class Case:
    """A project in a state, with what the steps from there need besides."""

    project: Project
    plan: AnnualPlan  # a draft plan with money behind it
    past_plan: AnnualPlan


def draft_of(world, route):
    """A new draft of that route."""
    source = "local" if route == "local" else "national"
    return make_project(world, source=source, unit="region" if route == "national_direct" else "")


def build(world, route, state) -> Case:
    """The case of one route and state, reached by real steps."""
    source = "local" if route == "local" else "national"
    unit = "region" if route == "national_direct" else ""
    if state in {"stopped", "in_progress"}:  # with something to settle
        project = make_project(world, state="in_progress", source=source, unit=unit, beneficiaries=2)
        accept_next(world, project)
        project.refresh_from_db()
        pay_rest(world, project)
        project = advance_to(world, project, state)
    else:
        project = make_project(world, state="draft" if state == PAST else state, source=source, unit=unit)
    if state in {"accepted", "stopped", "in_progress"}:
        ready_to_settle(world, project)
    complete(world, project)  # the items of a return are answered before it is handed in again
    # What a record of the past is known by; in any other state it opens nothing.
    days = {"starts_on": date(LAST_YEAR, 1, 5), "ends_on": date(LAST_YEAR, 11, 30)}
    past = {"year": LAST_YEAR, **days} if state == PAST else {}
    if past:
        project.work_items.update(**days)
    Project.objects.filter(pk=project.pk).update(recorded_from="Báo cáo năm trước", **past)
    project.refresh_from_db()
    assert project.route == route
    leader_of = FUNDER[route]
    officer = world.actor(leader_of, "officer")
    for year in (today().year, LAST_YEAR):
        give_money(world, agency=leader_of, source=source, year=year, amount=asked(project))
    plan = money.create_plan(by=officer, year=today().year, source=source, title="Kế hoạch đợt sau", round_=9_999)
    past_plan = money.record_past_plan(by=officer, year=LAST_YEAR, source=source, title="Kế hoạch đã qua")
    return Case(project, plan, past_plan)


def planned(world, case):
    """The same project inside the draft plan: by the action where it may be, else straight into the row.

    Without that nobody would know whether the approval itself refuses a project in the wrong state.
    """
    project = case.project
    if find_transition("approve", state=project.state, route=project.route):
        officer = world.actor(FUNDER[project.route], "officer")
        money.put_in_plan(plan_id=case.plan.pk, version=case.plan.version, project_id=project.pk, by=officer)
    else:
        Project.objects.filter(pk=project.pk).update(plan=case.plan)
    return Case(
        Project.objects.get(pk=project.pk),
        AnnualPlan.objects.select_related("agency").get(pk=case.plan.pk),
        case.past_plan,
    )


def _appraise(level, outcome):
    def attempt(case, by, version):
        good = outcome == Outcome.AGREE
        appraise(
            project_id=case.project.pk,
            by=by,
            version=version,
            level=level,
            outcome=outcome,
            points={number: Judgement(met=good or number > 1) for number in POINTS},
            appraised_on=today(),
            comment="" if good else "Còn thiếu báo giá.",
            norm_confirmed=True,
        )

    return attempt


def _submit(case, by, version):
    projects.submit(project_id=case.project.pk, by=by, version=version)


def _withdraw(case, by, version):
    projects.withdraw(project_id=case.project.pk, by=by, version=version, reason="Cơ sở xin rút.")


def _approve(case, by, version):
    money.approve_plan(
        plan_id=case.plan.pk,
        version=case.plan.version + version - case.project.version,
        by=by,
        decision_number="12/QĐ",
        decision_on=today(),
        decided_by="Chủ tịch Thử Nghiệm",
    )


def _start(case, by, version):
    money.sign_contract(
        project_id=case.project.pk,
        by=by,
        version=version,
        kind=ContractKind.CONTRACT,
        number="01/HĐ",
        signed_on=today(),
        ends_on=None,
        value=asked(case.project),
    )


def _accept(case, by, version):
    part = case.project.beneficiaries.last()
    accept(
        project_id=case.project.pk,
        by=by,
        version=version,
        beneficiary_id=part.pk,
        number="BB-01",
        accepted_on=today(),
        items=[ItemInput(line_id=line.pk, cost=line.total) for line in part.lines.all()],
    )


def _annul(case, by, version):
    """From «Đã nghiệm thu»; one of several acceptances is also taken back before, which moves no state."""
    found = case.project.acceptances.first()
    if found is None or case.project.state != ProjectState.ACCEPTED:
        lock_for_step(case.project.pk, "annul", by=by, version=version)
        return
    annul_acceptance(
        acceptance_id=found.pk, by=by, version=version, number="07/QĐ", on=today(), reason="Ghi nhầm số máy."
    )


def _settle(case, by, version):
    # A đề án under way is settled by what was done before force majeure: TT 36/2013 Đ18.4.
    volume = ending.Volume("GT-01", "BB-01", "Sở Công Thương; UBND xã", "15/QĐ", today())
    ending.settle(
        project_id=case.project.pk,
        by=by,
        version=version,
        number="QT-01",
        settled_on=today(),
        way=Way.INVOICED,
        invoice="HĐ-01",
        volume=volume if case.project.state == "in_progress" else None,
    )


def _stop(case, by, version):
    money.stop(
        project_id=case.project.pk, by=by, version=version, document="15/QĐ", on=today(), reason="Cơ sở giải thể."
    )


def _record_history(case, by, version):
    money.record_history(project_id=case.project.pk, by=by, version=version, plan=case.past_plan)


ATTEMPTS: dict[str, Callable] = {
    "submit": _submit,
    "withdraw": _withdraw,
    "base_agree": _appraise(Level.BASE, Outcome.AGREE),
    "base_return": _appraise(Level.BASE, Outcome.RETURN),
    "base_refuse": _appraise(Level.BASE, Outcome.REFUSE),
    "central_agree": _appraise(Level.CENTRAL, Outcome.AGREE),
    "central_return": _appraise(Level.CENTRAL, Outcome.RETURN),
    "central_refuse": _appraise(Level.CENTRAL, Outcome.REFUSE),
    "approve": _approve,
    "start": _start,
    "accept": _accept,
    "annul": _annul,
    "settle": _settle,
    "stop": _stop,
    "record_history": _record_history,
}


def test_every_step_of_the_table_is_tried():
    assert sorted(ATTEMPTS) == STEPS
    assert set(EXPECTED) == set(Route)
    states = {route: set(states) - {PAST} for route, states in EXPECTED.items()}
    assert states["national"] == set(ProjectState)
    assert states["local"] == set(ProjectState) - {"central_appraised"}
    assert states["national_direct"] == set(ProjectState) - {"base_appraised"}


@pytest.mark.one_database
@pytest.mark.parametrize(("route", "state"), PLACES)
def test_table_and_matrix_allow_just_what_is_written_here(world, route, state):
    """`TRANSITIONS` and `MATRIX` together say what the table of this file says, for everybody."""
    project = build(world, route, state).project
    for step in STEPS:
        listed = find_transition(step, state=project.state, route=route) is not None
        found = {who for who in EVERYBODY if listed and allowed(world.actor(*who), permission_of(step), project)}
        if step == "record_history" and state == "draft":  # the table allows it; only a past year can be entered
            assert found == people_for(route, PAST, step)
        else:
            assert found == people_for(route, state, step), step


@pytest.mark.one_database
@pytest.mark.parametrize(("route", "state"), PLACES)
def test_everybody_else_changes_nothing(world, route, state):
    """Each step from this state, by everybody who may not take it: refused, and the database is as before."""
    case = build(world, route, state)
    before = whole_database()
    for step in [one for one in STEPS if one != "approve"]:
        walk(world, case, step, may=people_for(route, state, step))
    assert whole_database() == before
    case = planned(world, case)
    before = whole_database()
    walk(world, case, "approve", may=people_for(route, state, "approve"))
    # Out of a plan it is taken first; until then nobody withdraws it.
    walk(world, case, "withdraw", may=set())
    assert whole_database() == before


def walk(world, case, step, *, may):
    """`step` by everybody but those who may."""
    seen = glance(case.project)
    judged = case.plan if step == "approve" else case.project
    for who in EVERYBODY:
        if who not in may:
            actor = world.actor(*who)
            expected = Refused if allowed(actor, permission_of(step), judged) else NotAllowed
            with pytest.raises(expected):
                ATTEMPTS[step](case, actor, case.project.version)
    assert glance(case.project) == seen, step


@pytest.mark.parametrize(("route", "state"), [place for place in PLACES if EXPECTED[place[0]][place[1]]])
def test_who_may_does_it_once(world, route, state):
    """Each step of the table by each who may take it: it leads where the table says, once, with one event of its own;
    a second click or a form of another version changes nothing."""
    found = build(world, route, state)
    start = transaction.savepoint()
    for step, names in EXPECTED[route][state].items():
        case = planned(world, found) if step == "approve" else found
        if step == "annul":  # nothing was paid on it yet
            case = replace(found, project=advance_to(world, draft_of(world, route), "accepted"))
        for name in names.split():
            do_once(case, step, world.actor(*name.split(".")))
        transaction.savepoint_rollback(start)


def do_once(case, step, actor):
    before = whole_database()
    target = find_transition(step, state=case.project.state, route=case.project.route).target
    for version in (case.project.version - 1, case.project.version + 1):
        with pytest.raises(Stale):
            ATTEMPTS[step](case, actor, version)
    assert whole_database() == before
    start = transaction.savepoint()
    seq = glance(case.project)[2][0]
    ATTEMPTS[step](case, actor, case.project.version)
    moved = Project.objects.get(pk=case.project.pk)
    assert (moved.state, moved.version) == (target, case.project.version + 1)
    # One event of the project's; approval is one of the plan's besides, signing one of the contract's.
    assert glance(case.project)[2][0] == seq + (2 if step in {"approve", "start"} else 1)
    done = whole_database()
    with pytest.raises(DomainError):
        ATTEMPTS[step](case, actor, case.project.version)
    assert whole_database() == done
    transaction.savepoint_rollback(start)
    assert whole_database() == before


@pytest.mark.parametrize("route", list(Route))
def test_door_opens_only_where_the_table_has_a_row(world, route):
    """`move` alone, from every state, for every step: what the table does not list is refused and saves nothing."""
    case = build(world, str(route), "draft")
    project = case.project
    for state in ProjectState:
        for step in STEPS:
            project.state, version = state, project.version
            row = find_transition(step, state=state, route=route)
            if row is not None:
                continue
            before = glance(project)
            with pytest.raises(Refused):
                move(project, step)
            assert (project.state, project.version) == (state, version)
            assert glance(project) == before


def test_unknown_step_does_not_exist(world):
    project = make_project(world)
    with pytest.raises(LookupError):
        permission_of("delete")
    with pytest.raises((StopIteration, LookupError)):
        move(project, "delete")


def test_direct_project_is_accepted_by_nobody_in_the_province(world):
    """Without a base appraisal the Sở has no part in the project, though it lies in its province."""
    project = make_project(world, state="in_progress", source="national", unit="region")

    assert not any(allowed(world.actor("dong-thap", role.value), permission_of("accept"), project) for role in STAFF)


def test_history_is_only_of_the_past(world):
    """This year's draft cannot be entered as finished, even by its own unit."""
    case = build(world, "local", "draft")
    before = whole_database()
    with pytest.raises(Refused):
        _record_history(case, world.actor("dong-thap-centre", "officer"), case.project.version)
    assert whole_database() == before
