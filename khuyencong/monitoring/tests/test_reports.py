"""The life of a monthly report: begun, written, handed in, confirmed or returned, corrected; and every refusal."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from khuyencong.appraisal.tests.test_spot import jpeg
from khuyencong.audit.models import AuditEvent
from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.core.money import MILLION
from khuyencong.finance.models import PaymentKind
from khuyencong.monitoring import actions
from khuyencong.monitoring.days import first_of, latest_month, month_before
from khuyencong.monitoring.figures import PartInput, figures_of
from khuyencong.monitoring.models import ProgressReport, ReportState, WorkState
from khuyencong.monitoring.queries import confirmed_progress
from khuyencong.monitoring.states import TRANSITIONS, check_step
from khuyencong.monitoring.tests.reports import (
    APPRAISER,
    CUC,
    SO,
    UNIT,
    begun,
    confirm,
    confirmed,
    correction,
    fresh,
    returned,
    running,
    submitted,
    written,
)
from khuyencong.notices.models import Notice
from khuyencong.projects.models import Project
from khuyencong.testing import make_project, pay

THIS = first_of(today())
LAST = month_before(THIS)
LONG_AGO = THIS - timedelta(days=200)


@pytest.fixture
def project(world):
    return running(world, signed=LONG_AGO)


def last_event():
    return AuditEvent.objects.order_by("-seq").first()


# --- beginning ---------------------------------------------------------------------------------------------------------


def test_first_report_begins_with_the_estimate_the_work_and_the_ledger(world, project):
    pay(world, project, PaymentKind.ADVANCE, 50 * MILLION)
    report = begun(world, project, month=LAST)  # the advance rests on a report of this month
    part = report.parts.get()
    assert (part.done, part.total) == (0, 600 * MILLION)
    assert (report.volume, report.investment_total) == (0, 600 * MILLION)
    assert (report.support_received, report.support_used) == (50 * MILLION, 0)
    assert [one.content for one in report.works.all()] == [one.content for one in project.work_items.all()]
    assert {one.state for one in report.works.all()} == {WorkState.WAITING}
    assert (report.state, report.month, report.filed_on) == (ReportState.DRAFT, LAST, None)
    assert last_event().action == "monthly.begin"


def test_next_report_begins_with_what_the_last_one_said(world, project):
    last = begun(world, project, month=LAST)
    works = [replace(one, state=WorkState.DONE, note="xong") for one in figures_of(last).works]
    written(world, last, volume="35", share=0.3, difficulties="Thiếu điện.", proposals="Gia hạn.", works=works)
    last = fresh(last)
    actions.submit(report_id=last.pk, by=world.actor(*UNIT), version=last.version)
    report = begun(world, project)
    assert (report.volume, report.investment_done) == (35, 180 * MILLION)
    assert (report.difficulties, report.proposals, report.next_month) == ("Thiếu điện.", "Gia hạn.", "")
    assert {(one.state, one.note) for one in report.works.all()} == {(WorkState.DONE, "xong")}
    assert last_event().after["điền sẵn từ"] == f"tháng {LAST:%m/%Y}"


def test_draft_of_last_month_fills_nothing(world, project):
    written(world, begun(world, project, month=LAST))
    assert begun(world, project).volume == 0


def test_form_sent_twice_begins_one_report(world, project):
    key, officer = uuid4(), world.actor(*UNIT)
    sent = {"project_id": project.pk, "by": officer, "version": project.version, "creation_key": key, "month": THIS}
    first = actions.begin(**sent)
    assert actions.begin(**sent).pk == first.pk
    assert ProgressReport.objects.count() == 1
    other = make_project(world, state="in_progress", source="national")
    with pytest.raises(Refused):
        actions.begin(**{**sent, "project_id": other.pk, "version": other.version})


@pytest.mark.parametrize("state", ["approved", "accepted", "settled", "stopped"])
def test_no_report_of_a_project_that_is_not_under_way(world, state):
    project = make_project(world, state=state, source="national")
    with pytest.raises(Refused, match="không lập báo cáo tiến độ"):
        begun(world, project)


def test_month_must_have_come_and_lie_after_the_contract(world):
    project = running(world, signed=LAST.replace(day=5))
    with pytest.raises(Refused, match="Hợp đồng ký ngày"):
        begun(world, project, month=month_before(LAST))
    assert begun(world, project, month=LAST).month == LAST
    after = (latest_month(today()) + timedelta(days=40)).replace(day=1)
    with pytest.raises(Refused, match="Chưa tới kỳ báo cáo"):
        begun(world, project, month=after)


def test_one_report_for_each_month(world, project):
    begun(world, project)
    with pytest.raises(Refused, match="Đã có báo cáo tháng"):
        begun(world, project)


@pytest.mark.parametrize(
    "who",
    [
        SO,
        APPRAISER,
        ("dong-thap-centre", "leader"),
        ("dong-thap-centre", "auditor"),
        CUC,
        ("phu-tho-centre", "officer"),
    ],
)
def test_only_officers_of_the_unit_write(world, project, who):
    with pytest.raises(NotAllowed):
        begun(world, project, who=who)
    report = begun(world, project)
    with pytest.raises(NotAllowed):
        written(world, report, who=who)
    with pytest.raises(NotAllowed):
        actions.submit(report_id=report.pk, by=world.actor(*who), version=report.version)


# --- writing and handing in --------------------------------------------------------------------------------------------


def test_figures_are_kept_with_their_sums_and_told_to_the_trail(world):
    project = running(world, beneficiaries=2)
    report = written(world, begun(world, project), volume="62.5", share=0.5)
    assert (report.investment_done, report.investment_total) == (600 * MILLION, 1200 * MILLION)
    assert (report.volume_share, report.investment_share) == (Fraction(5, 8), Fraction(1, 2))
    event = last_event()
    assert event.action == "monthly.write"
    assert (event.before["khối lượng (%)"], event.after["khối lượng (%)"]) == ("0.00", "62.5")


def test_second_tab_is_refused_and_changes_nothing(world, project):
    report = begun(world, project)
    old = report.version
    written(world, report, volume="20")
    with pytest.raises(Stale):
        actions.write(report_id=report.pk, by=world.actor(*UNIT), version=old, figures=figures_of(report))
    assert fresh(report).volume == 20
    with pytest.raises(Stale):
        actions.submit(report_id=report.pk, by=world.actor(*UNIT), version=old)


@pytest.mark.parametrize(
    ("done", "total", "sentence"),
    [
        (700 * MILLION, 600 * MILLION, "lớn hơn tổng vốn đầu tư"),
        (100 * MILLION, 500 * MILLION, "không được nhỏ hơn dự toán"),
    ],
)
def test_money_that_contradicts_itself_is_refused(world, project, done, total, sentence):
    report = begun(world, project)
    part = PartInput(project.beneficiaries.get().pk, done, total)
    with pytest.raises(Refused, match=sentence):
        written(world, report, parts=[part])
    with pytest.raises(Refused, match="đã sử dụng"):
        written(world, report, support_received=1, support_used=2)


def test_whole_investment_may_be_larger_than_the_estimate(world, project):
    report = begun(world, project)
    part = PartInput(project.beneficiaries.get().pk, 500 * MILLION, 1000 * MILLION)
    assert written(world, report, parts=[part]).investment_share == Fraction(1, 2)


def test_report_without_any_volume_says_why(world, project):
    report = begun(world, project)
    with pytest.raises(Refused, match="Khó khăn"):
        actions.submit(report_id=report.pk, by=world.actor(*UNIT), version=report.version)
    report = written(world, report, volume="0", share=0, difficulties="Chưa giao máy.")
    assert actions.submit(report_id=report.pk, by=world.actor(*UNIT), version=report.version).state == "submitted"


def test_handing_in_tells_the_department_and_keeps_the_first_day(world, project):
    report = submitted(world, project)
    assert (report.filed_on, report.submitted_on, report.submitted_by) == (today(), today(), world.actor(*UNIT).user)
    told = set(Notice.objects.filter(sentence__contains="chờ xác nhận").values_list("user__username", flat=True))
    assert told == {"dong-thap.officer", "dong-thap.appraiser"}
    earlier = today() - timedelta(days=9)
    ProgressReport.objects.filter(pk=report.pk).update(filed_on=earlier, submitted_on=earlier)
    report = fresh(returned(world, report))
    again = actions.submit(report_id=report.pk, by=world.actor(*UNIT), version=report.version)
    assert (again.filed_on, again.submitted_on, again.answer) == (earlier, today(), "")


def test_never_less_than_confirmed_before_without_a_reason(world, project):
    confirmed(world, project, month=LAST, volume="60", share=0.5)
    report = written(world, begun(world, project), volume="40", share=0.3)
    with pytest.raises(Refused) as refused:
        actions.submit(report_id=report.pk, by=world.actor(*UNIT), version=report.version)
    assert "40% thấp hơn 60%" in str(refused.value)
    assert "180.000.000 đồng thấp hơn 300.000.000" in str(refused.value)
    report = written(world, report, volume="40", share=0.3, decrease_reason="Máy bị trả lại nhà cung cấp.")
    assert actions.submit(report_id=report.pk, by=world.actor(*UNIT), version=report.version).state == "submitted"


def test_less_than_what_was_only_handed_in_is_no_matter(world, project):
    submitted(world, project, month=LAST, volume="60", share=0.5)
    assert submitted(world, project, volume="40", share=0.3).state == ReportState.SUBMITTED


def test_report_of_a_project_that_has_ended_is_not_changed(world, project):
    report = begun(world, project)
    Project.objects.filter(pk=project.pk).update(state="accepted")
    with pytest.raises(Refused, match="không sửa, nộp"):
        written(world, report)
    with pytest.raises(Refused, match="không sửa, nộp"):
        actions.submit(report_id=report.pk, by=world.actor(*UNIT), version=report.version)


# --- confirming --------------------------------------------------------------------------------------------------------


def test_department_confirms_and_the_unit_is_told(world, project):
    report = confirmed(world, project, volume="55", share=0.72)
    assert (report.state, report.confirmed_on, report.decided_by) == ("confirmed", today(), world.actor(*SO).user)
    assert Notice.objects.filter(user=world.actor(*UNIT).user, sentence__contains="đã được xác nhận").exists()
    assert (last_event().action, last_event().after["khối lượng (%)"]) == ("monthly.confirm", "55.00")


@pytest.mark.parametrize(
    "who",
    [("dong-thap", "leader"), ("dong-thap", "accountant"), CUC, ("phu-tho", "officer"), UNIT, ("dong-thap", "auditor")],
)
def test_only_officers_and_appraisers_of_the_department_confirm(world, project, who):
    report = submitted(world, project)
    with pytest.raises(NotAllowed):
        confirm(world, report, by=who)
    with pytest.raises(NotAllowed):
        returned(world, report, by=who)


def test_national_agency_confirms_what_went_straight_to_it(world):
    project = running(world, unit="region")
    report = submitted(world, project, who=("region", "officer"))
    for who in (SO, APPRAISER):
        with pytest.raises(NotAllowed):
            confirm(world, report, by=who)
    assert confirm(world, report, by=CUC).state == ReportState.CONFIRMED


@pytest.mark.parametrize("field", ["created_by", "submitted_by"])
def test_who_writes_or_hands_in_does_not_confirm(world, project, field):
    report = submitted(world, project)
    ProgressReport.objects.filter(pk=report.pk).update(**{field: world.actor(*SO).user})
    with pytest.raises(Refused, match="không được xác nhận"):
        confirm(world, report)
    with pytest.raises(Refused, match="không được xác nhận"):
        returned(world, report)
    assert confirm(world, report, by=APPRAISER).state == ReportState.CONFIRMED


def test_day_of_the_confirmation_lies_between_handing_in_and_today(world, project):
    report = submitted(world, project)
    with pytest.raises(Refused, match="tương lai"):
        confirm(world, report, on=today() + timedelta(days=1))
    with pytest.raises(Refused, match="trước ngày nộp"):
        confirm(world, report, on=today() - timedelta(days=1))


def test_return_needs_a_reason_and_opens_the_report_again(world, project):
    report = submitted(world, project)
    with pytest.raises(Refused, match="lý do"):
        returned(world, report, reason=" ")
    report = returned(world, report, reason="Thiếu ảnh.")
    assert (report.state, report.answer, report.confirmed_on) == ("returned", "Thiếu ảnh.", None)
    assert written(world, report, volume="41").volume == 41


def test_table_refuses_every_other_step(world, project):
    allowed = {(row.name, row.source) for row in TRANSITIONS}
    report = begun(world, project)
    for state in ReportState:
        for name in {row.name for row in TRANSITIONS}:
            report.state = state
            if (name, state) in allowed:
                assert check_step(report, name).source == state
            else:
                with pytest.raises(Refused, match="khi báo cáo ở trạng thái"):
                    check_step(report, name)


# --- what is confirmed by a day ----------------------------------------------------------------------------------------


def test_confirmed_progress_is_the_latest_confirmed_by_the_day(world, project):
    assert confirmed_progress(project, on=today()) is None
    first = confirmed(world, project, month=LAST, volume="30", share=0.25)
    submitted(world, project, volume="80", share=0.8)
    found = confirmed_progress(project, on=today())
    assert (found.report, found.volume_share, found.investment_share) == (first, Fraction(3, 10), Fraction(1, 4))
    assert found.confirmed_on == today()
    assert confirmed_progress(project, on=today() - timedelta(days=1)) is None
    confirm(world, project.progress_reports.get(month=THIS))
    assert confirmed_progress(project, on=today()).volume_share == Fraction(4, 5)


def test_confirmed_progress_costs_one_query(world, project, django_assert_num_queries):
    confirmed(world, project)
    with django_assert_num_queries(1):
        assert confirmed_progress(project, on=today())


# --- correcting --------------------------------------------------------------------------------------------------------


def test_correction_is_a_further_version_and_the_confirmed_one_stays(world, project):
    report = confirmed(world, project, volume="60", share=0.5)
    ProgressReport.objects.filter(pk=report.pk).update(filed_on=date(2026, 1, 9))
    following = correction(world, report, reason="Ghi nhầm khối lượng.")
    assert (following.number, following.current, following.state) == (2, True, ReportState.DRAFT)
    assert (following.volume, following.filed_on) == (60, date(2026, 1, 9))
    report = fresh(report)
    assert (report.state, report.current, report.volume) == (ReportState.CONFIRMED, False, 60)
    following = written(world, following, volume="45", share=0.4)
    following = actions.submit(report_id=following.pk, by=world.actor(*UNIT), version=following.version)
    assert confirmed_progress(project, on=today()).report == report  # until the correction is confirmed
    following = confirm(world, following)
    assert confirmed_progress(project, on=today()).report == following


def test_correction_twice_by_one_form_is_one(world, project):
    report, key = fresh(confirmed(world, project)), uuid4()
    sent = {"report_id": report.pk, "by": world.actor(*UNIT), "version": report.version, "creation_key": key}
    first = actions.correct(**sent, reason="Nhầm.")
    assert actions.correct(**sent, reason="Nhầm.").pk == first.pk
    with pytest.raises(Stale):
        actions.correct(**{**sent, "creation_key": uuid4()}, reason="Nhầm.")
    assert project.progress_reports.count() == 2


def test_correction_needs_a_reason_and_an_own_unit(world, project):
    report = confirmed(world, project)
    with pytest.raises(Refused, match="lý do"):
        correction(world, report, reason=" ")
    with pytest.raises(NotAllowed):
        correction(world, report, who=SO)
    handed_in = submitted(world, running(world))
    with pytest.raises(Refused, match="Không thể"):
        correction(world, handed_in)


def test_corrected_report_is_not_corrected_again(world, project):
    report = confirmed(world, project)
    correction(world, report)
    with pytest.raises(Refused, match="bản đính chính"):
        correction(world, report)


def test_draft_is_given_up_and_the_confirmed_one_is_the_newest_again(world, project):
    report = confirmed(world, project)
    following = correction(world, report)
    actions.discard(report_id=following.pk, by=world.actor(*UNIT), version=following.version)
    assert project.progress_reports.get() == report
    assert fresh(report).current
    handed = submitted(world, running(world))
    with pytest.raises(Refused):
        actions.discard(report_id=handed.pk, by=world.actor(*UNIT), version=handed.version)


# --- photos ------------------------------------------------------------------------------------------------------------

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40


def photo(tail=b"1", name="anh.png", head=PNG):
    return SimpleUploadedFile(name, head + tail)


def add(world, report, *photos, who=UNIT):
    report = fresh(report)
    return actions.add_photos(report_id=report.pk, by=world.actor(*who), version=report.version, photos=photos)


def test_photos_are_files_of_the_project_and_stay_there(world, project):
    report = begun(world, project)
    (kept,) = add(world, report, photo())
    assert kept.attachment.kind == "photo"
    assert (kept.taken_at, kept.latitude) == ("", None)
    with pytest.raises(Refused, match="đã được đính kèm"):
        add(world, report, photo())
    with pytest.raises(Refused, match="ít nhất một ảnh"):
        add(world, report)
    report = fresh(report)
    actions.remove_photo(report_id=report.pk, photo_id=kept.pk, by=world.actor(*UNIT), version=report.version)
    assert not report.photos.exists()
    assert project.attachments.filter(pk=kept.attachment_id).exists()
    report = fresh(report)
    with pytest.raises(Refused, match="không còn"):
        actions.remove_photo(report_id=report.pk, photo_id=kept.pk, by=world.actor(*UNIT), version=report.version)


def test_camera_tells_when_and_where(world, project):
    report = begun(world, project)
    (kept,) = add(world, report, photo(name="anh.jpg", head=jpeg(), tail=b""))
    assert (kept.taken_at, kept.latitude, kept.longitude) == (
        "2026-03-05 08:30:00", Decimal("10.45000"), Decimal("105.63000"),
    )  # fmt: skip


def test_other_files_are_no_photos(world, project):
    report = begun(world, project)
    before = project.attachments.count()
    with pytest.raises(Refused, match="không phải ảnh"):
        add(world, report, photo(), photo(name="ban-ve.pdf", head=b"%PDF-1.4\n"))
    assert (report.photos.count(), project.attachments.count()) == (0, before)
    with pytest.raises(Refused, match="nhiều nhất 20"):
        add(world, report, *(photo(bytes([number])) for number in range(21)))
    with pytest.raises(NotAllowed):
        add(world, report, photo(), who=SO)


def test_confirmed_report_takes_no_photos_and_a_correction_carries_them(world, project):
    report = written(world, begun(world, project))
    add(world, report, photo())
    report = fresh(report)
    confirm(world, actions.submit(report_id=report.pk, by=world.actor(*UNIT), version=report.version))
    with pytest.raises(Refused):
        add(world, report, photo(b"2"))
    assert correction(world, report).photos.get().attachment == report.photos.get().attachment


# --- what the database holds -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changed",
    [
        {"volume": Decimal("100.01")},
        {"volume": Decimal(-1)},
        {"investment_done": 10**12},
        {"support_used": 1},
        {"state": "submitted"},
        {"state": "confirmed"},
        {"number": 2},
    ],
)
def test_database_refuses_what_contradicts_itself(world, project, changed):
    report = begun(world, project)
    with pytest.raises(IntegrityError), transaction.atomic():
        ProgressReport.objects.filter(pk=report.pk).update(**changed)
