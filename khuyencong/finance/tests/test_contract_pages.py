"""The pages of contracts through the browser's door: the list, one contract, the steps, the paper."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from khuyencong.audit.models import AuditEvent
from khuyencong.core.dates import format_date, today
from khuyencong.core.money import MILLION
from khuyencong.finance import actions as money
from khuyencong.finance.actions.schedules import MilestoneInput
from khuyencong.finance.models import Annex, BankAccount, Contract, Milestone, SupportContract
from khuyencong.finance.tests.contracts import (
    ACCOUNTANT,
    KEEPER,
    LEADER,
    UNIT,
    VALUE,
    account_of,
    amend,
    approved,
    decide,
    prepare,
    sign,
    support,
)
from khuyencong.finance.tests.test_project_pages import posted
from khuyencong.people.models import Agency, AgencyKind
from khuyencong.projects.models import Project
from khuyencong.testing import PDF, make_project
from tests.looking import whole_database

TODAY = format_date(today())


def text_of(answer):
    return " ".join(answer.content.decode().split())


@pytest.fixture
def contract(world):
    """Two đề án, an account of each party, a milestone, a guarantee, an annex, a contract with an establishment."""
    projects = approved(world, 2)
    own = account_of(world, agency=world.agencies["dong-thap"], number="9527000111")
    theirs = account_of(world, agency=world.agencies["dong-thap-centre"], number="1020000222")
    found = sign(
        world, projects, value=150 * MILLION, payer_account=own, unit_account=theirs, ends_on=today() + timedelta(20)
    )
    keeper = world.actor(*KEEPER)
    found.refresh_from_db()
    money.save_schedule(
        contract_id=found.pk, by=keeper, version=found.version,
        milestones=[MilestoneInput(today(), "Lắp đặt máy", 100 * MILLION)],
    )  # fmt: skip
    found.refresh_from_db()
    money.add_guarantee(
        contract_id=found.pk, by=keeper, version=found.version, creation_key=uuid4(), issuer="Ngân hàng Bảo Lãnh",
        number="BL-9", amount=30 * MILLION, from_on=today(), to_on=today(),
    )  # fmt: skip
    amend(world, found, values={projects[0]: VALUE})
    support(world, projects[0], amount=100 * MILLION)
    return Contract.objects.get(pk=found.pk)


# --- one contract ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", [LEADER, UNIT, ("national", "auditor"), ("dong-thap-centre", "leader")])
def test_everybody_in_scope_reads_all_of_it(world, visit, contract, who):
    page = text_of(visit(world.actor(*who)).get(contract.get_absolute_url()))
    for said in (
        "Hợp đồng HĐ-01", "9527000111", "1020000222", "Lắp đặt máy", "Ngân hàng Bảo Lãnh", "PL-01", "Cơ sở đổi máy.",
        "150.000.000", "200.000.000", "105.000.000", "140.000.000", "HĐHT-01", "chưa có hợp đồng hỗ trợ",
    ):  # fmt: skip
        assert said in page, said
    assert ("Ký phụ lục" in page) == (who == LEADER)


def test_a_stranger_does_not_learn_of_it(world, visit, contract):
    for agency in ("phu-tho", "phu-tho-centre", "region"):
        client = visit(world.actor(agency, "leader"))
        for name in ("contract", "contract_pdf", "contract_amend"):
            assert client.get(reverse(name, args=[contract.pk])).status_code == 404
        assert "HĐ-01" not in client.get(reverse("contracts")).content.decode()


def test_only_what_is_in_scope_is_shown(world, visit):
    """One unit with two đề án in two provinces: each province sees its own, and no amount of the other."""
    service = Agency.objects.create(
        code="service", kind=AgencyKind.SERVICE, name="Dịch vụ Thử", short_name="Dịch vụ Thử", folded="x", sort_key="x"
    )
    mine = make_project(world, state="approved", source="national")
    theirs = make_project(world, state="approved", source="national", support=111 * MILLION)
    Project.objects.filter(pk__in=[mine.pk, theirs.pk]).update(implementing_unit=service)
    first, second = (Project.objects.get(pk=one.pk) for one in (mine, theirs))
    leader = ("national", "leader")
    contract = money.sign_contract(
        project_id=first.pk, by=world.actor(*leader), version=first.version, kind="contract", number="CUC-01",
        signed_on=today(), ends_on=None, value=VALUE,
        also=[money_part(second, 111 * MILLION)],
    )  # fmt: skip
    Project.objects.filter(pk=theirs.pk).update(province=world.provinces["25"])
    contract.refresh_from_db()
    money.save_schedule(
        contract_id=contract.pk, by=world.actor("national", "officer"), version=contract.version,
        milestones=[MilestoneInput(today(), "Mốc chung", 300 * MILLION), MilestoneInput(today(), "Mốc", 1, first.pk)],
    )  # fmt: skip
    amend(world, contract, by=leader, values={second: 100 * MILLION}, ends_on=today())
    client = visit(world.actor("dong-thap", "leader"))
    page = text_of(client.get(contract.get_absolute_url()))
    assert "200.000.000" in page
    assert "Mốc" in page
    assert "ngoài phạm vi" in page
    assert "Thời hạn" in page
    for hidden in (second.code, "111.000.000", "100.000.000", "311.000.000", "Mốc chung", "300.000.000"):
        assert hidden not in page, hidden
    assert "200.000.000" in text_of(client.get(reverse("contracts")))
    assert "300.000.000" not in text_of(client.get(reverse("contracts")))
    assert client.get(reverse("contract_pdf", args=[contract.pk])).status_code == 409
    whole = text_of(visit(world.actor(*leader)).get(contract.get_absolute_url()))
    assert "Mốc chung" in whole
    assert second.code in whole


def money_part(project, value):
    from khuyencong.finance.actions.contracts import PartInput

    return PartInput(project.pk, project.version, value)


def test_draft_is_for_the_payer_alone(world, visit):
    projects = approved(world, 2)
    draft = prepare(world, projects)
    page = text_of(visit(world.actor(*KEEPER)).get(draft.get_absolute_url()))
    assert "Dự thảo" in page
    assert "Bỏ dự thảo" in page
    for who in (UNIT, ("national", "leader"), ("phu-tho", "officer")):
        assert visit(world.actor(*who)).get(draft.get_absolute_url()).status_code == 404
    tab = f"{projects[0].get_absolute_url()}?tab=kinh-phi"
    assert draft.get_absolute_url() in visit(world.actor(*LEADER)).get(tab).content.decode()
    assert draft.get_absolute_url() not in visit(world.actor(*UNIT)).get(tab).content.decode()


def test_tab_of_the_project_leads_to_the_contract(world, visit, contract):
    project = contract.parts.first().project
    page = visit(world.actor(*UNIT)).get(f"{project.get_absolute_url()}?tab=kinh-phi").content.decode()
    assert f'href="{contract.get_absolute_url()}"' in page


# --- the list --------------------------------------------------------------------------------------------------------


def test_list_is_filtered(world, visit):
    first, second = (sign(world, approved(world), number=f"HĐ-{number}") for number in (1, 2))
    Contract.objects.filter(pk=first.pk).update(signed_on=today() - timedelta(400), ends_on=today() + timedelta(5))
    amend(world, second, ends_on=today() + timedelta(200))
    draft = prepare(world, approved(world), number="DT-9")
    client, address = visit(world.actor(*LEADER)), reverse("contracts")

    def found(query):
        return [row.contract for row in client.get(f"{address}?{query}").context["rows"]]

    assert set(found("")) == {first, second, draft}
    assert found("trang_thai=amended") == [second]
    assert found("trang_thai=draft") == [draft]
    assert found(f"nam={(today() - timedelta(400)).year}") == [first]
    assert found("sap_het_han=on") == [first]
    assert set(found(f"don_vi={first.unit_id}")) == {first, second, draft}
    assert set(found("nam=abc&don_vi=x")) == {first, second, draft}  # as good as none
    assert found("trang_thai=liquidated") == []
    assert "Sắp hết hạn" in client.get(address).content.decode()
    empty = visit(world.actor("phu-tho", "leader")).get(address).content.decode()
    assert "Chưa có hợp đồng nào" in empty


def test_queries_do_not_grow_with_the_rows(world, visit, contract):
    client = visit(world.actor(*LEADER))

    def count(address):
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    addresses = (reverse("contracts"), contract.get_absolute_url())
    accounts, keeper = reverse("bank_accounts"), visit(world.actor(*ACCOUNTANT))
    before = [count(one) for one in addresses]
    with CaptureQueriesContext(connection) as listed:
        keeper.get(accounts)
    for number in (2, 3):
        other = sign(world, approved(world, 2), number=f"HĐ-0{number}")
        other.parts.update(contract=contract)
        other.delete()
        sign(world, approved(world), number=f"HĐ-1{number}")
        amend(world, contract, ends_on=today() + timedelta(number), number=f"PL-0{number}")
        account_of(world, agency=world.agencies["dong-thap"], number=f"77{number}")
    for part in contract.parts.all()[2:]:
        support(world, part.project, number=f"HT-{part.pk}")
    assert [count(one) for one in addresses] == before
    with CaptureQueriesContext(connection) as captured:
        keeper.get(accounts)
    assert len(captured) == len(listed)


# --- the steps -------------------------------------------------------------------------------------------------------


def test_signing_page_offers_the_other_projects_of_the_unit(world, visit):
    first, second, third = approved(world, 3)
    client, address = visit(world.actor(*LEADER)), reverse("project_contract", args=[first.code])
    page = client.get(address)
    assert second.code in page.content.decode()
    before = whole_database()
    wrong = posted(page, number="HĐ-1", **{f"them-{second.pk}": "200.000.001"})
    refused = client.post(address, wrong)
    assert refused.status_code == 422
    assert "vượt số được phê duyệt" in refused.content.decode()
    assert whole_database() == before
    stale = posted(
        page, number="HĐ-1", **{f"them-{second.pk}": "200 triệu", f"phien-ban-{second.pk}": second.version + 1}
    )
    assert client.post(address, stale).status_code == 422
    assert whole_database() == before
    good = posted(page, number="HĐ-1", **{f"them-{second.pk}": "200 triệu"})
    assert client.post(address, good).status_code == 302
    contract = Contract.objects.get()
    assert {part.project for part in contract.parts.all()} == {first, second}
    assert Project.objects.get(pk=third.pk).state == "approved"
    once = whole_database()
    assert client.post(address, good).status_code == 422
    assert whole_database() == once


def test_draft_is_written_changed_and_signed_through_its_pages(world, visit):
    first, second = approved(world, 2)
    keeper, leader = visit(world.actor(*KEEPER)), visit(world.actor(*LEADER))
    address = reverse("project_contract_draft", args=[first.code])
    page = keeper.get(address)
    data = posted(page, number="DT-1", **{f"gia-tri-{second.pk}": "200 triệu"})
    assert keeper.post(address, data).status_code == 302
    assert keeper.post(address, data).status_code == 302  # the second click finds the first
    draft = Contract.objects.get()
    assert draft.draft_parts.count() == 2
    assert keeper.get(address)["Location"] == draft.get_absolute_url()
    change = reverse("contract_change", args=[draft.pk])
    changed = posted(keeper.get(change), **{f"gia-tri-{second.pk}": ""})
    assert keeper.post(change, changed).status_code == 302
    assert draft.draft_parts.get().project == first
    # Who comes from the đề án is led to what was prepared.
    to_sign = leader.get(reverse("project_contract", args=[first.code]))
    assert to_sign["Location"] == reverse("contract_sign", args=[draft.pk])
    signing = leader.get(to_sign["Location"])
    assert "200.000.000" in signing.content.decode()
    assert leader.post(to_sign["Location"], posted(signing, number="1/HĐ")).status_code == 302
    draft.refresh_from_db()
    assert (draft.state, draft.number) == ("signed", "1/HĐ")


def test_annex_page_says_how_far_each_value_may_go(world, visit, contract):
    leader, address = visit(world.actor(*LEADER)), reverse("contract_amend", args=[contract.pk])
    page = leader.get(address)
    text = text_of(page)
    assert "được từ 100.000.000 đến 200.000.000 đồng" in text  # what the contract with the establishment needs
    second = contract.parts.last().project
    data = posted(page, number="PL-02", reason="Thêm máy.", **{f"gia-tri-{second.pk}": "180 triệu"})
    assert leader.post(address, data).status_code == 302
    assert leader.post(address, data).status_code == 302
    assert Annex.objects.filter(number="PL-02").count() == 1
    old = leader.post(address, {**data, "creation_key": str(uuid4()), "number": "PL-03"})
    assert old.status_code == 422
    assert "đã được thay đổi" in old.content.decode()


def test_schedule_page_writes_and_empties_rows(world, visit, contract):
    keeper, address = visit(world.actor(*KEEPER)), reverse("contract_schedule", args=[contract.pk])
    page = keeper.get(address)
    assert "Lắp đặt máy" in page.content.decode()
    data = {
        "version": contract.version, "moc-TOTAL_FORMS": 2, "moc-INITIAL_FORMS": 1, "moc-0-on": "", "moc-0-content": "",
        "moc-0-amount": "", "moc-1-on": TODAY, "moc-1-content": "Chạy thử", "moc-1-amount": "50 triệu",
        "moc-1-project": contract.parts.first().project_id, "moc-1-done_on": TODAY,
    }  # fmt: skip
    wrong = keeper.post(address, {**data, "moc-1-amount": "999 tỷ"})
    assert wrong.status_code == 422
    assert "vượt giá trị hợp đồng" in wrong.content.decode()
    assert keeper.post(address, data).status_code == 302
    one = Milestone.objects.get()
    assert (one.content, one.amount, one.done_on) == ("Chạy thử", 50 * MILLION, today())


def test_pages_of_accounts(world, visit):
    project = make_project(world, state="in_progress")
    keeper, address = visit(world.actor(*ACCOUNTANT)), reverse("bank_account_new")
    place = project.beneficiaries.get().establishment_id
    page = keeper.get(f"{address}?cho=co-so-{place}")
    assert page.context["form"].initial["holder"] == f"co-so-{place}"
    data = posted(page, holder_name="CHU CO SO", number="0123 456", bank="Ngân hàng Thử")
    assert keeper.post(address, data).status_code == 302
    assert keeper.post(address, data).status_code == 302
    account = BankAccount.objects.get(establishment=place)
    assert account.number == "0123456"
    wrong = keeper.post(address, {**data, "creation_key": str(uuid4()), "number": "12/3"})
    assert wrong.status_code == 422
    listed = keeper.get(reverse("bank_accounts")).content.decode()
    assert "0123456" in listed
    assert "Ngừng dùng" in listed
    assert "0123456" not in visit(world.actor("phu-tho", "officer")).get(reverse("bank_accounts")).content.decode()
    assert (
        "Chưa có tài khoản nào"
        in visit(world.actor("phu-tho", "officer")).get(reverse("bank_accounts")).content.decode()
    )


def test_page_of_a_support_contract_begins_with_the_estimate(world, visit):
    project = make_project(world, state="in_progress")
    part = project.beneficiaries.get()
    unit, address = visit(world.actor(*UNIT)), reverse("project_support_contract", args=[project.code, part.pk])
    page = unit.get(address)
    assert (page.context["form"].initial["support"], page.context["form"].initial["counterpart"]) == (
        VALUE, 400 * MILLION,
    )  # fmt: skip
    from django.core.files.uploadedfile import SimpleUploadedFile

    data = posted(page, number="HT-1", file=SimpleUploadedFile("hop-dong.pdf", PDF + b"x"))
    assert unit.post(address, data).status_code == 302
    assert SupportContract.objects.get().file.name == "hop-dong.pdf"
    again = unit.get(address)
    assert "HT-1" in again.content.decode()
    stale = unit.post(address, {**data, "file": ""})
    assert stale.status_code == 422


def test_advance_decision_page(world, visit):
    project = make_project(world, state="in_progress")
    leader, address = visit(world.actor(*LEADER)), reverse("project_advance_decision", args=[project.code])
    page = leader.get(address)
    assert "cơ quan có thẩm quyền của tỉnh" in page.content.decode()
    data = posted(page, percent="40,5", document="5/QĐ", decided_by="Giám đốc")
    assert leader.post(address, {**data, "percent": "90"}).status_code == 422
    assert leader.post(address, data).status_code == 302
    decision = project.contract_part.advance_decisions.get()
    assert (decision.percent, decision.ceiling_after) == (Decimal("40.50"), 81 * MILLION)


# --- the paper -------------------------------------------------------------------------------------------------------


def test_paper_is_a_pdf_of_everything_and_audited(world, visit, contract):
    decide(world, contract.parts.first().project, Decimal(60))
    client = visit(world.actor(*UNIT))
    answer = client.get(reverse("contract_pdf", args=[contract.pk]))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF")
    assert answer.content == client.get(reverse("contract_pdf", args=[contract.pk])).content
    assert AuditEvent.objects.filter(action="contract.pdf").count() == 2


def test_paper_of_a_draft(world, visit):
    draft = prepare(world, approved(world), kind="assignment")
    answer = visit(world.actor(*KEEPER)).get(reverse("contract_pdf", args=[draft.pk]))
    assert answer.content.startswith(b"%PDF")
