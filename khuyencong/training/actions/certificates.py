"""Certificates of those who were there, by a decision, and taking one back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.core.creation import save_once
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission
from khuyencong.training.actions.courses import new_secret
from khuyencong.training.door import lock_course, need, touch
from khuyencong.training.models import (
    CertificateDecision,
    CertificateWord,
    CourseState,
    LearnerCertificate,
)
from khuyencong.training.queries import certifiable

ARTICLE = "TT 36/2013 Đ14.1, Đ14.2"


@transaction.atomic
def certify(
    *,
    course_id: int,
    by: Actor,
    version: int,
    creation_key: UUID,
    learner_ids: Collection[int],
    word: str,
    number: str,
    decided_on: date,
    signed_by: str,
) -> CertificateDecision:
    """Record the decision and give each of these learners a certificate; the same `creation_key` twice gives it back.

    Only for those who were there as often as the class asks, and have none yet. Raises NotAllowed, Stale, Refused.
    """
    course = lock_course(course_id, by=by, permission=Permission.TRAINING_DECIDE)
    earlier = course.certificate_decisions.filter(creation_key=creation_key).first()
    if earlier is not None:
        return earlier
    course.check_version(version)
    if course.state != CourseState.DONE:
        raise Refused("Cấp giấy chứng nhận sau khi lớp đã kết thúc.", article=ARTICLE)
    said, signer = need(number, "Hãy ghi số quyết định."), need(signed_by, "Hãy ghi người ký.")
    if not course.starts_on <= decided_on <= today():
        raise Refused("Ngày quyết định phải từ ngày khai giảng đến hôm nay.")
    if course.certificate_decisions.filter(number=said).exists():
        raise Refused("Quyết định này đã được ghi cho lớp.")
    able = {one.pk: one for one in certifiable(course)}
    wanted = sorted(set(learner_ids))
    if not wanted:
        raise Refused("Hãy chọn ít nhất một người.")
    if any(key not in able for key in wanted):
        raise Refused("Có người chưa đủ số buổi, hoặc đã có giấy: hãy tải lại trang rồi chọn lại.", article=ARTICLE)
    decision = CertificateDecision(
        course=course, creation_key=creation_key, word=CertificateWord(word), number=said, decided_on=decided_on,
        signed_by=signer, by=by.user,
    )  # fmt: skip
    found = save_once(decision, author="by")
    if found is not None:
        return found
    LearnerCertificate.objects.bulk_create(
        LearnerCertificate(
            decision=decision, learner=able[key], number=f"{able[key].number:02d}-{said}", secret=new_secret()
        )
        for key in wanted
    )
    touch(course)
    record(
        action="course.certify",
        by=by,
        subject=course,
        thread=course.thread,
        after={
            "quyết định": said,
            "ngày": decided_on.isoformat(),
            "loại giấy": decision.get_word_display(),
            "số người": len(wanted),
        },
    )
    return decision


@transaction.atomic
def withdraw_certificate(*, certificate_id: int, by: Actor, version: int, reason: str) -> LearnerCertificate:
    """Take a certificate back; its page says so from now on. `version` is the class's. Raises NotAllowed, Stale, Refused."""
    found = LearnerCertificate.objects.select_related("learner", "decision").get(pk=certificate_id)
    course = lock_course(found.decision.course_id, by=by, permission=Permission.TRAINING_DECIDE, version=version)
    found.refresh_from_db(fields=["withdrawn_on"])
    if found.withdrawn_on is not None:
        raise Refused("Giấy này đã được thu hồi.")
    found.withdrawn_because = need(reason, "Hãy ghi lý do thu hồi.")
    found.withdrawn_on = today()
    found.save(update_fields=["withdrawn_on", "withdrawn_because"])
    touch(course)
    record(
        action="course.certificate_withdraw",
        by=by,
        subject=course,
        thread=course.thread,
        before={"số giấy": found.number},
        note=found.withdrawn_because,
    )
    return found
