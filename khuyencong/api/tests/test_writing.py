"""What other systems write beside đề án: drafts of contracts, monthly reports, reports of a period; a leader signs and approves."""

import pytest

from khuyencong.api.tests.making import caller_for
from khuyencong.audit.models import AuditEvent
from khuyencong.core.dates import today
from khuyencong.finance.models import Contract, Payment
from khuyencong.monitoring.days import latest_month
from khuyencong.monitoring.models import ProgressReport
from khuyencong.periods.models import HandRow, PeriodReport
from khuyencong.projects.models import Project
from khuyencong.reporting.period import Period, PeriodKind, closing_day
from khuyencong.testing import make_project

pytestmark = pytest.mark.django_db
VALUE = 200_000_000


def good(answer, status=200):
    assert answer.status_code == status, answer.content.decode()
    return answer.json()


def test_the_draft_of_a_contract_is_prepared_and_a_leader_signs_it(world):
    project, other = make_project(world, state="approved"), make_project(world, state="approved")
    caller, stranger = caller_for(world, "dong-thap", "accountant"), caller_for(world, "phu-tho", "accountant")
    body = {
        "number": "DT-01",
        "signed_on": str(today()),
        "parts": [{"project": project.code, "value": VALUE - 1}, {"project": other.code, "value": VALUE}],
    }
    made = good(caller.post("/contracts", body, key="draft"), 201)
    assert good(caller.post("/contracts", body, key="draft"), 201) == made
    assert (made["state"]["code"], made["parts"]) == ("draft", [])
    assert [(one["project"], one["value"]) for one in made["draft"]] == [(project.code, VALUE - 1), (other.code, VALUE)]
    assert AuditEvent.objects.get(action="contract.prepare").origin.startswith("api kc_")
    listed = good(caller.get("/contracts", project=project.code, state="draft", year=today().year))["items"]
    assert [one["id"] for one in listed] == [made["id"]]
    assert good(caller.get("/contracts", year=today().year - 1))["items"] == []

    path = f"/contracts/{made['id']}"
    changed = body | {"parts": body["parts"][:1]}
    assert stranger.put(path, changed, version=made["version"]).status_code == 404
    assert stranger.get("/contracts", project=project.code).json()["items"] == []
    slip = stranger.post("/contracts", body)
    assert (slip.status_code, slip.json()["mistakes"][0]["where"]) == (422, "body.parts.0.project")
    assert caller.put(path, changed, version=made["version"] + 1).status_code == 412
    too_much = body | {"parts": [{"project": project.code, "value": VALUE * 10}]}
    assert caller.put(path, too_much, version=made["version"]).status_code == 409
    seen = good(caller.put(path, changed, version=made["version"]))
    assert [one["project"] for one in seen["draft"]] == [project.code]
    assert {one.state for one in Project.objects.all()} == {"approved"}  # nothing has started
    # Who is not of the payer prepares none.
    assert caller_for(world).post("/contracts", body).status_code == 403
    assert good(caller.delete(path, version=seen["version"])) == {"id": made["id"]}
    assert not Contract.objects.exists()


def test_what_is_to_be_paid_is_one_question(world):
    project = make_project(world, state="settled")
    caller = caller_for(world, "dong-thap", "accountant")
    paid = good(caller.get("/payments", state="paid", year=project.year, project=project.code))["items"]
    assert [one["id"] for one in paid] == list(Payment.objects.filter(state="paid").values_list("pk", flat=True))
    assert {one["project"] for one in paid} == {project.code}
    assert good(caller.get("/payments", state="approved"))["items"] == []
    assert good(caller.get("/payments", year=2013))["items"] == []
    assert good(caller_for(world, "phu-tho", "accountant").get("/payments"))["items"] == []


def test_a_monthly_report_is_written_and_handed_in(world):
    project = make_project(world, state="in_progress")
    caller, stranger = caller_for(world), caller_for(world, "phu-tho-centre")
    path, month = f"/projects/{project.code}/monthly-reports", f"{latest_month(today()):%Y-%m}"
    made = good(caller.post(path, {"month": month}, version=project.version, key="m"))
    assert (made["month"], made["state"]["code"]) == (month, "draft")
    again = caller.post(path, {"month": month}, version=project.version)
    assert "Đã có báo cáo" in again.json()["detail"]
    own = f"/monthly-reports/{made['id']}"
    body = {
        "volume": 12.5,
        "support_received": made["support_received"],
        "next_month": "Lắp máy.",
        "parts": [{"beneficiary": one["beneficiary"], "done": 1, "total": one["total"]} for one in made["parts"]],
        "works": [{"item": one["item"], "state": "under_way"} for one in made["works"]],
    }
    for wrong, where in (
        ({"volume": 12.555}, "body.volume"),
        ({"parts": body["parts"] * 2}, "body.parts"),
        ({"works": [{"item": 999_999, "state": "done"}]}, "body.works"),
    ):
        slip = caller.put(own, body | wrong, version=made["version"])
        assert (slip.status_code, slip.json()["mistakes"][0]["where"]) == (422, where)
    written = good(caller.put(own, body, version=made["version"]))
    assert (written["volume"], written["investment_done"]) == (12.5, len(made["parts"]))
    assert {one["state"]["code"] for one in written["works"]} <= {"under_way"}
    for answer in (
        stranger.get(own),
        stranger.put(own, body, version=written["version"]),
        stranger.post(f"{own}/submit", {}, version=written["version"]),
        stranger.delete(own, version=written["version"]),
    ):
        assert answer.status_code == 404
    sent = good(caller.post(f"{own}/submit", {}, version=written["version"]))
    assert (sent["state"]["code"], sent["filed_on"]) == ("submitted", str(today()))
    assert [one["id"] for one in good(caller.get(path))] == [made["id"]]
    assert caller.delete(own, version=sent["version"]).status_code == 409
    assert ProgressReport.objects.get().state == "submitted"  # confirming is a person's


def test_a_report_of_a_period_is_begun_written_and_handed_in(world):
    make_project(world, state="approved")
    caller, stranger = caller_for(world, "dong-thap"), caller_for(world, "phu-tho")
    period = Period(PeriodKind.YEAR, today().year)
    body = {"year": period.year, "part": "nam-1", "closing_on": str(closing_day(period))}
    made = good(caller.post("/reports/periods", body, key="r"), 201)
    assert good(caller.post("/reports/periods", body, key="r"), 201) == made
    assert "đã có báo cáo" in caller.post("/reports/periods", body).json()["detail"]
    assert caller.post("/reports/periods", body | {"part": "quy-5"}).status_code == 422
    path = f"/reports/periods/{made['id']}"
    words = {"text": "Thiếu vốn đối ứng.", "comment": ""}
    section = f"{path}/sections/kho-khan"
    seen = good(caller.put(section, words, version=made["version"]))
    assert "tính từ hồ sơ" in caller.put(f"{path}/rows", {"rows": []}, version=seen["version"]).json()["detail"]
    paper = {"document": "00/BC-VIDU", "document_on": str(today()), "explanation": "Đã xem lại."}
    for answer in (
        stranger.get(path),
        stranger.put(section, words, version=seen["version"]),
        stranger.post(f"{path}/submit", paper, version=seen["version"]),
        stranger.delete(path, version=seen["version"]),
    ):
        assert answer.status_code == 404
    sent = good(caller.post(f"{path}/submit", paper, version=seen["version"]))
    assert (sent["state"]["code"], sent["handed_in"]) == ("submitted", 1)
    assert sent["content"]["document"] == "00/BC-VIDU"
    assert caller.delete(path, version=sent["version"]).status_code == 409


def test_a_table_is_entered_for_an_agency_without_records(world):
    caller = caller_for(world, "national")
    period = Period(PeriodKind.YEAR, today().year)
    body = {
        "year": period.year,
        "part": "nam-1",
        "closing_on": str(closing_day(period)),
        "agency": "phu-tho",
        "by_hand": True,
    }
    made = good(caller.post("/reports/periods", body), 201)
    path = f"/reports/periods/{made['id']}"
    row = {"source": "local", "activity": "machinery", "values": {"planned_projects": 2, "planned": 500_000_000}}
    for wrong in ({"values": {"total": 1}}, {"values": {"planned": -1}}, {"activity": "khac"}):
        assert caller.put(f"{path}/rows", {"rows": [row | wrong]}, version=made["version"]).status_code == 422
    assert caller.put(f"{path}/rows", {"rows": [row, row]}, version=made["version"]).status_code == 409
    seen = good(caller.put(f"{path}/rows", {"rows": [row]}, version=made["version"]))
    assert HandRow.objects.get().values == row["values"]
    assert AuditEvent.objects.get(action="period_report.rows").after["cách nhập"].startswith("API, ")
    assert good(caller.delete(path, version=seen["version"])) == {"id": made["id"]}
    assert not PeriodReport.objects.exists()
    outside = caller_for(world, "dong-thap").post("/reports/periods", body)
    assert (outside.status_code, outside.json()["mistakes"][0]["where"]) == (422, "body.agency")
