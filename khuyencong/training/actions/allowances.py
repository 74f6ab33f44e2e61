"""Lists of what is paid to those who came: nobody twice for one day, here or in another class.

Nothing is posted here: the money leaves through the đề án as all other money does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max

from khuyencong.audit.actions import record
from khuyencong.core.creation import save_once
from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import Refused, Stale
from khuyencong.core.money import format_dong
from khuyencong.finance.models import LedgerEntry
from khuyencong.finance.used import used_of
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission
from khuyencong.training.door import lock_course, need, touch
from khuyencong.training.identity import ARTICLE, look_alikes, paid_elsewhere
from khuyencong.training.models import Allowance, Course, CoursePayList, CourseState, Learner, RateKind, RateUnit
from khuyencong.training.models.course import STALE
from khuyencong.training.money import postings_for, total_of

TWICE = "Có người đã được chi cùng khoản trong cùng ngày: hãy tải lại trang rồi lập lại."


def to_pay(course: Course, kind: str, unit: str, *, left_out: Collection[int] = ()) -> list[tuple[Learner, date]]:
    """Who is owed this for which day: there, not salaried by the State, not paid yet. What is paid once counts for the first day."""
    people = course.learners.attended().filter(salaried=False).exclude(pk__in=left_out).select_related("commune")
    paid = set(Allowance.objects.filter(learner__course=course, kind=kind, stands=True).values_list("learner_id", "on"))
    if unit == RateUnit.PERSON:
        return [(one, course.starts_on) for one in people if (one.pk, course.starts_on) not in paid]
    days: dict[int, set[date]] = defaultdict(set)
    marked = Learner.objects.filter(course=course, marks__present=True)
    for key, on in marked.values_list("pk", "marks__session__held_on"):
        days[key].add(on)
    return [(one, on) for one in people for on in sorted(days[one.pk]) if (one.pk, on) not in paid]


@transaction.atomic
def prepare_list(
    *,
    course_id: int,
    by: Actor,
    version: int,
    creation_key: UUID,
    kind: str,
    left_out: Collection[int] = (),
    confirmed: str = "",
) -> CoursePayList:
    """Make the list of those who are owed an allowance by the rate of the class; the same `creation_key` gives it back.

    `left_out`: keys of learners who get nothing. `confirmed`: the ground on which those are paid who look like somebody
    paid on the same day. Raises NotAllowed, Stale, Refused: nobody is paid twice for a day, here or in another class.
    """
    course = lock_course(course_id, by=by, permission=Permission.TRAINING_MANAGE)
    earlier = course.course_pay_lists.filter(creation_key=creation_key).first()
    if earlier is not None:
        return earlier
    course.check_version(version)
    if course.state not in {CourseState.RUNNING, CourseState.DONE}:
        raise Refused("Bảng kê lập theo điểm danh của lớp đang mở hoặc đã kết thúc.", article=ARTICLE)
    rate = course.rates.filter(kind=kind).first()
    if rate is None:
        raise Refused(f"Lớp chưa có mức {RateKind(kind).label.lower()}: hãy ghi mức chi kèm văn bản.")
    wanted = to_pay(course, kind, rate.unit, left_out=left_out)
    if not wanted:
        raise Refused("Không còn ai phải chi khoản này: người có mặt đều đã được chi hoặc hưởng lương từ ngân sách.")
    _check_identities(kind, wanted)
    findings = look_alikes(kind, wanted)
    if findings and not confirmed.strip():
        raise Refused(findings[0].sentence, article=ARTICLE, findings=findings)
    last = course.course_pay_lists.aggregate(last=Max("number"))["last"] or 0
    made = CoursePayList(
        course=course, creation_key=creation_key, number=last + 1, kind=kind, amount=rate.amount,
        unit_text=rate.get_unit_display(), basis=rate.document, by=by.user,
        confirmed=confirmed.strip() if findings else "",
    )  # fmt: skip
    found = save_once(made, author="by")
    if found is not None:
        return found
    try:
        with transaction.atomic():
            Allowance.objects.bulk_create(
                Allowance(
                    list=made, learner=learner, kind=kind, on=on, identity_number=learner.identity_number,
                    amount=rate.amount,
                )
                for learner, on in wanted
            )  # fmt: skip
    except IntegrityError:  # another class was faster; the sentence names nobody
        raise Refused(TWICE, article=ARTICLE) from None
    touch(course)
    record(
        action="course.allowances",
        by=by,
        subject=course,
        thread=course.thread,
        after={
            "bảng kê": str(made),
            "số người": len({learner.pk for learner, _ in wanted}),
            "số lượt": len(wanted),
            "số tiền (đồng)": rate.amount * len(wanted),
            "căn cứ": made.basis,
        },
        note=made.confirmed,
    )
    return made


def _check_identities(kind: str, wanted: list[tuple[Learner, date]]) -> None:
    paid = paid_elsewhere(kind, [learner for learner, _ in wanted], [on for _, on in wanted])
    for learner, on in wanted:
        other = paid.get((learner.identity_number, on)) if learner.identity_number else None
        if other is not None:
            raise Refused(
                f"{learner.name} (số {learner.number}) đã được chi {RateKind(kind).label.lower()} ngày {format_date(on)} "
                f"ở «{other.list.course}». Hãy để người này ngoài bảng kê.",
                article=ARTICLE,
            )


@transaction.atomic
def annul_list(*, list_id: int, by: Actor, version: int, reason: str) -> CoursePayList:
    """Take back a list that was not paid; its people may be put into another one. Raises NotAllowed, Stale, Refused."""
    found = _lock_list(list_id, by=by, version=version)
    if found.posting_id is not None:
        raise Refused("Bảng kê này đã gắn với khoản chi trong sổ kinh phí: không hủy được.")
    found.annulled_because = need(reason, "Hãy ghi lý do hủy.")
    found.annulled_on = today()
    found.version += 1
    found.save()
    found.rows.update(stands=False)
    touch(found.course)
    record(
        action="course.allowances_annul",
        by=by,
        subject=found.course,
        thread=found.course.thread,
        before={"bảng kê": str(found)},
        note=found.annulled_because,
    )
    return found


@transaction.atomic
def tie_list(*, list_id: int, by: Actor, version: int, posting_id: int) -> CoursePayList:
    """Say which row of the ledger paid the list; the lists of one row never exceed it. Raises NotAllowed, Stale, Refused."""
    found = _lock_list(list_id, by=by, version=version)
    if found.posting_id is not None:
        raise Refused("Bảng kê này đã gắn với một khoản chi.")
    posting = postings_for(found.course).filter(pk=posting_id).first()
    if posting is None:
        raise Refused("Khoản chi này không phải của đề án, hoặc đã bị hủy.")
    # Lists of two classes of a đề án may come at once: the row itself is what both wait for.
    LedgerEntry.objects.select_for_update(of=("self",)).get(pk=posting.pk)
    total, left = total_of(found), posting.amount - used_of(posting)
    if total > left:
        raise Refused(
            f"Bảng kê {format_dong(total)} đồng, nhưng khoản chi {posting.document} chỉ còn {format_dong(left)} đồng "
            "chưa gắn với bảng kê nào."
        )
    found.posting = posting
    found.version += 1
    found.save()
    record(
        action="course.allowances_paid",
        by=by,
        subject=found.course,
        thread=found.course.thread,
        after={"bảng kê": str(found), "số tiền (đồng)": total, "chứng từ": posting.document},
    )
    return found


def _lock_list(list_id: int, *, by: Actor, version: int) -> CoursePayList:
    key = CoursePayList.objects.values_list("course_id", flat=True).get(pk=list_id)
    course = lock_course(key, by=by, permission=Permission.TRAINING_MANAGE)
    found = CoursePayList.objects.select_for_update(of=("self",)).get(pk=list_id)
    found.course = course
    if found.version != version:
        raise Stale(STALE.replace("Lớp", "Bảng kê"))
    if found.annulled_on is not None:
        raise Refused("Bảng kê này đã bị hủy.")
    return found
