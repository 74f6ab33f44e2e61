"""Every action about the money of a project: who may take it in which state, and how it is called."""

from dataclasses import dataclass
from uuid import uuid4

from khuyencong.core.dates import today
from khuyencong.core.money import MILLION
from khuyencong.delivery.actions import ItemInput, accept
from khuyencong.finance import actions as money
from khuyencong.finance.models import ContractKind, Payment, PaymentKind
from khuyencong.settlement import actions as ending

AMOUNT = 10 * MILLION
LEADER, ACCOUNTANT = ("dong-thap", "leader"), ("dong-thap", "accountant")
INSPECTORS = (("dong-thap", "officer"), ("dong-thap", "appraiser"))


@dataclass(frozen=True)
class Step:
    """`call(project, by, version)` acts; `states` are those in which it may; `who` are the only ones who may."""

    name: str
    who: tuple
    states: frozenset
    call: object


def _contract(project, by, version):
    money.sign_contract(
        project_id=project.pk,
        by=by,
        version=version,
        kind=ContractKind.CONTRACT,
        number="HĐ-01",
        signed_on=today(),
        ends_on=None,
        value=AMOUNT,
    )


def _prepare(project, by, version, kind=PaymentKind.ADVANCE, key=None):
    money.prepare_payment(
        project_id=project.pk,
        by=by,
        version=version,
        creation_key=key or uuid4(),
        kind=kind,
        amount=AMOUNT,
        condition_document="BC-01",
    )


def _prepare_final(project, by, version):
    _prepare(project, by, version, PaymentKind.FINAL)


def _accept(project, by, version):
    part = project.beneficiaries.first()
    accept(
        project_id=project.pk,
        by=by,
        version=version,
        beneficiary_id=part.pk,
        number="BB-01",
        accepted_on=today(),
        items=[ItemInput(line_id=line.pk, cost=line.total) for line in project.lines.filter(beneficiary=part)],
    )


def _settle(project, by, version):
    ending.settle(project_id=project.pk, by=by, version=version, number="QT-01", settled_on=today())


def _recover(project, by, version):
    ending.recover(project_id=project.pk, by=by, version=version, amount=AMOUNT, document="CT-01", on=today())


def _stop(project, by, version):
    money.stop(project_id=project.pk, by=by, version=version, document="QĐ-01", on=today(), reason="Cơ sở giải thể")


STEPS = (
    Step("contract", (LEADER,), frozenset({"approved"}), _contract),
    Step("advance", (ACCOUNTANT,), frozenset({"in_progress"}), _prepare),
    Step("accept", INSPECTORS, frozenset({"in_progress"}), _accept),
    Step("pay", (ACCOUNTANT,), frozenset({"in_progress", "accepted", "stopped"}), _prepare_final),
    Step("settle", (ACCOUNTANT,), frozenset({"accepted"}), _settle),
    Step("recover", (ACCOUNTANT,), frozenset({"accepted", "stopped"}), _recover),
    Step("stop", (LEADER,), frozenset({"approved", "in_progress"}), _stop),
)
BY_NAME = {step.name: step for step in STEPS}


def waiting_payment(world, project, kind=PaymentKind.ADVANCE):
    """A payment of AMOUNT that waits for the leader."""
    project.refresh_from_db()
    _prepare(project, world.actor(*ACCOUNTANT), project.version, kind)
    project.refresh_from_db()
    return Payment.objects.get(project=project, state="prepared")


def approved_payment(world, project, kind=PaymentKind.ADVANCE):
    """A payment of AMOUNT that the leader approved: it waits to be paid."""
    payment = waiting_payment(world, project, kind)
    money.approve_payment(payment_id=payment.pk, by=world.actor(*LEADER), version=project.version)
    project.refresh_from_db()
    payment.refresh_from_db()
    return payment


def mark_paid(world, payment, *, number="", on=None, by=ACCOUNTANT, version=None):
    """The accountant's voucher."""
    return money.mark_paid(
        payment_id=payment.pk, by=world.actor(*by), version=version,
        voucher_number=number or f"UNC-{payment.pk}", voucher_on=on or today(),
    )  # fmt: skip
