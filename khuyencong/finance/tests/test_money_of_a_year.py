"""Each year's money pays for itself: what leaves the Treasury, what is given back, and by when it is settled."""

from datetime import date
from uuid import uuid4

import pytest

from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.core.money import MILLION
from khuyencong.finance import actions as money
from khuyencong.finance import ledger
from khuyencong.finance.check import broken_rows
from khuyencong.finance.models import EntryKind, LedgerEntry, PaymentKind
from khuyencong.finance.settlement_days import last_day
from khuyencong.finance.tests.clock import on_day
from khuyencong.settlement.tests.making import ACCOUNTANT, LEADER, fresh, two_years
from khuyencong.testing import accept_next, make_project, pay_rest

YEAR = today().year
NEXT = YEAR + 1


@pytest.fixture
def project(world):
    """100 triệu of each of two years, both approved and contracted; of the first 30 advanced; its part accepted."""
    found = two_years(world)
    contract = found.contract_part.contract
    money.amend_contract(
        contract_id=contract.pk, by=world.actor(*LEADER), version=contract.version, creation_key=uuid4(), number="PL-01",
        signed_on=today(), reason="Kinh phí năm sau.", ends_on=None, values={found.pk: 200 * MILLION},
    )  # fmt: skip
    return fresh(found)


def held(project):
    """By year: approved, accepted and paid out, in triệu."""
    sums = ledger.balances_by_year([project])[project.pk]
    years = dict(project.entries.order_by().values_list("envelope_id", "envelope__year"))
    rows = {years[key]: one for key, one in sums.items()}
    return {
        year: tuple(amount // MILLION for amount in (one.committed, one.accepted, one.paid_out))
        for year, one in sorted(rows.items())
    }


def prepare(world, project, amount):
    project = fresh(project)
    return money.prepare_payment(
        project_id=project.pk, by=world.actor(*ACCOUNTANT), version=project.version, creation_key=uuid4(),
        kind=PaymentKind.FINAL, amount=amount,
    )  # fmt: skip


def test_this_year_pays_although_the_next_is_approved(world, project):
    pay_rest(world, project)
    assert held(project) == {YEAR: (100, 100, 100), NEXT: (100, 0, 0)}


def test_next_year_pays_nothing_before_it_begins(world, project, everything):
    accept_next(world, project)
    before = everything()
    with pytest.raises(Refused, match=f"năm {YEAR} còn 70.000.000 đồng"):
        prepare(world, project, 100 * MILLION)
    assert everything() == before
    pay_rest_of(world, project, 70)
    with on_day(date(NEXT, 2, 1)):
        pay_rest_of(world, project, 100)
    assert held(project) == {YEAR: (100, 100, 100), NEXT: (100, 100, 100)}
    assert list(broken_rows()) == []


def pay_rest_of(world, project, amount):
    payment = prepare(world, project, amount * MILLION)
    for act, who, given in (
        (money.approve_payment, LEADER, {}),
        (money.mark_paid, ACCOUNTANT, {"voucher_number": f"UNC-{uuid4()}", "voucher_on": today()}),
    ):
        act(payment_id=payment.pk, by=world.actor(*who), version=fresh(project).version, **given)


def test_what_was_paid_is_not_given_back_to_its_year(world, project):
    """Stopped after the first year's part was paid: only the second year's money is free again."""
    pay_rest(world, project)
    money.stop(
        project_id=project.pk, by=world.actor(*LEADER), version=fresh(project).version, document="9/QĐ", on=today(),
        reason="Cơ sở giải thể.",
    )  # fmt: skip
    assert held(project) == {YEAR: (100, 100, 100), NEXT: (0, 0, 0)}
    assert list(broken_rows()) == []


def test_check_finds_a_year_that_paid_more_than_it_had(world, project):
    row = project.entries.get(kind=EntryKind.ADVANCED)
    later = project.entries.filter(kind=EntryKind.APPROVED, envelope__year=NEXT).get().envelope
    LedgerEntry.objects.create(
        kind=EntryKind.REDUCED, amount=90 * MILLION, envelope=row.envelope, project=project, on=today(), document="x",
        by=row.by,
    )  # fmt: skip
    LedgerEntry.objects.create(
        kind=EntryKind.APPROVED,
        amount=90 * MILLION,
        envelope=later,
        project=project,
        on=today(),
        document="x",
        by=row.by,
    )
    assert any("Đã chi 30.000.000 đồng từ kinh phí của một năm" in sentence for sentence in broken_rows())


def test_settled_by_the_year_of_its_last_money(world, project):
    assert last_day(project) == date(NEXT + 1, 1, 22)
    assert last_day(make_project(world, state="in_progress")) == date(YEAR + 1, 1, 22)
