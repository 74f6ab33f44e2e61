"""The pages of one project's money, through the browser's door."""

import pytest
from django.urls import reverse

from khuyencong.core.dates import format_date, today
from khuyencong.core.money import MILLION
from khuyencong.finance.ledger import balance_of
from khuyencong.finance.models import ContractPart, Payment, PaymentKind
from khuyencong.finance.tests.steps import ACCOUNTANT, LEADER, waiting_payment
from khuyencong.people.models import Membership
from khuyencong.projects.models import Project
from khuyencong.testing import make_project, pay

TODAY = format_date(today())


def url(name, project, *rest):
    return reverse(name, args=[project.code, *rest])


def posted(response, **values):
    """What a browser sends back: the fields of the shown form with their initial values, then `values`."""
    form = response.context["form"]
    data = {field.html_name: field.value() for field in form if field.value() is not None}
    return {name: value for name, value in (data | values).items() if value is not False}


PAGES = {
    # page: (state, whoever may, path)
    "project_contract": ("approved", LEADER, ()),
    "project_payment_prepare": ("in_progress", ACCOUNTANT, ("advance",)),
    "project_recover": ("accepted", ACCOUNTANT, ()),
    "project_settle": ("accepted", ACCOUNTANT, ()),
    "project_stop": ("in_progress", LEADER, ()),
}


@pytest.mark.parametrize("name", PAGES)
def test_each_page_opens_to_the_right_people_only(world, visit, client, everything, name):
    state, who, rest = PAGES[name]
    project = make_project(world, state="in_progress" if name == "project_recover" else state)
    if name == "project_recover":
        pay(world, project, PaymentKind.ADVANCE, 20 * MILLION)
        Project.objects.filter(pk=project.pk).update(state="stopped")
    address = url(name, project, *rest)
    before = everything()
    assert client.get(address).status_code == 302
    assert client.post(address, {}).status_code == 302
    assert visit(world.actor(*who)).get(address).status_code == 200
    for role in ("officer", "appraiser", "auditor", "administrator"):
        for method in ("get", "post"):
            response = getattr(visit(world.actor("dong-thap", role)), method)(address)
            assert response.status_code == 403, (role, method)
    # Another province does not even learn that the project is there.
    for method in ("get", "post"):
        assert getattr(visit(world.actor("phu-tho", who[1])), method)(address).status_code == 404
    # The right role at an agency that sees the project and does not hold its money.
    assert visit(world.actor("national", who[1])).get(address).status_code == 403
    assert everything() == before


@pytest.mark.parametrize("name", PAGES)
def test_a_page_whose_step_is_not_due_says_so(world, visit, everything, name):
    _, who, rest = PAGES[name]
    project = make_project(world, state="submitted")
    before = everything()
    response = visit(world.actor(*who)).get(url(name, project, *rest))
    assert response.status_code == 409
    assert everything() == before


def test_sign_a_contract(world, visit, everything):
    project = make_project(world, state="approved")
    client, address = visit(world.actor(*LEADER)), url("project_contract", project)
    page = client.get(address)
    text = page.content.decode()
    assert "200.000.000 đồng" in text  # approved
    assert "TT 36/2013" in text or "36/2013/TT-BCT" in text  # where the share of the advance stands
    wrong = client.post(address, posted(page, number="", value="hai trăm", signed_on="31/02/2026"))
    assert wrong.status_code == 422
    assert {"number", "value", "signed_on"} <= set(wrong.context["form"].errors)
    before = everything()
    over = client.post(address, posted(page, number="HĐ-1", value="200.000.001"))
    assert over.status_code == 422
    assert "vượt số được phê duyệt" in over.content.decode()
    assert 'value="HĐ-1"' in over.content.decode()
    assert everything() == before
    good = posted(page, number="HĐ-1")
    response = client.post(address, good)
    assert response.status_code == 302
    assert response["Location"].endswith("?tab=kinh-phi")
    part = ContractPart.objects.get(project=project)
    assert (part.value, part.contract.number) == (200 * MILLION, "HĐ-1")
    once = everything()
    again = client.post(address, good)
    assert again.status_code == 422
    assert "đã được thay đổi" in again.content.decode()
    assert everything() == once


def test_prepare_and_approve_an_advance(world, visit, everything):
    project = make_project(world, state="in_progress")
    client, address = visit(world.actor(*ACCOUNTANT)), url("project_payment_prepare", project, "advance")
    page = client.get(address)
    ceiling = ContractPart.objects.get(project=project).advance_ceiling
    assert page.context["form"].initial["amount"] == ceiling
    over = client.post(address, posted(page, amount=str(ceiling + 1), condition_document="BC-1"))
    assert over.status_code == 422
    assert "chỉ được chi tối đa" in over.content.decode()
    data = posted(page, amount="20 triệu", condition_document="BC-1")
    assert client.post(address, data).status_code == 302
    # The second click of the same form finds the first payment.
    assert client.post(address, data).status_code == 302
    payment = Payment.objects.get()
    assert "chờ duyệt" in client.get(address).content.decode()

    leader, decide = visit(world.actor(*LEADER)), url("project_payment_approve", project, payment.pk)
    page = leader.get(decide)
    assert page.status_code == 200
    version = page.context["offered"][0].form.initial["version"]
    before = everything()
    assert client.get(decide).status_code == 403
    assert client.post(decide, {}).status_code == 403
    assert leader.post(decide, {}).status_code == 422
    assert everything() == before
    assert leader.post(decide, {"duyet-version": version}).status_code == 302
    assert balance_of(project).advanced == 0
    once = everything()
    again = leader.post(decide, {"duyet-version": version})
    assert again.status_code == 422
    assert "đã được thay đổi" in again.content.decode()
    assert everything() == once

    paying = url("project_payment_pay", project, payment.pk)
    page = client.get(paying)
    version = page.context["offered"][0].form.initial["version"]
    assert leader.get(paying).status_code == 403
    missing = client.post(paying, {"da-chi-version": version, "da-chi-voucher_on": TODAY})
    assert missing.status_code == 422
    assert everything() == once
    data = {"da-chi-version": version, "da-chi-voucher_on": TODAY, "da-chi-voucher_number": "UNC-1"}
    assert client.post(paying, data).status_code == 302
    paid = everything()
    assert client.post(paying, data).status_code == 422
    assert everything() == paid
    assert balance_of(project).advanced == 20 * MILLION
    page = visit(world.actor("dong-thap", "auditor")).get(url("project_payment", project, payment.pk))
    assert "UNC-1" in page.content.decode()
    assert [step.state for step in page.context["steps"]] == ["done"] * 3
    assert page.context["offered"] == []


def test_return_a_payment_with_a_reason(world, visit):
    project = make_project(world, state="in_progress")
    payment = waiting_payment(world, project)
    leader, decide = visit(world.actor(*LEADER)), url("project_payment_return", project, payment.pk)
    data = {"tra-lai-version": project.version, "tra-lai-reason": ""}
    assert leader.post(decide, data).status_code == 422
    assert leader.post(decide, data | {"tra-lai-reason": "Sai số tiền"}).status_code == 302
    payment.refresh_from_db()
    assert (payment.state, payment.reason) == ("returned", "Sai số tiền")
    assert balance_of(project).advanced == 0


def test_one_person_with_two_hats_does_not_decide_on_the_own_payment(world, visit, everything):
    project = make_project(world, state="in_progress")
    payment = waiting_payment(world, project)
    accountant = world.actor(*ACCOUNTANT)
    Membership.objects.filter(user=accountant.user).delete()
    Membership.objects.create(user=accountant.user, agency=accountant.agency, role="leader")
    client, decide = visit(accountant), url("project_payment_approve", project, payment.pk)
    page = client.get(decide)
    assert "không được tự duyệt" in page.content.decode()
    assert page.context["offered"] == []
    before = everything()
    response = client.post(decide, {"duyet-version": project.version})
    assert response.status_code == 422
    assert "không được tự duyệt" in response.content.decode()
    assert everything() == before


def test_a_payment_of_another_project_is_not_there(world, visit):
    payment = waiting_payment(world, make_project(world, state="in_progress"))
    other = make_project(world, state="in_progress")
    leader = visit(world.actor(*LEADER))
    assert leader.get(url("project_payment", other, payment.pk)).status_code == 404
    assert visit(world.actor(*ACCOUNTANT)).get(url("project_payment_prepare", other, "khac")).status_code == 404


def test_settle_shows_what_stands_in_the_way_and_the_deadline(world, visit):
    project = make_project(world, state="accepted")
    client, address = visit(world.actor(*ACCOUNTANT)), url("project_settle", project)
    page = client.get(address)
    text = page.content.decode()
    assert "200.000.000 đồng đã nghiệm thu chưa thanh toán" in text
    assert "chậm nhất ngày" not in text  # the circular's day is for national money only
    refused = client.post(address, posted(page, number="QT-1"))
    assert refused.status_code == 422
    pay(world, project, PaymentKind.FINAL, 200 * MILLION)
    page = client.get(address)
    assert client.post(address, posted(page, number="QT-1")).status_code == 302
    project.refresh_from_db()
    assert project.state == "settled"
    assert project.settlement.amount == 200 * MILLION


def test_settle_of_national_money_names_the_legal_day(world, visit):
    project = make_project(world, state="accepted", source="national")
    page = visit(world.actor("national", "accountant")).get(url("project_settle", project))
    assert "chậm nhất ngày" in page.content.decode()


def test_stop_says_what_happens_to_the_money_and_recover_brings_it_back(world, visit):
    project = make_project(world, state="in_progress")
    pay(world, project, PaymentKind.ADVANCE, 40 * MILLION)
    leader, address = visit(world.actor(*LEADER)), url("project_stop", project)
    page = leader.get(address)
    results = {one.label: one.amount for one in page.context["sheet"].results}
    assert results == {
        "Trả lại hạn mức khi ngừng": 160 * MILLION,
        "Phải thu hồi từ đơn vị thực hiện": 40 * MILLION,
        "Đã nghiệm thu, còn phải thanh toán": 0,
    }
    data = {"version": project.version, "document": "QĐ-9", "on": TODAY, "reason": ""}
    assert leader.post(address, data).status_code == 422
    assert leader.post(address, data | {"reason": "Cơ sở giải thể"}).status_code == 302
    assert balance_of(project).committed == 40 * MILLION

    accountant, address = visit(world.actor(*ACCOUNTANT)), url("project_recover", project)
    page = accountant.get(address)
    assert page.context["form"].initial["amount"] == 40 * MILLION
    over = accountant.post(address, posted(page, amount="40.000.001", document="CT-1"))
    assert over.status_code == 422
    good = posted(page, document="CT-1")
    assert accountant.post(address, good).status_code == 302
    assert accountant.post(address, good).status_code == 422
    balance = balance_of(project)
    assert (balance.recovered, balance.unearned, balance.committed) == (40 * MILLION, 0, 0)
    assert accountant.get(address).status_code == 409


def test_a_huge_paste_is_told_off_at_its_field(world, visit):
    project = make_project(world, state="in_progress")
    client, address = visit(world.actor(*LEADER)), url("project_stop", project)
    response = client.post(
        address, {"version": project.version, "document": "Q", "on": TODAY, "reason": "ơ" * 3_000_000}
    )
    assert response.status_code == 422
    assert "reason" in response.context["form"].errors
