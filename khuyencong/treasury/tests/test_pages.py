"""The pages of the Treasury, through the browser's door."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from khuyencong.core.dates import format_date, today
from khuyencong.core.money import MILLION
from khuyencong.finance.models import Payment, PaymentRule
from khuyencong.finance.tests.steps import waiting_payment
from khuyencong.testing import make_project
from khuyencong.treasury.models import PaymentList, Statement
from khuyencong.treasury.tests.making import ACCOUNTANT, LEADER, OFFICER, approved, bring, line, paid_now, sent, table

pytestmark = pytest.mark.django_db


def hidden(page):
    return page.context["form"]["creation_key"].value()


def test_a_payment_goes_to_the_treasury_and_comes_back_in_a_statement(world, visit):
    payment = approved(world)
    client = visit(world.actor(*ACCOUNTANT))
    home = client.get(reverse("treasury"))
    assert payment.project.code in home.content.decode()
    page = client.get(reverse("payment_list_new"))
    data = {"creation_key": hidden(page), "payments": [payment.pk]}
    answer = client.post(reverse("payment_list_new"), data)
    found = PaymentList.objects.get()
    assert answer["Location"] == found.get_absolute_url()
    assert client.post(reverse("payment_list_new"), data)["Location"] == found.get_absolute_url()
    assert PaymentList.objects.count() == 1
    send = reverse("payment_list_send", args=[found.pk])
    assert client.post(send, {"version": found.version, "on": "32/01/2026"}).status_code == 422
    assert client.post(send, {"version": found.version, "on": format_date(today())}).status_code == 302
    payment.refresh_from_db()
    assert payment.state == "sent"

    page = client.get(reverse("statement_new"))
    content = table(line(payment, account="", text=f"Theo bang ke {found.code}"), line(), line(debit="x"))
    data = {"creation_key": hidden(page), "file": SimpleUploadedFile("thang.csv", content)}
    answer = client.post(reverse("statement_new"), data)
    statement = Statement.objects.get()
    assert answer["Location"] == statement.get_absolute_url()
    again = client.post(
        reverse("statement_new"),
        {"creation_key": "7f1f3c1e-5d4b-4a7e-9b57-1f2d3c4b5a60", "file": SimpleUploadedFile("b.csv", content)},
    )
    assert again.status_code == 422
    assert "đã được nhập" in again.content.decode()
    page = client.get(statement.get_absolute_url())
    assert page.context["fitting"] == 1
    shown = {"version": statement.version, "shown": page.context["digest"]}
    assert client.post(reverse("statement_apply", args=[statement.pk]), shown).status_code == 302
    running = client.get(statement.get_absolute_url())
    assert "Ghi tiếp" in running.content.decode()
    # The page was closed and is opened again: it goes on from where it stopped.
    statement.refresh_from_db()
    answer = client.post(
        reverse("statement_go_on", args=[statement.pk]), {"version": statement.version}, headers={"HX-Request": "true"}
    )
    assert answer["HX-Redirect"] == statement.get_absolute_url()
    assert paid_now(payment) == (True, payment.amount)
    for part in ("khop", "chua-khop", "da-khop", "de-rieng", "khac"):
        assert client.get(f"{statement.get_absolute_url()}?phan={part}").status_code == 200
    taken = client.get(reverse("statement_refused", args=[statement.pk]))
    assert taken.status_code == 200
    assert "Đã khép" in client.get(reverse("treasury")).content.decode()


def test_what_waits_depends_on_the_role_and_the_person(world, visit):
    payment = waiting_payment(world, make_project(world, state="in_progress"))
    counts = {
        who: visit(world.actor(*who)).get(reverse("treasury")).context["waiting_count"]
        for who in (ACCOUNTANT, LEADER, OFFICER, ("phu-tho", "leader"), ("dong-thap", "auditor"))
    }
    assert [*counts.values()] == [0, 1, 0, 0, 0]
    Payment.objects.filter(pk=payment.pk).update(needs_check=True)
    counts = {
        who: visit(world.actor(*who)).get(reverse("treasury")).context["waiting_count"]
        for who in (ACCOUNTANT, LEADER, OFFICER)
    }
    assert [*counts.values()] == [0, 0, 1]  # the accountant prepared it


def test_a_line_is_matched_by_hand_and_set_aside(world, visit):
    payment = approved(world)
    found = bring(world, line(payment, account="", text="Chi"), line(text="Luong"))
    first, second = found.lines.order_by("number")
    client = visit(world.actor(*ACCOUNTANT))
    address = reverse("statement_line_match", args=[first.pk])
    page = client.get(address)
    assert "Chỉ trùng số tiền" in page.content.decode()
    data = {"khop-version": found.version, "khop-payment": payment.pk, "khop-voucher_number": ""}
    assert client.post(address, data).status_code == 422
    assert client.post(address, data | {"khop-payment": 999, "khop-voucher_number": "1"}).status_code == 422
    assert client.post(address, data | {"khop-voucher_number": "UNC-1"}).status_code == 302
    assert paid_now(payment) == (True, payment.amount)
    again = client.post(address, data | {"khop-voucher_number": "UNC-1"})
    assert again.status_code == 422
    found.refresh_from_db()
    aside = reverse("statement_line_aside", args=[second.pk])
    data = {"de-rieng-version": found.version, "de-rieng-reason": "Lương tháng 6"}
    assert client.post(aside, data).status_code == 302
    second.refresh_from_db()
    assert second.set_aside == "Lương tháng 6"
    assert visit(world.actor("phu-tho", "accountant")).get(aside).status_code == 404
    assert visit(world.actor(*LEADER)).get(aside).status_code == 403


def test_the_rule_is_set_on_its_page(world, visit):
    client = visit(world.actor(*LEADER))
    page = client.get(reverse("payment_rule"))
    data = {
        "creation_key": hidden(page),
        "from_amount": "100 triệu",
        "starts_on": format_date(today()),
        "document": "QC 1",
    }
    assert client.post(reverse("payment_rule"), data | {"starts_on": "01/01/2020"}).status_code == 422
    for _ in range(2):
        assert client.post(reverse("payment_rule"), data).status_code == 302
    assert PaymentRule.objects.get().from_amount == 100 * MILLION
    assert "100.000.000" in client.get(reverse("treasury")).content.decode()


def test_pages_take_as_many_queries_for_three_rows_as_for_one(world, visit):
    client = visit(world.actor(*ACCOUNTANT))

    def counted():
        counts = {}
        for name, args in (
            ("treasury", []), ("treasury_unmatched", []), ("payment_list", [PaymentList.objects.order_by("pk").last().pk]),
            ("payment_list_new", []), ("statements", []), ("statement", [Statement.objects.order_by("pk").last().pk]),
        ):  # fmt: skip
            address = reverse(name, args=args)
            client.get(address)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address).status_code == 200
            counts[name] = len(captured)
        return counts

    first, second = approved(world), approved(world)
    sent(world, first)
    bring(world, line(first), line(text="Luong"))
    one = counted()
    more = [approved(world, amount=(60 + at) * MILLION) for at in range(3)]
    sent(world, *more)
    bring(world, *(line(each) for each in more), *(line(text=f"Luong {at}") for at in range(3)), name="hai.xlsx")
    approved(world)
    assert counted() == one
    assert max(one.values()) <= 20  # the header of every page takes some of them
    assert second.state == "approved"


def test_hostile_text_of_a_statement_is_shown_as_text(world, visit):
    found = bring(world, line(text="<script>alert(1)</script>", account='"><b>'))
    page = visit(world.actor(*ACCOUNTANT)).get(f"{found.get_absolute_url()}?phan=chua-khop").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
