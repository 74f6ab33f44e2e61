"""Papers and photos of a request: kept or refused whole, handed out safely, and written down."""

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from khuyencong.audit.models import AuditEvent
from khuyencong.core.errors import Refused
from khuyencong.intake import actions
from khuyencong.intake.actions import papers
from khuyencong.intake.models import RequestPaper
from khuyencong.testing import PDF
from tests.looking import whole_database

JPEG = b"\xff\xd8\xff\xe0" + b"0" * 40
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


def upload(name, content):
    return SimpleUploadedFile(name, content)


def on_disk():
    folder = settings.STORAGES["default"]["OPTIONS"]["location"] / "requests"
    return {path for path in folder.rglob("*") if path.is_file()} if folder.exists() else set()


@pytest.fixture
def add(owner):
    """`add(request, *uploads)`: as its owner."""

    def keep(request, *uploads, title="Giấy tờ"):
        request.refresh_from_db()
        return actions.add_papers(
            request_id=request.pk, by=owner, version=request.version, title=title, uploads=uploads
        )

    return keep


def test_photos_and_files_come_together(ask, owner, visit):
    request = ask()
    answer = visit(owner).post(
        f"{request.get_absolute_url()}giay-to/",
        {
            "version": request.version,
            "title": "Nhà xưởng",
            "photo": [upload("IMG_1.jpg", JPEG), upload("IMG_2.jpg", JPEG + b"2")],
            "file": [upload("bao-gia.pdf", PDF), upload("so-do.png", PNG)],
        },
    )
    assert answer.status_code == 302
    assert list(request.papers.values_list("file_name", "title")) == [
        ("IMG_1.jpg", "Nhà xưởng"), ("IMG_2.jpg", "Nhà xưởng"), ("bao-gia.pdf", "Nhà xưởng"), ("so-do.png", "Nhà xưởng"),
    ]  # fmt: skip


def test_camera_is_asked_for_by_the_page(ask, owner, visit):
    page = visit(owner).get(f"{ask().get_absolute_url()}giay-to/").content.decode()
    assert 'capture="environment"' in page
    assert 'accept="image/jpeg,image/png,application/pdf"' in page
    assert "multiple" in page
    assert "HEIC" in page


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("anh.heic", b"\x00\x00\x00\x18ftypheic", "HEIC"),
        ("trang.svg", b"<svg onload='alert(1)'/>", "không đúng loại"),
        ("trang.html", b"<script>alert(1)</script>", "không đúng loại"),
        ("gia.pdf", b"<script>alert(1)</script>", "không đúng loại"),
        ("anh.jpg", PDF, "không đúng loại"),
        ("rong.pdf", b"", "rỗng"),
    ],
)
def test_wrong_file_is_refused_with_all_that_came_with_it(ask, owner, visit, name, content, says):
    request, files, before = ask(), on_disk(), None
    browser = visit(owner)
    before = whole_database()
    answer = browser.post(
        f"{request.get_absolute_url()}giay-to/",
        {"version": request.version, "title": "Giấy", "file": [upload("tot.pdf", PDF), upload(name, content)]},
    )
    assert answer.status_code == 422
    assert says in answer.content.decode() or "trống" in answer.content.decode()
    assert whole_database() == before
    assert on_disk() == files


def test_nothing_chosen_is_said(ask, owner, visit):
    request = ask()
    answer = visit(owner).post(f"{request.get_absolute_url()}giay-to/", {"version": request.version, "title": "Giấy"})
    assert answer.status_code == 422
    assert "ít nhất một tệp" in answer.content.decode()


def test_same_file_twice_is_refused(ask, add):
    request = ask()
    add(request, upload("a.pdf", PDF))
    files = on_disk()
    with pytest.raises(Refused, match="đã có trong"):
        add(request, upload("b.pdf", PDF + b"2"), upload("c.pdf", PDF))
    assert on_disk() == files
    with pytest.raises(Refused, match="đã có trong"):
        add(request, upload("b.pdf", PDF + b"2"), upload("c.pdf", PDF + b"2"))


def test_there_is_a_most(ask, add, monkeypatch):
    monkeypatch.setattr(papers, "MAX_PAPERS", 2)
    request = ask()
    add(request, upload("a.pdf", PDF), upload("b.pdf", PDF + b"2"))
    with pytest.raises(Refused, match="tối đa 2"):
        add(request, upload("c.pdf", PDF + b"3"))


@pytest.mark.parametrize("state", ["sent", "received", "declined", "taken_up", "withdrawn"])
def test_what_was_sent_stays_as_it_is(ask, add, with_paper, owner, visit, state):
    request = ask(state)
    with pytest.raises(Refused, match="không sửa được"):
        add(request, upload("a.pdf", PDF))
    assert visit(owner).get(f"{request.get_absolute_url()}giay-to/").status_code == 409


def test_paper_is_taken_out_with_its_file(ask, with_paper, owner, visit, django_capture_on_commit_callbacks):
    request = ask()
    paper = with_paper(request)
    request.refresh_from_db()
    files = on_disk()
    with django_capture_on_commit_callbacks(execute=True):
        visit(owner).post(f"{request.get_absolute_url()}giay-to/{paper.pk}/bo/", {"version": request.version})
    assert not request.papers.exists()
    assert len(on_disk()) == len(files) - 1
    event = AuditEvent.objects.filter(thread=request.thread).latest("seq")
    assert (event.action, event.before["tệp"]) == ("request.remove_paper", "giay-dang-ky.pdf")


def test_file_comes_as_a_download_with_safe_headers_and_is_written_down(ask, with_paper, owner, officer, visit):
    request = ask()
    paper = with_paper(request)
    request.refresh_from_db()
    actions.send_request(request_id=request.pk, by=owner, version=request.version)
    for number, actor in enumerate((owner, officer), start=1):
        answer = visit(actor).get(f"{request.get_absolute_url()}giay-to/{paper.pk}/")
        assert b"".join(answer.streaming_content).startswith(b"%PDF-")
        assert answer["Content-Disposition"] == 'attachment; filename="giay-dang-ky.pdf"'
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Type"] == "application/pdf"
        events = AuditEvent.objects.filter(action="request.download", thread=request.thread)
        assert events.count() == number
        assert events.latest("seq").actor_id == actor.user.pk
    page = visit(owner).get(request.get_absolute_url()).content.decode()
    assert "Tải giấy tờ của đề nghị" not in page


def test_file_of_an_unseen_draft_is_not_there(ask, with_paper, officer, visit):
    request = ask()
    paper = with_paper(request)
    assert visit(officer).get(f"{request.get_absolute_url()}giay-to/{paper.pk}/").status_code == 404


def test_file_that_is_gone_from_the_disk_is_not_there(ask, with_paper, owner, visit):
    request = ask()
    paper = with_paper(request)
    paper.file.storage.delete(paper.file.name)
    assert visit(owner).get(f"{request.get_absolute_url()}giay-to/{paper.pk}/").status_code == 404


def test_name_of_a_file_is_never_markup(ask, add, owner, visit):
    request = ask()
    add(request, upload("<img src=x onerror=alert(1)>.pdf", PDF), title="<b>Giấy</b>")
    page = visit(owner).get(request.get_absolute_url()).content.decode()
    assert "<img src=x" not in page
    assert "<b>Giấy</b>" not in page
    assert RequestPaper.objects.count() == 1
