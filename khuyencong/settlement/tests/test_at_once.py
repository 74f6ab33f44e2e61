"""Two people at the same moment at the end of a đề án's money."""

import pytest

from khuyencong.core.dates import today
from khuyencong.core.money import MILLION
from khuyencong.finance.check import broken_rows
from khuyencong.finance.ledger import balance_of
from khuyencong.settlement import actions
from khuyencong.settlement.models import ExpenseVoucher, Receipt, Settlement
from khuyencong.settlement.tests.making import (
    ACCOUNTANT,
    OFFICER,
    claim,
    fresh,
    liquidate,
    paid,
    row,
    settled,
    unearned,
)
from khuyencong.testing import at_once, build_world, kinds, make_project

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(transactional_db):
    return build_world()


def settling(world, project, number):
    version = project.version
    return lambda: actions.settle(
        project_id=project.pk,
        by=world.actor(*ACCOUNTANT),
        version=version,
        number=f"QT-{number}",
        settled_on=today(),
    )


def recovering(world, project, amount, document):
    version = project.version
    return lambda: actions.recover(
        project_id=project.pk,
        by=world.actor(*ACCOUNTANT),
        version=version,
        amount=amount,
        document=document,
        on=today(),
    )


def test_two_who_settle_at_once_settle_once(world):
    project = paid(world)
    assert kinds(at_once(settling(world, project, 1), settling(world, project, 2))) == ["NoneType", "Stale"]
    assert (Settlement.objects.count(), balance_of(project).settled) == (1, 200 * MILLION)
    assert list(broken_rows()) == []


@pytest.mark.parametrize("turn", range(2))
def test_settling_against_recovering_never_breaks_the_sum(world, turn):
    project = unearned(world)
    outcome = at_once(settling(world, project, 1), recovering(world, project, 40 * MILLION, f"GNT-{turn}"))
    # Settling is refused before what is unearned came back, and stale after it.
    assert outcome[1] is None
    assert kinds(outcome)[1] in {"Refused", "Stale"}
    assert (balance_of(project).recovered, Settlement.objects.count()) == (40 * MILLION, 0)
    assert list(broken_rows()) == []


def test_same_money_does_not_come_back_twice(world):
    project = unearned(world)
    calls = [recovering(world, project, 40 * MILLION, f"GNT-{number}") for number in (1, 2)]
    assert kinds(at_once(*calls)) == ["NoneType", "Stale"]
    assert (balance_of(project).recovered, Receipt.objects.count()) == (40 * MILLION, 1)


def test_one_receipt_for_two_projects_counts_once(world):
    projects = [unearned(world), unearned(world)]
    outcome = at_once(*(recovering(world, one, MILLION, "GNT-01") for one in projects))
    assert kinds(outcome) == ["NoneType", "Refused"]
    assert Receipt.objects.count() == 1


def test_claim_is_paid_once(world):
    found = claim(world, settled(world), amount=50 * MILLION)
    version = fresh(found.project).version

    def pay(number):
        return lambda: actions.receive(
            claim_id=found.pk,
            by=world.actor(*ACCOUNTANT),
            version=version,
            amount=50 * MILLION,
            document=f"GNT-{number}",
            on=today(),
        )

    assert kinds(at_once(pay(1), pay(2))) == ["NoneType", "Stale"]
    assert balance_of(found.project).repaid == 50 * MILLION


def test_one_paper_for_two_projects_counts_once(world):
    projects = [make_project(world, state="in_progress") for _ in range(2)]

    def write(project):
        return lambda: actions.record_vouchers(
            project_id=project.pk,
            by=world.actor(*OFFICER),
            version=project.version,
            rows=[row(project, support=MILLION)],
        )

    assert kinds(at_once(*(write(one) for one in projects))) == ["NoneType", "Refused"]
    assert ExpenseVoucher.objects.count() == 1


def test_contract_is_liquidated_once(world):
    project = settled(world)
    version = project.version
    calls = [lambda number=number: liquidate(world, project, number=number, version=version) for number in ("A", "B")]
    assert kinds(at_once(*calls)) == ["NoneType", "Refused"]
