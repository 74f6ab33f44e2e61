"""Whatever people try, in whatever order: the rules of the ledger hold after every step, refused or not."""

from contextlib import suppress
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from khuyencong.core.dates import today
from khuyencong.core.errors import DomainError
from khuyencong.core.money import MILLION
from khuyencong.delivery.actions import ItemInput, accept
from khuyencong.finance import actions as money
from khuyencong.finance.check import broken_rows
from khuyencong.finance.ledger import balance_of, balance_of_envelope, envelope_rules, project_rules
from khuyencong.finance.models import ContractKind, Payment, PaymentKind, part_of
from khuyencong.finance.tests.steps import ACCOUNTANT, LEADER
from khuyencong.programmes.models import Envelope
from khuyencong.testing import make_project

LARGEST = 350 * MILLION  # more than the project ever gets
amounts = st.one_of(st.integers(1, LARGEST), st.sampled_from([1, 60, 100, 140, 200]).map(lambda part: part * MILLION))
moves = st.one_of(
    st.tuples(st.just("sign"), amounts),
    st.tuples(st.just("advance"), amounts),
    st.tuples(st.just("final"), amounts),
    st.tuples(st.just("approve"), st.just(0)),
    st.tuples(st.just("refuse"), st.just(0)),
    st.tuples(st.just("accept"), amounts),
    st.tuples(st.just("recover"), amounts),
    st.tuples(st.just("settle"), st.just(0)),
    st.tuples(st.just("stop"), st.just(0)),
    st.tuples(st.just("give"), amounts),
    st.tuples(st.just("take back"), amounts),
)


def attempt(world, project, name, amount):
    """One move with the right person and the current page; may be refused."""
    leader, accountant = world.actor(*LEADER), world.actor(*ACCOUNTANT)
    given = {"project_id": project.pk, "version": project.version}
    waiting = Payment.objects.filter(project=project, state="prepared").first()
    match name:
        case "sign":
            money.sign_contract(
                **given,
                by=leader,
                kind=ContractKind.CONTRACT,
                number="HĐ",
                signed_on=today(),
                ends_on=None,
                value=amount,
            )
        case "advance" | "final":
            money.prepare_payment(
                **given,
                by=accountant,
                creation_key=uuid4(),
                kind=PaymentKind(name),
                amount=amount,
                condition_document="BC",
            )
        case "approve" if waiting:
            money.approve_payment(
                payment_id=waiting.pk, version=project.version, by=leader, voucher_number="UNC", voucher_on=today()
            )
        case "refuse" if waiting:
            money.refuse_payment(payment_id=waiting.pk, version=project.version, by=leader, reason="Thử")
        case "accept":
            done = project.acceptances.values("beneficiary")
            part = project.beneficiaries.exclude(pk__in=done).first() or project.beneficiaries.first()
            items = [ItemInput(line_id=line.pk, cost=amount) for line in project.lines.filter(beneficiary=part)]
            accept(
                **given,
                by=world.actor("dong-thap", "officer"),
                beneficiary_id=part.pk,
                number="BB",
                accepted_on=today(),
                items=items,
            )
        case "recover":
            money.recover(**given, by=accountant, amount=amount, document="CT", on=today())
        case "settle":
            money.settle(**given, by=accountant, number="QT", settled_on=today())
        case "stop":
            money.stop(**given, by=leader, document="QĐ", on=today(), reason="Thử")
        case "give" | "take back":
            money.give_envelope(
                by=accountant,
                year=project.year,
                source="local",
                document=uuid4().hex,
                on=today(),
                amount=amount if name == "give" else -amount,
            )


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(moves, min_size=3, max_size=14))
def test_no_sequence_of_moves_breaks_a_rule(world, project, sequence):
    with transaction.atomic():
        for name, amount in sequence:
            project.refresh_from_db()
            with suppress(DomainError), transaction.atomic():
                attempt(world, project, name, amount)
            part = part_of(project)
            balance = balance_of(project)
            assert list(project_rules(balance, part)) == []
            assert list(envelope_rules(balance_of_envelope(Envelope.objects.get()))) == []
            assert 0 <= balance.paid_out <= 200 * MILLION
            assert balance.accepted <= 200 * MILLION
        assert list(broken_rows()) == []
        transaction.set_rollback(True)
    project.refresh_from_db()


@pytest.fixture
def project(world):
    """Two beneficiaries with 100 triệu each, approved."""
    return make_project(world, state="approved", beneficiaries=2, support=100 * MILLION, total=300 * MILLION)
