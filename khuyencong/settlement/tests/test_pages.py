"""The pages of the end of money, through the browser's door: forms, papers, lists, who sees what."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from python_calamine import CalamineWorkbook

from khuyencong.core.dates import format_date, today
from khuyencong.core.money import MILLION
from khuyencong.finance.check import broken_rows
from khuyencong.finance.ledger import balance_of
from khuyencong.finance.models import Contract
from khuyencong.settlement.models import Claim, Reconciliation, VoucherItem
from khuyencong.settlement.tests.making import (
    ACCOUNTANT,
    LEADER,
    OFFICER,
    claim,
    fresh,
    liquidate,
    paid,
    record,
    row,
    settled,
    two_years,
    vouchers_of_all,
    workbook,
)
from khuyencong.testing import make_project
from tests.looking import whole_database

TODAY = format_date(today())


def url(name, project, *rest):
    return reverse(name, args=[project.code, *rest])


def rows_of_form(**values):
    return {"ct-TOTAL_FORMS": 3, "ct-INITIAL_FORMS": 0, **{f"ct-0-{name}": value for name, value in values.items()}}


def test_rows_are_typed_and_blank_rows_are_left_out(world, visit):
    project = make_project(world, state="in_progress")
    officer = visit(world.actor(*OFFICER))
    page = officer.get(url("project_vouchers", project))
    assert "Ghi chứng từ" in page.content.decode()
    values = {
        "kind": "invoice", "number": "HĐ 7", "day": TODAY, "payee": "Công ty Ví Dụ", "line": project.lines.get().pk,
        "support": "150 triệu", "counterpart": "300 triệu",
    }  # fmt: skip
    data = {"version": project.version, **rows_of_form(**values)}
    wrong = officer.post(url("project_voucher_add", project), data | {"ct-0-day": "31/02/2026", "ct-0-support": "xx"})
    assert wrong.status_code == 422
    assert 'value="HĐ 7"' in wrong.content.decode()
    assert officer.post(url("project_voucher_add", project), data).status_code == 302
    item = VoucherItem.objects.get()
    assert (item.support, item.counterpart) == (150 * MILLION, 300 * MILLION)
    again = officer.post(url("project_voucher_add", project), data)
    assert again.status_code == 422
    assert VoucherItem.objects.count() == 1
    shown = visit(world.actor(*LEADER)).get(url("project_vouchers", project)).content.decode()
    assert "HĐ 7" in shown
    assert "Ghi chứng từ" not in shown


def test_file_is_taken_whole_or_not_at_all(world, visit):
    project = make_project(world, state="in_progress")
    officer, address = visit(world.actor(*OFFICER)), url("project_vouchers_import", project)
    content = project.lines.get().content
    good = ("UNC-1", "UNC", TODAY, "Công ty A", content, "5 triệu")
    bad = ("UNC-2", "Giấy lạ", TODAY, "Công ty A", "Không có", "5 triệu")

    def send(*rows):
        upload = SimpleUploadedFile("ct.xlsx", workbook(*rows))
        return officer.post(address, {"version": fresh(project).version, "file": upload})

    before = whole_database()
    answer = send(good, bad)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "1 dòng chưa ghi được" in text
    assert "B3" in text
    assert whole_database() == before
    assert send(good).status_code == 302
    assert VoucherItem.objects.get().support == 5 * MILLION
    assert "đã được ghi cho nội dung" in send(good).content.decode()
    assert officer.get(url("project_vouchers_template", project)).status_code == 200


def test_settlement_page_says_in_one_place_what_is_missing(world, visit):
    project = paid(world, "national")
    accountant = visit(world.actor("national", "accountant"))
    text = accountant.get(url("project_settle", project)).content.decode()
    for words in ("Mẫu số 7", "Mẫu số 8a", "thiếu 200.000.000 đồng", "chậm nhất ngày", "Số quyết toán", "200.000.000"):
        assert words in text
    other = accountant.get(url("project_settle", project) + "?ho-so=invoiced").content.decode()
    assert "Hóa đơn tài chính" in other
    assert "Mẫu số 8a, kèm" not in other


def test_settle_liquidate_and_reconcile_by_clicking(world, visit):
    project = paid(world)
    accountant = visit(world.actor(*ACCOUNTANT))
    data = {"version": project.version, "number": "QT-1", "settled_on": TODAY, "way": "own"}
    assert accountant.post(url("project_settle", project), data).status_code == 302
    contract = Contract.objects.get()
    address = reverse("contract_liquidation", args=[contract.pk])
    page = accountant.get(address)
    form = page.context["form"]
    data = {"version": form.initial["version"], "number": "TL-1", "on": TODAY}
    assert accountant.post(reverse("contract_liquidate", args=[contract.pk]), data).status_code == 302
    done = accountant.get(address).content.decode()
    assert "hãy lập bảng đối chiếu" in done
    year = [project.payer_id, project.implementing_unit_id, project.year]
    page = accountant.get(reverse("reconciliation", args=year))
    data = {
        "version": page.context["form"].initial["version"], "number": "ĐC-1", "on": TODAY,
        "signed_for_payer": "Bà A", "signed_for_unit": "Ông B",
    }  # fmt: skip
    assert accountant.post(reverse("reconciliation_sign", args=year), data).status_code == 302
    assert Reconciliation.objects.count() == 1
    assert "Ông B" in accountant.get(reverse("reconciliation", args=year)).content.decode()
    tab = accountant.get(project.get_absolute_url() + "?tab=kinh-phi").content.decode()
    assert "TL-1, ngày" in tab
    assert list(broken_rows()) == []


def test_open_contract_says_why_it_cannot_be_liquidated(world, visit):
    project = paid(world)
    contract = Contract.objects.get()
    page = visit(world.actor(*ACCOUNTANT)).get(reverse("contract_liquidation", args=[contract.pk]))
    assert "chưa quyết toán" in page.content.decode()
    assert not page.context["may"]
    assert project.code in page.content.decode()


def test_claim_by_clicking_and_its_list(world, visit):
    project = settled(world)
    accountant = visit(world.actor(*ACCOUNTANT))
    page = accountant.get(url("project_claim_new", project))
    assert "nhiều nhất 200.000.000 đồng" in page.content.decode()
    data = {
        "version": project.version, "creation_key": page.context["form"]["creation_key"].value(),
        "basis": "disallowed", "decision": "KL-7", "decided_on": TODAY, "amount": "30 triệu",
        "ky-TOTAL_FORMS": 3, "ky-INITIAL_FORMS": 0, "ky-0-due_on": TODAY, "ky-0-amount": "10 triệu",
        "ky-1-due_on": "01/01/2090", "ky-1-amount": "20 triệu",
    }  # fmt: skip
    half = accountant.post(url("project_claim_new", project), data | {"ky-2-due_on": "02/01/2090"})
    assert half.status_code == 422
    assert accountant.post(url("project_claim_new", project), data).status_code == 302
    found = Claim.objects.get()
    money = {"version": fresh(project).version, "amount": "10 triệu", "document": "GNT-1", "on": TODAY}
    over = accountant.post(reverse("claim_receive", args=[found.pk]), money | {"amount": "31 triệu"})
    assert over.status_code == 422
    assert "30.000.000 đồng" in over.content.decode()
    assert accountant.post(reverse("claim_receive", args=[found.pk]), money).status_code == 302
    assert balance_of(project).repaid == 10 * MILLION
    shown = accountant.get(reverse("claims")).content.decode()
    assert "KL-7" in shown
    assert "20.000.000" in shown
    assert "KL-7" not in accountant.get(reverse("claims") + "?xem=qua-han").content.decode()
    stranger = visit(world.actor("phu-tho", "accountant"))
    assert "KL-7" not in stranger.get(reverse("claims")).content.decode()
    assert stranger.get(reverse("claim", args=[found.pk])).status_code == 404


FORMS = ("mau-7", "mau-8a", "mau-8b", "mau-9")


@pytest.mark.parametrize("form", FORMS)
def test_form_is_a_page_a_pdf_and_a_workbook(world, visit, form):
    project = vouchers_of_all(world, paid(world))
    client = visit(world.actor(*LEADER))
    text = client.get(url("project_settlement_form", project, form)).content.decode()
    assert "mẫu tạm" in text
    assert "200.000.000" in text
    assert client.get(url("project_settlement_file", project, form, "pdf")).content.startswith(b"%PDF-")
    content = client.get(url("project_settlement_file", project, form, "xlsx")).content
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    cells = [cell for line in book.get_sheet_by_name(book.sheet_names[0]).to_python() for cell in line]
    assert 200 * MILLION in cells
    assert client.get(url("project_settlement_file", project, form, "docx")).status_code == 404
    assert client.get(url("project_settlement_form", project, "mau-99")).status_code == 404
    assert visit(world.actor("phu-tho", "leader")).get(url("project_settlement_form", project, form)).status_code == 404


def test_forms_without_a_row_are_papers_too(world, visit):
    project = make_project(world, state="in_progress")
    client = visit(world.actor(*LEADER))
    for form in FORMS:
        assert client.get(url("project_settlement_form", project, form)).status_code == 200
        assert client.get(url("project_settlement_file", project, form, "pdf")).content.startswith(b"%PDF-")


def test_list_8a_has_support_only_and_names_the_difference(world, visit):
    project = paid(world)
    record(world, project, row(project, "CHỈ-KC", support=150 * MILLION), row(project, "ĐỐI-ỨNG", counterpart=MILLION))
    client = visit(world.actor(*LEADER))
    first = client.get(url("project_settlement_form", project, "mau-8a")).content.decode()
    assert "CHỈ-KC" in first
    assert "ĐỐI-ỨNG" not in first
    assert "thiếu 50.000.000 đồng" in first
    second = client.get(url("project_settlement_form", project, "mau-8b")).content.decode()
    assert "ĐỐI-ỨNG" in second
    assert "thiếu 449.000.000 đồng" in second


def test_minutes_and_reconciliation_are_files(world, visit):
    project = settled(world)
    liquidate(world, project)
    client = visit(world.actor(*LEADER))
    year = [project.payer_id, project.implementing_unit_id, project.year]
    for kind, start in (("pdf", b"%PDF-"), ("xlsx", b"PK")):
        contract = reverse("contract_liquidation_file", args=[project.contract_part.contract_id, kind])
        assert client.get(contract).content.startswith(start)
        assert client.get(reverse("reconciliation_file", args=[*year, kind])).content.startswith(start)
    stranger = visit(world.actor("phu-tho", "leader"))
    assert stranger.get(reverse("reconciliation", args=year)).status_code == 404
    assert client.get(reverse("reconciliation", args=[*year[:2], 1900])).status_code == 404


def test_list_of_settlements_by_standing_with_constant_queries(world, visit, django_assert_max_num_queries):
    client = visit(world.actor(*ACCOUNTANT))
    assert "Không có đề án nào" in client.get(reverse("settlements")).content.decode()
    counts = []
    for number in (1, 3):
        while len(counts) < 2 and make_count() < number:
            paid(world)
        with django_assert_max_num_queries(60) as seen:
            page = client.get(reverse("settlements"))
        counts.append(len(seen))
        assert len(page.context["rows"]) == number
    assert counts[0] == counts[1]
    done = settled(world)
    assert done.code in client.get(reverse("settlements") + "?trang_thai=da-xong").content.decode()
    assert client.get(reverse("settlements") + "?trang_thai=qua-han").context["rows"] == []
    assert client.get(reverse("settlements") + "?trang_thai=lạ&nam=x&nguon=y").status_code == 200
    content = client.get(reverse("settlements_xlsx") + "?trang_thai=da-xong").content
    cells = [
        cell
        for line in CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
        for cell in line
    ]
    assert done.code in cells


def make_count():
    from khuyencong.projects.models import Project

    return Project.objects.filter(state="accepted").count()


def test_late_ones_have_a_list_of_their_own(world, visit):
    from datetime import timedelta

    project = paid(world, "national")
    project.acceptances.update(accepted_on=today() - timedelta(days=30))
    client = visit(world.actor("national", "accountant"))
    page = client.get(reverse("settlements") + "?trang_thai=qua-han")
    assert project.code in page.content.decode()
    assert client.get(reverse("settlements_xlsx") + "?trang_thai=qua-han").status_code == 200


def test_year_of_several_has_its_page(world, visit):
    project = two_years(world)
    client = visit(world.actor(*ACCOUNTANT))
    tab = client.get(project.get_absolute_url() + "?tab=kinh-phi").content.decode()
    address = url("project_settle_year", project, today().year)
    assert address in tab
    data = {"version": project.version, "number": "QT-N1", "settled_on": TODAY, "way": "own"}
    assert client.post(address, data).status_code == 302
    assert client.get(address).status_code == 409
    assert client.get(url("project_settle_year", project, 1999)).status_code == 404
    assert "QT-N1" in client.get(project.get_absolute_url() + "?tab=kinh-phi").content.decode()


def test_force_majeure_by_clicking(world, visit):
    from khuyencong.testing import accept_next, pay_rest

    project = make_project(world, state="in_progress", beneficiaries=2, support=100 * MILLION, total=300 * MILLION)
    accept_next(world, project)
    pay_rest(world, fresh(project))
    client, address = visit(world.actor(*ACCOUNTANT)), url("project_settle", project)
    assert "bất khả kháng" in client.get(address).content.decode()
    data = {"version": fresh(project).version, "number": "QT-1", "settled_on": TODAY, "way": "own"}
    assert client.post(address, data).status_code == 422
    data |= {"explanation": "GT", "record": "BB", "confirmed_by": "Sở; xã", "decision": "QĐ", "decision_on": TODAY}
    assert client.post(address, data).status_code == 302
    assert fresh(project).settlement.basis == "volume"


def test_claims_stand_on_the_page_of_the_project(world, visit):
    project = settled(world)
    claim(world, project, decision="KL-3")
    assert "KL-3" in visit(world.actor(*LEADER)).get(project.get_absolute_url() + "?tab=kinh-phi").content.decode()
