"""Two people at the same moment, each with a connection of their own."""

from contextlib import suppress
from uuid import uuid4

import pytest

from khuyencong.core.dates import today
from khuyencong.core.errors import DomainError, Refused, Stale
from khuyencong.core.money import MILLION
from khuyencong.delivery.actions import ItemInput, accept
from khuyencong.finance import actions as money
from khuyencong.finance.check import broken_rows
from khuyencong.finance.ledger import balance_of, balance_of_envelope
from khuyencong.finance.models import ContractKind, LedgerEntry, Payment, PaymentKind
from khuyencong.finance.tests.steps import ACCOUNTANT, BY_NAME, LEADER, approved_payment
from khuyencong.programmes.models import AnnualPlan, Envelope, PlanState
from khuyencong.projects.models import Project
from khuyencong.testing import at_once as start_at_once
from khuyencong.testing import build_world, give_money, kinds, make_project, put_in_new_plan

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(transactional_db):
    return build_world()


def at_once(*calls):
    """As `testing.at_once`, and no rule of the ledger is broken afterwards."""
    outcome = start_at_once(*calls)
    assert list(broken_rows()) == []
    return outcome


def approval(world, plan, number):
    leader = world.actor(*LEADER)
    return lambda: money.approve_plan(
        plan_id=plan.pk,
        version=plan.version,
        by=leader,
        decision_number=f"{number}/QĐ",
        decision_on=today(),
        decided_by="Ai đó",
    )


def payment_approval(world, payment, version):
    leader = world.actor(*LEADER)
    return lambda: money.approve_payment(payment_id=payment.pk, by=leader, version=version)


def paying(world, payment, version, number=1):
    accountant = world.actor(*ACCOUNTANT)
    return lambda: money.mark_paid(
        payment_id=payment.pk, by=accountant, version=version, voucher_number=f"UNC-{number}", voucher_on=today()
    )


def test_two_plans_cannot_both_take_the_last_money(world):
    plans = [put_in_new_plan(world, make_project(world, state="base_appraised")) for _ in range(2)]
    give_money(world, agency="dong-thap", source="local", year=today().year, amount=399 * MILLION)
    outcome = at_once(*(approval(world, plan, number) for number, plan in enumerate(plans, start=1)))
    assert kinds(outcome) == ["NoneType", "Refused"]
    assert sorted(AnnualPlan.objects.values_list("state", flat=True)) == [PlanState.APPROVED, PlanState.DRAFT]
    assert balance_of_envelope(Envelope.objects.get()).approved == 200 * MILLION
    assert Project.objects.filter(state="approved").count() == 1


def test_two_plans_that_fit_are_both_approved(world):
    plans = [put_in_new_plan(world, make_project(world, state="base_appraised")) for _ in range(2)]
    give_money(world, agency="dong-thap", source="local", year=today().year, amount=400 * MILLION)
    assert at_once(*(approval(world, plan, number) for number, plan in enumerate(plans, start=1))) == [None, None]
    assert balance_of_envelope(Envelope.objects.get()).free == 0


def test_money_is_not_taken_back_while_it_is_approved(world):
    plan = put_in_new_plan(world, make_project(world, state="base_appraised"))
    give_money(world, agency="dong-thap", source="local", year=today().year, amount=200 * MILLION)

    def take_back():
        money.give_envelope(
            by=world.actor(*ACCOUNTANT), year=today().year, source="local", amount=-1, document="QĐ giảm", on=today()
        )

    assert kinds(at_once(approval(world, plan, 1), take_back)) == ["NoneType", "Refused"]


def test_one_plan_approved_twice_is_approved_once(world):
    plan = put_in_new_plan(world, make_project(world, state="base_appraised"))
    give_money(world, agency="dong-thap", source="local", year=today().year, amount=400 * MILLION)
    assert kinds(at_once(approval(world, plan, 1), approval(world, plan, 2))) == ["NoneType", "Stale"]
    assert balance_of_envelope(Envelope.objects.get()).approved == 200 * MILLION


def test_one_project_put_into_two_plans_is_in_one(world):
    project = make_project(world, state="base_appraised")
    officer = world.actor("dong-thap", "officer")
    plans = [
        money.create_plan(by=officer, year=project.year, source="local", title=f"Đợt {number}", round_=number)
        for number in (1, 2)
    ]
    outcome = at_once(
        *(
            lambda plan=plan: money.put_in_plan(plan_id=plan.pk, version=1, project_id=project.pk, by=officer)
            for plan in plans
        )
    )
    assert kinds(outcome) == ["NoneType", "Refused"]
    assert balance_of(project).planned == 200 * MILLION


def test_two_payments_cannot_exceed_what_was_accepted(world):
    # Two prepared payments of one project cannot be made by hand: the database allows one that waits. So one accountant
    # marks it paid while another prepares the same money again.
    project = make_project(world, state="accepted")
    accountant = world.actor(*ACCOUNTANT)
    waiting = money.prepare_payment(
        project_id=project.pk,
        by=accountant,
        version=project.version,
        creation_key=uuid4(),
        kind=PaymentKind.FINAL,
        amount=200 * MILLION,
    )
    project.refresh_from_db()
    payment_approval(world, waiting, project.version)()
    project.refresh_from_db()

    def prepare_again():
        money.prepare_payment(
            project_id=project.pk,
            by=accountant,
            version=project.version,
            creation_key=uuid4(),
            kind=PaymentKind.FINAL,
            amount=200 * MILLION,
        )

    outcome = at_once(paying(world, waiting, project.version), prepare_again)
    assert outcome[0] is None
    assert isinstance(outcome[1], (Refused, Stale))
    assert balance_of(project).paid == 200 * MILLION


def test_many_payments_at_once_never_exceed_what_was_accepted(world):
    # Everybody looks at the current page again after each refusal, so that no old form helps to keep the amount.
    project = make_project(world, state="accepted")
    accountant = world.actor(*ACCOUNTANT)

    def version():
        return Project.objects.values_list("version", flat=True).get(pk=project.pk)

    def pay_sixty():
        for _ in range(12):
            with suppress(DomainError):
                money.prepare_payment(
                    project_id=project.pk,
                    by=accountant,
                    version=version(),
                    creation_key=uuid4(),
                    kind=PaymentKind.FINAL,
                    amount=60 * MILLION,
                )
            for payment in Payment.objects.filter(state__in=["prepared", "approved"]):
                with suppress(DomainError):
                    payment_approval(world, payment, version())()
                with suppress(DomainError):
                    paying(world, payment, version(), payment.pk)()

    at_once(*[pay_sixty] * 4)
    assert balance_of(project).paid == 180 * MILLION


def test_one_payment_marked_paid_by_two_clicks_is_paid_once(world):
    project = make_project(world, state="in_progress")
    payment = approved_payment(world, project)
    calls = [paying(world, payment, project.version, number) for number in (1, 2)]
    assert kinds(at_once(*calls)) == ["NoneType", "Stale"]
    assert LedgerEntry.objects.filter(payment=payment).count() == 1


def test_a_payment_prepared_by_two_clicks_is_one(world):
    project = make_project(world, state="in_progress")
    step, key = BY_NAME["advance"], uuid4()
    calls = [lambda: step.call(project, world.actor(*ACCOUNTANT), project.version, key=key) for _ in range(2)]
    outcome = at_once(*calls)
    assert kinds(outcome) in (["NoneType", "NoneType"], ["NoneType", "Stale"])
    assert Payment.objects.count() == 1


def test_one_contract_signed_by_two_clicks_is_one(world):
    project = make_project(world, state="approved")

    def sign(number):
        return lambda: money.sign_contract(
            project_id=project.pk,
            by=world.actor(*LEADER),
            version=project.version,
            kind=ContractKind.CONTRACT,
            number=f"HĐ-{number}",
            signed_on=today(),
            ends_on=None,
            value=200 * MILLION,
        )

    assert kinds(at_once(sign(1), sign(2))) == ["NoneType", "Stale"]
    assert balance_of(project).contracted == 200 * MILLION


def test_an_acceptance_recorded_by_two_inspectors_counts_once(world):
    project = make_project(world, state="in_progress")
    part, line = project.beneficiaries.get(), project.lines.get()

    def inspect(role):
        return lambda: accept(
            project_id=project.pk,
            by=world.actor("dong-thap", role),
            version=project.version,
            beneficiary_id=part.pk,
            number=f"BB {role}",
            accepted_on=today(),
            items=[ItemInput(line_id=line.pk, cost=line.total)],
        )

    assert kinds(at_once(inspect("officer"), inspect("appraiser"))) == ["NoneType", "Stale"]
    assert balance_of(project).accepted == 200 * MILLION


@pytest.mark.parametrize("turn", range(3))
def test_stopping_and_paying_do_not_wait_for_each_other(world, turn):
    # Stopping takes the envelope and then the project; paying holds the project and points at the envelope.
    project = make_project(world, state="in_progress")
    payment = approved_payment(world, project)

    def stop():
        money.stop(
            project_id=project.pk,
            by=world.actor(*LEADER),
            version=project.version,
            document="QĐ",
            on=today(),
            reason="Thử",
        )

    outcome = at_once(paying(world, payment, project.version), stop)
    assert outcome[0] is None
    assert isinstance(outcome[1], (Refused, Stale))


@pytest.mark.parametrize("turn", range(3))
def test_changing_and_approving_a_plan_do_not_wait_for_each_other(world, turn):
    plan = put_in_new_plan(world, make_project(world, state="base_appraised"))
    more = make_project(world, state="base_appraised")
    give_money(world, agency="dong-thap", source="local", year=today().year, amount=400 * MILLION)

    def put_in():
        money.put_in_plan(
            plan_id=plan.pk, version=plan.version, project_id=more.pk, by=world.actor("dong-thap", "officer")
        )

    assert kinds(at_once(approval(world, plan, 1), put_in)) == ["NoneType", "Stale"]
