"""Every action about money that takes a day or an amount, held against days and amounts that cannot be."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from khuyencong.adjustments.tests import steps as adjusting
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.core.money import MAX_DONG, MILLION
from khuyencong.delivery.actions import ItemInput, accept
from khuyencong.finance import actions as money
from khuyencong.finance.ledger import envelope_of, version_of
from khuyencong.finance.models import ContractKind, PaymentKind
from khuyencong.finance.tests.clock import on_day
from khuyencong.finance.tests.steps import ACCOUNTANT, LEADER, approved_payment
from khuyencong.programmes.models import Envelope
from khuyencong.settlement import actions as ending
from khuyencong.testing import accept_next, give_money, make_project, pay, pay_rest, put_in_new_plan

# What the action rests on happened on this day, and the action is taken ten days later.
BASE = today()
NOW = BASE + timedelta(days=10)


@dataclass(frozen=True)
class Case:
    """`prepare(world)` makes the records on the day BASE and answers the call `act(on, amount)`.

    `rests`: a word of the sentence that refuses a day before BASE ("" the action rests on nothing that has a day);
    `amount`: whether it takes one.
    """

    name: str
    prepare: Any
    rests: str
    amount: bool = False


def _fresh(project):
    project.refresh_from_db()
    return project


def _give(world):
    give_money(world, agency="dong-thap", source="local", year=BASE.year, amount=100 * MILLION)
    return lambda on, amount=MILLION: money.give_envelope(
        by=world.actor(*ACCOUNTANT), year=BASE.year, source="local", amount=amount, document=uuid4().hex, on=on
    )


def _take_back(world):
    give = _give(world)
    return lambda on, amount=MILLION: give(on, -amount)


def _of_envelope(action, **more):
    def prepare(world):
        give_money(world, agency="dong-thap", source="local", year=BASE.year, amount=100 * MILLION)
        project = make_project(world, state="approved")
        envelope = envelope_of(project)

        def act(on, amount=MILLION):
            given = {"amount": amount} if action is not money.carry_over else {"free": amount, "parts": {}}
            if action is money.delegate_envelope:
                given["to"] = world.agencies["dong-thap-centre"]
            action(
                envelope_id=envelope.pk, version=version_of(envelope), by=world.actor(*ACCOUNTANT), document="1/QĐ",
                on=on, **given, **more,
            )  # fmt: skip

        return act

    return prepare


def _take_back_from_below(world):
    act = _of_envelope(money.delegate_envelope)(world)
    act(BASE, 50 * MILLION)
    found = Envelope.objects.get(agency=world.agencies["dong-thap"])
    return lambda on, amount=MILLION: money.delegate_envelope(
        envelope_id=found.pk, version=version_of(found), by=world.actor(*ACCOUNTANT),
        to=world.agencies["dong-thap-centre"], amount=-amount, document="2/QĐ", on=on,
    )  # fmt: skip


def _carry_project(world):
    with on_day(BASE - timedelta(days=5)):
        give_money(world, agency="dong-thap", source="local", year=BASE.year, amount=MILLION)
    project = make_project(world, state="approved")
    envelope = envelope_of(project)
    return lambda on, amount=MILLION: money.carry_over(
        envelope_id=envelope.pk, version=version_of(envelope), by=world.actor(*ACCOUNTANT), free=0,
        parts={project.pk: amount}, document="1/CN", on=on,
    )  # fmt: skip


def _plan(world):
    project = make_project(world, state="base_appraised")
    give_money(world, agency="dong-thap", source="local", year=BASE.year, amount=200 * MILLION)
    plan = put_in_new_plan(world, project)
    return lambda on: money.approve_plan(
        plan_id=plan.pk, version=plan.version, by=world.actor(*LEADER), decision_number="1/QĐ", decision_on=on,
        decided_by="Ai",
    )  # fmt: skip


def _sign(world):
    project = make_project(world, state="approved")
    return lambda on, amount=200 * MILLION: money.sign_contract(
        project_id=project.pk, by=world.actor(*LEADER), version=project.version, kind=ContractKind.CONTRACT,
        number="HĐ", signed_on=on, ends_on=None, value=amount,
    )  # fmt: skip


def _prepare(kind, state):
    def prepare(world):
        project = make_project(world, state=state)
        return lambda _on, amount=MILLION: money.prepare_payment(
            project_id=project.pk, by=world.actor(*ACCOUNTANT), version=project.version, creation_key=uuid4(),
            kind=kind, amount=amount, condition_document="BC",
        )  # fmt: skip

    return prepare


def _mark_paid(kind, state):
    def prepare(world):
        project = make_project(world, state=state)
        payment = approved_payment(world, project, kind)
        return lambda on: money.mark_paid(
            payment_id=payment.pk, by=world.actor(*ACCOUNTANT), version=_fresh(project).version, voucher_number="UNC",
            voucher_on=on,
        )  # fmt: skip

    return prepare


def _accept(world):
    project = make_project(world, state="in_progress")
    part, line = project.beneficiaries.get(), project.lines.get()
    return lambda on: accept(
        project_id=project.pk, by=world.actor("dong-thap", "officer"), version=project.version,
        beneficiary_id=part.pk, number="BB", accepted_on=on, items=[ItemInput(line_id=line.pk, cost=line.total)],
    )  # fmt: skip


def _paid(world):
    """Signed before BASE; the advance that was not earned was paid on BASE."""
    with on_day(BASE - timedelta(days=5)):
        project = make_project(world, state="in_progress")
    pay(world, project, PaymentKind.ADVANCE, 60 * MILLION)
    return project


def _recover(world):
    project = _paid(world)
    stop(world, project, BASE)
    _fresh(project)
    return lambda on, amount=60 * MILLION: ending.recover(
        project_id=project.pk, by=world.actor(*ACCOUNTANT), version=project.version, amount=amount, document="CT",
        on=on,
    )  # fmt: skip


def stop(world, project, on):
    _fresh(project)
    money.stop(
        project_id=project.pk, by=world.actor(*LEADER), version=project.version, document="QĐ", on=on, reason="Thử"
    )


def _stop_after_payment(world):
    project = _paid(world)
    return lambda on: stop(world, project, on)


def _stop_after_acceptance(world):
    with on_day(BASE - timedelta(days=5)):
        project = make_project(world, state="in_progress", beneficiaries=2, support=100 * MILLION)
    accept_next(world, project)
    return lambda on: stop(world, project, on)


def _settle(world):
    with on_day(BASE - timedelta(days=5)):
        project = make_project(world, state="accepted")
    pay_rest(world, project)
    return lambda on: ending.settle(
        project_id=project.pk, by=world.actor(*ACCOUNTANT), version=_fresh(project).version, number="QT", settled_on=on
    )


def _adjust(world):
    project = adjusting.group(world, planned=2, named=2)
    adjustment = adjusting.begin(world, project)
    adjusting.estimate(world, adjustment, adjusting.supported(project, 150 * MILLION))
    adjusting.propose(world, adjustment)
    return lambda on: adjusting.decide(world, adjustment, on=on)


CASES = [
    Case("give", _give, ""),
    Case("take back", _take_back, "giao dự toán"),
    Case("delegate", _of_envelope(money.delegate_envelope), "giao dự toán"),
    Case("take back from below", _take_back_from_below, "ngày giao"),
    Case("return", _of_envelope(money.return_money), "giao dự toán", amount=True),
    Case("carry free money", _of_envelope(money.carry_over), "giao dự toán", amount=True),
    Case("carry a project", _carry_project, "phê duyệt", amount=True),
    Case("approve a plan", _plan, "thẩm định"),
    Case("sign", _sign, "phê duyệt", amount=True),
    Case("mark an advance as paid", _mark_paid(PaymentKind.ADVANCE, "in_progress"), "ký hợp đồng"),
    Case("mark a payment as paid", _mark_paid(PaymentKind.FINAL, "accepted"), "nghiệm thu|ký hợp đồng"),
    Case("accept", _accept, "ký hợp đồng"),
    Case("recover", _recover, "lần chi gần nhất", amount=True),
    Case("stop after a payment", _stop_after_payment, "lần chi gần nhất"),
    Case("stop after an acceptance", _stop_after_acceptance, "nghiệm thu"),
    Case("settle", _settle, "lần chi gần nhất"),
    Case("adjust", _adjust, "phê duyệt|văn bản đề nghị"),
]
AMOUNTS = [
    *(one for one in CASES if one.amount),
    Case("prepare an advance", _prepare(PaymentKind.ADVANCE, "in_progress"), ""),
    Case("prepare a payment", _prepare(PaymentKind.FINAL, "accepted"), ""),
]


@pytest.fixture
def acting(world):
    """`acting(case)`: the call, on records of BASE, ten days after it."""
    with_clock = []

    def ready(case):
        act = case.prepare(world)
        clock = on_day(NOW)
        clock.__enter__()
        with_clock.append(clock)
        return act

    yield ready
    for clock in with_clock:
        clock.__exit__(None, None, None)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_day_of_the_future_or_before_what_it_rests_on_is_refused(acting, everything, case):
    act = acting(case)
    before = everything()
    with pytest.raises(Refused, match="tương lai"):
        act(NOW + timedelta(days=1))
    if case.rests:
        with pytest.raises(Refused, match=f"không được trước.*({case.rests})"):
            act(BASE - timedelta(days=1))
    assert everything() == before
    act(BASE)
    assert everything() != before


@pytest.mark.parametrize("amount", [0, -1, -MILLION, MAX_DONG + 1])
@pytest.mark.parametrize("case", AMOUNTS, ids=lambda case: case.name)
def test_an_amount_that_cannot_be_is_refused_with_a_sentence(acting, everything, case, amount):
    act = acting(case)
    before = everything()
    with pytest.raises(Refused, match=r"đồng|lớn hơn 0|khác 0"):
        act(NOW, amount)
    assert everything() == before


@pytest.mark.parametrize("case", CASES[:4], ids=lambda case: case.name)
@pytest.mark.parametrize("amount", [0, MAX_DONG + 1])
def test_nothing_is_given_or_taken_by_a_decision_about_nothing(acting, everything, case, amount):
    act = acting(case)
    before = everything()
    with pytest.raises(Refused, match=r"khác 0|nhiều nhất"):
        act(NOW, amount)
    assert everything() == before
