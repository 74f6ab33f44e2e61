"""The list of those who come: entered by an officer, from Excel, corrected, taken out; and the work they found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction

from khuyencong.audit.actions import record
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.core.personal import masked
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission
from khuyencong.training.door import check_open, lock_course, lock_learner, need
from khuyencong.training.entering import check_listed, enter, save, write
from khuyencong.training.identity import days_meant, paid_elsewhere
from khuyencong.training.models import CourseState, Employment, Learner, LearnerSource, RateUnit

# Whoever holds a paper or was paid stays the person of the paper; what was not known may be filled in.
WHO = {"name": "họ và tên", "birth_year": "năm sinh", "identity_number": "số căn cước"}
PAID_THERE = "Người có số căn cước này đã được chi cùng khoản trong cùng ngày ở lớp khác."


@transaction.atomic
def add_learner(*, course_id: int, by: Actor, creation_key: UUID, fields: Mapping[str, Any]) -> Learner:
    """Put somebody into the list; the same `creation_key` twice gives the first one back. Raises NotAllowed, Refused."""
    course = lock_course(course_id, by=by, permission=Permission.TRAINING_MANAGE)
    check_open(course, "thêm người")
    check_listed(course)
    earlier = course.learners.filter(creation_key=creation_key).first()
    if earlier is not None:
        return earlier
    learner = enter(course, fields, source=LearnerSource.OFFICER, creation_key=creation_key, user=by.user)
    record(
        action="course.learner",
        by=by,
        subject=course,
        thread=course.thread,
        after={"số thứ tự": learner.number, "có số căn cước": bool(learner.identity_number)},
    )
    return learner


@transaction.atomic
def import_learners(*, course_id: int, by: Actor, creation_key: UUID, rows: Sequence[Mapping[str, Any]]) -> int:
    """Put a whole list in, or nothing; how many came in. The same `creation_key` twice brings nobody twice.

    Raises NotAllowed, Refused.
    """
    course = lock_course(course_id, by=by, permission=Permission.TRAINING_MANAGE)
    check_open(course, "nhập danh sách")
    check_listed(course)
    keys = [uuid5(creation_key, str(number)) for number in range(len(rows))]
    if course.learners.filter(creation_key__in=keys).exists():
        return 0
    for key, fields in zip(keys, rows, strict=True):
        enter(course, fields, source=LearnerSource.IMPORT, creation_key=key, user=by.user)
    record(action="course.learners_import", by=by, subject=course, thread=course.thread, after={"số người": len(rows)})
    return len(rows)


@transaction.atomic
def change_learner(*, learner_id: int, by: Actor, version: int, fields: Mapping[str, Any]) -> Learner:
    """Correct somebody of the list; what was paid follows the number of the card. Raises NotAllowed, Stale, Refused."""
    learner = lock_learner(learner_id, by=by, version=version)
    if learner.course.state == CourseState.CANCELLED:
        raise Refused("Lớp không tổ chức: danh sách không sửa nữa.")
    was = {name: getattr(learner, name) for name in WHO}
    write(learner, fields)
    learner.version += 1
    save(learner)
    standing = learner.allowances.filter(stands=True)
    changed = [name for name, value in was.items() if getattr(learner, name) != value]
    if any(was[name] for name in changed):
        _check_same_person(learner)
    if learner.salaried and standing.exists():
        raise Refused(
            "Người này đã có trong bảng kê chi; người hưởng lương từ ngân sách không được chi: hãy hủy bảng kê trước.",
            article="TT 36/2013 Đ14.2",
        )
    if standing.exclude(identity_number=learner.identity_number).exists():
        try:
            with transaction.atomic():
                standing.update(identity_number=learner.identity_number)
        except IntegrityError:
            raise Refused(PAID_THERE) from None
        _check_paid_once(learner)
    record(
        action="course.learner_change",
        by=by,
        subject=learner.course,
        thread=learner.course.thread,
        before={"số căn cước": masked(str(was["identity_number"]))},
        after={
            "số thứ tự": learner.number,
            "có số căn cước": bool(learner.identity_number),
            "số căn cước": masked(learner.identity_number),
            "đã sửa": [WHO[name] for name in changed],  # which, and not what: nobody's name stands in the trail
        },
    )
    return learner


def _check_same_person(learner: Learner) -> None:
    if learner.certificates.filter(withdrawn_on__isnull=True).exists():
        raise Refused(
            "Người này đã được cấp giấy: họ tên, năm sinh, số căn cước không sửa nữa. Hãy thu hồi giấy, sửa, rồi cấp lại.",
            article="TT 36/2013 Đ14.1",
        )
    tied = learner.allowances.filter(stands=True, list__posting__isnull=False).select_related("list").first()
    if tied is not None:
        raise Refused(
            f"Người này đã ký nhận tiền theo {tied.list}: họ tên, năm sinh, số căn cước không sửa nữa. Muốn sửa thì thu lại "
            "khoản chi, hủy bảng kê, sửa, rồi lập lại.",
            article="TT 36/2013 Đ14.1, Đ14.2",
        )


def _check_paid_once(learner: Learner) -> None:
    """A number that is written down later must not meet what was paid by it, here for single days or there for a class."""
    for one in learner.allowances.filter(stands=True).select_related("list"):
        unit = RateUnit.PERSON if one.list.is_once else RateUnit.PERSON_DAY
        if paid_elsewhere(one.kind, days_meant(unit, [(learner, one.on)])):
            raise Refused(PAID_THERE)


@transaction.atomic
def remove_learner(*, learner_id: int, by: Actor, version: int, reason: str) -> Learner:
    """Take somebody out of the list who was entered by mistake; the row stays. Raises NotAllowed, Stale, Refused."""
    learner = lock_learner(learner_id, by=by, version=version)
    check_open(learner.course, "đưa người ra khỏi danh sách")
    if learner.allowances.filter(stands=True).exists():
        raise Refused("Người này đã có trong bảng kê chi: hãy hủy bảng kê trước.")
    if learner.certificates.filter(withdrawn_on__isnull=True).exists():
        raise Refused("Người này đã được cấp giấy: hãy thu hồi giấy trước.")
    learner.removed_because = need(reason, "Hãy ghi lý do.")
    learner.removed_on = today()
    learner.version += 1
    learner.save()
    record(
        action="course.learner_remove",
        by=by,
        subject=learner.course,
        thread=learner.course.thread,
        before={"số thứ tự": learner.number},
        note=learner.removed_because,
    )
    return learner


@transaction.atomic
def record_employment(*, learner_id: int, by: Actor, version: int, fields: Mapping[str, Any]) -> Employment:
    """Whether somebody found work in what was learnt, and who confirms it (TT 36/2013 Đ14.1).

    `fields`: employed, establishment, employer, job, since_on, proof. Raises NotAllowed, Stale, Refused.
    """
    learner = lock_learner(learner_id, by=by, version=version)
    course = learner.course
    if not course.is_vocational:
        raise Refused(
            "Danh sách lao động sau đào tạo chỉ lập cho lớp đào tạo nghề, truyền nghề.", article="TT 36/2013 Đ14.1"
        )
    if course.state != CourseState.DONE or not learner.present:
        raise Refused("Ghi việc làm sau khi lớp kết thúc, cho người đã học.")
    row = Employment.objects.filter(learner=learner).first() or Employment(learner=learner)
    row.employed, row.establishment = bool(fields["employed"]), fields.get("establishment")
    # One employer: what was typed would stand beside the establishment that was chosen.
    row.employer = str(row.establishment or fields.get("employer") or "")
    row.job, row.since_on = str(fields.get("job") or ""), fields.get("since_on")
    row.proof = need(str(fields.get("proof") or ""), "Hãy ghi ai xác nhận hoặc số liệu lấy ở đâu.")
    if row.employed:
        need(row.employer, "Hãy chọn hoặc ghi cơ sở sử dụng lao động.")
    else:
        row.establishment, row.employer, row.job, row.since_on = None, "", "", None
    if row.since_on is not None and row.since_on > today():
        raise Refused("Ngày bắt đầu làm việc không thể ở sau hôm nay.")
    row.by, row.version = by.user, row.version + 1
    row.save()
    learner.version += 1
    learner.save(update_fields=["version"])
    record(
        action="course.employment",
        by=by,
        subject=course,
        thread=course.thread,
        after={
            "số thứ tự": learner.number,
            "có việc làm": "có" if row.employed else "không",
            "cơ sở": row.employer,
            "xác nhận": row.proof,
        },
    )
    return row
