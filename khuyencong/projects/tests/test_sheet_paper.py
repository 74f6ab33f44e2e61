"""The calculation of support as a page to print and as a PDF file."""

import io
import re
import time

import pypdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from khuyencong.audit.models import AuditEvent
from khuyencong.core.dates import format_date, today
from khuyencong.core.findings import NeedsApproval
from khuyencong.core.money import MILLION, format_dong
from khuyencong.core.text import money_in_words
from khuyencong.establishments.models import Establishment
from khuyencong.projects.models import Project, SupportSheet
from khuyencong.projects.paper import date_in_words, pdf_of, sentence_of, stored_paper, trial_paper
from khuyencong.testing import make_project

MINE = "dong-thap-centre"


def pdf_text(content):
    """All text of the file with single blanks."""
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages).replace("\u200b", ""))


def flat(text):
    return re.sub(r"\s+", " ", text)


@pytest.fixture
def officer(world, visit):
    return visit(world.actor(MINE, "officer"))


def page(client, project, status=200, **query):
    answer = client.get(reverse("project_sheet", args=[project.code]), query)
    assert answer.status_code == status
    return answer.content.decode()


def download(client, project, status=200, **query):
    answer = client.get(reverse("project_sheet_pdf", args=[project.code]), query)
    assert answer.status_code == status
    return answer


def test_file_says_what_was_stored(world, officer):
    project = make_project(world, state="submitted", beneficiaries=2, support=250 * MILLION, total=640 * MILLION)
    answer = download(officer, project)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'attachment; filename="bang-tinh-{project.code}-lan-1.pdf"'
    text = pdf_text(answer.content)
    rows = list(project.sheets.all())
    assert len(rows) == 2
    for row in rows:
        query = row.sheet["query"]
        assert flat(query["beneficiary_name"]) in text
        for amount in (row.allowed, row.asked, query["total_cost"], query["eligible_cost"]):
            assert format_dong(amount) in text
        for step in row.sheet["steps"]:
            assert flat(step["label"]) in text
            assert flat(step["formula"]) in text
            assert flat(step["article"]) in text
        for finding in row.sheet["findings"]:
            assert flat(finding["sentence"]) in text
    allowed, asked = sum(row.allowed for row in rows), sum(row.asked for row in rows)
    assert f"Tổng mức hỗ trợ tối đa: {format_dong(allowed)} đồng (Bằng chữ: {money_in_words(allowed)})" in text
    assert f"Tổng mức đề nghị hỗ trợ: {format_dong(asked)} đồng (Bằng chữ: {money_in_words(asked)})" in text
    assert f"Đồng Tháp, {date_in_words(today())}" in text
    assert "TRUNG TÂM KHUYẾN CÔNG ĐỒNG THÁP" in text
    assert project.name in text
    assert f"{project.code} – Bảng tính lần gửi 1 – Mã kiểm tra {stored_paper(project, 1).checksum}" in text
    assert str(project.submitted_by) in text
    assert re.search(r"\b1/\d", text)


def test_page_says_what_the_file_says(world, officer):
    project = make_project(world, state="submitted", beneficiaries=2, support=250 * MILLION)
    shown = page(officer, project)
    paper = stored_paper(project, 1)
    assert paper.checksum in shown
    assert "Bảng tính lần gửi 1" in shown
    assert "500.000.000" in shown
    assert money_in_words(500 * MILLION) in shown
    assert reverse("project_sheet_pdf", args=[project.code]) in shown


def test_tab_of_the_project_leads_there(world, officer):
    project = make_project(world, state="submitted")
    shown = officer.get(project.get_absolute_url(), {"tab": "du-toan"}).content.decode()
    assert reverse("project_sheet", args=[project.code]) in shown


def test_draft_is_marked_as_a_trial(world, officer):
    project = make_project(world)
    shown = page(officer, project)
    assert "Bản tính thử, chưa gửi" in shown
    answer = download(officer, project)
    assert answer["Content-Disposition"] == f'attachment; filename="bang-tinh-{project.code}-thu.pdf"'
    text = pdf_text(answer.content)
    assert "(Bản tính thử, chưa gửi)" in text
    assert f"Bản tính thử, chưa gửi, ngày {format_date(today())}" in text
    assert "Người lập".upper() not in text  # nobody signs a trial


def test_every_submission_keeps_its_own_calculation(world, officer):
    project = make_project(world, state="returned")
    establishment = Establishment.objects.get(benefits__project=project)
    Establishment.objects.filter(pk=establishment.pk).update(name="Cơ sở đã đổi tên")
    shown = page(officer, project)
    assert establishment.name in shown
    assert "Cơ sở đã đổi tên" not in shown
    assert "?lan=0" in shown
    assert "Cơ sở đã đổi tên" in page(officer, project, lan=0)
    assert "?lan=1" in page(officer, project, lan=0)
    checksum = stored_paper(project, 1).checksum
    assert checksum in shown
    assert checksum in page(officer, project, lan=1)
    assert checksum not in page(officer, project, lan=0)


@pytest.mark.parametrize("number", ["2", "-1", "x", "1.5", "①", "99999", "1\x00"])
def test_calculation_that_was_never_made_is_not_there(world, officer, number):
    project = make_project(world, state="submitted")
    page(officer, project, status=404, lan=number)
    download(officer, project, status=404, lan=number)


def test_trial_of_what_is_under_way_is_not_there(world, officer):
    project = make_project(world, state="submitted")
    page(officer, project, status=404, lan=0)


def test_nothing_to_calculate_is_said(world, officer):
    project = make_project(world)
    project.lines.all().delete()
    project.beneficiaries.all().delete()
    assert "Chưa có gì để tính" in page(officer, project)
    assert "Chưa có gì để tính" in download(officer, project, status=409).content.decode()


def test_stored_calculation_that_cannot_be_read_is_said(world, officer):
    project = make_project(world, state="submitted")
    SupportSheet.objects.update(sheet={"version": 99})
    assert "phiên bản 99" in page(officer, project, status=409)


def test_download_is_audited_and_looking_is_not(world, visit):
    project = make_project(world, state="submitted")
    actor = world.actor("dong-thap", "auditor")
    client = visit(actor)
    page(client, project)
    assert not AuditEvent.objects.filter(action="project.sheet_pdf").exists()
    download(client, project)
    event = AuditEvent.objects.order_by("-seq").first()
    assert (event.action, event.actor_id, event.thread) == ("project.sheet_pdf", actor.user.pk, project.thread)
    assert event.after == {"bảng tính": "Bảng tính lần gửi 1", "mã kiểm tra": stored_paper(project, 1).checksum}


def test_another_province_does_not_see_it(world, visit):
    project = make_project(world, state="submitted")
    client = visit(world.actor("phu-tho", "leader"))
    page(client, project, status=404)
    download(client, project, status=404)
    assert not AuditEvent.objects.filter(action="project.sheet_pdf").exists()


def test_equal_calculations_give_equal_files_and_checksums(world):
    project = make_project(world, state="submitted")
    first, again = (stored_paper(Project.objects.get(pk=project.pk), 1) for _ in range(2))
    assert pdf_of(first) == pdf_of(again)
    row = project.sheets.get()
    row.sheet["asked"] += 1
    row.save()
    assert stored_paper(project, 1).checksum != first.checksum
    assert re.fullmatch("[0-9a-f]{4} [0-9a-f]{4} [0-9a-f]{4}", first.checksum)


def test_name_with_signs_of_markup_is_a_name(world):
    project = make_project(world)
    name = "Cơ sở *A* #let $x$ <b> [c] \\ `d` _e_"
    Establishment.objects.filter(benefits__project=project).update(name=name)
    Project.objects.filter(pk=project.pk).update(name=name)
    assert pdf_text(pdf_of(trial_paper(Project.objects.get(pk=project.pk)))).count(name) == 2


def test_group_of_a_hundred_is_one_paper(world, officer):
    project = make_project(world, state="submitted", beneficiaries=100)
    began = time.perf_counter()
    answer = download(officer, project)
    assert time.perf_counter() - began < 10
    text = pdf_text(answer.content)
    assert "100. " in text
    assert f"Tổng mức đề nghị hỗ trợ: {format_dong(100 * 200 * MILLION)} đồng" in text
    assert f"({money_in_words(100 * 200 * MILLION)})".replace("(", "(Bằng chữ: ") in text


def test_pages_take_as_many_queries_for_three_as_for_one(world, officer):
    counts = []
    for number in (1, 3):
        project = make_project(world, state="submitted", beneficiaries=number)
        for name in ("project_sheet", "project_sheet_pdf"):
            address = reverse(name, args=[project.code])
            officer.get(address)
            with CaptureQueriesContext(connection) as captured:
                officer.get(address)
            counts.append(len(captured))
    assert counts[:2] == counts[2:]
    assert counts[0] <= 14


def test_finding_is_told_with_its_article():
    finding = NeedsApproval("x", "Định mức chờ xác minh.", "khoản 4 Điều 8")
    assert sentence_of(finding) == "Cần người có thẩm quyền quyết định: Định mức chờ xác minh. (khoản 4 Điều 8)"
