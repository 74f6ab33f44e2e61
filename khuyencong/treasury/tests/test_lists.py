"""Lists for the Treasury: what may go in, one number each, sent whole, printed."""

from datetime import timedelta
from uuid import uuid4

import pytest

from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.core.money import MILLION
from khuyencong.documents.reading import open_workbook
from khuyencong.finance import actions as money
from khuyencong.finance.models import Payment
from khuyencong.finance.tests.steps import mark_paid, waiting_payment
from khuyencong.testing import make_project
from khuyencong.treasury import actions
from khuyencong.treasury.models import ListedPayment, PaymentList
from khuyencong.treasury.queries import lists_of
from khuyencong.treasury.tests.making import ACCOUNTANT, LEADER, approved, listed, sent

pytestmark = pytest.mark.django_db


def make(world, *payments, source="local", year=None, who=ACCOUNTANT):
    return actions.make_list(
        by=world.actor(*who), creation_key=uuid4(), source=source, year=year or today().year,
        payment_ids=[one.pk for one in payments],
    )  # fmt: skip


def test_numbers_follow_each_other_and_are_not_used_again(world):
    first = listed(world, approved(world))
    assert first.code == f"BK-001/{today().year}"
    by = world.actor(*ACCOUNTANT)
    actions.cancel_list(list_id=first.pk, by=by, version=first.version)
    payment = Payment.objects.get()
    assert payment.state == "approved"
    assert listed(world, payment).code == f"BK-002/{today().year}"


def test_only_approved_ones_of_one_source_and_year_in_one_list(world):
    waiting = waiting_payment(world, make_project(world, state="in_progress"))
    good = approved(world)
    elsewhere = approved(world)
    with pytest.raises(Refused, match="ít nhất một khoản"):
        make(world)
    with pytest.raises(Refused, match="chỉ đưa khoản đã duyệt"):
        make(world, good, waiting)
    with pytest.raises(Refused, match="nguồn hoặc năm"):
        make(world, good, source="national")
    with pytest.raises(Refused, match="nguồn hoặc năm"):
        make(world, good, year=today().year + 1)
    assert not PaymentList.objects.exists()
    make(world, good)
    with pytest.raises(Refused, match="đã nằm trong một bảng kê"):
        make(world, good, elsewhere)
    for place, actor in world.actors.items():
        if place[1] != "accountant":
            with pytest.raises(NotAllowed):
                actions.make_list(
                    by=actor, creation_key=uuid4(), source="local", year=today().year, payment_ids=[elsewhere.pk]
                )
    with pytest.raises(Refused, match="của cơ quan mình"):
        make(world, elsewhere, who=("phu-tho", "accountant"))


def test_a_list_is_sent_whole_or_not_at_all(world):
    good, bad = approved(world), approved(world)
    found = listed(world, good, bad)
    by = world.actor(*ACCOUNTANT)
    with pytest.raises(Refused, match="tương lai"):
        actions.send_list(list_id=found.pk, by=by, version=found.version, on=today() + timedelta(days=1))
    with pytest.raises(Refused, match="trước ngày duyệt chi"):
        actions.send_list(list_id=found.pk, by=by, version=found.version, on=today() - timedelta(days=1))
    bad.project.refresh_from_db()
    money.return_payment(payment_id=bad.pk, by=world.actor(*LEADER), version=bad.project.version, reason="Sai")
    with pytest.raises(Refused, match="«Trả lại»"):
        actions.send_list(list_id=found.pk, by=by, version=found.version, on=today())
    good.refresh_from_db()
    assert good.state == "approved"
    found = actions.take_out_of_list(list_id=found.pk, by=by, version=found.version, payment_id=bad.pk)
    with pytest.raises(Stale):
        actions.send_list(list_id=found.pk, by=by, version=found.version - 1, on=today())
    actions.send_list(list_id=found.pk, by=by, version=found.version, on=today())
    good.refresh_from_db()
    assert (good.state, good.sent_on) == ("sent", today())
    found.refresh_from_db()
    for act in (actions.cancel_list, lambda **given: actions.send_list(**given, on=today())):
        with pytest.raises(Refused, match="không đổi được nữa"):
            act(list_id=found.pk, by=by, version=found.version)


def test_a_list_whose_payments_are_all_decided_is_closed(world):
    one, other = approved(world), approved(world)
    sent(world, one, other)
    assert lists_of(world.actor(*ACCOUNTANT)).get().waits
    mark_paid(world, one)
    other.project.refresh_from_db()
    assert lists_of(world.actor(*ACCOUNTANT)).get().waits
    money.return_payment(
        payment_id=other.pk, by=world.actor(*ACCOUNTANT), version=other.project.version, reason="Kho bạc trả lại"
    )
    found = lists_of(world.actor(*ACCOUNTANT)).get()
    assert (found.waits, found.paid, found.returned, found.amount) == (False, 1, 1, 100 * MILLION)


def test_a_list_made_by_two_clicks_is_one(world):
    payment, key = approved(world), uuid4()
    for _ in range(2):
        actions.make_list(
            by=world.actor(*ACCOUNTANT), creation_key=key, source="local", year=today().year, payment_ids=[payment.pk]
        )
    assert ListedPayment.objects.count() == 1


def test_it_is_printed_and_taken_as_excel(world, visit):
    payments = [approved(world) for _ in range(2)]
    found = sent(world, *payments)
    client = visit(world.actor(*ACCOUNTANT))
    paper = client.get(f"/kho-bac/bang-ke/{found.pk}/bang-ke.pdf")
    assert paper.content.startswith(b"%PDF")
    book = open_workbook(client.get(f"/kho-bac/bang-ke/{found.pk}/bang-ke.xlsx").content)
    cells = [row.cells for row in book.table(book.sheets[0], most_rows=100).rows]
    assert any(payments[0].project.code in row.values() for row in cells)
    assert cells[-1][6] == 100 * MILLION
    assert any("mẫu tạm" in str(row[0]).lower() for row in cells)
    assert client.get(f"/kho-bac/bang-ke/{found.pk}/").content.decode().count("UNC") == 0
    assert (
        visit(world.actor("phu-tho", "accountant")).get(f"/kho-bac/bang-ke/{found.pk}/bang-ke.pdf").status_code == 404
    )
