"""Asking through the portal, and answering."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from khuyencong.audit.actions import record, record_system
from khuyencong.core.creation import save_once
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused, Stale
from khuyencong.core.rates import network_of
from khuyencong.establishments.keys import phone_key
from khuyencong.notices.actions import notify, people_of
from khuyencong.notices.letters import can_be_reached, send_letter
from khuyencong.people.actors import FROM_OUTSIDE, Actor
from khuyencong.people.models import Agency
from khuyencong.people.permissions import Permission, require
from khuyencong.portal.models import Feedback
from khuyencong.portal.offices import ANSWERING, who_answers
from khuyencong.portal.states import check_step, move
from khuyencong.signin.limits import Limit, count, reached

STALE = "Câu hỏi đã được người khác xử lý sau khi bạn mở trang. Chưa có gì được ghi."
SUBJECT = "Khuyến công: trả lời câu hỏi của bạn"
SHORT = 120  # letters of a question inside a sentence
# A mobile network lets thousands share one address; who asks is told apart by how they want to be answered.
FROM_ONE_PERSON = Limit(
    "feedback_from_person",
    5,
    dt.timedelta(hours=1),
    "Bạn vừa gửi nhiều câu hỏi. Hãy thử lại sau một giờ.",
)
FROM_ONE_PLACE = Limit(
    "feedback_from_place",
    60,
    dt.timedelta(hours=1),
    "Từ mạng này vừa có nhiều câu hỏi. Hãy thử lại sau một giờ.",
)
FIELDS = ("name", "email", "phone", "question", "about")


@transaction.atomic
def send_feedback(*, creation_key: UUID, fields: Mapping[str, Any], origin: str) -> Feedback:
    """Keep a question for the agency that answers in the province; the same `creation_key` twice is one question.

    Raises Refused where too many came from the same place, or nobody could be answered.
    """
    earlier = Feedback.objects.filter(creation_key=creation_key).first()
    if earlier is not None:
        return earlier
    place, person = network_of(origin.removeprefix("web ")), fields["email"].lower() or phone_key(fields["phone"])
    for limit, key in ((FROM_ONE_PLACE, place), (FROM_ONE_PERSON, person)):
        if reached(limit, key):
            raise Refused(limit.sentence)
        count(limit, key)
    province = fields["province"]
    feedback = Feedback(
        creation_key=creation_key,
        agency=who_answers(province),
        province=province,
        **{name: fields[name] for name in FIELDS},
    )
    if not feedback.email and not feedback.phone:
        raise Refused("Hãy ghi thư điện tử hoặc điện thoại để cơ quan trả lời được.")
    made = save_once(feedback, author="agency")
    if made is not None:
        return made
    record_system(
        action="feedback.send",
        origin=FROM_OUTSIDE,
        subject=feedback,
        thread=feedback.thread,
        agency=feedback.agency,
        after={"cơ quan trả lời": feedback.agency.name},
    )
    notify(
        users=_who_answers_at(feedback.agency),
        sentence=f"Câu hỏi mới qua cổng thông tin: {feedback.question[:SHORT]}",
        url=feedback.get_absolute_url(),
    )
    return feedback


@transaction.atomic
def answer_feedback(*, feedback_id: int, by: Actor, version: int, answer: str) -> Feedback:
    """Answer it, by e-mail where an address is known. Raises NotAllowed, Stale, Refused."""
    feedback = _lock(feedback_id, by=by, version=version, step="answer")
    if not answer.strip():
        raise Refused("Hãy viết câu trả lời.")
    feedback.answer = answer.strip()
    _end(feedback, "answer", by=by)
    record(
        action="feedback.answer", by=by, subject=feedback, thread=feedback.thread,
        after={"gửi thư": "có" if can_be_reached(feedback.email) else "không có địa chỉ thư"},
    )  # fmt: skip
    send_letter(to=feedback.email, subject=SUBJECT, text=_letter(feedback), taken=lambda: _mailed(feedback.pk))
    return feedback


@transaction.atomic
def close_feedback(*, feedback_id: int, by: Actor, version: int, reason: str) -> Feedback:
    """End it without an answer, with a reason. Raises NotAllowed, Stale, Refused."""
    feedback = _lock(feedback_id, by=by, version=version, step="close")
    if not reason.strip():
        raise Refused("Hãy ghi lý do khép.")
    feedback.closed_because = reason.strip()
    _end(feedback, "close", by=by)
    record(action="feedback.close", by=by, subject=feedback, thread=feedback.thread, note=feedback.closed_because)
    return feedback


def _lock(feedback_id: int, *, by: Actor, version: int, step: str) -> Feedback:
    rows = Feedback.objects.select_for_update(of=("self",)).select_related("agency")
    feedback = rows.get(pk=feedback_id)
    require(by, Permission.FEEDBACK_ANSWER, feedback)
    if feedback.version != version:
        raise Stale(STALE)
    check_step(feedback, step)
    return feedback


def _end(feedback: Feedback, step: str, *, by: Actor) -> None:
    feedback.answered_by, feedback.answered_on = by.user, today()
    move(feedback, step)


def _who_answers_at(agency: Agency) -> list[Any]:
    return people_of(agency, *ANSWERING)


def _letter(feedback: Feedback) -> str:
    return (
        f"Kính gửi {feedback.name},\n\nBạn đã hỏi:\n{feedback.question}\n\n"
        f"{feedback.agency.name} trả lời:\n{feedback.answer}"
    )


def _mailed(pk: int) -> None:
    Feedback.objects.filter(pk=pk).update(mailed_at=timezone.now())
