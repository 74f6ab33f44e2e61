"""The pages of one report, through the browser's door: prefilled, kept while one types, two tabs, files."""

from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from khuyencong.audit.models import AuditEvent
from khuyencong.core.dates import today
from khuyencong.core.money import MILLION
from khuyencong.monitoring.days import first_of, month_before
from khuyencong.monitoring.models import ProgressReport
from khuyencong.monitoring.tests.reports import (
    SO,
    UNIT,
    begun,
    confirmed,
    correction,
    fresh,
    photographed,
    returned,
    running,
    sheet_of,
    submitted,
    written,
)
from khuyencong.projects.models import StepDraft
from khuyencong.projects.tests.test_two_editors import as_browser_sends
from tests.looking import signed_in, whole_database

THIS = first_of(today())
LAST = month_before(THIS)


@pytest.fixture
def project(world):
    return running(world, signed=LAST)


@pytest.fixture
def client(world):
    return signed_in(world.actor(*UNIT))


def url(report, name="monthly_report_edit"):
    return reverse(name, args=[report.pk])


def text_of(answer):
    return unescape(answer.content.decode())


def test_unit_goes_from_the_project_to_a_report_that_waits_for_the_department(world, project, client):
    tab = client.get(f"{project.get_absolute_url()}?tab=tien-do")
    assert "Chưa có báo cáo tháng nào" in text_of(tab)
    address = reverse("monthly_report_new", args=[project.code])
    sent = as_browser_sends(text_of(client.get(f"{address}?thang={THIS:%Y-%m}")))
    assert sent["month"] == f"{THIS:%Y-%m}"
    edit = client.post(address, sent, follow=True)
    report = ProgressReport.objects.get()
    assert edit.request["PATH_INFO"] == url(report)
    part = project.beneficiaries.get().pk
    sent = as_browser_sends(text_of(edit)) | {
        "volume": "62,5", f"done_{part}": "450 triệu", "next_month": "Chạy thử.", f"note_{part}": "đã lắp",
    }  # fmt: skip
    shown = client.post(url(report), sent, follow=True)
    for words in ("62,5 %", "450.000.000 / 600.000.000 đồng (75,0 %)", "Chạy thử.", "đã lắp", "Nộp báo cáo"):
        assert words in text_of(shown), words
    done = client.post(url(report, "monthly_report_submit"), {"version": fresh(report).version}, follow=True)
    assert "Chờ xác nhận" in text_of(done)
    waiting = text_of(signed_in(world.actor(*SO)).get(project.get_absolute_url()))
    assert f"Xác nhận báo cáo tháng {THIS:%m/%Y}" in waiting
    assert f"Báo cáo tiến độ tháng {THIS:%m/%Y}" in text_of(client.get(f"{project.get_absolute_url()}?tab=tien-do"))


def test_last_plan_is_shown_beside_the_new_report(world, project, client):
    submitted(world, project, month=LAST)
    page = text_of(client.get(url(begun(world, project))))
    assert f"Tháng {LAST:%m/%Y} đã hẹn làm" in page
    assert "Lắp máy." in page


def test_wrong_figures_come_back_as_they_were_typed(world, project, client):
    report = begun(world, project)
    part = project.beneficiaries.get().pk
    sent = as_browser_sends(text_of(client.get(url(report)))) | {"volume": "140", f"done_{part}": "nhiều"}
    answer = client.post(url(report), sent)
    assert answer.status_code == 422
    held = as_browser_sends(text_of(answer))
    assert (held["volume"], held[f"done_{part}"]) == ("140", "nhiều")
    sent |= {"volume": "40", f"done_{part}": "900 triệu"}
    answer = client.post(url(report), sent)
    assert answer.status_code == 422
    assert "lớn hơn tổng vốn đầu tư" in text_of(answer)
    assert fresh(report).version == report.version


# --- what is typed is kept ---------------------------------------------------------------------------------------------


def keep(client, report, **changed):
    sent = as_browser_sends(text_of(client.get(url(report)))) | changed
    return client.post(url(report, "monthly_report_keep"), sent), sent


def test_typed_text_is_kept_beside_the_report_and_filled_in_again(world, project, client):
    report = begun(world, project)
    events = AuditEvent.objects.count()
    answer, _ = keep(client, report, volume="12,", difficulties="Thiếu điện ba pha.")
    assert answer.json()["behind"] is False
    assert (AuditEvent.objects.count(), fresh(report).difficulties) == (events, "")
    page = text_of(client.get(url(report)))
    assert "đã được điền lại" in page
    assert as_browser_sends(page)["difficulties"] == "Thiếu điện ba pha."
    other = text_of(signed_in(world.actor(*SO)).get(report.get_absolute_url()))
    assert "Thiếu điện ba pha." not in other
    client.post(url(report, "monthly_report_drop"))
    assert not StepDraft.objects.exists()


def test_expired_session_keeps_what_was_typed(world, project, client):
    """What autosave kept is there after signing in again; the form itself comes back to the same page."""
    report = begun(world, project)
    _, sent = keep(client, report, volume="37", difficulties="Mưa dài ngày.")
    client.logout()
    answer = client.post(url(report), sent, headers={"Referer": f"http://testserver{url(report)}"})
    assert (answer.status_code, answer.url) == (302, f"/dang-nhap/?next={url(report)}")
    assert client.post(url(report, "monthly_report_keep"), sent).status_code == 302
    assert fresh(report).difficulties == ""
    again = signed_in(world.actor(*UNIT))
    held = as_browser_sends(text_of(again.get(url(report))))
    assert (held["volume"], held["difficulties"]) == ("37", "Mưa dài ngày.")
    assert again.post(url(report), held).status_code == 302
    assert fresh(report).difficulties == "Mưa dài ngày."
    assert not StepDraft.objects.exists()


def test_second_tab_sees_the_difference_and_loses_nothing(world, project, client):
    report = begun(world, project)
    mine = as_browser_sends(text_of(client.get(url(report)))) | {"volume": "50", "proposals": "Gia hạn."}
    written(world, report, volume="45", difficulties="Từ tab kia.")
    answer = client.post(url(report), mine)
    assert answer.status_code == 422
    page = text_of(answer)
    assert "Những chỗ người khác vừa sửa" in page
    held = as_browser_sends(page)
    assert (held["volume"], held["proposals"], held["difficulties"]) == ("50", "Gia hạn.", "Từ tab kia.")
    assert client.post(url(report), held).status_code == 302
    assert (fresh(report).volume, fresh(report).difficulties) == (50, "Từ tab kia.")


def test_kept_text_of_an_older_report_is_merged(world, project, client):
    report = begun(world, project)
    keep(client, report, proposals="Của tôi.")
    written(world, report, volume="45", difficulties="Của đồng nghiệp.")
    held = as_browser_sends(text_of(client.get(url(report))))
    assert (held["proposals"], held["difficulties"], held["volume"]) == ("Của tôi.", "Của đồng nghiệp.", "45")


def test_nothing_is_kept_once_it_is_handed_in(world, project, client):
    report = submitted(world, project)
    answer = client.post(url(report, "monthly_report_keep"), {"version": report.version, "volume": "1"})
    assert answer.status_code == 409
    assert "Không thể" in answer.json()["error"]
    assert not StepDraft.objects.exists()


@pytest.mark.parametrize("who", [SO, ("dong-thap-centre", "leader"), ("national", "officer")])
def test_nobody_else_keeps_text(world, project, who):
    report = begun(world, project)
    stranger, far = signed_in(world.actor(*who)), signed_in(world.actor("phu-tho-centre", "officer"))
    before = whole_database()
    for name in ("monthly_report_keep", "monthly_report_drop"):
        assert stranger.post(url(report, name), {"version": 1}).status_code == 403
        assert far.post(url(report, name)).status_code == 404
    assert whole_database() == before


# --- the page of a report ----------------------------------------------------------------------------------------------


def test_correction_shows_the_difference(world, project, client):
    report = confirmed(world, project, volume="60", share=0.5)
    following = written(world, correction(world, report, reason="Ghi nhầm."), volume="45", share=0.4)
    page = text_of(client.get(following.get_absolute_url()))
    for words in ("Ghi nhầm.", "Thay đổi so với báo cáo trước", "60 %", "45 %", "300.000.000", "240.000.000"):
        assert words in page, words
    assert "Bản này đã được đính chính" in text_of(client.get(report.get_absolute_url()))


def test_page_says_why_a_report_cannot_be_handed_in(world, project, client):
    confirmed(world, project, month=LAST, volume="60", share=0.5)
    report = written(world, begun(world, project), volume="40", share=0.6)
    page = text_of(client.get(report.get_absolute_url()))
    assert "Khối lượng 40% thấp hơn 60%" in page
    assert "aria-disabled" in page


def test_returned_report_shows_the_reason_where_it_is_written(world, project, client):
    report = returned(world, submitted(world, project), reason="Thiếu ảnh máy.")
    assert "Thiếu ảnh máy." in text_of(client.get(url(report)))
    assert "Sửa báo cáo bị trả lại" in text_of(client.get(project.get_absolute_url()))


def test_buttons_are_those_of_the_table(world, project):
    report = submitted(world, project)

    def keys(who):
        shown = signed_in(world.actor(*who)).get(report.get_absolute_url())
        return [one.key for one in shown.context["actions"]]

    assert keys(SO) == ["confirm", "return"]
    assert keys(UNIT) == []
    assert keys(("dong-thap", "leader")) == []
    assert keys(("national", "officer")) == []


def test_page_costs_the_same_for_one_photo_and_for_three(world, client):
    counted = []
    for number, parts in ((1, 1), (3, 3)):
        report = written(world, begun(world, running(world, beneficiaries=parts)))
        for index in range(number):
            photographed(world, report, content=b"\x89PNG\r\n\x1a\n" + bytes([index]) * 20)
        client.get(report.get_absolute_url())
        with CaptureQueriesContext(connection) as captured:
            client.get(report.get_absolute_url())
        counted.append(len(captured))
    assert counted[0] == counted[1]


def test_stranger_does_not_find_it(world, project):
    report = submitted(world, project)
    other = signed_in(world.actor("phu-tho", "officer"))
    for name in ("monthly_report", "monthly_report_confirm", "monthly_report_return"):
        assert other.get(url(report, name)).status_code == 404


# --- forms 3a and 3b ---------------------------------------------------------------------------------------------------


def test_form_3b_tells_volume_money_and_who_confirmed(world, project, client):
    report = confirmed(world, project, volume="62.5", share=0.75)
    address = lambda kind: reverse("monthly_form_3b", args=[report.pk, kind])  # noqa: E731
    answer = client.get(address("pdf"))
    assert answer.content.startswith(b"%PDF")
    assert client.get(address("pdf")).content == answer.content  # equal records, equal bytes
    values = [value for row in sheet_of(client.get(address("xlsx"))) for value in row.values()]
    assert 450 * MILLION in values
    said = " ".join(str(value) for value in values if value)
    for words in ("62,5 %", "xác nhận ngày", "mẫu tạm", project.contract_part.contract.number):
        assert words in said, words
    assert AuditEvent.objects.order_by("-seq").first().action == "monthly.download"
    assert client.get(address("exe")).status_code == 404


def test_draft_is_nobodys_paper(world, project, client):
    report = begun(world, project)
    assert client.get(reverse("monthly_form_3b", args=[report.pk, "pdf"])).status_code == 404


def test_form_3a_holds_every_project_of_the_unit(world, project, client):
    submitted(world, project, difficulties="Thiếu vốn.")
    missing = running(world, signed=LAST)
    running(world, signed=LAST, province="25")
    address = lambda kind: f"{reverse('monthly_form_3a', args=[kind])}?thang={THIS:%Y-%m}"  # noqa: E731
    assert client.get(address("pdf")).content.startswith(b"%PDF")
    rows = sheet_of(client.get(address("xlsx")))
    said = {row.get(1): row.get(8) for row in rows}
    assert (said[project.code], said[missing.code]) == ("Thiếu vốn.", "chưa nộp báo cáo")
    assert "suy ra" in " ".join(str(row.get(0)) for row in rows)
    cuc = signed_in(world.actor("national", "officer"))
    unit = project.implementing_unit_id
    assert cuc.get(f"{address('pdf')}&don_vi={unit}").content.startswith(b"%PDF")
    assert signed_in(world.actor("phu-tho", "officer")).get(f"{address('xlsx')}&don_vi={unit}").status_code == 404
