"""Lists of what is paid to those who came: nobody twice for one day, here or in another class.

Nothing is posted here: the money leaves through the đề án as all other money does.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max

from khuyencong.audit.actions import record
from khuyencong.core.creation import save_once
from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import Refused, Stale
from khuyencong.core.findings import Finding
from khuyencong.core.money import format_dong
from khuyencong.finance.models import LedgerEntry
from khuyencong.finance.used import used_of
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission
from khuyencong.training.door import lock_course, need, touch
from khuyencong.training.identity import ARTICLE, days_meant, look_alikes, names_for, paid_elsewhere, present_days
from khuyencong.training.models import Allowance, Course, CoursePayList, CourseState, Learner, RateKind, RateUnit
from khuyencong.training.models.course import STALE
from khuyencong.training.money import gone_sentence, is_taken_back, postings_for, total_of, unfounded
from khuyencong.training.rules import check_money_open, law_on, rate_problem

TWICE = "Có người đã được chi cùng khoản trong cùng ngày: hãy tải lại trang rồi lập lại."


def to_pay(course: Course, kind: str, unit: str, *, left_out: Collection[int] = ()) -> list[tuple[Learner, date]]:
    """Who is owed this for which day: there, not salaried by the State, not paid yet. What is paid once counts for the first day."""
    people = course.learners.attended().filter(salaried=False).exclude(pk__in=left_out).select_related("commune")
    standing = Allowance.objects.filter(learner__course=course, kind=kind, stands=True)
    if unit == RateUnit.PERSON:  # whatever the day that was written: the first day of a class may be corrected
        once = set(standing.values_list("learner_id", flat=True))
        return [(one, course.starts_on) for one in people if one.pk not in once]
    paid = set(standing.values_list("learner_id", "on"))
    days = present_days([one.pk for one in people])
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
    paid on the same day, or by a rate above the norm. Raises NotAllowed, Stale, Refused: nobody is paid twice for a day,
    here or in another class.
    """
    course = lock_course(course_id, by=by, permission=Permission.TRAINING_MANAGE)
    earlier = course.course_pay_lists.filter(creation_key=creation_key).first()
    if earlier is not None:
        return earlier
    course.check_version(version)
    if course.state not in {CourseState.RUNNING, CourseState.DONE}:
        raise Refused("Bảng kê lập theo điểm danh của lớp đang mở hoặc đã kết thúc.", article=ARTICLE)
    check_money_open(course)
    rate = course.rates.filter(kind=kind).first()
    if rate is None:
        raise Refused(f"Lớp chưa có mức {RateKind(kind).label.lower()}: hãy ghi mức chi kèm văn bản.")
    wanted = to_pay(course, kind, rate.unit, left_out=left_out)
    if not wanted:
        raise Refused("Không còn ai phải chi khoản này: người có mặt đều đã được chi hoặc hưởng lương từ ngân sách.")
    _lock_persons(wanted)
    meant = days_meant(rate.unit, wanted)
    _check_identities(kind, meant, by=by)
    findings: list[Finding] = [*look_alikes(kind, meant, by=by)]
    above = rate_problem(law_on(course), unit=rate.unit, amount=rate.amount)
    if above is not None:
        findings.append(above)
    if findings and not confirmed.strip():
        raise Refused(findings[0].sentence, article=findings[0].article or ARTICLE, findings=findings)
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


def _lock_persons(wanted: list[tuple[Learner, date]]) -> None:
    """Two classes that pay one person wait for each other: what is paid once and what is paid by the day meet on no key."""
    numbers = {learner.identity_number for learner, _ in wanted if learner.identity_number}
    list(Learner.objects.select_for_update().filter(identity_number__in=numbers).order_by("pk").values_list("pk"))


def _check_identities(kind: str, meant: list[tuple[Learner, date]], *, by: Actor) -> None:
    paid = paid_elsewhere(kind, meant)
    for learner, on in meant:
        other = paid.get((learner.pk, on))
        if other is not None:
            raise Refused(
                f"{learner.name} (số {learner.number}) đã được chi {RateKind(kind).label.lower()} ngày {format_date(on)} "
                f"ở {names_for(by, [other])[other.list.course_id]}. Hãy để người này ngoài bảng kê.",
                article=ARTICLE,
            )


@transaction.atomic
def annul_list(*, list_id: int, by: Actor, version: int, reason: str) -> CoursePayList:
    """Take back a list that was not paid, or whose payment was taken back; its people may be put into another one.

    Raises NotAllowed, Stale, Refused.
    """
    found = _lock_list(list_id, by=by, version=version)
    if found.posting is not None and not is_taken_back(found.posting):
        raise Refused("Bảng kê này đã gắn với khoản chi trong sổ kinh phí: không hủy được.")
    was = found.posting.document if found.posting is not None else ""
    found.posting = None
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
        before={"bảng kê": str(found), "chứng từ đã thu lại": was},
        note=found.annulled_because,
    )
    return found


@transaction.atomic
def tie_list(*, list_id: int, by: Actor, version: int, posting_id: int) -> CoursePayList:
    """Say which row of the ledger paid the list; the lists of one row never exceed it.

    A row that was taken back gives way to another. Raises NotAllowed, Stale, Refused: also where somebody of the list was
    taken out of the attendance since.
    """
    found = _lock_list(list_id, by=by, version=version)
    check_money_open(found.course)
    if found.posting is not None and not is_taken_back(found.posting):
        raise Refused("Bảng kê này đã gắn với một khoản chi.")
    gone = unfounded(found)
    if gone:
        raise Refused(f"{gone_sentence(gone)} Hãy hủy bảng kê rồi lập lại.", article=ARTICLE)
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
    rows = CoursePayList.objects.select_for_update(of=("self",)).select_related("posting__answered_by")
    found = rows.get(pk=list_id)
    found.course = course
    if found.version != version:
        raise Stale(STALE.replace("Lớp", "Bảng kê"))
    if found.annulled_on is not None:
        raise Refused("Bảng kê này đã bị hủy.")
    return found
