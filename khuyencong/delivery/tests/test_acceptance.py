"""What was delivered, and what it makes payable."""

import pytest
from django.urls import reverse

from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import Refused
from khuyencong.core.money import MILLION
from khuyencong.delivery.actions import ItemInput, accept
from khuyencong.delivery.models import Acceptance
from khuyencong.demo.walk import Item, write_project
from khuyencong.establishments.tax_code import made_up_tax_code
from khuyencong.finance.actions import sign_contract
from khuyencong.finance.ledger import balance_of
from khuyencong.finance.models import ContractKind
from khuyencong.testing import accept_next, advance_to, make_project

INSPECTOR = ("dong-thap", "officer")


def record(world, project, part, *, cost=None, items=None, **values):
    lines = project.lines.filter(beneficiary=part)
    items = (
        [ItemInput(line_id=line.pk, cost=line.total if cost is None else cost) for line in lines]
        if items is None
        else items
    )
    if not sum(item.cost for item in items):
        values = {"undelivered": "Cơ sở thôi đầu tư.", **values}
    given = {"version": project.version, "number": "BB-1", "accepted_on": today(), **values}
    return accept(project_id=project.pk, by=world.actor(*INSPECTOR), beneficiary_id=part.pk, items=items, **given)


def url(project, part):
    return reverse("project_accept", args=[project.code, part])


def answer(project, **values):
    """The form as a browser sends it where everything was done as planned."""
    lines = list(project.lines.all())
    rows = {}
    for number, line in enumerate(lines):
        rows |= {
            f"hang-muc-{number}-line": line.pk,
            f"hang-muc-{number}-cost": line.total,
            f"hang-muc-{number}-quantity": 1,
        }
    return {
        "version": project.version,
        "number": "BB-1",
        "accepted_on": format_date(today()),
        "is_last": "cuoi",
        "nguoi-TOTAL_FORMS": 0,
        "nguoi-INITIAL_FORMS": 0,
        "hang-muc-TOTAL_FORMS": len(lines),
        "hang-muc-INITIAL_FORMS": len(lines),
        **rows,
        **values,
    }


@pytest.mark.parametrize(
    ("cost", "payable"),
    [(600, 200), (900, 200), (400, 200), (399, 199.5), (100, 50), (0, 0)],
)
def test_payable_is_the_least_of_approval_rate_and_cap(world, cost, payable):
    project = make_project(world, state="in_progress")  # 200 triệu approved at 50 %
    found = record(world, project, project.beneficiaries.get(), cost=cost * MILLION)
    assert found.payable == payable * MILLION
    assert balance_of(project).accepted == payable * MILLION
    project.refresh_from_db()
    assert project.state == "accepted"


def test_never_more_than_the_contract(world):
    project = make_project(world, state="approved", support=200 * MILLION, total=600 * MILLION)
    sign_contract(
        project_id=project.pk,
        by=world.actor("dong-thap", "leader"),
        version=project.version,
        kind=ContractKind.CONTRACT,
        number="HĐ",
        signed_on=today(),
        ends_on=None,
        value=150 * MILLION,
    )
    project.refresh_from_db()
    with pytest.raises(Refused, match=r"Chỉ được thanh toán 150\.000\.000 đồng còn lại của hợp đồng"):
        record(world, project, project.beneficiaries.get())
    found = record(world, project, project.beneficiaries.get(), explanation="Hai bên đã ký giá trị thấp hơn.")
    assert found.payable == 150 * MILLION
    assert found.calculation["steps"][-1]["label"] == "Giá trị hợp đồng còn lại"
    project.refresh_from_db()
    assert project.state == "accepted"


def test_one_part_is_accepted_once(world, everything):
    project = make_project(world, state="in_progress", beneficiaries=2, support=100 * MILLION, total=300 * MILLION)
    first = project.beneficiaries.first()
    record(world, project, first)
    project.refresh_from_db()
    before = everything()
    with pytest.raises(Refused, match="không chờ nghiệm thu"):
        record(world, project, first)
    assert everything() == before


def test_items_belong_to_the_part_and_are_sane(world, everything):
    project = make_project(world, state="in_progress", beneficiaries=2, support=100 * MILLION, total=300 * MILLION)
    first, second = project.beneficiaries.all()
    line, foreign = project.lines.get(beneficiary=first), project.lines.get(beneficiary=second)
    before = everything()
    for items in (
        [],
        [ItemInput(line_id=foreign.pk, cost=1)],
        [ItemInput(line_id=line.pk, cost=1), ItemInput(line_id=line.pk, cost=1)],
        [ItemInput(line_id=line.pk, cost=-1)],
        [ItemInput(line_id=line.pk, cost=10**15 + 1)],
        [ItemInput(line_id=line.pk, cost=1, quantity=0)],
    ):
        with pytest.raises(Refused):
            record(world, project, first, items=items)
    assert everything() == before


def test_the_page_shows_the_lines_and_how_payable_is_computed(world, visit):
    project = make_project(world, state="in_progress")
    part = project.beneficiaries.get()
    page = visit(world.actor(*INSPECTOR)).get(url(project, part.pk))
    text = page.content.decode()
    assert page.status_code == 200
    assert [form["cost"].value() for form in page.context["formset"]] == ["600.000.000"]
    for words in (str(part), "200.000.000 đồng", project.lines.get().content, "600.000.000"):
        assert words in text, words
    assert page.context["sheet"].results[0].amount == 200 * MILLION


def test_accept_through_the_page(world, visit, everything):
    project = make_project(world, state="in_progress")
    part = project.beneficiaries.get()
    client = visit(world.actor(*INSPECTOR))
    details = {
        "hang-muc-0-cost": "399 triệu",
        "hang-muc-0-description": "Máy thử nghiệm loại nhỏ",
        "hang-muc-0-serial": "SN-1001",
        "hang-muc-0-seller_tax_code": made_up_tax_code(1),
        "hang-muc-0-invoice_symbol": "1C26TAA",
        "hang-muc-0-invoice_number": "12",
        "hang-muc-0-invoice_on": format_date(today()),
        "hang-muc-0-invoice_amount": "400 triệu",
    }
    before = everything()
    for bad in (
        {"hang-muc-0-cost": "-1"},
        {"hang-muc-0-quantity": "0"},
        {"hang-muc-0-unit_price": "0"},
        {"hang-muc-0-unit_price": "398 triệu"},
        {"hang-muc-0-invoice_number": ""},
        {"hang-muc-0-invoice_amount": "0"},
        {"hang-muc-0-invoice_amount": "398 triệu"},
        {"hang-muc-0-seller_tax_code": "123"},
        {"hang-muc-0-trial_result": "failed"},
        {"is_last": ""},
        {"nguoi-TOTAL_FORMS": "1", "nguoi-0-role": "unit", "nguoi-0-name": "Ông Không Chủ Trì"},
        {"hang-muc-0-cost": ""},
        {"hang-muc-0-line": "0"},
        {"hang-muc-0-line": str(10**9)},
        {"number": ""},
        {"accepted_on": "30/02/2026"},
        {"hang-muc-TOTAL_FORMS": "0"},
        {"hang-muc-TOTAL_FORMS": "abc"},
        {"version": "0"},
    ):
        response = client.post(url(project, part.pk), answer(project) | details | bad)
        assert response.status_code == 422, bad
        assert everything() == before
    response = client.post(url(project, part.pk), answer(project) | details)
    assert response.status_code == 302
    assert response["Location"].endswith("?tab=nghiem-thu")
    found = Acceptance.objects.get()
    assert found.payable == 199_500_000
    item = found.items.get()
    assert (item.description, item.serial, item.invoice_number) == ("Máy thử nghiệm loại nhỏ", "SN-1001", "12")
    once = everything()
    assert client.post(url(project, part.pk), answer(project) | details).status_code == 422
    assert client.get(url(project, part.pk)).status_code == 409
    assert everything() == once


def test_a_part_already_accepted_is_not_offered_again(world, visit):
    project = make_project(world, state="in_progress", beneficiaries=2, support=100 * MILLION, total=300 * MILLION)
    accept_next(world, project)
    first, second = project.beneficiaries.all()
    client = visit(world.actor(*INSPECTOR))
    assert client.get(url(project, first.pk)).status_code == 409
    assert client.get(url(project, second.pk)).status_code == 200
    assert client.get(url(project, "chung")).status_code == 409


def test_who_may_open_it(world, visit, client, everything):
    project = make_project(world, state="in_progress")
    part, other = project.beneficiaries.get(), make_project(world, state="in_progress").beneficiaries.get()
    before = everything()
    assert client.get(url(project, part.pk)).status_code == 302
    for place, role, status in (
        ("dong-thap", "leader", 403),
        ("dong-thap", "accountant", 403),
        ("dong-thap-centre", "officer", 403),
        ("national", "officer", 403),
        ("phu-tho", "officer", 404),
        ("region", "officer", 404),
    ):
        browser = visit(world.actor(place, role))
        assert browser.get(url(project, part.pk)).status_code == status, (place, role)
        assert browser.post(url(project, part.pk), answer(project)).status_code == status, (place, role)
    inspector = visit(world.actor(*INSPECTOR))
    for name in (str(other.pk), "khac", "9" * 30, "٣"):
        assert inspector.get(url(project, name)).status_code == 404, name
    assert everything() == before


def test_the_cuc_accepts_what_skipped_the_province(world, visit):
    project = make_project(world, source="national", unit="region", state="in_progress")
    part = project.beneficiaries.get()
    assert visit(world.actor("dong-thap", "officer")).get(url(project, part.pk)).status_code == 403
    client = visit(world.actor("national", "officer"))
    assert client.get(url(project, part.pk)).status_code == 200
    assert client.post(url(project, part.pk), answer(project)).status_code == 302
    project.refresh_from_db()
    assert project.state == "accepted"


def test_a_project_without_beneficiaries_is_accepted_as_a_whole(world, visit):
    fields = {
        "name": "Tuyên truyền",
        "kind": "task",
        "activity": "information",
        "declared_norm_document": "Nghị quyết thử nghiệm",
        "declared_norm_article": "Điều 1",
        "declared_norm_percent": 100,
        "declared_norm_cap": 80 * MILLION,
    }
    project = write_project(
        world,
        unit="phu-tho-centre",
        source="local",
        province="25",
        fields=fields,
        items=[Item("Phát sóng", 60 * MILLION, 60 * MILLION)],
    )
    project = advance_to(world, project, "in_progress")
    client = visit(world.actor("phu-tho", "officer"))
    page = client.get(url(project, "chung"))
    assert page.context["sheet"].results[0].amount == 60 * MILLION
    assert client.post(url(project, "chung"), answer(project)).status_code == 302
    project.refresh_from_db()
    assert (project.state, balance_of(project).accepted) == ("accepted", 60 * MILLION)
    assert client.get(url(project, "chung")).status_code == 409
