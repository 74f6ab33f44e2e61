"""The pages of classes: what is shown to whom, forms against those who may not, the import, and the door."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from khuyencong.core.dates import format_date, today
from khuyencong.desk.due import dues, question
from khuyencong.documents.lists import FilledList, ListColumn, list_workbook
from khuyencong.documents.reading import open_workbook
from khuyencong.testing import PDF
from khuyencong.training import actions
from khuyencong.training.importing import COLUMNS, _identity
from khuyencong.training.models import Course, Employment, Evaluation, Learner, LearnerCertificate
from khuyencong.training.tests.making import (
    LEADER,
    OFFICER,
    attended,
    certify,
    course_of,
    enter,
    finished,
    fresh,
    mark,
    pay_list,
    project_of,
    running,
    set_rate,
)
from tests.looking import signed_in, whole_database

CARD = "087090000001"


def text_of(answer):
    return re.sub(r"<[^>]+>|\s+", " ", answer.content.decode())


@pytest.fixture
def officer(world):
    return signed_in(world.actor(*OFFICER))


def url(name, *args):
    return reverse(name, args=args)


def test_pages_of_a_class_from_the_list_to_the_papers(world, officer):
    """Every page opens, says what matters, and costs the same with one class or three, one learner or three."""
    project = project_of(world)
    course = running(world, project)
    learners = [
        enter(world, course, f"Trần Thị Thử {n}", identity_number=f"08709000000{n}", gender="female") for n in (1, 2)
    ]
    attended(world, course, *learners)
    set_rate(world, course)
    made = pay_list(world, course)
    course = finished(world, course)
    certify(world, course, learners[:1])
    pages = {
        url("courses"): "Lớp đan lục bình Thử",
        url("course_table"): "Đào tạo nghề, truyền nghề",
        url("course_learners") + "?q=tran thi": "Trần Thị Thử 2",
        url("course", course.pk): "100.000/người/ngày",
        url("course_roster", course.pk): CARD,
        url("course_employment", course.pk): "chưa biết",
        url("course_pay_list", made.pk): "Tổng 200.000 đồng cho 2 người",
        f"{project.get_absolute_url()}?tab=hoat-dong": "Lớp, hội nghị",
        reverse("search") + "?q=lục bình": "Lớp đan lục bình Thử",
        url("course_new"): project.name,
    }
    for address, words in pages.items():
        answer = officer.get(address)
        assert answer.status_code == 200, address
        assert words in text_of(answer), address
    for name, key in (
        ("course_signed_list", course.pk), ("course_certificates_pdf", course.pk), ("course_employment_pdf", course.pk),
        ("course_pay_list_pdf", made.pk),
    ):  # fmt: skip
        answer = officer.get(url(name, key))
        assert answer.content[:5] == b"%PDF-", name
    assert officer.get(url("course_table_xlsx")).content[:2] == b"PK"
    # Whoever may not read personal data sees the end of a number alone.
    accountant = signed_in(world.actor("dong-thap", "accountant"))
    told = text_of(accountant.get(url("course_roster", course.pk)))
    assert CARD not in told
    assert "001" in told
    assert signed_in(world.actor("phu-tho", "officer")).get(url("course", course.pk)).status_code == 404
    lists = (url("courses"), url("course_learners"), url("course", course.pk), url("course_roster", course.pk))
    # The table opens what it has counted, and no more.
    running(world, project, name="Lớp chưa xong")
    behind = f"{url('courses')}?loai=vocational&tu={today().year}&den={today().year}"
    assert behind.replace("&", "&amp;") in officer.get(f"{url('course_table')}?tu={today().year}").content.decode()
    assert [one.pk for one, *_ in officer.get(behind).context["rows"]] == [course.pk]
    Course.objects.filter(name="Lớp chưa xong").update(state="planned")
    counts = {address: queries(officer, address) for address in lists}
    for number in range(2):
        other = running(world, project, name=f"Lớp nữa {number}")
        attended(world, other, enter(world, other, f"Người khác {number}"))
    for address in lists[:2]:
        assert queries(officer, address) == counts[address], address
    leader_dues = dues(question(world.actor(*LEADER), on=today()))
    assert not [one for one in leader_dues if one.key == f"course:{course.pk}:certify"]
    owed = {one.key: one.title for one in dues(question(world.actor(*OFFICER), on=today()))}
    assert "của 2 người" in owed[f"course:{course.pk}:employment"]


def queries(client, address):

    client.get(address)
    with CaptureQueriesContext(connection) as caught:
        client.get(address)
    return len(caught)


def test_forms_are_refused_to_others_and_to_old_pages(world, officer):
    """Each form once: another province 404, a role that may not 403, an old page a sentence; nothing is written."""
    course = running(world)
    learner = enter(world, course)
    attended(world, course, learner)
    set_rate(world, course)
    made = pay_list(world, course)
    session, rate = course.sessions.first(), course.rates.get()
    trainer = actions.add_trainer(
        course_id=course.pk, by=world.actor(*OFFICER), version=fresh(course).version, name="Ông Dạy Thử"
    )
    old = {"version": 1}
    forms = {
        url("course_open", course.pk): old,
        url("course_finish", course.pk): old,
        url("course_sessions", course.pk): {
            **old, "first": format_date(today()), "last": format_date(today()), "morning_from": "18:00",
            "morning_to": "19:00",
        },
        url("course_session_remove", course.pk, session.pk): old,
        url("course_session_move", course.pk, session.pk): {
            **old, "held_on": format_date(today()), "starts_at": "6:00", "ends_at": "7:00", "reason": "Nhầm giờ.",
        },
        url("course_door_renew", course.pk): old,
        url("course_trainer", course.pk): {**old, "name": "Bà Dạy Thử"},
        url("course_trainer_remove", course.pk, trainer.pk): old,
        url("course_rate", course.pk): {**old, "kind": "hall", "unit": "day", "amount": "2 triệu", "document": "QĐ 1"},
        url("course_rate_remove", course.pk, rate.pk): old,
        url("course_files", course.pk): {**old, "kind": "material", "uploads": SimpleUploadedFile("a.pdf", PDF)},
        url("learner_remove", learner.pk): {"version": 9, "reason": "Nhầm."},
        url("learner_employment", learner.pk): {"version": 9, "employed": "khong", "proof": "Gọi"},
        url("course_allowances", course.pk): {**old, "kind": "meal", "creation_key": str(uuid4())},
        url("course_pay_list_annul", made.pk): {"version": 9, "reason": "Sai."},
        url("course_pay_list_tie", made.pk): {"version": 9, "posting": "1"},
    }  # fmt: skip
    stranger, looker = (signed_in(world.actor(*who)) for who in (("phu-tho", "officer"), (*OFFICER[:1], "accountant")))
    before = whole_database()
    for address, data in forms.items():
        assert stranger.post(address, data).status_code == 404, address
        assert looker.post(address, data).status_code == 403, address
        assert officer.post(address, data).status_code in {302, 422}, address
    assert officer.post(url("course_reopen", course.pk), {**old, "reason": "x"}).status_code == 403
    assert whole_database() == before
    # And by whoever may, with the page of now.
    now = {"version": fresh(course).version}
    later = {name: value for name, value in forms[url("course_sessions", course.pk)].items() if name != "version"}
    assert officer.post(url("course_sessions", course.pk), {**later, **now}).status_code == 302
    assert course.sessions.count() == 3
    move = url("course_session_move", course.pk, session.pk)
    assert "Nhầm" not in text_of(officer.get(move))
    assert officer.post(move, {**forms[move], "version": fresh(course).version}).status_code == 302
    assert fresh(session).starts_at.hour == 6
    # The address at the door is changed where the old one is in wrong hands.
    door = url("course_door", course.secret)
    officer.post(url("course_door_renew", course.pk), {"version": fresh(course).version})
    assert Client().get(door).status_code == 404
    assert Client().get(url("course_door", fresh(course).secret)).status_code == 200
    # Attendance that was taken back stands on the list.
    assert "không còn được ghi có mặt" not in text_of(officer.get(url("course_pay_list", made.pk)))
    for one in course.sessions.all():
        mark(world, one, learner, present=False)
    assert "không còn được ghi có mặt" in text_of(officer.get(url("course_pay_list", made.pk)))


def test_list_comes_in_from_excel_whole_or_not_at_all(world, officer):
    course = course_of(world)
    heads = [heading for heading, _ in COLUMNS.values()]
    xa = (
        course.project.province.communes.get().name
        if hasattr(course.project.province, "communes")
        else "Xã Thử Nghiệm Đồng Tháp"
    )

    def send(rows, key=None, **more):
        content = list_workbook(FilledList("Học viên", [ListColumn((head,)) for head in heads], rows))
        data = {"creation_key": key or str(uuid4()), "file": SimpleUploadedFile("ds.xlsx", content), **more}
        return officer.post(url("roster_import", course.pk), data)

    good = ["Trần Thử Một", "1990", "Nữ", "Khmer", CARD, xa, "ấp Thử", "0912 345 678", "Tổ hợp tác Thử", ""]
    bad = ["Trần Thử Hai", "mười", "Nữ", "Kinh", CARD, "Xã Không Có", "", "", "", ""]
    answer = send([good, bad])
    told = text_of(answer)
    assert answer.status_code == 422
    for words in ("không phải là năm sinh", "Số này đã có ở dòng 2", "không có xã, phường này"):
        assert words in told
    assert not Learner.objects.exists()
    back = send([good, bad], **{"tra-lai": "1"})
    book = open_workbook(back.content)
    rows = book.table(book.sheets[0], most_rows=20).rows
    assert len(rows) == 2  # the headings and the one that was refused
    assert "Năm sinh" in rows[1].cells[len(heads)]
    key = str(uuid4())
    assert send([good], key).status_code == 302
    assert "Đã nhập 1 người" in text_of(officer.get(url("course_roster", course.pk)))
    assert send([good], key).status_code in {302, 422}  # a second click brings nobody twice
    one = Learner.objects.get()
    assert (one.source, one.birth_year, one.minority, one.commune.name) == ("import", 1990, True, xa)
    assert officer.get(url("roster_template", course.pk)).content[:2] == b"PK"
    # Numbers of provinces 001 to 009 lose two zeros where Excel keeps them as numbers.
    assert [_identity(number).value for number in (1_090_000_001, 87_090_000_001)] == ["001090000001", CARD]


def test_attendance_page_takes_taps_and_whole_forms(world, officer):
    course = running(world)
    one, two = enter(world, course, "Người Một"), enter(world, course, "Người Hai")
    session = course.sessions.first()
    address = url("attendance", session.pk)
    page = officer.get(address)
    assert "Người Hai" in text_of(page)
    assert page.headers["Cache-Control"].startswith("max-age=0")
    at = int((timezone.now() - timedelta(minutes=5)).timestamp() * 1000)
    answer = officer.post(
        address, {f"mark-{one.pk}": "1", f"at-{one.pk}": str(at)}, headers={"Accept": "application/json"}
    )
    told = answer.json()
    assert (told["present"], told["kept"], told["moment"] > at) == (1, {}, True)
    again = {f"mark-{one.pk}": "0", f"rest-{one.pk}": "1"}
    answer = officer.post(address, again, headers={"Accept": "application/json"})
    assert answer.json()["kept"] == {str(one.pk): True}
    # Without the script the whole page comes: what it showed and did not change takes nothing back.
    officer.post(address, {f"mark-{one.pk}": "0", f"was-{one.pk}": "0", f"mark-{two.pk}": "0"})
    assert (fresh(one).present, fresh(two).present) == (1, 0)
    assert session.marks.count() == 2
    for odd in (
        {"mark-x": "1"},
        {"mark-999999": "1"},
        {f"mark-{one.pk}": "7"},
        {f"mark-{one.pk}": "1", f"at-{one.pk}": "9" * 40},
    ):
        assert officer.post(address, odd, headers={"Accept": "application/json"}).status_code == 200
    assert signed_in(world.actor("phu-tho", "officer")).post(address, {f"mark-{one.pk}": "0"}).status_code == 404
    assert signed_in(world.actor(*LEADER)).get(address).status_code == 403
    finished(world, course)
    answer = officer.post(address, {f"mark-{one.pk}": "0"}, headers={"Accept": "application/json"})
    assert answer.status_code == 409
    assert "khi lớp đang mở" in answer.json()["error"]
    assert "attendance.js" in officer.get(address).content.decode()  # it says what this telephone still holds
    assert officer.get(url("attendance_worker")).headers["Content-Type"].startswith("text/javascript")


def test_at_the_door_and_behind_a_certificate(world):
    """Without an account: enter oneself once, evaluate without a name, check a paper; nobody learns who is in the list."""
    course, client = running(world), Client()
    door, evaluation = url("course_door", course.secret), url("course_evaluation", course.secret)
    assert "Ghi danh" in text_of(client.get(door))
    form = {"creation_key": str(uuid4()), "name": "Người Tự Ghi", "identity_number": CARD, "kept_offline": "on"}
    for _ in range(2):
        assert client.post(door, form).status_code == 302
    again = client.post(door, {**form, "creation_key": str(uuid4()), "name": "Tên Khác"})
    assert (again.status_code, Learner.objects.count()) == (302, 1)  # the same answer, and nobody new
    one = Learner.objects.get()
    assert (one.source, one.entered_by, one.salaried) == ("door", None, False)
    assert client.post(door, {**form, "creation_key": str(uuid4()), "identity_number": "12"}).status_code == 422
    # What a telephone kept without network arrives until a week after the last day.
    for days, status in ((7, 302), (8, 422)):
        held = today() - timedelta(days=days)
        Course.objects.filter(pk=course.pk).update(starts_on=held, ends_on=held)
        late = {**form, "creation_key": str(uuid4()), "identity_number": "", "name": "Gửi Muộn"}
        assert client.post(door, late).status_code == status
    Learner.objects.filter(name="Gửi Muộn").delete()
    Course.objects.filter(pk=course.pk).update(starts_on=today(), ends_on=today())
    said = {"creation_key": str(uuid4()), "content": "5", "teaching": "4", "comment": "Nên thêm thực hành."}
    for _ in range(2):
        assert client.post(evaluation, said).status_code == 302
    assert client.post(evaluation, {"creation_key": str(uuid4())}).status_code == 422  # nothing said
    assert (Evaluation.objects.count(), Evaluation.objects.get().content) == (1, 5)
    attended(world, course, one)
    finished(world, course)
    assert "không nhận ghi danh nữa" in text_of(client.get(door))
    assert client.post(door, {**form, "creation_key": str(uuid4()), "identity_number": ""}).status_code == 422
    certify(world, course, [one])
    paper = LearnerCertificate.objects.get()
    page = client.get(url("course_certificate_page", paper.secret))
    assert "Người Tự Ghi" in text_of(page)
    assert CARD not in text_of(page)
    assert page.headers["X-Robots-Tag"] == "noindex"
    actions.withdraw_certificate(
        certificate_id=paper.pk, by=world.actor(*LEADER), version=fresh(course).version, reason="Sai tên."
    )
    assert "không còn giá trị" in text_of(client.get(url("course_certificate_page", paper.secret)))
    assert client.get(url("course_door", "x")).status_code == 404
    for number in range(21):
        answer = client.get(url("course_certificate_page", f"{'a' * 18}{number // 5 + 2}{number % 5 + 2}"))
    assert answer.status_code == 429
    assert client.get(door).status_code == 200  # a right address is no guess
    told = signed_in(world.actor(*OFFICER)).get(course.get_absolute_url())
    assert "5.00 / 5".replace(".", ",") in text_of(told)
    assert Course.objects.count() == 1
    assert not Employment.objects.exists()
