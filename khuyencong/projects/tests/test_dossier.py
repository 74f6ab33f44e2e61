"""The checklist of a đề án: what is asked for, its state, and what is done with it."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from khuyencong.audit.models import AuditEvent
from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.establishments.models import Paper as RegisteredPaper
from khuyencong.law.papers import Stage
from khuyencong.notices.models import Notice
from khuyencong.projects import actions
from khuyencong.projects.actions import dossier as dossier_actions
from khuyencong.projects.dossier import PaperState, Weight, dossier_of, state_of
from khuyencong.projects.dossier_rules import REQUEST_LETTER, papers_missing
from khuyencong.projects.models import AskedPaper, PaperComment, PaperVersion, Project, Verdict
from khuyencong.testing import PDF, make_project

UNIT, DEPARTMENT = "dong-thap-centre", "dong-thap"
LIST, REQUEST = "registration.project_list", "registration.beneficiary_request"


@pytest.fixture
def officer(world):
    return world.actor(UNIT, "officer")


@pytest.fixture
def appraiser(world):
    return world.actor(DEPARTMENT, "appraiser")


def pdf(text="x"):
    return SimpleUploadedFile("giay-to.pdf", PDF + text.encode())


def file(project, by, key=LIST, text="x", **more):
    paper = actions.file_paper(project_id=project.pk, by=by, version=project.version, key=key, upload=pdf(text), **more)
    project.refresh_from_db()
    return paper


def judge(project, by, key, number, verdict, reason=""):
    paper = actions.judge_paper(
        project_id=project.pk, by=by, version=project.version, key=key, number=number, verdict=verdict, reason=reason
    )
    project.refresh_from_db()
    return paper


def state(project, key=LIST, on=None):
    return dossier_of(Project.objects.get(pk=project.pk), on=on or today()).row(key).state


def codes(project):
    return {(one.code, one.kind) for one in papers_missing(dossier_of(project, on=today()))}


def content(paper):
    with paper.attachment.file.open() as kept:
        return kept.read()


def stored_files():
    return {path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()}


# --- what is asked for -----------------------------------------------------------------------------------------------


def test_national_money_asks_for_the_papers_of_the_circular(world):
    rows = {
        row.key: row for row in dossier_of(make_project(world, source="national"), on=today()).of(Stage.REGISTRATION)
    }
    assert {key for key, row in rows.items() if row.weight is Weight.REQUIRED} == {
        REQUEST_LETTER, LIST, "registration.project_document", REQUEST,
    }  # fmt: skip
    assert "registration.plan_registration" not in rows  # of flagship đề án alone
    assert "chờ xác minh" in rows["registration.other_appraisal_papers"].citation
    assert rows["registration.other_appraisal_papers"].weight is Weight.REFERENCE


def test_flagship_registers_instead_of_a_whole_document(world):
    project = make_project(world, source="national")
    project.kind = "flagship"
    project.paper_versions.all().delete()
    keys = {row.key for row in dossier_of(project, on=today()).of(Stage.REGISTRATION)}
    assert "registration.plan_registration" in keys
    assert "registration.project_document" not in keys


def test_without_beneficiary_nobody_asks_for_its_letter(world):
    project = make_project(world, source="national")
    project.paper_versions.all().delete()
    assert dossier_of(project, on=today(), has_beneficiaries=False).row(REQUEST) is None


def test_each_missing_paper_of_national_money_stops_with_its_article(world, officer):
    project = make_project(world, source="national")
    project.paper_versions.all().delete()
    project.letter_links.all().delete()
    with pytest.raises(Refused) as refusal:
        actions.submit(project_id=project.pk, by=officer, version=project.version)
    missing = [one for one in refusal.value.findings if one.code == "paper_missing"]
    assert len(missing) == 4
    assert all("khoản 9 Điều 1 Thông tư 17/2018" in one.article for one in missing)
    assert "letter_missing" in {one.code for one in refusal.value.findings}


def test_complete_national_dossier_lacks_nothing(world):
    assert codes(make_project(world, source="national")) == {("paper_in_case", "warning")}


def test_local_money_is_only_told_of_the_list(world):
    assert codes(make_project(world)) == {("papers_for_reference", "warning"), ("letter_missing", "warning")}


def test_paper_that_the_department_makes_obligatory_stops_local_money_too(world, officer, appraiser):
    project = make_project(world)
    asked = actions.ask_of_all(
        by=appraiser, creation_key=uuid4(), stage=Stage.REGISTRATION, text="", law_key=REQUEST, basis="QĐ 5/2026"
    )
    with pytest.raises(Refused) as refusal:
        actions.submit(project_id=project.pk, by=officer, version=project.version)
    assert [one.article for one in refusal.value.findings] == ["Sở Công Thương Đồng Tháp: QĐ 5/2026"]
    file(project, officer, REQUEST)
    assert actions.submit(project_id=project.pk, by=officer, version=project.version).state == "submitted"
    actions.stop_asking(asked_id=asked.pk, by=appraiser, version=asked.version)
    assert dossier_of(project, on=today()).row(REQUEST).weight is Weight.REFERENCE


def test_what_one_department_asks_binds_no_other_province_activity_or_time(world):
    other = world.actor("phu-tho", "appraiser")
    common = {"stage": Stage.REGISTRATION, "law_key": "", "basis": "QĐ 5"}
    actions.ask_of_all(by=other, creation_key=uuid4(), text="Của tỉnh khác", **common)
    actions.ask_of_all(
        by=world.actor(DEPARTMENT, "officer"), creation_key=uuid4(), text="Việc khác", activity="trademark", **common
    )
    assert not any(row.asked for row in dossier_of(make_project(world), on=today()).rows)


def test_paper_asked_of_one_project_is_told_and_kept_when_no_longer_asked(world, officer, appraiser):
    project, beside = make_project(world, state="submitted"), make_project(world)
    asked = actions.ask_for_paper(
        project_id=project.pk, by=appraiser, version=project.version, stage=Stage.REGISTRATION,
        text="Giấy phép môi trường", basis="Thẩm định thực tế",
    )  # fmt: skip
    project.refresh_from_db()
    assert dossier_of(beside, on=today()).row(asked.key) is None
    assert Notice.objects.filter(user=officer.user, sentence__contains="Giấy phép môi trường").exists()
    file(project, officer, asked.key)
    actions.stop_asking(asked_id=asked.pk, by=appraiser, version=1)
    row = dossier_of(project, on=today()).row(asked.key)
    assert (row.stage, row.text, len(row.versions)) == (None, "Giấy phép môi trường", 1)


def test_same_demand_is_refused_and_so_is_that_of_a_stranger(world, appraiser):
    project = make_project(world, state="submitted")
    common = {"stage": Stage.REGISTRATION, "text": "Giấy phép", "basis": "QĐ 5"}
    asked = actions.ask_for_paper(project_id=project.pk, by=appraiser, version=project.version, **common)
    project.refresh_from_db()
    with pytest.raises(Refused, match="đang được yêu cầu"):
        actions.ask_for_paper(project_id=project.pk, by=appraiser, version=project.version, **common)
    with pytest.raises(NotAllowed):
        actions.stop_asking(asked_id=asked.pk, by=world.actor("phu-tho", "appraiser"), version=1)
    with pytest.raises(Stale):
        actions.stop_asking(asked_id=asked.pk, by=appraiser, version=7)
    with pytest.raises(Refused, match="danh mục"):
        actions.ask_for_paper(
            project_id=project.pk, by=appraiser, version=project.version, **common | {"text": "", "law_key": "x.y"}
        )
    with pytest.raises(NotAllowed):
        actions.ask_of_all(by=world.actor(UNIT, "officer"), creation_key=uuid4(), **common)


# --- state -----------------------------------------------------------------------------------------------------------


def test_state_follows_what_was_handed_in_and_judged(world, officer, appraiser):
    project = make_project(world, state="submitted")
    assert state(project) is PaperState.MISSING
    file(project, officer)
    assert state(project) is PaperState.RECEIVED
    judge(project, appraiser, LIST, 1, Verdict.REFUSED, "Thiếu chữ ký.")
    assert state(project) is PaperState.REFUSED
    file(project, officer, text="y")
    assert state(project) is PaperState.RECEIVED
    judge(project, appraiser, LIST, 2, Verdict.ACCEPTED)
    assert state(project) is PaperState.ACCEPTED
    versions = dossier_of(project, on=today()).row(LIST).versions
    assert [(one.number, one.verdict, one.reason) for one in versions] == [
        (2, "accepted", ""),
        (1, "refused", "Thiếu chữ ký."),
    ]
    assert all(content(one).startswith(b"%PDF") for one in versions)


def test_paper_expires_while_its_stage_lasts_and_not_afterwards(world, officer):
    project = make_project(world)
    file(project, officer, expires_on=today() + timedelta(days=10))
    dossier = dossier_of(project, on=today())
    assert [row.key for row in dossier.soon] == [LIST]
    late = today() + timedelta(days=11)
    assert state(project, on=late - timedelta(days=1)) is PaperState.RECEIVED  # the last day itself counts
    assert state(project, on=late) is PaperState.EXPIRED
    Project.objects.filter(pk=project.pk).update(state="base_appraised")
    assert state(project, on=late) is PaperState.RECEIVED


def test_expired_paper_of_national_money_stops_and_says_since_when(world, officer):
    project = make_project(world, source="national")
    file(project, officer, REQUEST, text="z", expires_on=today() - timedelta(days=1))
    with pytest.raises(Refused, match="đã hết hạn ngày"):
        actions.submit(project_id=project.pk, by=officer, version=project.version)


def test_refused_paper_stops_the_next_submission_with_its_reason(world, officer, appraiser):
    project = make_project(world, state="submitted", source="national")
    judge(project, appraiser, REQUEST, 1, Verdict.REFUSED, "Chưa đóng dấu")
    Project.objects.filter(pk=project.pk).update(state="returned")
    with pytest.raises(Refused, match="Chưa đóng dấu"):
        actions.submit(project_id=project.pk, by=officer, version=project.version)
    assert Notice.objects.filter(user=officer.user, sentence__contains="Chưa đóng dấu").exists()


def test_one_whole_set_of_alternatives_is_enough(world, officer):
    project = make_project(world, state="accepted", source="national")
    for name in ("invoiced_acceptance_record", "invoiced_invoice", "invoiced_vouchers"):
        assert state(project, "settlement.own_settlement_detail") is PaperState.MISSING
        file(project, officer, f"settlement.{name}", text=name)
    assert state(project, "settlement.own_settlement_detail") is PaperState.OTHER_SET
    assert state(project, "settlement.liquidation_record") is PaperState.MISSING


def test_state_of_nothing_is_missing():
    assert state_of([], on=today()) is PaperState.MISSING


# --- not applicable --------------------------------------------------------------------------------------------------


def test_paper_of_a_case_may_be_said_not_to_apply_and_the_judge_may_disagree(world, officer, appraiser):
    project = make_project(world, state="submitted")
    actions.waive_paper(project_id=project.pk, by=officer, version=project.version, key=LIST, reason="Chỉ một đề án.")
    project.refresh_from_db()
    assert state(project) is PaperState.NOT_APPLICABLE
    judge(project, appraiser, LIST, 1, Verdict.REFUSED, "Tỉnh vẫn cần danh mục.")
    assert state(project) is PaperState.REFUSED


def test_obligatory_paper_cannot_be_waived(world, officer):
    project = make_project(world, source="national")
    with pytest.raises(Refused, match="bắt buộc"):
        actions.waive_paper(project_id=project.pk, by=officer, version=project.version, key=LIST, reason="Không cần.")


# --- files -----------------------------------------------------------------------------------------------------------


def test_file_of_the_dossier_serves_several_papers_and_lies_there_once(world, officer):
    project = make_project(world)
    first = file(project, officer, LIST, text="same")
    second = file(project, officer, REQUEST, text="same")
    assert first.attachment == second.attachment
    with pytest.raises(Refused, match="mới nhất"):
        file(project, officer, REQUEST, text="same")
    attached = project.attachments.exclude(pk=first.attachment_id).get()
    actions.assign_file(
        project_id=project.pk, by=officer, version=project.version, key=REQUEST, attachment_id=attached.pk
    )
    assert dossier_of(project, on=today()).row(REQUEST).latest.attachment == attached


def test_version_of_a_paper_is_not_taken_out(world, officer):
    project = make_project(world)
    paper = file(project, officer)
    with pytest.raises(Refused, match="phiên bản của giấy tờ"):
        actions.remove_file(
            project_id=project.pk, by=officer, version=project.version, attachment_id=paper.attachment_id
        )


def test_refused_step_leaves_no_file_behind(world, officer, monkeypatch):
    project = make_project(world)
    before = stored_files()
    with pytest.raises(Refused, match="danh mục"):
        file(project, officer, "registration.none_such")

    def fail(**_):
        raise RuntimeError

    monkeypatch.setattr(dossier_actions, "record", fail)
    with pytest.raises(RuntimeError):
        file(project, officer)
    assert stored_files() == before
    assert not project.paper_versions.exists()


def test_registered_paper_is_copied_with_its_last_day(world, officer):
    project = make_project(world)
    place = project.beneficiaries.get().establishment
    registered = _registered(place, officer)
    paper = actions.take_registered_paper(
        project_id=project.pk, by=officer, version=project.version, key=REQUEST, registered_id=registered.pk
    )
    registered.file.delete()
    registered.delete()
    paper.refresh_from_db()
    assert paper.expires_on == today() + timedelta(days=90)
    assert "GCN 12" in paper.taken_from
    assert content(paper) == PDF


def test_registered_paper_of_a_stranger_is_not_offered(world, officer):
    mine, other = make_project(world), make_project(world)
    registered = _registered(other.beneficiaries.get().establishment, officer)
    with pytest.raises(Refused, match="không có trong hồ sơ của cơ sở"):
        actions.take_registered_paper(
            project_id=mine.pk, by=officer, version=mine.version, key=REQUEST, registered_id=registered.pk
        )


def _registered(place, officer):
    row = RegisteredPaper(
        establishment=place, title="Giấy chứng nhận", number="GCN 12", expires_on=today() + timedelta(days=90),
        file_name="gcn.pdf", content_type="application/pdf", size=len(PDF), sha256="a" * 64, uploaded_by=officer.user,
    )  # fmt: skip
    row.file.save("gcn.pdf", SimpleUploadedFile("gcn.pdf", PDF))
    return row


def test_closed_dossier_is_kept_as_it_is(world, officer, appraiser):
    project = make_project(world)
    file(project, officer)
    Project.objects.filter(pk=project.pk).update(state="rejected")
    with pytest.raises(Refused, match="giữ nguyên"):
        file(project, officer, text="later")
    with pytest.raises(Refused, match="giữ nguyên"):
        judge(project, appraiser, LIST, 1, Verdict.ACCEPTED)


# --- judging and talking ---------------------------------------------------------------------------------------------


def test_only_the_latest_version_is_judged_by_somebody_else_with_a_reason(world, officer, appraiser):
    project = make_project(world, state="submitted")
    file(project, officer)
    with pytest.raises(Refused, match="lý do"):
        judge(project, appraiser, LIST, 1, Verdict.REFUSED, " ")
    with pytest.raises(Refused, match="phiên bản khác"):
        judge(project, appraiser, LIST, 2, Verdict.ACCEPTED)
    with pytest.raises(NotAllowed):
        judge(project, officer, LIST, 1, Verdict.ACCEPTED)
    with pytest.raises(NotAllowed):
        judge(project, world.actor("phu-tho", "appraiser"), LIST, 1, Verdict.ACCEPTED)


def test_comment_is_told_to_the_other_side_and_stays(world, officer, appraiser):
    project = make_project(world, state="submitted")

    def say(by, text):
        actions.comment_on_paper(project_id=project.pk, by=by, version=project.version, key=LIST, text=text)
        project.refresh_from_db()

    say(officer, "Bản ký đã gửi bưu điện.")
    assert Notice.objects.filter(user=appraiser.user).count() == 1
    say(appraiser, "Đã nhận.")
    assert Notice.objects.filter(user=officer.user, sentence__contains="có ý kiến").count() == 1
    with pytest.raises(NotAllowed):
        say(world.actor(DEPARTMENT, "auditor"), "x")
    comment = PaperComment.objects.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        PaperComment.objects.filter(pk=comment.pk).update(text="khác")
    event = AuditEvent.objects.filter(action="project.paper_comment").latest("seq")
    assert (event.thread, event.note) == (project.thread, "Đã nhận.")


def test_national_project_after_the_base_level_is_talked_over_with_the_national_agency(world, officer):
    project = make_project(world, state="base_appraised", source="national")
    key = "agency_registration.department_report"
    actions.comment_on_paper(project_id=project.pk, by=officer, version=project.version, key=key, text="Sở gửi sau.")
    assert Notice.objects.filter(user=world.actor("national", "appraiser").user).exists()
    assert not Notice.objects.filter(user=world.actor(DEPARTMENT, "appraiser").user).exists()


# --- what the database holds -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("paper_version_file_or_reason", {}),
        ("paper_version_judged_by_someone", {"not_applicable": "x", "verdict": "accepted"}),
        ("paper_version_refused_with_reason", {"not_applicable": "x", "verdict": "refused", "judged": "appraiser"}),
        ("paper_version_judged_by_another", {"not_applicable": "x", "verdict": "accepted", "judged": "officer"}),
    ],
)
def test_database_refuses_a_version_that_cannot_be(world, officer, appraiser, constraint, fields):
    project = make_project(world)
    judge_of = {"appraiser": appraiser, "officer": officer}.get(fields.pop("judged", ""))
    judged = {"judged_by": judge_of.user, "judged_at": timezone.now()} if judge_of else {}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        PaperVersion.objects.create(project=project, paper="x.y", number=1, by=officer.user, **fields, **judged)


def test_database_keeps_one_version_of_a_number(world, officer):
    project = make_project(world)
    values = {"project": project, "paper": "x.y", "number": 1, "by": officer.user, "not_applicable": "x"}
    PaperVersion.objects.create(**values)
    with pytest.raises(IntegrityError), transaction.atomic():
        PaperVersion.objects.create(**values)


@pytest.mark.parametrize("fields", [{}, {"text": "x", "law_key": LIST}, {"text": "x", "ended_at": timezone.now}])
def test_database_refuses_a_demand_that_cannot_be(world, appraiser, fields):
    values = {name: value() if callable(value) else value for name, value in fields.items()}
    with pytest.raises(IntegrityError, match="asked_paper"), transaction.atomic():
        AskedPaper.objects.create(
            agency=appraiser.agency, stage="registration", basis="QĐ", by=appraiser.user, **values
        )


# --- pages -----------------------------------------------------------------------------------------------------------


def test_tab_asks_as_much_for_three_papers_as_for_one(world, officer, visit, django_assert_max_num_queries):
    project = make_project(world, state="submitted")
    file(project, officer, LIST, text="1")
    client = visit(officer) if callable(visit) else visit
    address = f"{project.get_absolute_url()}?tab=ho-so"
    with django_assert_max_num_queries(60) as first:
        client.get(address)
    for key, text in ((REQUEST, "2"), ("registration.project_document", "3"), (LIST, "4")):
        file(project, officer, key, text=text)
    with django_assert_max_num_queries(len(first)):
        client.get(address)


def test_paper_page_shows_versions_comments_and_only_the_buttons_that_work(world, officer, appraiser, visit):
    project = make_project(world, state="submitted")
    file(project, officer)
    address = reverse("project_paper", args=[project.code, LIST])
    page = visit(officer).get(address).content.decode()
    assert "Nộp bản mới" in page
    assert "Kiểm tra" not in page.split("<main")[1]
    page = visit(appraiser).get(address).content.decode().split("<main")[1]
    assert "Kiểm tra" in page
    assert "Nộp bản mới" not in page
    assert visit(world.actor("phu-tho", "officer")).get(address).status_code == 404
    assert visit(officer).get(reverse("project_paper", args=[project.code, "registration.nothing"])).status_code == 404


def test_form_takes_just_one_source_and_the_letter_whole(world, officer, visit):
    project = make_project(world)
    address = reverse("project_paper_file", args=[project.code, REQUEST_LETTER])
    client = visit(officer)
    answer = client.post(address, {"version": project.version})
    assert "đúng một cách" in answer.content.decode()
    answer = client.post(address, {"version": project.version, "file": pdf(), "letter_number": "12/TTKC"})
    assert "cả số và ngày" in answer.content.decode()
    data = {"version": project.version, "photo": pdf(), "letter_number": "12/TTKC", "letter_day": f"{today():%d/%m/%Y}"}
    assert client.post(address, data).status_code == 302
    link = project.letter_links.get()
    assert (link.letter.number, link.attachment) == ("12/TTKC", project.paper_versions.get().attachment)


def test_number_of_the_letter_is_kept_with_a_file_that_was_there_too(world, officer, visit):
    project = make_project(world)
    attached = project.attachments.get()
    data = {
        "version": project.version, "attachment": attached.pk, "letter_number": "13/TTKC",
        "letter_day": f"{today():%d/%m/%Y}",
    }  # fmt: skip
    address = reverse("project_paper_file", args=[project.code, REQUEST_LETTER])
    assert visit(officer).post(address, data).status_code == 302
    assert project.letter_links.get().attachment == attached
