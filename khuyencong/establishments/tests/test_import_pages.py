import re
from uuid import uuid4

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from khuyencong.documents.reading import MAX_FILE_BYTES
from khuyencong.establishments.actions import importing
from khuyencong.establishments.importing.sheet import read_sheet
from khuyencong.establishments.models import Establishment, Import, ImportState
from khuyencong.establishments.tests.lists import CODES, OFFICER, bring, row, sheet, write

HTMX = {"HX-Request": "true"}


@pytest.fixture
def officer(world):
    return world.actor(*OFFICER)


@pytest.fixture
def client(officer, visit):
    return visit(officer)


def send(client, content, name="Danh sách cơ sở.xlsx", key=None):
    upload = SimpleUploadedFile(name, content)
    return client.post(reverse("establishment_imports"), {"creation_key": key or str(uuid4()), "file": upload})


def text_of(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_from_the_file_to_the_registry_without_scripts(client):
    answer = send(client, sheet(row(code=CODES[0]), row("Sai", commune="99999")))
    page = client.get(answer.url)
    assert "Đã xem 0 trong 2 dòng" in text_of(page) or "Đã xem 1 trong 2 dòng" in text_of(page)
    found = Import.objects.get()
    assert found.file_name == "Danh sách cơ sở.xlsx"
    go_on = reverse("establishment_import_go_on", args=[found.pk])
    assert client.post(go_on, {"version": found.version}).url == found.get_absolute_url()
    page = client.get(found.get_absolute_url())
    assert "D3 (Mã xã): Không có xã, phường, đặc khu nào đang mang mã «99999»" in text_of(page)
    assert "Ghi 1 dòng vào hồ sơ" in text_of(page)
    assert Establishment.objects.count() == 0
    found.refresh_from_db()
    client.post(reverse("establishment_import_apply", args=[found.pk]), {"version": found.version})
    found.refresh_from_db()
    assert "Đã ghi 0 trong 1 dòng" in text_of(client.get(found.get_absolute_url()))
    client.post(go_on, {"version": found.version})
    page = client.get(found.get_absolute_url())
    assert "Đã thêm mới" in text_of(page)
    entry = Establishment.objects.get()
    assert f'href="{reverse("establishment", args=[entry.pk])}"' in page.content.decode()


def test_progress_goes_on_by_itself_and_then_to_the_result(client, officer, monkeypatch):
    monkeypatch.setattr(importing, "ROWS_AT_ONCE", 1)
    send(client, sheet(row(code=CODES[0]), row("Hai")))
    found = Import.objects.get()
    go_on = reverse("establishment_import_go_on", args=[found.pk])
    first = client.post(go_on, {"version": found.version}, headers=HTMX)
    assert "Đã xem 1 trong 2 dòng (50,0 %)" in text_of(first)
    assert 'hx-trigger="submit, load"' in first.content.decode()
    stale = client.post(go_on, {"version": found.version}, headers=HTMX)  # another page was faster: go on from there
    assert "Đã xem 1 trong 2 dòng" in text_of(stale)
    found.refresh_from_db()
    done = client.post(go_on, {"version": found.version}, headers=HTMX)
    assert done.headers["HX-Redirect"] == found.get_absolute_url()


def test_stale_button_says_so(client):
    send(client, sheet(row()))
    found = Import.objects.get()
    answer = client.post(reverse("establishment_import_go_on", args=[found.pk]), {"version": found.version + 1})
    assert [str(one) for one in get_messages(answer.wsgi_request)] == [importing.MOVED_ON]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Tệp rỗng"), (b"%PDF-1.7", ".xlsx"), (b"Ten;Loai\n", ".xlsx"), (sheet(), "chưa có cơ sở nào"),
        (b"PK\x03\x04" + b"\0" * MAX_FILE_BYTES, "lớn hơn 20 MB"),
    ],
    ids=["empty", "pdf", "csv", "headings only", "too large"],
)  # fmt: skip
def test_file_that_cannot_be_read_comes_back_with_a_sentence(client, content, sentence):
    answer = send(client, content)
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert not Import.objects.exists()


def test_hundred_megabytes_are_turned_away_before_they_are_read(client):
    answer = client.post(reverse("establishment_imports"), {}, headers={"Content-Length": str(100 * 1024 * 1024)})
    assert answer.status_code == 413
    assert "vượt quá dung lượng" in text_of(answer)


def test_nothing_of_a_file_is_taken_for_html(client, officer):
    content = sheet(row("<script>alert(1)</script>"), row("<b>", kind="<img src=x onerror=alert(1)>"))
    found = bring(content, officer, "<i>.xlsx")
    for address in (found.get_absolute_url(), reverse("establishment_imports")):
        page = client.get(address).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "<i>.xlsx" not in page


def test_rows_are_filtered_by_outcome_and_refused_ones_come_first(client, officer):
    write(bring(sheet(row("Cũ", code=CODES[0])), officer), officer)
    rows = [row("Mới"), row("Cũ", code=CODES[0]), row("Xấu", kind="gì đó")]
    found = bring(sheet(*rows), officer)
    page = text_of(client.get(found.get_absolute_url())).partition("Từng dòng")[2]
    assert page.index("Xấu") < page.index("Mới") < page.index("Cũ")
    only = text_of(client.get(f"{found.get_absolute_url()}?ket-qua=refused"))
    assert "Xấu" in only
    assert "Mới" not in only.partition("Từng dòng")[2]
    for odd in ("?ket-qua=rac", "?ket-qua=update", "?page=99", "?page=rac"):
        assert client.get(found.get_absolute_url() + odd).status_code == 200


def test_refused_rows_are_downloaded_ready_to_be_corrected(client, officer):
    found = bring(sheet(row("Tốt"), row("Xấu", kind="gì đó")), officer)
    answer = client.get(reverse("establishment_import_refused", args=[found.pk]))
    read = read_sheet(answer.content)
    assert [line.cells[0] for line in read.lines] == ["Xấu"]
    assert answer.headers["Content-Disposition"] == f'attachment; filename="dong-loi-{found.pk}.xlsx"'
    good = bring(sheet(row("Tốt")), officer)
    assert client.get(reverse("establishment_import_refused", args=[good.pk])).status_code == 409


def test_template_can_be_downloaded(client):
    answer = client.get(reverse("establishment_import_template"))
    assert answer.content.startswith(b"PK")


def test_file_can_be_dropped_before_it_is_written(client, officer):
    found = bring(sheet(row()), officer)
    answer = client.post(reverse("establishment_import_drop", args=[found.pk]), {"version": found.version})
    assert answer.url == reverse("establishment_imports")
    assert not Import.objects.exists()


def test_files_of_another_agency_are_not_there(world, visit, officer):
    found = bring(sheet(row(kind="gì đó")), officer)
    stranger = visit(world.actor("phu-tho", "officer"))
    for name in ("establishment_import", "establishment_import_refused"):
        assert stranger.get(reverse(name, args=[found.pk])).status_code == 404
    for name in ("establishment_import_go_on", "establishment_import_apply", "establishment_import_drop"):
        assert stranger.post(reverse(name, args=[found.pk]), {"version": found.version}).status_code == 404
    assert found.file_name not in stranger.get(reverse("establishment_imports")).content.decode()
    assert Import.objects.get().state == ImportState.CHECKED


def test_pages_cost_no_more_queries_with_three_rows_than_with_one(client, officer, django_assert_num_queries):
    one = bring(sheet(row("A1", kind="x")), officer)
    with django_assert_num_queries(9) as first:
        client.get(one.get_absolute_url())
    with django_assert_num_queries(8) as listed:
        client.get(reverse("establishment_imports"))
    three = bring(sheet(row("A1"), row("A2"), row("A3")), officer)
    write(bring(sheet(row("A4")), officer), officer)
    with django_assert_num_queries(len(first)):
        client.get(three.get_absolute_url())
    with django_assert_num_queries(len(listed)):
        client.get(reverse("establishment_imports"))
