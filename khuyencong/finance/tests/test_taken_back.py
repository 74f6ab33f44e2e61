"""A payment that was marked paid and never arrived, or was another one's, is taken back by a row that answers it."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Refused
from khuyencong.core.money import MILLION
from khuyencong.finance import actions as money
from khuyencong.finance import ledger
from khuyencong.finance.check import broken_rows
from khuyencong.finance.days import last_booked
from khuyencong.finance.models import CASH, EntryKind, LedgerEntry, Payment, PaymentKind, PaymentState
from khuyencong.projects.models import Project
from khuyencong.testing import accept_next, advance_to, make_project, pay, pay_rest
from khuyencong.treasury.actions import match_line
from khuyencong.treasury.tests import making as treasury

LEADER, ACCOUNTANT = ("dong-thap", "leader"), ("dong-thap", "accountant")


@pytest.fixture
def advanced(world):
    """An advance of 60 triệu that was marked paid."""
    project = make_project(world, state="in_progress")
    return pay(world, project, PaymentKind.ADVANCE, 60 * MILLION)


def take_back(world, payment, who=LEADER, **changed):
    payment.refresh_from_db()
    project = Project.objects.get(pk=payment.project_id)
    values = {"reason": "Ngân hàng trả lại vì sai tên.", "document": "TB-07/KB", "on": today(), **changed}
    return money.reverse_payment(payment_id=payment.pk, by=world.actor(*who), version=project.version, **values)


def test_advance_is_taken_back_by_the_same_amount_below_nought(world, advanced):
    entry = advanced.entries.get()
    take_back(world, advanced)
    project = Project.objects.get(pk=advanced.project_id)
    answer = LedgerEntry.objects.get(answers=entry)
    assert (answer.kind, answer.amount, answer.envelope) == (entry.kind, -entry.amount, entry.envelope)
    assert ledger.balance_of(project).paid_out == 0
    assert last_booked(project, *CASH) is None
    assert list(broken_rows()) == []
    advanced.refresh_from_db()
    assert (advanced.state, advanced.voucher_number != "", advanced.voucher_key) == (PaymentState.REVERSED, True, "")


def test_number_and_amount_are_free_again(world, advanced):
    number = Payment.objects.get(pk=advanced.pk).voucher_number
    take_back(world, advanced)
    again = treasury.approved(world, project=Project.objects.get(pk=advanced.project_id), amount=60 * MILLION)
    money.mark_paid(
        payment_id=again.pk, by=world.actor(*ACCOUNTANT), version=None, voucher_number=number, voucher_on=today()
    )
    assert ledger.balance_of(again.project).paid_out == 60 * MILLION
    assert list(broken_rows()) == []


def test_line_of_the_statement_is_free_again(world):
    payment = treasury.approved(world)
    found = treasury.bring(world, treasury.line(payment))
    line = found.lines.get()
    match_line(
        line_id=line.pk, by=world.actor(*ACCOUNTANT), version=found.version, payment_id=payment.pk,
        voucher_number="UNC-31",
    )  # fmt: skip
    take_back(world, payment)
    line.refresh_from_db()
    assert (line.payment, line.told) == (None, "Khoản chi đã hủy theo TB-07/KB.")


def test_final_payment_is_taken_back_and_paid_anew(world, advanced):
    project = Project.objects.get(pk=advanced.project_id)
    accept_next(world, project)
    project.refresh_from_db()
    pay_rest(world, project)
    last = Payment.objects.latest("pk")
    take_back(world, last)
    project.refresh_from_db()
    assert ledger.balance_of(project).still_payable == 140 * MILLION
    pay_rest(world, project)
    project.refresh_from_db()
    advance_to(world, project, "settled")
    assert list(broken_rows()) == []


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"reason": " "}, "Hãy ghi lý do"),
        ({"document": " "}, "Hãy ghi văn bản làm căn cứ"),
        ({"on": today().replace(year=today().year - 1)}, "không được trước ngày chứng từ"),
        ({"on": today().replace(year=today().year + 1)}, "không được ở tương lai"),
    ],
)
def test_what_is_not_said_is_asked_for(world, advanced, everything, changed, sentence):
    before = everything()
    with pytest.raises(Refused, match=sentence):
        take_back(world, advanced, **changed)
    assert everything() == before


def test_who_marked_it_paid_and_who_only_keeps_the_books_cannot(world, advanced, everything):
    before = everything()
    with pytest.raises(NotAllowed):
        take_back(world, advanced, who=ACCOUNTANT)
    Payment.objects.filter(pk=advanced.pk).update(
        paid_by=world.actor(*LEADER).user, approved_by=world.actor("dong-thap", "officer").user
    )
    before = everything()
    with pytest.raises(Refused, match="không được tự hủy"):
        take_back(world, advanced)
    assert everything() == before


def test_settled_and_twice_are_refused(world, advanced, everything, visit):
    take_back(world, advanced)
    before = everything()
    with pytest.raises(Refused, match="Hủy ghi đã chi"):
        take_back(world, advanced)
    assert everything() == before
    project = make_project(world, state="settled")
    before = everything()
    with pytest.raises(Refused, match="đã quyết toán"):
        take_back(world, project.payments.last())
    assert everything() == before
    page = visit(world.actor(*LEADER)).get(reverse("project_payment", args=[project.code, project.payments.last().pk]))
    assert "Hủy ghi đã chi" not in page.content.decode()


def test_while_another_payment_waits_it_is_refused(world, advanced, everything):
    treasury.approved(world, project=Project.objects.get(pk=advanced.project_id), amount=10 * MILLION)
    before = everything()
    with pytest.raises(Refused, match="chưa xong"):
        take_back(world, advanced)
    assert everything() == before


def test_database_takes_a_row_below_nought_only_as_an_answer(advanced):
    entry = advanced.entries.get()
    for answers in (None, entry):
        row = LedgerEntry(
            kind=EntryKind.ADVANCED, amount=-1 if answers is None else 1, envelope=entry.envelope, project=entry.project,
            answers=answers, on=today(), document="x", by=entry.by,
        )  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save()
