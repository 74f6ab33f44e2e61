"""«Nhập danh sách đề án»: from the file to drafts, with and without scripts."""

import re
from uuid import uuid4

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from khuyencong.projects.actions import proposals as lists
from khuyencong.projects.importing import turns
from khuyencong.projects.models import Project, ProposalList
from khuyencong.projects.tests.proposal_lists import OFFICER, YEAR, bring, make, row, sheet

HTMX = {"HX-Request": "true"}


@pytest.fixture
def officer(world):
    return world.actor(*OFFICER)


@pytest.fixture
def client(officer, visit):
    return visit(officer)


def send(client, content, key=None, year=YEAR, name="Đề án năm tới.xlsx"):
    values = {"creation_key": key or str(uuid4()), "year": year, "file": SimpleUploadedFile(name, content)}
    return client.post(reverse("proposal_lists"), values)


def text_of(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_from_the_file_to_drafts_without_scripts(client):
    answer = send(client, sheet(row("Máy sấy"), row("Sai", "tiền túi")))
    page = text_of(client.get(answer.url))
    assert "B3 (Nguồn kinh phí): Không có nguồn kinh phí «tiền túi»" in page
    assert "Lập 1 đề án" in page
    found = ProposalList.objects.get()
    assert (found.file_name, found.year) == ("Đề án năm tới.xlsx", YEAR)
    client.post(reverse("proposal_list_apply", args=[found.pk]), {"version": found.version})
    assert "Đã xử lý 0 trong 1 đề án" in text_of(client.get(found.get_absolute_url()))
    found.refresh_from_db()
    go_on = reverse("proposal_list_go_on", args=[found.pk])
    assert client.post(go_on, {"version": found.version}).url == found.get_absolute_url()
    project = Project.objects.get()
    page = client.get(found.get_absolute_url())
    assert f'href="{project.get_absolute_url()}"' in page.content.decode()
    assert "Đã lập 1 dòng" in text_of(page)
    assert "Bấm lập" not in text_of(page)


def test_progress_goes_on_by_itself_and_then_to_the_result(client, officer, monkeypatch):
    monkeypatch.setattr(turns, "AT_ONCE", 1)
    found = bring(sheet(row("A"), row("B")), officer)
    found = lists.begin_proposals(list_id=found.pk, by=officer, version=found.version)
    go_on = reverse("proposal_list_go_on", args=[found.pk])
    first = client.post(go_on, {"version": found.version}, headers=HTMX)
    assert "Đã xử lý 1 trong 2 đề án (50,0 %)" in text_of(first)
    assert 'hx-trigger="submit, load"' in first.content.decode()
    stale = client.post(go_on, {"version": found.version}, headers=HTMX)  # another page was faster: go on from there
    assert "Đã xử lý 1 trong 2 đề án" in text_of(stale)
    found.refresh_from_db()
    done = client.post(go_on, {"version": found.version}, headers=HTMX)
    assert done.headers["HX-Redirect"] == found.get_absolute_url()
    again = client.post(go_on, {"version": found.version})
    assert "đang ở bước «Đã lập xong»" in str(next(iter(get_messages(again.wsgi_request))))
    assert Project.objects.count() == 2


def test_stale_button_says_so(client, officer):
    found = bring(sheet(row()), officer)
    answer = client.post(reverse("proposal_list_apply", args=[found.pk]), {"version": found.version + 1})
    assert [str(one) for one in get_messages(answer.wsgi_request)] == [lists.MOVED_ON]


def test_double_click_and_dropping(client):
    key = str(uuid4())
    assert send(client, sheet(row()), key).url == send(client, sheet(row()), key).url
    found = ProposalList.objects.get()
    answer = client.post(reverse("proposal_list_drop", args=[found.pk]), {"version": found.version})
    assert answer.url == reverse("proposal_lists")
    assert not ProposalList.objects.exists()


@pytest.mark.parametrize(
    ("content", "year", "sentence"),
    [
        (b"", YEAR, "Tệp rỗng"), (b"%PDF-1.7", YEAR, ".xlsx"), (sheet(), YEAR, "chưa có đề án nào"),
        (sheet(row()), "", "năm"), (sheet(row()), 1999, "2013"),
    ],
    ids=["empty", "pdf", "headings only", "no year", "old year"],
)  # fmt: skip
def test_file_that_cannot_be_read_comes_back_with_a_sentence(client, content, year, sentence):
    answer = send(client, content, year=year)
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert not ProposalList.objects.exists()


def test_nothing_of_a_file_is_taken_for_html(client, officer):
    content = sheet(row("<script>alert(1)</script>"), row("<b>", source="<img src=x onerror=alert(1)>"))
    found = bring(content, officer, file_name="<i>.xlsx")
    for address in (found.get_absolute_url(), reverse("proposal_lists")):
        page = client.get(address).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "<i>.xlsx" not in page


def test_rows_are_filtered_and_refused_ones_come_first(client, officer):
    make(bring(sheet(row("Cũ")), officer), officer)
    found = bring(sheet(row("Mới"), row("Cũ"), row("Xấu", "gì đó")), officer)
    page = text_of(client.get(found.get_absolute_url())).partition("Từng dòng")[2]
    assert page.index("Xấu") < page.index("Mới") < page.index("Cũ")
    only = text_of(client.get(f"{found.get_absolute_url()}?ket-qua=refused")).partition("Từng dòng")[2]
    assert "Xấu" in only
    assert "Mới" not in only


def test_files_go_out(client, officer):
    found = bring(sheet(row("A", "gì đó")), officer)
    for name, args, file_name in (
        ("proposal_template", [], "mau-danh-sach-de-an.xlsx"),
        ("proposal_list_refused", [found.pk], f"de-an-loi-{found.pk}.xlsx"),
    ):
        answer = client.get(reverse(name, args=args))
        assert answer.content.startswith(b"PK")
        assert answer["Content-Disposition"] == f'attachment; filename="{file_name}"'


def test_list_of_another_unit_is_not_there(world, officer, visit):
    found = bring(sheet(row("A", "gì đó")), officer)
    for agency in ("dong-thap", "phu-tho-centre", "national"):
        stranger = visit(world.actor(agency, "officer"))
        for name in ("proposal_list", "proposal_list_refused"):
            assert stranger.get(reverse(name, args=[found.pk])).status_code == 404
        for name in ("proposal_list_apply", "proposal_list_go_on", "proposal_list_drop"):
            assert stranger.post(reverse(name, args=[found.pk]), {"version": 1}).status_code == 404
        assert "de-an.xlsx" not in text_of(stranger.get(reverse("proposal_lists")))


def queries_of(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    return len(queries)


def test_queries_are_as_many_for_one_list_as_for_three(client, officer):
    lists_page = reverse("proposal_lists")
    one = make(bring(sheet(row("A")), officer), officer)
    few, few_rows = queries_of(client, lists_page), queries_of(client, one.get_absolute_url())
    for names in ("BCD", "EFG"):
        three = make(bring(sheet(*[row(name) for name in names]), officer), officer)
    assert queries_of(client, lists_page) == few
    assert queries_of(client, three.get_absolute_url()) == few_rows
