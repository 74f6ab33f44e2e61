"""Letters in and out, and their register."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from khuyencong.audit.models import AuditEvent
from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.projects import actions
from khuyencong.projects.actions import LetterInput
from khuyencong.projects.letters import Book, register
from khuyencong.projects.models import Letter
from khuyencong.testing import PDF, make_project

UNIT, DEPARTMENT = "dong-thap-centre", "dong-thap"


@pytest.fixture
def officer(world):
    return world.actor(UNIT, "officer")


def request(project, number="15/TTKC-KC", **more):
    values = {
        "kind": "request",
        "day": today(),
        "summary": "Đề nghị hỗ trợ",
        "issuer": project.implementing_unit,
        "recipient": project.department,
        **more,
    }
    return LetterInput(number=number, **values)


def write(project, by, letter, **more):
    link = actions.record_letter(project_id=project.pk, by=by, version=project.version, letter=letter, **more)
    project.refresh_from_db()
    return link


def test_letter_stands_in_the_register_in_the_dossier_and_in_the_timeline(world, officer):
    project = make_project(world)
    link = write(project, officer, request(project), upload=SimpleUploadedFile("cv.pdf", PDF + b"cv"))
    assert (link.letter.issuer_name, link.letter.year) == ("Trung tâm Khuyến công Đồng Tháp", today().year)
    assert link.attachment in project.attachments.all()
    event = AuditEvent.objects.filter(action="project.letter").get()
    assert event.thread == project.thread
    assert event.after["văn bản"] == "Công văn đề nghị 15/TTKC-KC"


def test_direction_is_seen_from_the_readers_agency(world, officer):
    project = make_project(world)
    letter = write(project, officer, request(project)).letter
    assert letter.direction(officer) == "Đi"
    assert letter.direction(world.actor(DEPARTMENT, "officer")) == "Đến"
    assert letter.direction(world.actor("national", "officer")) == ""


def test_one_letter_may_hand_in_several_projects(world, officer):
    first, second = make_project(world), make_project(world)
    letter = write(first, officer, request(first)).letter
    assert write(second, officer, request(second, number="15 / ttkc-kc")).letter == letter
    assert Letter.objects.count() == 1
    with pytest.raises(Refused, match="đã có trong sổ"):
        write(second, officer, request(second))


@pytest.mark.parametrize("changed", [{"kind": "report"}, {"day": today() - timedelta(days=1)}])
def test_number_of_another_letter_of_the_year_is_refused(world, officer, changed):
    first, second = make_project(world), make_project(world)
    write(first, officer, request(first))
    if changed.get("day", today()).year != today().year:
        return
    with pytest.raises(Refused, match="đã được ghi"):
        write(second, officer, request(second, **changed))


def test_same_number_in_another_year_or_of_another_place_is_another_letter(world, officer):
    project = make_project(world)
    write(project, officer, request(project))
    write(project, officer, request(project, day=today().replace(year=today().year - 1, day=1)))
    write(project, officer, request(project, issuer=None, issuer_name="UBND tỉnh Đồng Tháp"))
    assert Letter.objects.count() == 3


def test_number_written_in_another_province_is_not_known_here(world, officer):
    mine, other = make_project(world, source="national"), make_project(world, source="national", province="25")
    decision = {"kind": "decision", "issuer": mine.funder, "recipient": None, "recipient_name": "Các Sở"}
    one = write(other, world.actor("phu-tho-centre", "officer"), request(other, "1/QĐ-CK", **decision)).letter
    two = write(mine, officer, request(mine, "1/QĐ-CK", **decision)).letter
    assert one != two


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"day": today() + timedelta(days=1)}, "sau hôm nay"),
        ({"issuer": None}, "nơi gửi"),
        ({"recipient": None}, "nơi nhận"),
        ({"number": "  "}, "số, ký hiệu"),
        ({"reply_to_id": 999}, "không có trong sổ"),
    ],
)
def test_letter_that_cannot_be_is_refused_with_a_sentence(world, officer, changed, says):
    project = make_project(world)
    with pytest.raises(Refused, match=says):
        write(project, officer, request(project, **changed))
    assert not Letter.objects.exists()


def test_answer_points_at_the_letter_it_answers(world, officer):
    project = make_project(world, state="submitted")
    first = write(project, officer, request(project)).letter
    answer = request(
        project, "7/SCT-KC", kind="letter", issuer=project.department, recipient=project.implementing_unit,
        reply_to_id=first.pk,
    )  # fmt: skip
    assert write(project, world.actor(DEPARTMENT, "appraiser"), answer).letter.reply_to == first


def test_strangers_and_old_pages_write_nothing(world, officer):
    project = make_project(world)
    for who in (("phu-tho", "officer"), (DEPARTMENT, "auditor"), (DEPARTMENT, "leader")):
        with pytest.raises(NotAllowed):
            write(project, world.actor(*who), request(project))
    with pytest.raises(Stale):
        actions.record_letter(project_id=project.pk, by=officer, version=1, letter=request(project))


def test_database_keeps_a_number_once_for_issuer_and_year(world, officer):
    project = make_project(world)
    letter = write(project, officer, request(project)).letter
    letter.pk, letter._state.adding = None, True
    with pytest.raises(IntegrityError), transaction.atomic():
        letter.save()
    letter.number = " "
    with pytest.raises(IntegrityError), transaction.atomic():
        letter.save()


def test_letter_file_is_not_taken_out(world, officer):
    project = make_project(world)
    link = write(project, officer, request(project), upload=SimpleUploadedFile("cv.pdf", PDF + b"cv"))
    with pytest.raises(Refused, match="văn bản đã ghi số"):
        actions.remove_file(
            project_id=project.pk, by=officer, version=project.version, attachment_id=link.attachment_id
        )


def test_register_holds_what_the_reader_may_know_of(world, officer):
    mine, other = make_project(world), make_project(world, province="25")
    letter = write(mine, officer, request(mine)).letter
    write(other, world.actor("phu-tho-centre", "officer"), request(other))
    year = today().year
    assert list(register(officer, year=year, book=Book.ALL)) == [letter]
    assert list(register(officer, year=year, book=Book.OUT)) == [letter]
    assert list(register(officer, year=year, book=Book.IN)) == []
    assert list(register(world.actor(DEPARTMENT, "leader"), year=year, book=Book.IN)) == [letter]
    assert list(register(officer, year=year - 1, book=Book.ALL)) == []
    assert len(register(world.actor("national", "officer"), year=year, book=Book.ALL)) == 2


def test_register_page_asks_as_much_for_three_letters_as_for_one(world, officer, visit, django_assert_max_num_queries):
    project = make_project(world)
    write(project, officer, request(project))
    client, address = visit(officer), reverse("letters")
    with django_assert_max_num_queries(40) as first:
        assert "15/TTKC-KC" in client.get(address).content.decode()
    for number in ("16", "17"):
        write(project, officer, request(project, number))
    with django_assert_max_num_queries(len(first)):
        client.get(address)


def test_register_as_a_file_is_audited(world, officer, visit):
    project = make_project(world)
    write(project, officer, request(project, "=1+1"))
    answer = visit(officer).get(reverse("letters_xlsx"))
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        assert "<f>" not in book.read("xl/worksheets/sheet1.xml").decode()
        written = book.read("xl/sharedStrings.xml").decode()
    assert "=1+1" in written
    assert project.code in written
    assert AuditEvent.objects.filter(action="letters.export").count() == 1


def test_odd_years_and_books_show_this_years_own_register(world, officer, visit):
    client = visit(officer)
    for query in ({"nam": "abc"}, {"nam": "9" * 40}, {"so": "x"}, {"nam": "\x00", "so": "\x00"}, {"page": "x"}):
        answer = client.get(reverse("letters"), query)
        assert (answer.status_code, answer.context["year"]) == (200, str(today().year))
