"""The whole dossier as one ZIP."""

import io
import shutil
import subprocess
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from khuyencong.audit.models import AuditEvent
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.people.roles import STAFF
from khuyencong.projects import actions, dossier_zip
from khuyencong.projects.dossier import dossier_of
from khuyencong.projects.dossier_zip import archive_of, plain
from khuyencong.projects.models import Attachment
from khuyencong.testing import PDF, make_project

LIST, REQUEST = "registration.project_list", "registration.beneficiary_request"
HOSTILE = ("../../etc/passwd", "a\x00b", "\u202egpj.exe", "x" * 250, "CON", "đề án số 1", "//", " ", ".pdf", "a/b\\c")


@pytest.fixture
def officer(world):
    return world.actor("dong-thap-centre", "officer")


def file(project, by, key, name, text):
    upload = SimpleUploadedFile(name, PDF + text.encode())
    paper = actions.file_paper(project_id=project.pk, by=by, version=project.version, key=key, upload=upload)
    project.refresh_from_db()
    return paper


def opened(project, stage=""):
    archive = archive_of(dossier_of(project, on=today()), stage=stage)
    found = zipfile.ZipFile(io.BytesIO(b"".join(archive.chunks())))
    assert found.testzip() is None
    return archive, found


def test_archive_holds_every_version_letter_and_file_with_its_index(world, officer):
    project = make_project(world, source="national")
    file(project, officer, LIST, "danh-muc.pdf", "new")
    archive, found = opened(project)
    names = found.namelist()
    assert names[:2] == ["muc-luc-ho-so.html", "muc-luc-ho-so.xlsx"]
    assert "01-dang-ky-tham-dinh-cap-co-so/02-danh-muc-de-an-nhiem-vu-dang-ky-ban-2-danh-muc.pdf" in names
    assert len(names) == 2 + project.attachments.count()
    for path, attachment in archive.files:
        with attachment.file.open() as kept:
            assert found.read(path) == kept.read()
    with zipfile.ZipFile(io.BytesIO(found.read("muc-luc-ho-so.xlsx"))) as book:
        written = book.read("xl/sharedStrings.xml").decode()
    assert all(attachment.sha256 in written for _, attachment in archive.files)
    page = found.read("muc-luc-ho-so.html").decode()
    assert all(f'href="{path}"' in page for path, _ in archive.files)
    assert "Công văn đề nghị số" in page
    assert "Chưa có" in page  # what lacks is listed too


def test_shared_file_lies_in_the_archive_once(world, officer):
    project = make_project(world)
    file(project, officer, LIST, "chung.pdf", "same")
    file(project, officer, REQUEST, "chung.pdf", "same")
    archive, _ = opened(project)
    places = [one.path for one in archive.lines if one.name == "chung.pdf"]
    assert len(places) == 2
    assert len(set(places)) == 1


def test_two_files_of_one_name_both_lie_there(world, officer):
    project = make_project(world)
    file(project, officer, LIST, "a.pdf", "1")
    file(project, officer, LIST, "a.pdf", "2")
    _, found = opened(project)
    assert len({name for name in found.namelist() if name.endswith("-a.pdf")}) == 2


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_name_becomes_a_plain_one(world, officer, name):
    project = make_project(world)
    Attachment.objects.filter(project=project).update(name=f"{name.replace(chr(0), '')}.pdf")
    archive, found = opened(project)
    for path in found.namelist():
        assert path.isascii()
        assert ".." not in path
        assert not path.startswith("/")
        assert len(path) < 200
        assert all(part and part.strip(".") for part in path.split("/"))
    assert archive.files


def test_plain_is_never_empty_nor_long():
    assert [plain(text) for text in ("", "///", "Đề án số 1/2026", "\u202e")] == [
        "tep",
        "tep",
        "de-an-so-1-2026",
        "tep",
    ]
    assert len(plain("x" * 500)) <= 48


def test_other_programs_open_it(world, officer, tmp_path):
    project = make_project(world, source="national")
    archive = archive_of(dossier_of(project, on=today()))
    path = tmp_path / "ho-so.zip"
    path.write_bytes(b"".join(archive.chunks()))
    unzip = shutil.which("unzip")
    command = [unzip, "-t", str(path)] if unzip else ["python3", "-m", "zipfile", "-t", str(path)]
    assert subprocess.run(command, check=False, capture_output=True).returncode == 0  # noqa: S603  # our own file


def test_one_chunk_is_in_memory_at_a_time(world, officer):
    project = make_project(world)
    file(project, officer, LIST, "to.pdf", "z" * 3_000_000)
    chunks = list(archive_of(dossier_of(project, on=today())).chunks())
    assert max(map(len, chunks)) < 200_000
    assert sum(map(len, chunks)) > 3_000_000


def test_one_stage_alone_can_be_taken(world, officer):
    project = make_project(world, source="national")
    archive, found = opened(project, stage="registration")
    assert {name.split("/")[0] for name in found.namelist() if "/" in name} == {"01-dang-ky-tham-dinh-cap-co-so"}
    assert {one.group for one in archive.lines} == {"Đăng ký, thẩm định cấp cơ sở"}


def test_too_large_a_dossier_says_to_take_it_by_stage(world, monkeypatch):
    project = make_project(world)
    monkeypatch.setattr(dossier_zip, "MOST_MEGABYTES", 0)
    with pytest.raises(Refused, match="từng bước"):
        archive_of(dossier_of(project, on=today()))


def test_file_that_is_gone_is_said_in_the_index(world):
    project = make_project(world)
    attached = project.attachments.get()
    attached.file.storage.delete(attached.file.name)
    archive, found = opened(project)
    assert len(found.namelist()) == 2
    assert "không còn trên máy chủ" in archive.lines[-1].note


def test_download_is_for_those_in_scope_and_one_event(world, officer, visit):
    project = make_project(world, state="submitted")
    address = reverse("project_dossier_zip", args=[project.code])
    for agency in ("phu-tho", "phu-tho-centre", "region"):
        for role in STAFF:
            assert visit(world.actor(agency, role.value)).get(address).status_code == 404
    answer = visit(world.actor("dong-thap", "auditor")).get(address)
    body = b"".join(answer.streaming_content)
    assert zipfile.ZipFile(io.BytesIO(body)).testzip() is None
    assert answer["Content-Disposition"] == f'attachment; filename="ho-so-{project.code}.zip"'
    assert AuditEvent.objects.filter(action="project.dossier_zip", thread=project.thread).count() == 1
    assert visit(officer).get(address, {"buoc": "../x"}).status_code == 404


def test_archive_asks_as_much_for_three_files_as_for_one(world, officer, django_assert_num_queries):
    project = make_project(world)
    file(project, officer, LIST, "a.pdf", "1")
    with django_assert_num_queries(8):  # one of them: which files are held back
        opened(project)
    file(project, officer, LIST, "a.pdf", "2")
    file(project, officer, REQUEST, "a.pdf", "3")
    with django_assert_num_queries(8):
        opened(project)
