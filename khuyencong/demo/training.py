"""Made-up classes: one vocational class that has ended with certificates and work, a workshop told by an old file, a class today."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from khuyencong.core.dates import today
from khuyencong.core.money import MILLION
from khuyencong.demo.walk import Item, World, advance_to, make_establishment, write_project
from khuyencong.programmes.models import FundingSource
from khuyencong.projects.models import Project
from khuyencong.training import actions
from khuyencong.training.actions import Mark, SessionInput
from khuyencong.training.models import Course, Learner

UNIT = "dong-thap-centre"
NORM = "Nghị quyết 00/VIDU (không có thật)"
FAMILY, GIVEN = ("Nguyễn", "Trần", "Lê", "Thạch"), ("Thử Một", "Thử Hai", "Thử Ba", "Thử Bốn")
PLACE = "Nhà văn hóa ấp Ví Dụ"


def load_training(world: World) -> None:
    """Two đề án of the centre, and the classes inside them, through the real actions."""
    taught = _project(world, "vocational_training", "Đào tạo nghề đan lục bình (ví dụ)")
    told = _project(world, "conference", "Hội thảo kết nối tiêu thụ hàng thủ công (ví dụ)")
    _ended(world, taught)
    _today(world, taught)
    _of_old(world, told)


def _project(world: World, activity: str, name: str) -> Project:
    fields = {
        "name": name,
        "activity": activity,
        "sector": "handicraft",
        "necessity": "Lao động nông nhàn cần nghề; cơ sở thiếu thợ (ví dụ).",
        "aims": "Người học làm được nghề và có việc làm tại chỗ (ví dụ).",
        "scale": "Hai lớp, mỗi lớp 30 người (ví dụ).",
        "superior": "Nghệ nhân trực tiếp dạy (ví dụ).",
        "content": "Chiêu sinh, mở lớp, cấp chứng nhận, theo dõi việc làm (ví dụ).",
        "declared_norm_document": NORM,
        "declared_norm_article": "Điều 3",
        "declared_norm_percent": 100,
        "declared_norm_cap": 60 * MILLION,
    }
    place = make_establishment(world, name=f"Tổ hợp tác Ví Dụ: {name}")
    items = [Item("Tổ chức lớp, hội thảo", 60 * MILLION, 60 * MILLION, place)]
    project = write_project(world, unit=UNIT, source=FundingSource.LOCAL, province="82", fields=fields, items=items)
    return advance_to(world, project, "approved")


def _course(world: World, project: Project, name: str, kind: str, first: date, last: date, **more: Any) -> Course:
    fields = {
        "kind": kind,
        "name": name,
        "place_text": PLACE,
        "commune": None,
        "starts_on": first,
        "ends_on": last,
        "planned_learners": 30,
        "attendance_needed": None,
        "programme": "",
        "told_people": None,
        "told_women": None,
        "told_minority": None,
        "told_from": "",
        **more,
    }
    officer = world.actor(UNIT, "officer")
    return actions.create_course(project_id=project.pk, by=officer, creation_key=uuid4(), fields=fields)


def _open(world: World, course: Course, days: list[date]) -> None:
    officer = world.actor(UNIT, "officer")
    trainer = actions.add_trainer(
        course_id=course.pk,
        by=officer,
        version=course.version,
        name="Bà Nghệ Nhân Ví Dụ",
        position="nghệ nhân (không có thật)",
        topic="Đan lục bình",
    )
    course.refresh_from_db()
    halves = ((time(7, 30), time(11)), (time(13, 30), time(16, 30)))
    sessions = [SessionInput(day, *half) for day in days for half in halves]
    actions.add_sessions(
        course_id=course.pk, by=officer, version=course.version, sessions=sessions, topic="Thực hành", trainer=trainer
    )
    course.refresh_from_db()
    actions.set_rate(
        course_id=course.pk,
        by=officer,
        version=course.version,
        kind="meal",
        unit="person_day",
        amount=50_000,
        document=f"{NORM}, Điều 3",
    )
    course.refresh_from_db()
    actions.open_course(course_id=course.pk, by=officer, version=course.version)
    course.refresh_from_db()


def _enter(world: World, course: Course, many: int, start: int) -> list[Learner]:
    rows: list[dict[str, Any]] = [
        {
            "name": f"{FAMILY[number % len(FAMILY)]} Thị {GIVEN[number % len(GIVEN)]} {number + 1}",
            "birth_year": 1975 + number,
            "gender": "female" if number % 3 else "male",
            "ethnicity": "Khmer" if number % 4 == 3 else "Kinh",  # noqa: PLR2004  # every fourth
            "identity_number": f"{start + number:012d}",
            "phone": f"0900 000 {number:03d}",
            "place_text": "ấp Ví Dụ",
        }
        for number in range(many)
    ]
    officer = world.actor(UNIT, "officer")
    actions.import_learners(course_id=course.pk, by=officer, creation_key=uuid4(), rows=rows)
    return list(course.learners.order_by("number"))


def _mark(world: World, course: Course, learners: list[Learner], absent: int) -> None:
    officer, now = world.actor(UNIT, "officer"), timezone.now()
    for session in course.sessions.filter(held_on__lte=today()):
        marks = {one.pk: Mark(one.number != absent, now) for one in learners}
        actions.mark_attendance(session_id=session.pk, by=officer, marks=marks)


def _ended(world: World, project: Project) -> None:
    """Three days of last week: attendance, allowances, certificates, and the work that some have found."""
    officer, leader = world.actor(UNIT, "officer"), world.actor("dong-thap", "leader")
    first = today() - timedelta(days=9)
    days = [first + timedelta(days=number) for number in range(3)]
    course = _course(
        world, project, "Lớp đan lục bình, ấp Ví Dụ", "vocational", days[0], days[-1], attendance_needed=80
    )
    _open(world, course, days)
    learners = _enter(world, course, 12, 990_000_000_001)
    _mark(world, course, learners, absent=12)
    for number, scores in enumerate(((5, 5, 4, 5, 5), (4, 5, None, 4, 4), (5, 4, 4, 5, None))):
        names = ("content", "teaching", "materials", "organisation", "usefulness")
        fields = dict(zip(names, scores, strict=True)) | {
            "comment": "Nên có thêm buổi thực hành." if number == 0 else ""
        }
        actions.evaluate(course_id=course.pk, creation_key=uuid4(), fields=fields, origin="dữ liệu mẫu")
    actions.prepare_list(course_id=course.pk, by=officer, version=course.version, creation_key=uuid4(), kind="meal")
    course.refresh_from_db()
    actions.finish_course(course_id=course.pk, by=officer, version=course.version)
    course.refresh_from_db()
    actions.certify(
        course_id=course.pk,
        by=leader,
        version=course.version,
        creation_key=uuid4(),
        learner_ids=[one.pk for one in learners[:10]],
        word="attestation",
        number="07/QĐ-VIDU",
        decided_on=today(),
        signed_by="Ông Giám Đốc Ví Dụ",
    )
    for one in learners[:6]:
        work = {"employed": one.number % 3 != 0, "employer": "Tổ hợp tác Lục Bình Ví Dụ", "job": "Thợ đan"}
        work |= {"since_on": today() if one.number % 3 else None, "proof": "Cơ sở xác nhận (ví dụ)"}
        actions.record_employment(learner_id=one.pk, by=officer, version=1, fields=work)


def _today(world: World, project: Project) -> None:
    """A class that is going on: somebody has entered at the door, attendance of the first half is there."""
    course = _course(world, project, "Lớp đan lát nâng cao, ấp Mẫu", "vocational", today(), today() + timedelta(days=2))
    _open(world, course, [today() + timedelta(days=number) for number in range(3)])
    learners = _enter(world, course, 5, 990_000_000_101)
    actions.enter_at_the_door(
        course_id=course.pk, creation_key=uuid4(), fields={"name": "Người Tự Ghi Ví Dụ"}, origin="dữ liệu mẫu"
    )
    session = course.sessions.order_by("held_on", "starts_at")[0]
    marks = {one.pk: Mark(present=True, tapped_at=timezone.now()) for one in learners[:3]}
    actions.mark_attendance(session_id=session.pk, by=world.actor(UNIT, "officer"), marks=marks)


def _of_old(world: World, project: Project) -> None:
    """A workshop of which only the number in a file is known."""
    officer, on = world.actor(UNIT, "officer"), today() - timedelta(days=40)
    course = _course(
        world,
        project,
        "Hội thảo tiêu thụ hàng thủ công (ví dụ)",
        "workshop",
        on,
        on,
        planned_learners=None,
        told_people=85,
        told_women=40,
        told_from="Báo cáo ví dụ (không có thật)",
    )
    actions.open_course(course_id=course.pk, by=officer, version=course.version)
    course.refresh_from_db()
    actions.finish_course(course_id=course.pk, by=officer, version=course.version)
