"""Sixteen hands on the same money at the same moment, each with a connection of its own: no rule of the ledger breaks."""

from contextlib import suppress
from uuid import uuid4

import pytest

from khuyencong.core.dates import today
from khuyencong.core.errors import DomainError, Refused, Stale
from khuyencong.core.money import MILLION
from khuyencong.delivery.actions import ItemInput, accept
from khuyencong.finance import actions as money
from khuyencong.finance.check import broken_rows
from khuyencong.finance.ledger import balance_of
from khuyencong.finance.models import OPEN_PAYMENTS, LedgerEntry, Payment, PaymentKind
from khuyencong.finance.tests.steps import ACCOUNTANT, LEADER, approved_payment, mark_paid
from khuyencong.projects.models import Project
from khuyencong.settlement import actions as ending
from khuyencong.testing import at_once, build_world, kinds, make_project, pay

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]
HANDS = 16
OFFICER = ("dong-thap", "officer")


@pytest.fixture
def world(transactional_db):
    return build_world()


def version_of(project):
    return Project.objects.values_list("version", flat=True).get(pk=project.pk)


def rounds(project, *moves, turns=4):
    """Takes every move in turn with the page of that moment; a refusal is an answer."""

    def work():
        for turn in range(turns):
            for move in moves:
                with suppress(DomainError):
                    move(turn, version_of(project))

    return work


def test_sixteen_prepare_check_approve_pay_and_return_the_same_money(world):
    project = make_project(world, state="accepted")
    money.set_payment_rule(by=world.actor(*LEADER), creation_key=uuid4(), from_amount=0, starts_on=today())
    accountant, officer, leader = (world.actor(*who) for who in (ACCOUNTANT, OFFICER, LEADER))

    def prepare(_turn, version):
        money.prepare_payment(
            project_id=project.pk, by=accountant, version=version, creation_key=uuid4(), kind=PaymentKind.FINAL,
            amount=60 * MILLION,
        )  # fmt: skip

    def each(act):
        def move(turn, version):
            for one in Payment.objects.filter(project=project, state__in=OPEN_PAYMENTS):
                act(turn, version, one)

        return move

    moves = {
        "prepare": prepare,
        "check": each(lambda _, version, one: money.check_payment(payment_id=one.pk, by=officer, version=version)),
        "approve": each(lambda _, version, one: money.approve_payment(payment_id=one.pk, by=leader, version=version)),
        "pay": each(
            lambda _, version, one: money.mark_paid(
                payment_id=one.pk, by=accountant, version=version, voucher_number=f"UNC-{one.pk}", voucher_on=today()
            )
        ),
        "return": each(
            lambda turn, version, one: (
                turn % 3 == 2  # now and then
                and money.return_payment(payment_id=one.pk, by=leader, version=version, reason="Thử")
            )
        ),
    }
    rotated = [list(moves.values())[at % len(moves) :] + list(moves.values())[: at % len(moves)] for at in range(HANDS)]
    at_once(*(rounds(project, *order) for order in rotated))
    balance = balance_of(project)
    assert balance.paid <= 200 * MILLION
    assert balance.paid == 60 * MILLION * Payment.objects.filter(state="paid").count()
    assert LedgerEntry.objects.filter(payment__isnull=False).count() == Payment.objects.filter(state="paid").count()
    assert list(broken_rows()) == []


def test_one_payment_marked_paid_by_sixteen_is_paid_once(world):
    payment = approved_payment(world, make_project(world, state="in_progress"))
    calls = [lambda number=number: mark_paid(world, payment, number=f"UNC-{number}") for number in range(HANDS)]
    outcome = at_once(*calls)
    assert kinds(outcome).count("NoneType") == 1
    assert all(isinstance(one, Refused) for one in outcome if one is not None)
    assert LedgerEntry.objects.filter(payment=payment).count() == 1
    assert list(broken_rows()) == []


def test_one_voucher_for_sixteen_payments_at_once_pays_one(world):
    payments = [approved_payment(world, make_project(world, state="in_progress")) for _ in range(HANDS)]
    outcome = at_once(*(lambda one=one: mark_paid(world, one, number="UNC-1") for one in payments))
    assert kinds(outcome).count("NoneType") == 1
    assert Payment.objects.filter(state="paid").count() == 1
    assert list(broken_rows()) == []


def test_the_same_money_is_recovered_once(world):
    project = make_project(world, state="in_progress")
    pay(world, project, PaymentKind.ADVANCE, 140 * MILLION)
    line, part = project.lines.get(), project.beneficiaries.get()
    accept(
        project_id=project.pk, by=world.actor(*OFFICER), version=project.version, beneficiary_id=part.pk,
        number="BB-1", accepted_on=today(), items=[ItemInput(line_id=line.pk, cost=200 * MILLION)],
    )  # fmt: skip
    project.refresh_from_db()
    unearned = balance_of(project).unearned
    assert unearned > 0
    version = project.version

    def recover(number):
        return lambda: ending.recover(
            project_id=project.pk, by=world.actor(*ACCOUNTANT), version=version, amount=unearned,
            document=f"GNT-{number}", on=today(),
        )  # fmt: skip

    def prepare():
        money.prepare_payment(
            project_id=project.pk, by=world.actor(*ACCOUNTANT), version=version, creation_key=uuid4(),
            kind=PaymentKind.FINAL, amount=1,
        )  # fmt: skip

    outcome = at_once(*(recover(number) for number in range(HANDS - 2)), prepare, prepare)
    assert kinds(outcome).count("NoneType") == 1
    assert all(isinstance(one, (Refused, Stale)) for one in outcome if one is not None)
    assert balance_of(project).recovered == unearned
    assert list(broken_rows()) == []
