"""What somebody asks about the own data: taken in, its rows chosen, answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.core.creation import USED, save_once
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require
from khuyencong.persons.door import lock_request
from khuyencong.persons.finding import rows_named
from khuyencong.persons.models import HiddenRow, PersonRequest, RequestKind, RequestState

FIELDS = ("kind", "person", "birth_year", "phone", "email", "identity_number", "paper", "received_on")
MOST_CHOSEN = 100
ANSWERED = "Yêu cầu đã được trả lời: không đổi được nữa."


@transaction.atomic
def take_request(*, by: Actor, creation_key: UUID, fields: Mapping[str, Any]) -> PersonRequest:
    """Write down who asks for what by which paper. Raises NotAllowed, Refused."""
    require(by, Permission.PERSON_DATA_KEEP)
    earlier = PersonRequest.objects.filter(creation_key=creation_key).first()
    if earlier is not None:
        if earlier.taken_by_id != by.user.pk:
            raise Refused(USED)
        return earlier
    asked = PersonRequest(creation_key=creation_key, agency=by.agency, taken_by=by.user)
    for name in FIELDS:
        setattr(asked, name, fields[name])
    asked.person, asked.paper = asked.person.strip(), asked.paper.strip()
    require(by, Permission.PERSON_DATA_KEEP, asked)
    if not asked.person or not asked.paper:
        raise Refused("Hãy ghi họ tên người yêu cầu và văn bản yêu cầu.")
    if asked.received_on > today():
        raise Refused("Ngày nhận không được sau hôm nay.")
    made = save_once(asked, author="taken_by")
    if made is not None:
        return made
    # Who asks is personal data: the trail says by which paper, and the number of the request.
    record(action="person_data.ask", by=by, subject=asked, thread=asked.thread, after=_told(asked))
    return asked


@transaction.atomic
def choose_rows(*, request_id: int, by: Actor, version: int, keys: Sequence[str]) -> PersonRequest:
    """Say which of the rows found are really about this person. Raises NotAllowed, Stale, Refused."""
    asked = lock_request(request_id, by=by, version=version, permission=Permission.PERSON_DATA_KEEP)
    if not asked.is_open:
        raise Refused(ANSWERED)
    if len(keys) > MOST_CHOSEN:
        raise Refused(f"Một yêu cầu chọn nhiều nhất {MOST_CHOSEN} mục: hãy lập thêm yêu cầu.")
    before = len(asked.chosen)
    asked.chosen = [[holding.key, pk] for holding, pk in rows_named(list(keys), by)]
    asked.version += 1
    asked.save(update_fields=["chosen", "version"])
    record(
        action="person_data.choose",
        by=by,
        subject=asked,
        thread=asked.thread,
        before={"số mục": before},
        after={"mục": [f"{model} {pk}" for model, pk in asked.chosen]},
    )
    return asked


@transaction.atomic
def answer_request(*, request_id: int, by: Actor, version: int, fields: Mapping[str, Any]) -> PersonRequest:
    """Write down the answer: given or refused, by which paper, on which day. Raises NotAllowed, Stale, Refused."""
    asked = lock_request(request_id, by=by, version=version, permission=Permission.PERSON_DATA_KEEP)
    on: date = fields["answered_on"]
    if not asked.is_open:
        raise Refused(ANSWERED)
    if on < asked.received_on or on > today():
        raise Refused("Ngày trả lời phải từ ngày nhận yêu cầu đến hôm nay.")
    state = RequestState(fields["state"])
    if state is RequestState.OPEN:
        raise Refused("Hãy chọn đã trả lời hay từ chối.")
    if state is RequestState.REFUSED and not fields["answer"].strip():
        raise Refused("Hãy ghi vì sao từ chối, với căn cứ: người yêu cầu có quyền biết.")
    if asked.kind == RequestKind.HIDE and state is RequestState.ANSWERED:
        done = HiddenRow.objects.filter(request=asked, hidden_at__isnull=False).exists()
        if not done and asked.chosen:
            raise Refused("Chưa mục nào được ẩn theo yêu cầu này: lãnh đạo ẩn các mục ẩn được trước, hoặc ghi từ chối.")
    asked.state, asked.answered_on = state, on
    asked.answer_number, asked.answer = fields["answer_number"].strip(), fields["answer"].strip()
    asked.version += 1
    asked.save(update_fields=["state", "answered_on", "answer_number", "answer", "version"])
    record(
        action="person_data.answer",
        by=by,
        subject=asked,
        thread=asked.thread,
        after=_told(asked) | {"trả lời": state.label, "số": asked.answer_number, "ngày trả lời": on},
    )
    return asked


def _told(asked: PersonRequest) -> dict[str, object]:
    return {"yêu cầu": asked.get_kind_display(), "văn bản": asked.paper, "ngày nhận": asked.received_on}
