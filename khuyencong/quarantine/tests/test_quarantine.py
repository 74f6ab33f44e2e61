"""A file from the door to the one who decides: recognised, not judged, doubtful, let go, destroyed."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings as live
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from khuyencong import jobs
from khuyencong.api.once import HEADER
from khuyencong.api.tests.making import caller_for
from khuyencong.audit.models import AuditEvent
from khuyencong.audit.verify import verify_chain
from khuyencong.core.clamd import NoAnswerError, Verdict
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.core.files import check_upload
from khuyencong.notices.actions import people_of
from khuyencong.notices.models import Notice
from khuyencong.people.roles import Role
from khuyencong.projects.models import Attachment
from khuyencong.quarantine import actions
from khuyencong.quarantine.background import SETTLED
from khuyencong.quarantine.door import SILENT
from khuyencong.quarantine.holding import deciders_for
from khuyencong.quarantine.models import HeldFile, HeldState, Why
from khuyencong.testing import PDF, make_project
from khuyencong.upkeep.doctor import examine
from khuyencong.upkeep.files import broken_files
from khuyencong.upkeep.neighbours import Mark

pytestmark = pytest.mark.django_db
FILES_INSIDE = PDF + b"\n<< /Names << /EmbeddedFiles 4 0 R >> >>"
LOCKED = PDF + b"\ntrailer << /Encrypt 9 0 R >>"
BAD = b"day la tep xau"


class Double:
    """A clamd that knows one mark, and may be silent."""

    silent = False
    asked = 0

    def __str__(self):
        return "/run/thu.ctl"

    def scan(self, chunks, *, within=180):
        assert within > 0
        self.asked += 1
        if self.silent:
            raise NoAnswerError("no such file")
        return Verdict("Thu.Xau" if BAD in b"".join(chunks) else "")

    def version(self):
        self.scan([])
        return "ClamAV thử"


@pytest.fixture
def clamd(settings, project):  # what the world has already is not scanned
    settings.CLAMD = Double()
    cache.delete(SILENT)
    yield settings.CLAMD
    cache.delete(SILENT)


@pytest.fixture
def project(world):
    return make_project(world)


@pytest.fixture
def officer(world, project):
    return world.actor(project.implementing_unit.code, "officer")


@pytest.fixture
def send(visit, project, officer):
    """Attach a file by the page, as a browser does."""

    def sent(content, name="bao-gia.pdf"):
        project.refresh_from_db()
        upload = SimpleUploadedFile(name, content)
        fields = {"version": project.version, "kind": "quotation", "file": upload}
        return visit(officer).post(reverse("project_attach", args=[project.code]), fields)

    return sent


@pytest.fixture
def download(visit, project, officer):
    def taken(attachment):
        answer = visit(officer).get(reverse("project_attachment", args=[project.code, attachment.pk]))
        if answer.streaming:
            assert answer.getvalue().startswith(b"%PDF-")
        return answer

    return taken


@pytest.fixture
def administrator(world, officer):
    return world.actor(officer.agency.code, "administrator")


def newest():
    return Attachment.objects.latest("pk")


def later():
    """The next look of the job, after everything has settled."""
    HeldFile.objects.update(brought_at=timezone.now() - 2 * SETTLED, tried_at=None)
    jobs.do_all()


def test_what_clamd_recognises_is_turned_away_and_written_down(clamd, send, officer):
    answer = send(PDF + BAD)
    assert answer.status_code == 422
    assert "có mã độc (Thu.Xau)" in answer.content.decode()
    assert not Attachment.objects.filter(name="bao-gia.pdf", size=len(PDF + BAD)).exists()
    assert not HeldFile.objects.exists()
    event = AuditEvent.objects.get(action="file.infected")
    assert (event.actor, event.agency, event.after["tìm thấy"]) == (officer.user, officer.agency, "Thu.Xau")
    assert send(FILES_INSIDE).status_code == 302  # clean by clamd: nothing is held
    assert not HeldFile.objects.exists()
    send(LOCKED)  # nobody looks behind a password
    assert HeldFile.objects.get().why == Why.DOUBTFUL


def test_what_was_not_judged_waits_for_clamd(clamd, send, download, officer, django_capture_on_commit_callbacks):
    clamd.silent = True
    for number, content in enumerate((PDF + b"1", PDF + BAD)):
        assert send(content, f"tep-{number}.pdf").status_code == 302
    good, bad = Attachment.objects.filter(name__startswith="tep-").order_by("pk")
    answer = download(good)
    assert answer.status_code == 409
    assert "đang cách ly" in answer.content.decode()
    later()  # silent still
    assert {one.state for one in HeldFile.objects.all()} == {HeldState.HELD}
    clamd.silent = False
    with django_capture_on_commit_callbacks(execute=True):
        later()
    assert download(good).status_code == 200
    assert "mã độc (Thu.Xau)" in download(bad).content.decode()
    assert not default_storage.exists(bad.file.name)
    assert default_storage.exists(good.file.name)
    assert list(broken_files()) == []
    told = " ".join(Notice.objects.filter(user=officer.user).values_list("sentence", flat=True))
    assert "tep-0.pdf» bạn gửi đã quét xong" in told
    assert "tep-1.pdf» bạn gửi đã bị hủy" in told
    assert verify_chain() is None


def test_an_action_that_passed_by_the_door_holds_too(clamd, world, project, officer):
    from khuyencong.projects.actions import attach_file

    upload = SimpleUploadedFile("a.pdf", PDF)
    attach_file(project_id=project.pk, by=officer, version=project.version, kind="quotation", upload=upload)
    assert HeldFile.objects.get().why == Why.UNSCANNED


def test_doubtful_without_a_scanner_is_decided_by_an_administrator(send, download, visit, administrator, world):
    assert send(FILES_INSIDE).status_code == 302
    held = HeldFile.objects.get()
    assert held.reason == "Tệp PDF có tệp khác đính bên trong."
    assert download(newest()).status_code == 409
    assert Notice.objects.filter(user=administrator.user, url=held.get_absolute_url()).exists()
    page = visit(administrator)
    assert held.name in page.get(reverse("held_files")).content.decode()
    assert held.sha256 in page.get(held.get_absolute_url()).content.decode()
    elsewhere = visit(world.actor("phu-tho", "administrator"))
    assert elsewhere.get(held.get_absolute_url()).status_code == 404
    assert visit(world.actor(administrator.agency.code, "officer")).get(held.get_absolute_url()).status_code == 403
    address = reverse("held_file_release", args=[held.pk])
    assert page.get(address).status_code == 200
    assert elsewhere.post(address, {"version": 1, "reason": "x"}).status_code == 404
    assert page.post(address, {"version": 1, "reason": ""}).status_code == 422
    assert page.post(address, {"version": 1, "reason": "hóa đơn điện tử kèm XML"}).status_code == 302
    assert download(newest()).status_code == 200
    send(FILES_INSIDE)  # the same content is known now
    assert HeldFile.objects.count() == 1


def test_the_api_shows_its_files_to_clamd_too(clamd, world, project):
    caller = caller_for(world)

    def send(content):
        headers = caller.headers | {HEADER: uuid4().hex, "If-Match": str(project.version)}
        form = {"kind": "quotation", "file": SimpleUploadedFile("bao-gia.pdf", content)}
        return caller.client.post(f"/api/v1/projects/{project.code}/files", form, headers=headers)

    refused = send(PDF + BAD)
    assert (refused.status_code, "mã độc" in refused.json()["detail"]) == (409, True)
    assert AuditEvent.objects.get(action="file.infected").origin.startswith("api kc_")
    clamd.silent = True
    assert send(PDF).status_code == 200
    held = HeldFile.objects.get()
    assert (held.why, held.agency) == (Why.UNSCANNED, world.agencies["dong-thap-centre"])


def test_destroying(send, administrator, world, django_capture_on_commit_callbacks):
    send(FILES_INSIDE)
    held, kept = HeldFile.objects.get(), newest()
    deed = {"held_id": held.pk, "reason": "không ai nhận là của mình"}
    with pytest.raises(NotAllowed):
        actions.destroy(by=world.actor("phu-tho", "administrator"), version=1, **deed)
    with pytest.raises(Stale):
        actions.destroy(by=administrator, version=2, **deed)
    with pytest.raises(Refused, match="người quản trị khác"):
        actions.destroy(by=replace(administrator, user=held.brought_by), version=1, **deed)
    with django_capture_on_commit_callbacks(execute=True):
        actions.destroy(by=administrator, version=1, **deed)
    assert not default_storage.exists(kept.file.name)
    with pytest.raises(Refused):
        actions.release(by=administrator, version=2, **deed)
    with pytest.raises(Refused, match="đã bị hủy khi cách ly"):
        check_upload(SimpleUploadedFile("lai.pdf", FILES_INSIDE)).arrive()


def test_what_is_not_kept_holds_nothing(send, project, officer, world):
    from khuyencong.projects.actions import attach_file, file_paper

    upload = SimpleUploadedFile("a.pdf", FILES_INSIDE)
    with pytest.raises(Stale):
        file_paper(project_id=project.pk, by=officer, version=999, key="request", upload=upload)
    stranger = world.actor("phu-tho", "officer")
    with pytest.raises(NotAllowed):
        attach_file(project_id=project.pk, by=stranger, version=1, kind="quotation", upload=upload)
    assert not HeldFile.objects.exists()
    assert not AuditEvent.objects.filter(action="file.hold").exists()


def test_who_has_no_administrator_of_their_own_is_decided_above(world, administrator):
    department = people_of(world.agencies["dong-thap"], Role.ADMINISTRATOR)
    assert department
    assert deciders_for(world.agencies["owner"]) == department
    assert deciders_for(world.agencies["dong-thap-centre"]) == [administrator.user]


def test_a_silent_clamd_is_asked_once(clamd, visit, officer, project):
    clamd.silent = True
    files = [SimpleUploadedFile(f"{number}.pdf", PDF + bytes([number])) for number in range(10)]
    visit(officer).post(reverse("project_attach", args=[project.code]), {"version": project.version, "file": files})
    visit(officer).post(reverse("project_attach", args=[project.code]), {"version": project.version, "file": files[0]})
    assert clamd.asked == 1


def test_a_file_that_was_never_kept_leaves_no_riddle(clamd):
    held = HeldFile.objects.create(
        stored_name="0.pdf",
        name="x.pdf",
        content_type="application/pdf",
        size=1,
        sha256="0",
        why=Why.UNSCANNED,
        reason="-",
    )
    later()
    held.refresh_from_db()
    assert (held.state, held.decided_because) == (HeldState.DESTROYED, actions.NEVER_KEPT)


def test_lists_with_one_and_three_rows_ask_alike(send, visit, administrator):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    page, counts = visit(administrator), []
    for number in range(3):
        send(FILES_INSIDE + bytes([48 + number]), f"{number}.pdf")
        with CaptureQueriesContext(connection) as asked:
            page.get(reverse("held_files"))
        counts.append(len(asked))
    assert counts[0] == counts[2]


def test_the_doctor_says_how_clamd_is(world, clamd):
    def said(where):
        return examine(replace(live.CONFIG, clamd=where, demo=False, debug=False), only={"Quét mã độc"})[0]

    assert said(None).mark is Mark.WARNING
    assert (said(clamd).mark, "ClamAV thử" in said(clamd).sentence) == (Mark.GOOD, True)
    clamd.silent = True
    assert said(clamd).mark is Mark.BAD


def test_held_long_ago_is_found_where_its_room_keeps_it(send):
    """The folder is that of the day on which it came."""
    send(FILES_INSIDE)
    held, kept = HeldFile.objects.get(), newest()
    assert actions.stored_at(held) == kept.file.name
    held.brought_at -= timedelta(minutes=30)
    assert actions.stored_at(held) == kept.file.name
    held.brought_at -= timedelta(days=40)
    assert actions.stored_at(held) is None
