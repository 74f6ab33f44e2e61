"""From the credit contract to the estimate and its support sheet, and what stops submission."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from khuyencong.audit.models import AuditEvent
from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.core.findings import Blocker, NeedsApproval, Warning_
from khuyencong.core.money import MILLION
from khuyencong.loans.actions import RowInput
from khuyencong.loans.models import Loan, RowKind
from khuyencong.loans.reckoning import loan_findings, loans_of
from khuyencong.loans.tests.making import DAYS, FIRST, INTEREST, OFFICER, ROWS, interest_project, remove, save, use
from khuyencong.projects.support import beneficiaries_of, reckon
from khuyencong.projects.versions import content_of, differences
from khuyencong.testing import advance_to, make_project

pytestmark = pytest.mark.django_db


def told(project):
    return [(one.code, type(one)) for one in loan_findings(project)]


# Nobody has read the article in force since 2018: whoever decides must confirm it.
UNREAD = ("loan_terms_unverified", NeedsApproval)


def test_the_interest_becomes_the_estimate_and_the_norm_does_the_rest(world):
    project = interest_project(world)
    assert told(project) == [("loan_missing", Blocker)]
    save(world, project)
    assert told(project) == [UNREAD, ("loan_differs_from_estimate", Warning_)]
    use(world, project)
    line = project.lines.get()
    assert (line.total, line.support) == (INTEREST, min(DAYS * 400_000, 500 * MILLION))
    assert told(project) == [UNREAD]
    found = reckon(project, beneficiaries_of(project), project.lines.all(), on=today())
    assert found.sheets[0].sheet.allowed == line.support
    assert not [one for one in found.sheets[0].sheet.findings if isinstance(one, Blocker)]
    # Paid less than reckoned: the estimate asks for too much.
    save(world, project, interest_paid=100 * MILLION)
    assert ("loan_differs_from_estimate", Blocker) in told(project)
    event = AuditEvent.objects.filter(action="project.loan").last()
    assert event.after["lãi được tính (đồng)"] == 100 * MILLION


def test_several_loans_add_up_under_one_cap(world):
    project = interest_project(world)
    save(world, project)
    with pytest.raises(Refused, match="đã được ghi"):
        save(world, project, more=True, bank="Ngân hàng ví dụ", contract_number="01 HDTD")
    second = save(world, project, more=True, contract_number="02/HĐTD", interest_paid=600 * MILLION)
    save(world, project, more=True, contract_number="03/HĐTD", interest_paid=10 * MILLION)
    with CaptureQueriesContext(connection) as three:
        shown = loans_of(project)[0]
    assert shown.eligible == INTEREST + min(INTEREST, 600 * MILLION) + 10 * MILLION
    use(world, project)
    line = project.lines.get()
    assert (line.total, line.support) == (shown.eligible, 500 * MILLION)
    assert "02/HĐTD" in line.content
    # One that the law refuses stops all of them, and can be taken away again.
    save(world, project, more=True, contract_number="04/HĐTD", term="short")
    assert loans_of(project)[0].eligible is None
    for one in (Loan.objects.get(contract_number="04/HĐTD"), second):
        remove(world, project, one)
    remove(world, project, Loan.objects.get(contract_number="03/HĐTD"))
    with CaptureQueriesContext(connection) as alone:
        assert loans_of(project)[0].eligible == INTEREST
    assert len(alone) == len(three)
    assert (
        AuditEvent.objects.filter(action="project.loan_remove").last().before["hợp đồng tín dụng"].endswith("03/HĐTD")
    )


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
    ahead = today() + timedelta(days=1)
    with pytest.raises(Refused, match="tương lai"):
        save(world, project, completed_on=ahead)
    with pytest.raises(Refused, match="đã xảy ra"):
        save(world, project, rows=[*ROWS, RowInput(RowKind.OVERDUE, FIRST, until=ahead)])
    save(world, project, term="short", completed_on=None)
    kinds = dict(told(project))
    assert (kinds["loan_short_term"], kinds["loan_investment_open"]) == (Blocker, NeedsApproval)
    with pytest.raises(Refused, match="trung hạn"):
        use(world, project)
    machine = make_project(world)
    assert loans_of(machine) == []
    with pytest.raises(Refused, match="di dời"):
        save(world, machine)


def test_interest_of_one_loan_is_supported_once_and_an_establishment_has_one_cap(world):
    first = interest_project(world)
    save(world, first)
    use(world, first)
    advance_to(world, first, "submitted")
    establishment = first.beneficiaries.get().establishment
    again = interest_project(world, establishment)
    save(world, again, bank="NGÂN HÀNG VÍ DỤ", contract_number="1/HĐTD")
    codes = dict(told(again))
    assert "loan_supported_twice" not in codes  # «1» is not «01»
    save(world, again, bank="NGÂN HÀNG VÍ DỤ", contract_number="01 / hđtd")
    assert dict(told(again))["loan_supported_twice"] is Blocker
    again.refresh_from_db()
    with pytest.raises(Refused, match="một lần"):
        advance_to(world, again, "submitted")
    # The one that was sent first is not held up by the other.
    assert told(first) == [UNREAD]
    # Another contract: what is left of the cap.
    save(world, again, contract_number="05/HĐTD", interest_paid=10**10)
    left = 500 * MILLION - first.lines.get().support
    use(world, again)
    assert again.lines.get().support == min(left, DAYS * 400_000)
    assert told(again) == [UNREAD]
    again.lines.update(support=left + 1, counterpart=INTEREST - left - 1)
    assert dict(told(again))["loan_cap_of_establishment"] is Blocker
    # The same bank and number at another establishment may be chance: a person looks.
    other = interest_project(world)
    save(world, other)
    assert dict(told(other))["loan_supported_twice"] is NeedsApproval
    # What nobody asks for any more stands in nobody's way.
    advance_to(world, first, "rejected")
    save(world, again)
    assert not {"loan_supported_twice", "loan_cap_of_establishment"} & set(dict(told(again)))


def test_loans_stand_in_the_versions_of_the_project(world):
    project = interest_project(world)
    save(world, project)
    before = content_of(project)
    assert {one["name"] for one in before["parts"]} >= {"loans", "loan_rows"}
    assert "loans" not in {one["name"] for one in content_of(make_project(world))["parts"]}
    save(world, project)
    assert [one for one in differences(before, content_of(project)) if one.part in {"Khoản vay", "Lịch vay"}] == []
    save(world, project, rows=[*ROWS, RowInput(RowKind.REPAID, today(), amount=1)], interest_paid=5)
    found = {(one.part, one.field) for one in differences(before, content_of(project))}
    assert ("Lịch vay", "") in found
    assert any(part == "Khoản vay" and "lãi đã trả" in field for part, field in found)


def test_pages(world, visit):
    project = interest_project(world)
    officer = visit(world.actor(*OFFICER))
    key = project.beneficiaries.get().pk
    address = {name: reverse(name, args=[project.code, key]) for name in ("project_loan", "project_loan_write")}
    assert "Chưa ghi lịch vay" in officer.get(address["project_loan"]).content.decode()
    assert "phải có ngày" in officer.get(address["project_loan_write"]).content.decode()
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
    assert f"{INTEREST:,}".replace(",", ".") in page
    assert "28/2018/TT-BTC; chờ xác minh" in page
    # A second contract, corrected and taken away.
    project.refresh_from_db()
    officer.post(address["project_loan_write"], sent | {"version": project.version, "contract_number": "2"})
    second = Loan.objects.get(contract_number="2")
    edit = reverse("project_loan_edit", args=[project.code, key, second.pk])
    assert 'value="2"' in officer.get(edit).content.decode()
    project.refresh_from_db()
    officer.post(edit, sent | {"version": project.version, "contract_number": "3", "dong-INITIAL_FORMS": 2})
    page = officer.get(address["project_loan"]).content.decode()
    assert f"{2 * INTEREST:,}".replace(",", ".") in page
    assert officer.get(reverse("project_loan_pdf", args=[project.code, key])).content.startswith(b"%PDF")
    project.refresh_from_db()
    officer.post(reverse("project_loan_remove", args=[project.code, key, second.pk]), {"version": project.version})
    assert [one.contract_number for one in Loan.objects.all()] == ["1"]
    assert officer.get(edit).status_code == 404
    project.refresh_from_db()
    officer.post(reverse("project_loan_use", args=[project.code, key]), {"version": project.version})
    tab = officer.get(f"{project.get_absolute_url()}?tab=du-toan").content.decode()
    assert "Lãi vay làm căn cứ hỗ trợ" in tab
    assert visit(world.actor("phu-tho-centre", "officer")).get(address["project_loan"]).status_code == 404
