"""What people write by themselves behind the address at the door: that they are there, and what they think of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from khuyencong.audit.actions import record_system
from khuyencong.core.errors import Refused
from khuyencong.training.entering import enter
from khuyencong.training.identity import identity_number
from khuyencong.training.models import Course, Evaluation, Learner, LearnerSource
from khuyencong.training.public import may_enter, may_evaluate

CLOSED = "Lớp này không nhận ghi danh nữa: hãy hỏi cán bộ ở lớp."
NOT_NOW = "Phiếu đánh giá của lớp này không mở: hãy hỏi cán bộ ở lớp."
SCORES = ("content", "teaching", "materials", "organisation", "usefulness")


@transaction.atomic
def enter_at_the_door(*, course_id: int, creation_key: UUID, fields: Mapping[str, Any], origin: str) -> Learner:
    """Enter somebody who holds the address. The same form again, or the same identity card, is the same person.

    Whoever is in the list already gets the same answer: the page must not tell who is in it. Raises Refused.
    """
    course = Course.objects.select_for_update(of=("self",)).get(pk=course_id)
    if not may_enter(course):
        raise Refused(CLOSED)
    earlier = course.learners.filter(creation_key=creation_key).first()
    if earlier is not None:
        return earlier
    try:
        number = identity_number(str(fields.get("identity_number", "")))
    except ValueError as error:
        raise Refused(str(error)) from None
    there = course.learners.listed().filter(identity_number=number).first() if number else None
    if there is not None:
        return there
    learner = enter(course, fields, source=LearnerSource.DOOR, creation_key=creation_key, user=None)
    record_system(
        action="course.enter",
        origin=origin,
        subject=course,
        thread=course.thread,
        after={"số thứ tự": learner.number, "có số căn cước": bool(learner.identity_number)},
    )
    return learner


@transaction.atomic
def evaluate(*, course_id: int, creation_key: UUID, fields: Mapping[str, Any], origin: str) -> Evaluation:
    """Take what somebody thinks of the class; the same `creation_key` twice is one answer. Raises Refused."""
    course = Course.objects.get(pk=course_id)
    earlier = course.evaluations.filter(creation_key=creation_key).first()
    if earlier is not None:
        return earlier
    if not may_evaluate(course):
        raise Refused(NOT_NOW)
    scores = {name: fields.get(name) for name in SCORES}
    comment = str(fields.get("comment") or "").strip()
    if not comment and all(score is None for score in scores.values()):
        raise Refused("Hãy chọn điểm cho ít nhất một mục, hoặc ghi ý kiến.")
    row = Evaluation(
        course=course, creation_key=creation_key, comment=comment, kept_offline=bool(fields.get("kept_offline")),
        **scores,
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:  # the same form twice at one moment
        return course.evaluations.get(creation_key=creation_key)
    # Without a name and without what was said: nobody's opinion stands in the trail.
    record_system(action="course.evaluate", origin=origin, subject=course, thread=course.thread)
    return row
