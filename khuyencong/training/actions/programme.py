"""The programme of a class: sessions, trainers, rates with their documents, files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import TypeVar

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import Refused
from khuyencong.core.files import check_upload
from khuyencong.core.findings import Finding
from khuyencong.core.money import format_dong
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission
from khuyencong.projects.keeping import files_or_nothing
from khuyencong.training.door import check_open, lock_course, need, touch
from khuyencong.training.models import (
    MOST_SESSIONS,
    Course,
    CourseFile,
    CourseFileKind,
    Rate,
    RateKind,
    RateUnit,
    Session,
    Trainer,
)
from khuyencong.training.models.course import ALLOWANCES
from khuyencong.training.rules import law_on, rate_problem

MOST_FILES = 60
MOST_TRAINERS = 40
MANAGE = Permission.TRAINING_MANAGE
T = TypeVar("T")


@dataclass(frozen=True)
class SessionInput:
    """One part of a day."""

    held_on: date
    starts_at: time
    ends_at: time


@transaction.atomic
def add_sessions(
    *, course_id: int, by: Actor, version: int, sessions: Sequence[SessionInput], topic: str = "",
    trainer: Trainer | None = None,
) -> list[Session]:  # fmt: skip
    """Add sessions; all of one topic and trainer. Raises NotAllowed, Stale, Refused (outside the days, two at one time)."""
    course = lock_course(course_id, by=by, permission=MANAGE, version=version)
    check_open(course, "thêm buổi")
    if not sessions:
        raise Refused("Hãy chọn ít nhất một buổi.")
    if trainer is not None and trainer.course_id != course.pk:
        raise Refused("Giảng viên này thuộc một lớp khác.")
    there = list(course.sessions.all())
    if len(there) + len(sessions) > MOST_SESSIONS:
        raise Refused(f"Một lớp có nhiều nhất {MOST_SESSIONS} buổi.")
    made: list[Session] = []
    for one in sessions:
        row = Session(course=course, topic=topic.strip(), trainer=trainer, **vars(one))
        _check_session(course, row, (*there, *made))
        made.append(row)
    for row in made:
        row.save()
    touch(course)
    record(
        action="course.sessions",
        by=by,
        subject=course,
        thread=course.thread,
        after={"số buổi": len(made), "từ": str(made[0]), "nội dung": topic.strip()},
    )
    return made


def _check_session(course: Course, session: Session, others: Iterable[Session]) -> None:
    """Refused outside the days of the class, where the hours contradict each other, or beside another at the same time."""
    if not course.starts_on <= session.held_on <= course.ends_on:
        span = f"{format_date(course.starts_on)} – {format_date(course.ends_on)}"
        raise Refused(f"Ngày {format_date(session.held_on)} nằm ngoài thời gian của lớp ({span}).")
    if session.ends_at <= session.starts_at:
        raise Refused("Giờ kết thúc phải sau giờ bắt đầu.")
    clash = next((old for old in others if _meet(old, session)), None)
    if clash is not None:
        raise Refused(f"Đã có buổi {clash}: hai buổi không thể cùng giờ.")


def _meet(one: Session, other: Session) -> bool:
    return one.held_on == other.held_on and one.starts_at < other.ends_at and other.starts_at < one.ends_at


@transaction.atomic
def remove_session(*, course_id: int, session_id: int, by: Actor, version: int) -> Course:
    """Take a session out in which nobody was marked yet. Raises NotAllowed, Stale, Refused."""
    course = lock_course(course_id, by=by, permission=MANAGE, version=version)
    check_open(course, "bỏ buổi")
    session = _of(course.sessions.filter(pk=session_id).first(), "Buổi này đã được bỏ.")
    if session.marks.exists():
        raise Refused(f"Buổi {session} đã được điểm danh: không bỏ được.")
    told = str(session)
    session.delete()
    touch(course)
    record(action="course.session_remove", by=by, subject=course, thread=course.thread, before={"buổi": told})
    return course


@transaction.atomic
def move_session(
    *, course_id: int, session_id: int, by: Actor, version: int, to: SessionInput, reason: str
) -> Session:  # fmt: skip
    """Put a session on its right day and hour, with the marks it has. Raises NotAllowed, Stale, Refused.

    Refused while a list pays for its day: the list was made by who was there.
    """
    course = lock_course(course_id, by=by, permission=MANAGE, version=version)
    check_open(course, "chuyển buổi")
    session = _of(course.sessions.filter(pk=session_id).first(), "Buổi này đã được bỏ.")
    said = need(reason, "Hãy ghi lý do chuyển buổi.")
    paid = course.course_pay_lists.filter(annulled_on__isnull=True)
    if to.held_on != session.held_on and paid.filter(rows__learner__marks__session=session).exists():
        raise Refused("Đã có bảng kê chi theo điểm danh của lớp: hãy hủy bảng kê trước khi chuyển buổi sang ngày khác.")
    if to.held_on > today() and session.marks.exists():
        raise Refused(f"Buổi đã được điểm danh, nên không thể vào ngày {format_date(to.held_on)} chưa tới.")
    before = str(session)
    session.held_on, session.starts_at, session.ends_at = to.held_on, to.starts_at, to.ends_at
    _check_session(course, session, course.sessions.exclude(pk=session.pk))
    session.save()
    touch(course)
    record(
        action="course.session_move",
        by=by,
        subject=course,
        thread=course.thread,
        before={"buổi": before},
        after={"buổi": str(session)},
        note=said,
    )
    return session


@transaction.atomic
def add_trainer(
    *, course_id: int, by: Actor, version: int, name: str, position: str = "", topic: str = "", phone: str = ""
) -> Trainer:
    """Say who teaches or reports. Raises NotAllowed, Stale, Refused."""
    course = lock_course(course_id, by=by, permission=MANAGE, version=version)
    check_open(course, "thêm giảng viên")
    said = need(name, "Hãy ghi họ và tên.")
    if course.trainers.count() >= MOST_TRAINERS:
        raise Refused(f"Một lớp có nhiều nhất {MOST_TRAINERS} giảng viên, báo cáo viên.")
    if course.trainers.filter(name=said).exists():
        raise Refused("Người này đã có trong danh sách.")
    trainer = Trainer.objects.create(
        course=course, name=said, position=position.strip(), topic=topic.strip(), phone=phone.strip()
    )
    touch(course)
    record(
        action="course.trainer",
        by=by,
        subject=course,
        thread=course.thread,
        after={"người thứ": trainer.pk, "chức danh": trainer.position, "chuyên đề": trainer.topic},
    )
    return trainer


@transaction.atomic
def remove_trainer(*, course_id: int, trainer_id: int, by: Actor, version: int) -> Course:
    """Take a trainer out who teaches no session. Raises NotAllowed, Stale, Refused."""
    course = lock_course(course_id, by=by, permission=MANAGE, version=version)
    check_open(course, "bỏ giảng viên")
    trainer = _of(course.trainers.filter(pk=trainer_id).first(), "Người này đã được bỏ.")
    if trainer.sessions.exists():
        raise Refused(f"{trainer.name} đang dạy một số buổi: không bỏ được.")
    told = trainer.pk
    trainer.delete()
    touch(course)
    record(action="course.trainer_remove", by=by, subject=course, thread=course.thread, before={"người thứ": told})
    return course


@transaction.atomic
def set_rate(
    *, course_id: int, by: Actor, version: int, kind: str, unit: str, amount: int, document: str
) -> Finding | None:
    """Say how much one kind of cost may be (đồng) and by which document; the finding where it is above a norm of the law room.

    A rate by which a list was made stands. Raises NotAllowed, Stale, Refused.
    """
    course = lock_course(course_id, by=by, permission=MANAGE, version=version)
    check_open(course, "ghi mức chi")
    said = need(document, "Hãy ghi văn bản, điều khoản quy định mức chi này.")
    if amount <= 0:
        raise Refused("Mức chi phải lớn hơn 0.")
    if kind in ALLOWANCES and unit not in {RateUnit.PERSON_DAY, RateUnit.PERSON}:
        raise Refused(f"{RateKind(kind).label} tính theo người/ngày hoặc người/khóa.")
    _check_unused(course, kind)
    before = course.rates.filter(kind=kind).first()
    told = str(before) if before else ""
    Rate.objects.update_or_create(course=course, kind=kind, defaults={"unit": unit, "amount": amount, "document": said})
    touch(course)
    record(
        action="course.rate",
        by=by,
        subject=course,
        thread=course.thread,
        before={"mức": told} if told else None,
        after={
            "khoản": RateKind(kind).label,
            "mức": f"{format_dong(amount)} đồng/{RateUnit(unit).label}",
            "căn cứ": said,
        },
    )
    return rate_problem(law_on(course), unit=unit, amount=amount)


@transaction.atomic
def remove_rate(*, course_id: int, rate_id: int, by: Actor, version: int) -> Course:
    """Take a rate back by which nothing was paid. Raises NotAllowed, Stale, Refused."""
    course = lock_course(course_id, by=by, permission=MANAGE, version=version)
    check_open(course, "bỏ mức chi")
    rate = _of(course.rates.filter(pk=rate_id).first(), "Mức chi này đã được bỏ.")
    _check_unused(course, rate.kind)
    told = str(rate)
    rate.delete()
    touch(course)
    record(action="course.rate_remove", by=by, subject=course, thread=course.thread, before={"mức": told})
    return course


def _of(found: T | None, sentence: str) -> T:
    """What was looked for in the class; Refused where a second click comes after the first."""
    if found is None:
        raise Refused(sentence)
    return found


def _check_unused(course: Course, kind: str) -> None:
    if course.course_pay_lists.filter(kind=kind, annulled_on__isnull=True).exists():
        raise Refused("Đã có bảng kê chi theo mức này: hãy hủy bảng kê trước khi đổi mức.")


def add_files(
    *, course_id: int, by: Actor, version: int, kind: str, uploads: Sequence[UploadedFile[bytes]]
) -> list[CourseFile]:
    """Keep materials, the programme, signed lists. Raises NotAllowed, Stale, Refused; then no file stays."""
    with files_or_nothing() as kept:
        with transaction.atomic():
            course = lock_course(course_id, by=by, permission=MANAGE, version=version)
            if course.files.count() + len(uploads) > MOST_FILES:
                raise Refused(f"Một lớp có tối đa {MOST_FILES} tệp.")
            rows = [_keep(course, one, kind=kind, by=by, kept=kept) for one in uploads]
            touch(course)
            record(
                action="course.files",
                by=by,
                subject=course,
                thread=course.thread,
                after={"loại": CourseFileKind(kind).label, "tệp": [one.name for one in rows]},
            )
        return rows


def _keep(course: Course, upload: UploadedFile[bytes], *, kind: str, by: Actor, kept: list[str]) -> CourseFile:
    found = check_upload(upload)
    if course.files.filter(sha256=found.sha256).exists():
        raise Refused(f"Tệp «{found.name}» đã có trong lớp này.")
    row = CourseFile(
        course=course, kind=kind, name=found.name, content_type=found.content_type, size=found.size,
        sha256=found.sha256, uploaded_by=by.user,
    )  # fmt: skip
    row.file.save(found.arrive(), upload, save=False)
    kept.append(row.file.name or "")
    row.save()
    return row
