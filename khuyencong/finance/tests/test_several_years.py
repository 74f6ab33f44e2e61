"""A đề án of several years: each year's part of its estimate is approved in that year's plan, from that year's money."""

import pytest
from django.db import IntegrityError, transaction

from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.core.money import MILLION
from khuyencong.finance import actions as money
from khuyencong.finance import queries
from khuyencong.finance.check import broken_rows
from khuyencong.finance.ledger import balance_of, balance_of_envelope, envelopes_of
from khuyencong.finance.models import Continuation
from khuyencong.programmes.models import AnnualPlan
from khuyencong.testing import give_money, make_project

YEAR = today().year
NEXT = YEAR + 1
OFFICER, LEADER = ("dong-thap", "officer"), ("dong-thap", "leader")


@pytest.fixture
def project(world):
    """100 triệu of this year for one establishment, 100 triệu of next year for another; appraised."""
    found = make_project(world, state="base_appraised", beneficiaries=2, support=100 * MILLION, total=300 * MILLION)
    found.beneficiaries.last().lines.update(year=NEXT)
    type(found).objects.filter(pk=found.pk).update(ends_on=today().replace(year=NEXT, day=1))
    found.refresh_from_db()
    return found


def plan_of(world, year, round_=1):
    plan = AnnualPlan.objects.filter(year=year, round=round_).first()
    return plan or money.create_plan(
        by=world.actor(*OFFICER), year=year, source="local", title=f"Kế hoạch {year}", round_=round_
    )


def put(world, plan, project):
    plan.refresh_from_db()
    return money.put_in_plan(plan_id=plan.pk, version=plan.version, project_id=project.pk, by=world.actor(*OFFICER))


def approve(world, plan, number="1/QĐ-UBND"):
    plan.refresh_from_db()
    money.approve_plan(
        plan_id=plan.pk,
        version=plan.version,
        by=world.actor(*LEADER),
        decision_number=number,
        decision_on=today(),
        decided_by="Chủ tịch Thử Nghiệm",
    )


@pytest.fixture
def first_year(world, project):
    """The first year approved and the contract signed."""
    give_money(world, agency="dong-thap", source="local", year=YEAR, amount=150 * MILLION)
    plan = plan_of(world, YEAR)
    put(world, plan, project)
    approve(world, plan)
    project.refresh_from_db()
    money.sign_contract(
        project_id=project.pk,
        by=world.actor(*LEADER),
        version=project.version,
        kind="contract",
        number="HĐ-01",
        signed_on=today(),
        ends_on=None,
        value=100 * MILLION,
    )
    project.refresh_from_db()
    return plan


def test_plan_takes_only_its_own_years_part(world, project, first_year):
    assert balance_of(project).approved == 100 * MILLION
    assert [row.support for row in queries.projects_in(first_year)] == [100 * MILLION]
    assert list(broken_rows()) == []


def test_next_year_is_approved_from_next_years_money(world, project, first_year):
    plan = plan_of(world, NEXT)
    assert [row.project for row in queries.candidates_for(plan)] == [project]
    put(world, plan, project)
    assert queries.candidates_for(plan) == []
    with pytest.raises(Refused, match="vượt hạn mức"):
        approve(world, plan, "2/QĐ-UBND")
    give_money(world, agency="dong-thap", source="local", year=NEXT, amount=100 * MILLION)
    approve(world, plan, "2/QĐ-UBND")
    project.refresh_from_db()
    assert (project.state, project.plan) == ("in_progress", first_year)
    assert balance_of(project).approved == 200 * MILLION
    assert [balance_of_envelope(one).committed for one in envelopes_of(project)] == [100 * MILLION, 100 * MILLION]
    assert [row.support for row in queries.projects_in(plan)] == [100 * MILLION]
    rows = {
        row.year: (vars(row)["project_count"], vars(row)["amount"]) for row in queries.plan_rows(world.actor(*LEADER))
    }
    assert rows == {YEAR: (1, 100 * MILLION), NEXT: (1, 100 * MILLION)}
    assert list(broken_rows()) == []


def test_next_years_part_is_taken_out_again(world, project, first_year):
    plan = plan_of(world, NEXT)
    put(world, plan, project)
    plan.refresh_from_db()
    money.take_out_of_plan(plan_id=plan.pk, version=plan.version, project_id=project.pk, by=world.actor(*OFFICER))
    assert balance_of(project).planned == 100 * MILLION
    assert not Continuation.objects.exists()
    project.refresh_from_db()
    assert project.plan == first_year
    assert list(broken_rows()) == []


def test_one_year_is_planned_once(world, project, first_year, everything):
    put(world, plan_of(world, NEXT), project)
    other = plan_of(world, NEXT, round_=2)
    before = everything()
    with pytest.raises(Refused, match="đã nằm trong một kế hoạch"):
        put(world, other, project)
    assert everything() == before
    with pytest.raises(IntegrityError), transaction.atomic():
        Continuation.objects.create(plan=other, project=project, year=NEXT)


@pytest.mark.parametrize("case", ["no money of that year", "not approved yet", "ended"])
def test_what_does_not_go_on_is_not_planned_again(world, project, everything, case):
    if case == "not approved yet":
        one = project
    else:
        one = make_project(world, state="in_progress" if case == "no money of that year" else "settled")
    plan = plan_of(world, NEXT)
    before = everything()
    with pytest.raises(Refused):
        put(world, plan, one)
    assert everything() == before
