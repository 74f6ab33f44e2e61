"""What happens to a class and to those who come: the rules, and what the database holds besides."""

from datetime import time, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from khuyencong.audit.models import AuditEvent
from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.core.findings import NeedsApproval
from khuyencong.core.money import MILLION
from khuyencong.finance import actions as money
from khuyencong.finance.models import LedgerEntry, PaymentKind
from khuyencong.finance.used import used_of
from khuyencong.projects.models import Project
from khuyencong.testing import pay
from khuyencong.training import actions, entering
from khuyencong.training.actions import Mark, allowances
from khuyencong.training.figures import counted, table
from khuyencong.training.identity import look_alikes
from khuyencong.training.models import Allowance, Attendance, Course, Learner, LearnerCertificate
from khuyencong.training.tests.making import (
    LEADER,
    OFFICER,
    RATE,
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

CARD, OTHER_CARD = "087090000001", "087090000002"


def refused(call, words):
    with pytest.raises(Refused, match=words):
        call()


def test_life_of_a_class(world):
    """From the đề án to the figures; who may what; the same form twice is one class."""
    officer, project = world.actor(*OFFICER), project_of(world)
    key = uuid4()
    course = course_of(world, project, key=key)
    assert course_of(world, project, key=key).pk == course.pk
    with pytest.raises(NotAllowed):
        course_of(world, project, who=("phu-tho-centre", "officer"))
    refused(lambda: course_of(world, project, kind="workshop"), "không tổ chức «hội thảo")
    refused(lambda: course_of(world, project_of(world, state="submitted")), "đã được phê duyệt")
    refused(lambda: actions.open_course(course_id=course.pk, by=officer, version=1), "các buổi")
    course = running(world, project)
    assert [one.starts_at.hour for one in course.sessions.all()] == [7, 13]
    with pytest.raises(Stale):
        actions.finish_course(course_id=course.pk, by=officer, version=1)
    refused(lambda: finished(world, course), "được điểm danh")
    one, two = enter(world, course, "Người Một", gender="female", ethnicity="Khmer"), enter(world, course, "Người Hai")
    attended(world, course, one)
    course = finished(world, course)
    assert (course.state, fresh(one).present, fresh(two).present) == ("done", 2, 0)
    refused(lambda: mark(world, course.sessions.first(), two), "khi lớp đang mở")
    leader = world.actor(*LEADER)
    with pytest.raises(NotAllowed):
        actions.reopen_course(course_id=course.pk, by=officer, version=course.version, reason="Sửa.")
    actions.reopen_course(course_id=course.pk, by=leader, version=course.version, reason="Thiếu một người.")
    course = finished(world, course)
    found = counted(actor=leader, year=today().year, until=today())
    assert {name: found[name] for name in ("courses", "people", "women", "minority", "people_vocational")} == {
        "courses": 1, "people": 1, "women": 1, "minority": 1, "people_vocational": 1,
    }  # fmt: skip
    assert counted(actor=world.actor("phu-tho", "leader"), year=today().year, until=today())["courses"] == 0
    told = AuditEvent.objects.filter(thread=course.thread)
    assert list(told.order_by("seq").values_list("action", flat=True))[-3:] == [
        "course.finish", "course.reopen", "course.finish",
    ]  # fmt: skip
    assert not told.filter(after__icontains="Người Một").exists()  # nobody's name stands in the trail


def test_marks_are_taken_by_the_moment_of_the_tap(world):
    """Two telephones, one without network: the later tap stands whichever comes first, and the same marks twice are one."""
    course = running(world)
    session, one = course.sessions.first(), enter(world, course)
    earlier, later = timezone.now() - timedelta(hours=2), timezone.now() - timedelta(hours=1)
    assert mark(world, session, one, at=later).present == 1
    told = mark(world, session, one, present=False, at=earlier)
    assert (told.present, told.absent, dict(told.kept)) == (1, 0, {one.pk: True})
    events = AuditEvent.objects.count()
    assert mark(world, session, one, at=later).present == 1
    assert (AuditEvent.objects.count(), Attendance.objects.count(), fresh(one).present) == (events, 1, 1)
    mark(world, session, one, present=False, at=timezone.now() + timedelta(days=3))  # a clock that is ahead
    assert Attendance.objects.get().tapped_at <= timezone.now()
    assert fresh(one).present == 0
    gone = enter(world, course, "Ghi Nhầm")
    actions.remove_learner(learner_id=gone.pk, by=world.actor(*OFFICER), version=1, reason="Ghi hai lần.")
    assert mark(world, session, gone).present == 0  # passed over: nothing holds the others up
    other = running(world, course.project, name="Lớp khác")
    assert mark(world, other.sessions.first(), one).present == 0  # of another class
    # «Everybody else was there» of an older page says nothing of whoever was marked meanwhile, whenever it was tapped.
    rest = {one.pk: Mark(present=True, tapped_at=timezone.now(), is_rest=True)}
    told = actions.mark_attendance(session_id=session.pk, by=world.actor(*OFFICER), marks=rest)
    assert (told.present, dict(told.kept)) == (0, {one.pk: False})
    mark(world, session, one)
    course, second = finished(world, course), course.sessions.last()
    # What lay in a telephone when the class was ended still arrives; what was tapped afterwards does not.
    assert mark(world, second, one, at=course.ended_at - timedelta(minutes=1)).present == 1
    refused(lambda: mark(world, second, one, present=False), "khi lớp đang mở")
    certify(world, course, [one])
    refused(lambda: mark(world, second, one, at=course.ended_at - timedelta(minutes=1)), "khi lớp đang mở")


def test_nobody_is_paid_twice_for_a_day(world):
    """Within a class, in two classes by the card, and by name where there is no card: a question for somebody."""
    project = project_of(world)
    one, two = running(world, project), running(world, project, name="Lớp thứ hai")
    here, there = (
        enter(world, one, "Trần Thử", identity_number=CARD),
        enter(world, two, "Trần Thử", identity_number=CARD),
    )
    state = enter(world, one, "Cán Bộ Thử", salaried=True)
    attended(world, one, here, state)
    attended(world, two, there)
    refused(lambda: pay_list(world, one), "chưa có mức")
    set_rate(world, one)
    set_rate(world, two)
    made = pay_list(world, one)
    assert list(made.rows.values_list("learner__name", "amount")) == [("Trần Thử", 100_000)]  # two sessions, one day
    refused(lambda: pay_list(world, one), "Không còn ai")
    refused(lambda: pay_list(world, two), "đã được chi tiền ăn")
    with pytest.raises(IntegrityError), transaction.atomic():  # and the database, whoever writes
        Allowance.objects.create(list=made, learner=there, kind="meal", on=today(), identity_number=CARD, amount=1)
    # Without a card on one side: the name, year and commune ask a person to decide.
    officer = world.actor(*OFFICER)
    change = {"learner_id": there.pk, "by": officer, "fields": {"identity_number": ""}}
    actions.change_learner(version=1, **change)
    refused(lambda: pay_list(world, two), "người cùng tên, năm sinh")
    second = pay_list(world, two, confirmed="Đã xem giấy tờ: hai người khác nhau.")
    assert second.confirmed.startswith("Đã xem")
    # A card that is written down later meets what was paid by it.
    refused(lambda: actions.change_learner(version=2, **change | {"fields": {"identity_number": CARD}}), "lớp khác")
    actions.change_learner(version=2, **change | {"fields": {"identity_number": OTHER_CARD}})
    assert second.rows.get().identity_number == OTHER_CARD
    actions.annul_list(list_id=made.pk, by=officer, version=1, reason="Sai mức.")
    assert pay_list(world, one).number == 2
    assert not LedgerEntry.objects.filter(kind="paid").exists()  # nothing was posted


def test_what_is_paid_once_meets_what_is_paid_by_the_day(world, monkeypatch):
    """One person, one day, two classes: neither unit hides the other; nor does a first day that is corrected afterwards."""
    project, first = project_of(world), today() - timedelta(days=2)
    long = running(world, project, starts_on=first, days=[first, first + timedelta(days=1), today()])
    short = running(world, project, name="Hội nghị một ngày")
    here, there = (enter(world, one, "Trần Thử", identity_number=CARD) for one in (long, short))
    attended(world, long, here)
    attended(world, short, there)
    set_rate(world, long, kind="travel", unit="person")
    set_rate(world, short, kind="travel")
    officer = world.actor(*OFFICER)
    once = pay_list(world, long, kind="travel")
    refused(lambda: pay_list(world, short, kind="travel"), "đã được chi tiền đi lại")
    actions.annul_list(list_id=once.pk, by=officer, version=1, reason="Thử chiều kia.")
    by_day = pay_list(world, short, kind="travel")
    refused(lambda: pay_list(world, long, kind="travel"), "ở «Hội nghị một ngày»")
    # Who wrote the number down later is found as well.
    actions.annul_list(list_id=by_day.pk, by=officer, version=1, reason="Thử.")
    actions.change_learner(learner_id=there.pk, by=officer, version=1, fields={"identity_number": ""})
    pay_list(world, short, kind="travel")
    pay_list(world, long, kind="travel", confirmed="Đã xem giấy tờ.")
    refused(
        lambda: actions.change_learner(learner_id=there.pk, by=officer, version=2, fields={"identity_number": CARD}),
        "lớp khác",
    )
    actions.change_course(
        course_id=long.pk, by=officer, version=fresh(long).version, fields={"starts_on": first - timedelta(days=1)}
    )
    refused(lambda: pay_list(world, long, kind="travel"), "Không còn ai")
    # An old card and a new one, and a year that nobody wrote, tell nobody apart; classes of others are not named.
    for course, card, year in ((long, "331234567", 1990), (short, OTHER_CARD, None)):
        attended(world, course, enter(world, course, "Lê Thử", identity_number=card, birth_year=year))
    refused(lambda: pay_list(world, short, kind="travel") and pay_list(world, long, kind="travel"), "người cùng tên")
    wanted = [(Learner.objects.get(identity_number="331234567"), today())]
    told = [
        look_alikes("travel", wanted, by=world.actor(*who))[0].sentence for who in (OFFICER, ("phu-tho", "officer"))
    ]
    assert [("«Hội nghị" in one, "ở một lớp khác" in one) for one in told] == [(True, False), (False, True)]
    # A rate above the norm is paid only on a ground that somebody writes down.
    above = NeedsApproval("rate_above_norm", "Mức cao hơn định mức.", "Điều 3")
    monkeypatch.setattr(allowances, "rate_problem", lambda *_, **__: above)
    set_rate(world, long)
    refused(lambda: pay_list(world, long), "Mức cao hơn định mức")
    assert pay_list(world, long, confirmed="Nghị quyết 02/VIDU.").confirmed == "Nghị quyết 02/VIDU."


def test_a_list_is_tied_to_what_paid_it(world):
    project = project_of(world, state="in_progress")
    course = running(world, project)
    learners = [enter(world, course, f"Học Viên {number}") for number in range(3)]
    attended(world, course, *learners)
    set_rate(world, course, kind="travel", unit="person", amount=60_000_000)
    made = pay_list(world, course, kind="travel", left_out=[learners[2].pk])
    officer = world.actor(*OFFICER)
    refused(lambda: actions.tie_list(list_id=made.pk, by=officer, version=1, posting_id=0), "không phải của đề án")
    payment = pay(world, project, PaymentKind.ADVANCE, 10 * MILLION)
    posting = LedgerEntry.objects.get(payment=payment)
    tie = {"by": officer, "version": 1, "posting_id": posting.pk}
    refused(lambda: actions.tie_list(list_id=made.pk, **tie), "chỉ còn 10.000.000 đồng")
    actions.annul_list(list_id=made.pk, by=officer, version=1, reason="Nhầm mức.")
    set_rate(world, course, kind="travel", unit="person", amount=500_000)
    made = pay_list(world, course, kind="travel", left_out=[learners[2].pk])
    # Whoever was not there after all is not paid; the list says so before it is tied.
    for session in course.sessions.all():
        mark(world, session, learners[0], present=False)
    refused(lambda: actions.tie_list(list_id=made.pk, **tie), "Học Viên 0 .* không còn được ghi có mặt")
    attended(world, course, learners[0])
    tied = actions.tie_list(list_id=made.pk, **tie)
    assert used_of(posting) == 2 * made.amount
    refused(lambda: actions.annul_list(list_id=tied.pk, by=officer, version=2, reason="Thôi."), "đã gắn với khoản chi")
    refused(lambda: set_rate(world, course, kind="travel", unit="person"), "bảng kê chi theo mức này")

    def changed(**fields):
        one = fresh(learners[0])
        return actions.change_learner(learner_id=one.pk, by=officer, version=one.version, fields=fields)

    # Who has signed for the money is not turned into somebody else; what was not known is written down.
    refused(lambda: changed(name="Người Khác"), "đã ký nhận tiền")
    refused(lambda: changed(salaried=True), "hưởng lương từ ngân sách")
    changed(identity_number=CARD)
    refused(lambda: changed(identity_number=OTHER_CARD), "đã ký nhận tiền")
    event = AuditEvent.objects.filter(action="course.learner_change").latest("seq")
    assert (event.after["đã sửa"], CARD in str(event.after)) == (["số căn cước"], False)

    # A payment that is taken back gives way to another, or the list is annulled.
    def taken_back(payment):
        project.refresh_from_db()
        money.reverse_payment(
            payment_id=payment.pk, by=world.actor("dong-thap", "leader"), version=project.version, reason="Sai.",
            document=f"UNC-{payment.pk}", on=today(),
        )  # fmt: skip

    taken_back(payment)
    project.refresh_from_db()
    second = pay(world, project, PaymentKind.ADVANCE, 10 * MILLION)
    actions.tie_list(
        list_id=made.pk, by=officer, version=2, posting_id=LedgerEntry.objects.get(payment=second, answered_by=None).pk
    )
    taken_back(second)
    gone = actions.annul_list(list_id=made.pk, by=officer, version=3, reason="Không chi nữa.")
    assert (gone.posting, gone.rows.filter(stands=True).count()) == (None, 0)
    # What was settled is not opened again.
    finished(world, course)
    Project.objects.filter(pk=project.pk).update(state="settled")
    refused(
        lambda: actions.reopen_course(
            course_id=course.pk, by=world.actor(*LEADER), version=fresh(course).version, reason="Sửa."
        ),
        "quyết toán",
    )
    refused(lambda: pay_list(world, course, kind="travel"), "quyết toán")


def test_certificates_and_work_after_the_class(world):
    course = running(world, attendance_needed=80)
    full, half = enter(world, course, "Học Đủ"), enter(world, course, "Học Nửa")
    attended(world, course, full)
    mark(world, course.sessions.first(), half)
    refused(lambda: certify(world, course, [full]), "đã kết thúc")
    course = finished(world, course)
    with pytest.raises(NotAllowed):
        certify(world, course, [full], who=OFFICER)
    refused(lambda: certify(world, course, [full, half]), "chưa đủ số buổi")
    certify(world, course, [full])
    refused(lambda: certify(world, course, [full], number="13/QĐ"), "đã có giấy")
    paper = LearnerCertificate.objects.get()
    assert (paper.number, len(paper.secret)) == ("01-12/QĐ-VIDU", 20)
    leader, officer = world.actor(*LEADER), world.actor(*OFFICER)
    # Opened again it is for the others: whoever holds a paper, and what is printed on it, stays as it is.
    actions.reopen_course(course_id=course.pk, by=leader, version=fresh(course).version, reason="Thiếu một người.")
    now = {"course_id": course.pk, "by": officer, "version": fresh(course).version}
    refused(lambda: actions.change_course(**now, fields={"name": "Tên khác"}), "Hãy thu hồi giấy")
    refused(lambda: actions.cancel_course(**now, reason="Thôi."), "Hãy thu hồi giấy")
    who = {"learner_id": full.pk, "by": officer, "version": 1}
    refused(lambda: actions.remove_learner(**who, reason="Nhầm."), "đã được cấp giấy")
    refused(lambda: actions.change_learner(**who, fields={"name": "Tên Khác"}), "đã được cấp giấy")
    assert dict(mark(world, course.sessions.first(), full, present=False).kept) == {full.pk: True}
    # A session on the wrong hour moves with its marks.
    session, early = course.sessions.first(), actions.SessionInput(today(), time(6), time(7))
    refused(
        lambda: actions.move_session(
            **now, session_id=session.pk, reason="Nhầm giờ.", to=actions.SessionInput(today(), time(14), time(15))
        ),
        "không thể cùng giờ",
    )
    actions.move_session(**now, session_id=session.pk, reason="Nhầm giờ.", to=early)
    assert (fresh(session).starts_at, session.marks.count()) == (time(6), 2)
    course = finished(world, course)
    actions.withdraw_certificate(certificate_id=paper.pk, by=leader, version=fresh(course).version, reason="Sai tên.")
    certify(world, course, [full], number="14/QĐ")
    assert LearnerCertificate.objects.filter(withdrawn_on__isnull=True).count() == 1
    work = {
        "employed": True,
        "employer": "Cơ sở đan Thử",
        "job": "Thợ đan",
        "since_on": today(),
        "proof": "Cơ sở xác nhận",
    }
    with pytest.raises(Refused, match="cơ sở sử dụng"):
        actions.record_employment(learner_id=full.pk, by=officer, version=1, fields={**work, "employer": ""})
    actions.record_employment(learner_id=full.pk, by=officer, version=1, fields=work)
    actions.record_employment(
        learner_id=half.pk, by=officer, version=1, fields={"employed": False, "proof": "Gọi điện"}
    )
    line = table(leader, first=today(), last=today())[-1]
    assert (line.people, line.certified, line.employed, line.employed_of) == (2, 1, 1, 2)


def test_dong_thap_2016_2020(world):
    """Published: 28 classes for 740 learners, 11 workshops for 935. The parts of each class are made up, the sums are not."""
    taught, told = project_of(world), project_of(world, "conference")
    by, source = world.actor(*OFFICER), "Báo cáo của tỉnh Đồng Tháp 2016–2020 (đã công bố)"

    def hold(project, kind, number, people):
        day = today().replace(year=2016 + number % 5, month=3, day=1)
        course = course_of(
            world, project, kind=kind, name=f"{kind} {number}", starts_on=day, ends_on=day, planned_learners=None,
            told_people=people, told_from=source,
        )  # fmt: skip
        for step in (actions.open_course, actions.finish_course):
            step(course_id=course.pk, by=by, version=fresh(course).version)

    for number in range(28):
        hold(taught, "vocational", number, 26 + (number < 12))
    for number in range(11):
        hold(told, "workshop", number, 85)
    first, last = today().replace(year=2016, month=1, day=1), today().replace(year=2020, month=12, day=31)
    lines = table(by, first=first, last=last)
    assert [(line.label, line.courses, line.people) for line in lines] == [
        ("Đào tạo nghề, truyền nghề", 28, 740),
        ("Hội thảo, diễn đàn", 11, 935),
        ("Tổng cộng", 39, 1_675),
    ]
    assert [(line.women, line.women_of) for line in lines] == [(0, 0)] * 3  # nobody has published it: not known, not 0
    assert sum(counted(actor=by, year=year, until=last)["people"] for year in range(2016, 2021)) == 1_675
    settled = Course.objects.filter(project=taught).first()
    assert settled is not None
    # A number of papers or a list of names, never both.
    waiting = course_of(
        world, taught, starts_on=first, ends_on=first, planned_learners=None, told_people=5, told_from=source
    )
    refused(lambda: enter(world, waiting), "số người theo hồ sơ")
    listed = course_of(world, taught, starts_on=first, ends_on=first)
    enter(world, listed)
    refused(
        lambda: actions.change_course(
            course_id=listed.pk, by=by, version=1, fields={"told_people": 500, "told_from": source}
        ),
        "danh sách từng người",
    )
    refused(
        lambda: course_of(world, taught, told_people=5, told_women=6, told_from=source, starts_on=first, ends_on=first),
        "không thể nhiều hơn",
    )


def test_rates_are_entered_with_their_document(world, monkeypatch):
    course = running(world)
    refused(lambda: set_rate(world, course, document=" "), "văn bản")
    refused(lambda: set_rate(world, course, unit="whole"), "người/ngày hoặc người/khóa")
    set_rate(world, course)
    assert course.rates.get().document == RATE["document"]
    refused(lambda: enter(world, course, "Sai Số", identity_number="12345"), "12 chữ số")
    one = enter(world, course, "Một", identity_number=CARD)
    refused(lambda: enter(world, course, "Hai", identity_number=CARD), "đã có trong danh sách")
    # Who was taken out leaves a place; a list cannot be filled for good from the door.
    monkeypatch.setattr(entering, "MOST_LEARNERS", 1)
    refused(lambda: enter(world, course, "Hai"), "nhiều nhất 1 người")
    actions.remove_learner(learner_id=one.pk, by=world.actor(*OFFICER), version=1, reason="Ghi thử.")
    enter(world, course, "Hai", identity_number=CARD)
    with pytest.raises(IntegrityError), transaction.atomic():
        Learner.objects.create(course=course, number=99, name="Ba", folded="ba", identity_number=CARD, source="officer")
