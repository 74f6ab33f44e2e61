"""From the credit contract to the estimate and its support sheet, and what stops submission."""

import pytest
from django.urls import reverse

from khuyencong.audit.models import AuditEvent
from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.core.findings import Blocker, NeedsApproval, Warning_
from khuyencong.loans import actions
from khuyencong.loans.actions import RowInput
from khuyencong.loans.models import RowKind
from khuyencong.loans.reckoning import loan_findings, loans_of
from khuyencong.loans.tests.making import DAYS, FIRST, OFFICER, interest_project, save
from khuyencong.projects.support import beneficiaries_of, reckon
from khuyencong.testing import make_project

pytestmark = pytest.mark.django_db


def test_the_interest_becomes_the_estimate_and_the_norm_does_the_rest(world):
    project = interest_project(world)
    assert [one.code for one in loan_findings(project)] == ["loan_missing"]
    save(world, project)
    assert [(one.code, type(one)) for one in loan_findings(project)] == [("loan_differs_from_estimate", Warning_)]
    project.refresh_from_db()
    key = project.beneficiaries.get().pk
    actions.use_interest(project_id=project.pk, by=world.actor(*OFFICER), version=project.version, beneficiary_id=key)
    project.refresh_from_db()
    line = project.lines.get()
    assert (line.total, line.support) == (DAYS * 800_000, min(DAYS * 400_000, 500_000_000))
    assert loan_findings(project) == []
    found = reckon(project, beneficiaries_of(project), project.lines.all(), on=today())
    assert found.sheets[0].sheet.allowed == line.support
    assert not [one for one in found.sheets[0].sheet.findings if isinstance(one, Blocker)]
    # Paid less than reckoned: the estimate asks for too much.
    save(world, project, interest_paid=100_000_000)
    assert ("loan_differs_from_estimate", Blocker) in {(one.code, type(one)) for one in loan_findings(project)}
    told = AuditEvent.objects.filter(action="project.loan").last()
    assert told.after["lãi được tính (đồng)"] == 100_000_000


def test_who_may_write_what(world):
    project = interest_project(world)
    with pytest.raises(NotAllowed):
        save(world, project, who=("dong-thap", "officer"))
    with pytest.raises(Stale):
        save(world, project, version=10_000)
    with pytest.raises(Refused, match="số tiền"):
        save(world, project, rows=[RowInput(RowKind.DISBURSED, FIRST)])
    with pytest.raises(Refused, match="lãi suất của hợp đồng"):
        save(world, project, rows=[RowInput(RowKind.RATE, FIRST)])
    save(world, project, term="short", completed_on=None)
    kinds = {one.code: type(one) for one in loan_findings(project)}
    assert (kinds["loan_short_term"], kinds["loan_investment_open"]) == (Blocker, NeedsApproval)
    project.refresh_from_db()
    key = project.beneficiaries.get().pk
    use = {"project_id": project.pk, "by": world.actor(*OFFICER), "version": project.version, "beneficiary_id": key}
    with pytest.raises(Refused, match="trung hạn"):
        actions.use_interest(**use)
    machine = make_project(world)
    assert loans_of(machine) == []
    with pytest.raises(Refused, match="di dời"):
        save(world, machine)


def test_pages(world, visit):
    project = interest_project(world)
    officer = visit(world.actor(*OFFICER))
    key = project.beneficiaries.get().pk
    address = {name: reverse(name, args=[project.code, key]) for name in ("project_loan", "project_loan_write")}
    assert "Chưa ghi lịch vay" in officer.get(address["project_loan"]).content.decode()
    project.refresh_from_db()
    sent = {
        "version": project.version, "bank": "Ngân hàng Ví Dụ", "contract_number": "1", "contract_on": format_date(FIRST),
        "term": "long", "in_dong": "on", "days_of_year": "365", "completed_on": format_date(FIRST),
        "interest_paid": "10 tỷ", "dong-TOTAL_FORMS": 3, "dong-INITIAL_FORMS": 0,
        "dong-0-kind": "disbursed", "dong-0-on": format_date(FIRST), "dong-0-amount": "3,65 tỷ",
        "dong-1-kind": "rate", "dong-1-on": format_date(FIRST), "dong-1-percent": "10", "dong-1-lowest": "8",
        "dong-2-kind": "disbursed",
    }  # fmt: skip
    wrong = officer.post(address["project_loan_write"], sent | {"dong-0-amount": ""})
    assert (wrong.status_code, "Hãy ghi số tiền." in wrong.content.decode()) == (422, True)
    assert officer.post(address["project_loan_write"], sent).status_code == 302
    page = officer.get(address["project_loan"]).content.decode()
    assert f"{DAYS * 800_000:,}".replace(",", ".") in page
    assert officer.get(reverse("project_loan_pdf", args=[project.code, key])).content.startswith(b"%PDF")
    project.refresh_from_db()
    officer.post(reverse("project_loan_use", args=[project.code, key]), {"version": project.version})
    tab = officer.get(f"{project.get_absolute_url()}?tab=du-toan").content.decode()
    assert "Lãi vay làm căn cứ hỗ trợ" in tab
    assert visit(world.actor("phu-tho-centre", "officer")).get(address["project_loan"]).status_code == 404
