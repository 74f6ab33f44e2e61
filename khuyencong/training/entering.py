"""Writing somebody into the list of a locked class, whoever does it: an officer, a file, the person at the door."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max

from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.establishments.ethnic_groups import is_minority
from khuyencong.people.models import User
from khuyencong.training.door import need
from khuyencong.training.identity import folded_name, identity_number
from khuyencong.training.models import Course, Learner, LearnerSource
from khuyencong.training.models.course import MOST_LEARNERS

FIELDS = (
    "name", "birth_year", "gender", "ethnicity", "commune", "place_text", "phone", "identity_number", "workplace",
    "salaried",
)  # fmt: skip
MOST_NUMBER = 32_000  # of the column
THERE = "Số căn cước này đã có trong danh sách của lớp."


def enter(
    course: Course, fields: Mapping[str, Any], *, source: LearnerSource, creation_key: UUID, user: User | None
) -> Learner:
    """The next row in the list of a locked class. Raises Refused."""
    last = course.learners.aggregate(last=Max("number"))["last"] or 0
    if course.learners.listed().count() >= MOST_LEARNERS or last >= MOST_NUMBER:
        raise Refused(f"Danh sách của một lớp có nhiều nhất {MOST_LEARNERS} người.")
    learner = Learner(course=course, number=last + 1, source=source, creation_key=creation_key, entered_by=user)
    write(learner, fields)
    save(learner)
    return learner


def check_listed(course: Course) -> None:
    """Refused where only the number of the papers is told: a class counts by one or the other."""
    if course.told_people is not None:
        raise Refused("Lớp ghi số người theo hồ sơ: hãy xóa số ấy ở «Sửa» trước khi ghi danh sách từng người.")


def write(learner: Learner, fields: Mapping[str, Any]) -> None:
    for name in FIELDS:
        if name in fields:
            value = fields[name]
            setattr(learner, name, value.strip() if isinstance(value, str) else value)
    learner.name = need(" ".join(learner.name.split()), "Hãy ghi họ và tên.")
    try:
        learner.identity_number = identity_number(learner.identity_number)
    except ValueError as error:
        raise Refused(str(error)) from None
    learner.folded = folded_name(learner.name)
    learner.minority = is_minority(learner.ethnicity)
    if learner.birth_year is not None and learner.birth_year > today().year:
        raise Refused("Năm sinh không thể ở sau năm nay.")


def save(learner: Learner) -> None:
    try:
        with transaction.atomic():
            learner.save()
    except IntegrityError:
        raise Refused(THERE) from None
