"""Every step of the life of a đề án, tried by everybody from every state: only what the table and the matrix allow
changes anything, everything else leaves the database as it was."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.db import transaction

from khuyencong.appraisal.actions import Judgement, appraise
from khuyencong.appraisal.models import POINTS, Level, Outcome
from khuyencong.core.dates import today
from khuyencong.core.errors import DomainError, NotAllowed, Refused, Stale
from khuyencong.delivery.actions import ItemInput, accept
from khuyencong.finance import actions as money
from khuyencong.finance.models import ContractKind
from khuyencong.people.permissions import allowed
from khuyencong.people.roles import Role
from khuyencong.programmes.models import AnnualPlan
from khuyencong.projects import actions as projects
from khuyencong.projects.models import Project
from khuyencong.projects.states import TRANSITIONS, ProjectState, Route, find_transition, move, permission_of
from khuyencong.testing import asked, give_money, make_project, pay_rest
from tests.looking import glance, whole_database

LAST_YEAR = today().year - 1
# A draft that tells of a year gone by: the only thing that can be entered as finished.
PAST = "past"
AGENCIES = ("national", "region", "dong-thap", "dong-thap-centre", "phu-tho", "phu-tho-centre")
EVERYBODY = [(agency, role.value) for agency in AGENCIES for role in Role]

DEPARTMENT_INSPECTS = "dong-thap.officer dong-thap.appraiser"
CUC_INSPECTS = "national.officer national.appraiser"
# The law of the programme, written down once more by hand: from each state, each step that may follow and by whom.
EXPECTED = {
    "local": {
        "draft": {"submit": "dong-thap-centre.officer", "withdraw": "dong-thap-centre.officer"},
        "past": {"record_history": "dong-thap-centre.officer"},
        "submitted": {
            "withdraw": "dong-thap-centre.officer",
            "base_agree": "dong-thap.appraiser",
            "base_return": "dong-thap.appraiser",
            "base_refuse": "dong-thap.appraiser",
        },
        "returned": {"submit": "dong-thap-centre.officer", "withdraw": "dong-thap-centre.officer"},
        "base_appraised": {"approve": "dong-thap.leader"},
        "approved": {"start": "dong-thap.leader", "stop": "dong-thap.leader"},
        "in_progress": {"accept": DEPARTMENT_INSPECTS, "stop": "dong-thap.leader"},
        "accepted": {"settle": "dong-thap.accountant"},
        "settled": {},
        "rejected": {},
        "withdrawn": {},
        "stopped": {},
    },
    "national": {
        "draft": {"submit": "dong-thap-centre.officer", "withdraw": "dong-thap-centre.officer"},
        "past": {"record_history": "dong-thap-centre.officer"},
        "submitted": {
            "withdraw": "dong-thap-centre.officer",
            "base_agree": "dong-thap.appraiser",
            "base_return": "dong-thap.appraiser",
            "base_refuse": "dong-thap.appraiser",
        },
        "returned": {"submit": "dong-thap-centre.officer", "withdraw": "dong-thap-centre.officer"},
        "base_appraised": {
            "central_agree": "national.appraiser",
            "central_return": "national.appraiser",
            "central_refuse": "national.appraiser",
        },
        "central_appraised": {"approve": "national.leader"},
        "approved": {"start": "national.leader", "stop": "national.leader"},
        "in_progress": {"accept": DEPARTMENT_INSPECTS, "stop": "national.leader"},
        "accepted": {"settle": "national.accountant"},
        "settled": {},
        "rejected": {},
        "withdrawn": {},
        "stopped": {},
    },
    "national_direct": {
        "draft": {"submit": "region.officer", "withdraw": "region.officer"},
        "past": {"record_history": "region.officer"},
        "submitted": {
            "withdraw": "region.officer",
            "central_agree": "national.appraiser",
            "central_return": "national.appraiser",
            "central_refuse": "national.appraiser",
        },
        "returned": {"submit": "region.officer", "withdraw": "region.officer"},
        "central_appraised": {"approve": "national.leader"},
        "approved": {"start": "national.leader", "stop": "national.leader"},
        "in_progress": {"accept": CUC_INSPECTS, "stop": "national.leader"},
        "accepted": {"settle": "national.accountant"},
        "settled": {},
        "rejected": {},
        "withdrawn": {},
        "stopped": {},
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
    plan: AnnualPlan  # the draft plan that holds the project
    past_plan: AnnualPlan


def build(world, route, state) -> Case:
    """The case of one route and state; whatever the state, a draft plan with money behind it holds the project."""
    source = "local" if route == "local" else "national"
    project = make_project(
        world,
        state="draft" if state == PAST else state,
        source=source,
        year=LAST_YEAR if state == PAST else today().year,
        unit="region" if route == "national_direct" else "",
    )
    assert project.route == route
    if state == "accepted":
        pay_rest(world, project)
    Project.objects.filter(pk=project.pk).update(recorded_from="Báo cáo năm trước")
    leader_of = FUNDER[route]
    give_money(world, agency=leader_of, source=source, year=today().year, amount=asked(project))
    give_money(world, agency=leader_of, source=source, year=LAST_YEAR, amount=asked(project))
    officer = world.actor(leader_of, "officer")
    plan = money.create_plan(by=officer, year=today().year, source=source, title="Kế hoạch đợt sau", round_=999)
    past_plan = money.record_past_plan(by=officer, year=LAST_YEAR, source=source, title="Kế hoạch đã qua")
    if "approve" in EXPECTED[route][state]:
        money.put_in_plan(plan_id=plan.pk, version=plan.version, project_id=project.pk, by=officer)
    else:
        # Straight into the row: the action would refuse, and then nobody would know whether the approval does.
        Project.objects.filter(pk=project.pk).update(plan=plan)
    project.refresh_from_db()
    plan.refresh_from_db()
    return Case(project, plan, past_plan)


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
    part = case.project.beneficiaries.get()
    accept(
        project_id=case.project.pk,
        by=by,
        version=version,
        beneficiary_id=part.pk,
        number="BB-01",
        accepted_on=today(),
        items=[ItemInput(line_id=line.pk, cost=line.total) for line in case.project.lines.all()],
    )


def _settle(case, by, version):
    money.settle(project_id=case.project.pk, by=by, version=version, number="QT-01", settled_on=today())


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


@pytest.mark.parametrize(("route", "state"), PLACES)
def test_table_and_matrix_allow_just_what_is_written_here(world, route, state):
    """`TRANSITIONS` and `MATRIX` together say what the table of this file says, for everybody."""
    project = build(world, route, state).project
    for step in STEPS:
        listed = find_transition(step, state=project.state, route=route) is not None
        found = {who for who in EVERYBODY if listed and allowed(world.actor(*who), permission_of(step), project)}
        if step == "record_history" and state == "draft":  # the table allows it; only a past year can be entered
            assert found == people_for(route, PAST, step)
        elif state == PAST and step in {"submit", "withdraw"}:  # a draft like any other
            assert found == people_for(route, "draft", step)
        else:
            assert found == people_for(route, state, step), step


@pytest.mark.parametrize(("route", "state"), PLACES)
def test_everybody_else_changes_nothing(world, route, state):
    """Each step from this state, by everybody who may not take it: refused, and the database is as before."""
    case = build(world, route, state)
    before, seen = whole_database(), glance(case.project)
    for step in STEPS:
        may = people_for(route, "draft" if state == PAST and step in {"submit", "withdraw"} else state, step)
        for who in EVERYBODY:
            if who in may:
                continue
            actor = world.actor(*who)
            judged = case.plan if step == "approve" else case.project
            expected = Refused if allowed(actor, permission_of(step), judged) else NotAllowed
            with pytest.raises(expected):
                ATTEMPTS[step](case, actor, case.project.version)
        assert glance(case.project) == seen, step
    assert whole_database() == before


@pytest.mark.parametrize(("route", "state"), [place for place in PLACES if EXPECTED[place[0]][place[1]]])
def test_who_may_does_it_once(world, route, state):
    """Each step of the table by each who may take it: it leads where the table says, once, with one event of its own;
    a second click or a form of another version changes nothing."""
    case = build(world, route, state)
    before = whole_database()
    for step, names in EXPECTED[route][state].items():
        target = find_transition(step, state=case.project.state, route=route).target
        for name in names.split():
            actor = world.actor(*name.split("."))
            for version in (case.project.version - 1, case.project.version + 1):
                with pytest.raises(Stale):
                    ATTEMPTS[step](case, actor, version)
            assert whole_database() == before
            start = transaction.savepoint()
            seq = glance(case.project)[2][0]
            ATTEMPTS[step](case, actor, case.project.version)
            moved = Project.objects.get(pk=case.project.pk)
            assert (moved.state, moved.version) == (target, case.project.version + 1)
            # One event of the project's; approval is one of the plan's besides.
            assert glance(case.project)[2][0] == seq + (2 if step == "approve" else 1)
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

    assert not any(allowed(world.actor("dong-thap", role.value), permission_of("accept"), project) for role in Role)


def test_history_is_only_of_the_past(world):
    """This year's draft cannot be entered as finished, even by its own unit."""
    case = build(world, "local", "draft")
    before = whole_database()
    with pytest.raises(Refused):
        _record_history(case, world.actor("dong-thap-centre", "officer"), case.project.version)
    assert whole_database() == before
