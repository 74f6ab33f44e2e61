"""How an action takes hold of a class or a learner: locked, permitted, and still what the page showed.

The class is locked before its learners, and those before the head of the trail.
"""

from __future__ import annotations

from khuyencong.core.errors import Refused, Stale
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require
from khuyencong.training.models import Course, CourseState, Learner
from khuyencong.training.states import check_step, permission_of

STALE_LEARNER = "Người này đã được sửa sau khi bạn mở trang. Chưa có gì được ghi; hãy xem lại."
OPEN = (CourseState.PLANNED, CourseState.RUNNING)


def lock_course(course_id: int, *, by: Actor, permission: Permission, version: int | None = None) -> Course:
    """The class, locked until the transaction ends. Raises NotAllowed, Stale. Must be called in a transaction.

    `version` None: what is added beside the class (learners, marks) does not ask whether its description has changed.
    """
    course = Course.objects.with_all().select_for_update(of=("self",)).get(pk=course_id)
    require(by, permission, course)
    if version is not None:
        course.check_version(version)
    return course


def lock_for_step(course_id: int, step: str, *, by: Actor, version: int) -> Course:
    """As `lock_course`, for a step of the table; Refused where the state does not allow it."""
    course = lock_course(course_id, by=by, permission=permission_of(step), version=version)
    check_step(course, step)
    return course


def lock_learner(learner_id: int, *, by: Actor, version: int) -> Learner:
    """The learner after the class, both locked. Raises NotAllowed, Stale, Refused for one who was taken out."""
    key = Learner.objects.values_list("course_id", flat=True).get(pk=learner_id)
    course = lock_course(key, by=by, permission=Permission.TRAINING_MANAGE)
    learner = Learner.objects.select_for_update(of=("self",)).select_related("commune").get(pk=learner_id)
    learner.course = course
    if learner.version != version:
        raise Stale(STALE_LEARNER)
    if learner.removed_on is not None:
        raise Refused("Người này đã được đưa ra khỏi danh sách.")
    return learner


def check_open(course: Course, what: str) -> None:
    """Refused where the class has ended or was called off."""
    if course.state not in OPEN:
        raise Refused(f"Lớp ở trạng thái «{course.get_state_display()}»: không {what} nữa.")


def check_running(course: Course, what: str) -> None:
    """Refused where the class is not open."""
    if course.state != CourseState.RUNNING:
        raise Refused(f"Lớp ở trạng thái «{course.get_state_display()}»: {what} khi lớp đang mở.")


def touch(course: Course) -> None:
    """Count a change that does not move the state, so that forms opened before it are refused."""
    course.version += 1
    course.save(update_fields=["version"])


def need(text: str, sentence: str) -> str:
    """The text without blanks around it; Refused with the sentence where nothing is left."""
    found = text.strip()
    if not found:
        raise Refused(sentence)
    return found
