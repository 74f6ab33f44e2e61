"""Making a class of a đề án, changing it, and the steps of its life."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from khuyencong.audit.actions import record
from khuyencong.core.creation import save_once
from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import Refused
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require
from khuyencong.projects.models import Project
from khuyencong.training.door import OPEN, check_open, lock_course, lock_for_step, need
from khuyencong.training.models import SECRET_LENGTH, Course, CourseKind
from khuyencong.training.queries import certificates_stand
from khuyencong.training.rules import check_money_open, check_subject
from khuyencong.training.states import move

# What stands on a certificate: it stays as it was signed while one of the class stands.
ON_CERTIFICATES = ("kind", "name", "place_text", "starts_on", "ends_on")
# Letters and digits that nobody mistakes for another when an address is typed from paper.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
FIELDS = (
    "kind", "name", "place_text", "commune", "starts_on", "ends_on", "planned_learners", "attendance_needed",
    "programme", "told_people", "told_women", "told_minority", "told_from",
)  # fmt: skip
WITHDRAW_FIRST = "Hãy thu hồi giấy trước."


def new_secret() -> str:
    """What stands in a public address; 20 of 31 letters are 99 bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(SECRET_LENGTH))


@transaction.atomic
def create_course(*, project_id: int, by: Actor, creation_key: UUID, fields: Mapping[str, Any]) -> Course:
    """Make a class, workshop, conference or trip of a đề án; the same `creation_key` twice gives the first one back.

    `fields`: those of FIELDS. Raises NotAllowed, Refused.
    """
    project = Project.objects.select_for_update(of=("self",)).get(pk=project_id)
    require(by, Permission.TRAINING_MANAGE, project)
    earlier = Course.objects.with_all().filter(creation_key=creation_key, created_by=by.user).first()
    if earlier is not None:
        return earlier
    course = Course(project=project, creation_key=creation_key, created_by=by.user, secret=new_secret())
    _write(course, fields)
    earlier = save_once(course, author="created_by")
    if earlier is not None:
        return earlier
    record(action="course.create", by=by, subject=course, thread=course.thread, after=snapshot(course))
    return course


@transaction.atomic
def change_course(*, course_id: int, by: Actor, version: int, fields: Mapping[str, Any]) -> Course:
    """Correct what a class is while it has not ended. Raises NotAllowed, Stale, Refused."""
    course = lock_course(course_id, by=by, permission=Permission.TRAINING_MANAGE, version=version)
    if course.state not in OPEN:
        raise Refused(f"Lớp ở trạng thái «{course.get_state_display()}»: không sửa nữa.")
    before, was = snapshot(course), {name: getattr(course, name) for name in ON_CERTIFICATES}
    _write(course, fields)
    if course.told_people is not None and course.learners.listed().exists():
        raise Refused(
            "Lớp đã có danh sách từng người: số người lấy từ danh sách, không ghi số theo hồ sơ. Để ghi số theo hồ sơ, hãy "
            "đưa hết người ra khỏi danh sách trước."
        )
    if certificates_stand(course) and any(getattr(course, name) != value for name, value in was.items()):
        raise Refused(f"Lớp đã cấp giấy chứng nhận: loại, tên, ngày, địa điểm đứng trên giấy. {WITHDRAW_FIRST}")
    outside = course.sessions.exclude(held_on__range=(course.starts_on, course.ends_on)).first()
    if outside is not None:
        raise Refused(f"Buổi {outside} nằm ngoài thời gian mới của lớp: hãy bỏ buổi ấy trước.")
    course.version += 1
    course.save()
    record(action="course.change", by=by, subject=course, thread=course.thread, before=before, after=snapshot(course))
    return course


@transaction.atomic
def open_course(*, course_id: int, by: Actor, version: int) -> Course:
    """Open the list and the door: from now on people may enter themselves. Raises NotAllowed, Stale, Refused."""
    course = lock_for_step(course_id, "open", by=by, version=version)
    if course.told_people is None and not course.sessions.exists():
        raise Refused("Hãy ghi các buổi học trước khi mở lớp: điểm danh theo từng buổi.")
    _move_and_record(course, "open", by=by)
    return course


@transaction.atomic
def finish_course(*, course_id: int, by: Actor, version: int) -> Course:
    """End the class: it counts from now on. Raises NotAllowed, Stale, Refused while nobody was there or days are left."""
    course = lock_for_step(course_id, "finish", by=by, version=version)
    if course.ends_on > today():
        raise Refused(
            f"Lớp kéo dài đến {format_date(course.ends_on)}: kết thúc được từ ngày ấy, sau buổi cuối; hoặc sửa ngày kết thúc."
        )
    if course.told_people is None and not course.learners.attended().exists():
        raise Refused(
            f"Chưa có {course.person_word} nào được điểm danh có mặt: hãy điểm danh, hoặc ghi «Không tổ chức».",
            article="TT 36/2013 Đ14.1, Đ14.2",
        )
    course.ended_at = timezone.now()
    _move_and_record(course, "finish", by=by)
    return course


@transaction.atomic
def cancel_course(*, course_id: int, by: Actor, version: int, reason: str) -> Course:
    """The class does not take place. Raises NotAllowed, Stale, Refused where something was paid."""
    course = lock_for_step(course_id, "cancel", by=by, version=version)
    course.cancelled_because = need(reason, "Hãy ghi lý do không tổ chức.")
    if course.course_pay_lists.filter(annulled_on__isnull=True).exists():
        raise Refused("Lớp đã có bảng kê chi cho người dự: hãy hủy bảng kê trước.")
    if certificates_stand(course):
        raise Refused(f"Lớp đã cấp giấy chứng nhận. {WITHDRAW_FIRST}")
    _move_and_record(course, "cancel", by=by, note=course.cancelled_because)
    return course


@transaction.atomic
def reopen_course(*, course_id: int, by: Actor, version: int, reason: str) -> Course:
    """Open a class again that has ended, because its list must be corrected. Raises NotAllowed, Stale, Refused.

    Certificates stand meanwhile: whoever holds one stays as he is, and so does what is printed on it.
    """
    course = lock_for_step(course_id, "reopen", by=by, version=version)
    check_money_open(course)
    said = need(reason, "Hãy ghi lý do mở lại.")
    course.ended_at = None
    _move_and_record(course, "reopen", by=by, note=said)
    return course


@transaction.atomic
def renew_door(*, course_id: int, by: Actor, version: int) -> Course:
    """Give the class another address at the door: the old one opens nothing any more. Raises NotAllowed, Stale, Refused."""
    course = lock_course(course_id, by=by, permission=Permission.TRAINING_MANAGE, version=version)
    check_open(course, "đổi địa chỉ ở cửa")
    course.secret = new_secret()
    course.version += 1
    course.save(update_fields=["secret", "version"])
    record(action="course.door_renew", by=by, subject=course, thread=course.thread)
    return course


def _move_and_record(course: Course, name: str, *, by: Actor, note: str = "") -> None:
    before = course.get_state_display()
    move(course, name)
    record(
        action=f"course.{name}",
        by=by,
        subject=course,
        thread=course.thread,
        before={"trạng thái": before},
        after={"trạng thái": course.get_state_display()},
        note=note,
    )


def snapshot(course: Course) -> dict[str, Any]:
    """What the trail keeps of a class."""
    return {
        "đề án": course.project.code,
        "loại": course.get_kind_display(),
        "tên": course.name,
        "địa điểm": course.place_text,
        "từ ngày": course.starts_on.isoformat(),
        "đến ngày": course.ends_on.isoformat(),
        "số người dự kiến": course.planned_learners,
        "số người theo hồ sơ": course.told_people,
        "nguồn": course.told_from,
    }


def _write(course: Course, fields: Mapping[str, Any]) -> None:
    for name in FIELDS:
        if name in fields:
            setattr(course, name, fields[name])
    check_subject(course.project, CourseKind(course.kind), is_told=course.told_people is not None)
    if course.ends_on < course.starts_on:
        raise Refused("Ngày kết thúc không được trước ngày khai giảng.")
    if course.told_people is None and (course.told_women is not None or course.told_minority is not None):
        raise Refused("Hãy ghi tổng số người theo hồ sơ trước khi ghi trong đó nữ, dân tộc thiểu số.")
    if course.told_people is not None:
        need(course.told_from, "Hãy ghi số người lấy từ hồ sơ, nguồn nào.")
        if max(course.told_women or 0, course.told_minority or 0) > course.told_people:
            raise Refused("Trong đó nữ, dân tộc thiểu số không thể nhiều hơn tổng số người.")
        if course.starts_on > today():
            raise Refused("Số người theo hồ sơ chỉ ghi cho lớp đã diễn ra.")
