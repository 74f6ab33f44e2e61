"""What somebody asks about the own data: taken in, its rows chosen, answered."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.core.creation import USED, save_once
from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import Refused
from khuyencong.law.workdays import add_working_days
from khuyencong.notices.actions import notify, people_of
from khuyencong.people.actors import Actor
from khuyencong.people.models import User
from khuyencong.people.permissions import Permission, require
from khuyencong.people.roles import Role
from khuyencong.persons.door import lock_request, refuse_own
from khuyencong.persons.finding import rows_named
from khuyencong.persons.models import HiddenRow, IdentityCheck, PersonRequest, RequestKind, RequestState

FIELDS = (
    "kind", "person", "birth_year", "phone", "email", "identity_number", "identity_check", "paper", "received_on",
)  # fmt: skip
MARKS = ("birth_year", "phone", "email", "identity_number")
NUMBER = re.compile(r"[0-9](?:[ .-]?[0-9]){8,}")  # of an identity paper, or a telephone
MOST_CHOSEN = 100
FEWEST_WORDS = 2
LAW = "NĐ 356/2025/NĐ-CP"
ANSWER_DAYS = 2  # NĐ 356/2025, by a secondary source; the article is not read
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
    _refuse_vague(asked)
    if asked.received_on > today():
        raise Refused("Ngày nhận không được sau hôm nay.")
    made = save_once(asked, author="taken_by")
    if made is not None:
        return made
    # Who asks, and by which paper, is personal data: the trail has the number of the request.
    record(action="person_data.ask", by=by, subject=asked, thread=asked.thread, after=_told(asked))
    notify(
        users=_others(people_of(asked.agency, Role.ADMINISTRATOR), by),
        sentence=f"{asked} về dữ liệu cá nhân: phản hồi chậm nhất {format_date(answer_by(asked))}.",
        url=asked.get_absolute_url(),
    )
    return asked


def answer_by(asked: PersonRequest) -> date:
    """The last of the two working days that NĐ 356/2025 is said to give (a secondary source; the article is not read)."""
    return add_working_days(asked.received_on, ANSWER_DAYS).on


def _refuse_vague(asked: PersonRequest) -> None:
    """A request is about one person: a name that many bear, alone, would be a look through the whole register."""
    if len(asked.person.split()) < FEWEST_WORDS or not any(getattr(asked, name) for name in MARKS):
        raise Refused(
            "Hãy ghi đủ họ và tên, cùng năm sinh, số định danh, điện thoại hoặc thư điện tử của người yêu cầu."
        )
    if NUMBER.search(asked.paper):
        raise Refused("«Văn bản yêu cầu» không ghi số giấy tờ tùy thân, điện thoại: mỗi số đã có ô riêng.")
    if asked.identity_check not in IdentityCheck:
        raise Refused("Hãy ghi đã kiểm tra người yêu cầu bằng cách nào.")


def _others(users: Iterable[User], by: Actor) -> list[User]:
    return [user for user in users if user.pk != by.user.pk]


@transaction.atomic
def record_look(*, asked: PersonRequest, by: Actor, count: int) -> None:
    """Write down that somebody was looked for, and how many rows were shown."""
    record(action="person_data.look", by=by, subject=asked, thread=asked.thread, after={"số mục hiện ra": count})


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
    asked.copy_agreed_by = None  # a leader has looked at what was chosen before
    asked.version += 1
    asked.save(update_fields=["chosen", "copy_agreed_by", "version"])
    record(
        action="person_data.choose",
        by=by,
        subject=asked,
        thread=asked.thread,
        before={"số mục": before},
        after={"mục": [f"{model} {pk}" for model, pk in asked.chosen]},
    )
    if asked.chosen:
        what = "ẩn dữ liệu" if asked.kind == RequestKind.HIDE else "giao bản sao"
        notify(
            users=_others(people_of(asked.agency, Role.LEADER), by),
            sentence=f"{asked} về dữ liệu cá nhân chờ bạn quyết định {what}.",
            url=asked.get_absolute_url(),
        )
    return asked


@transaction.atomic
def agree_to_copy(*, request_id: int, by: Actor, version: int) -> PersonRequest:
    """Let a copy of what was chosen be handed to the person. Raises NotAllowed, Stale, Refused."""
    asked = lock_request(request_id, by=by, version=version, permission=Permission.PERSON_DATA_HIDE)
    if not asked.is_open:
        raise Refused(ANSWERED)
    if not asked.chosen:
        raise Refused("Chưa chọn mục nào là của người này: quản trị chọn trước.")
    refuse_own(asked, by)
    asked.copy_agreed_by = by.user
    asked.version += 1
    asked.save(update_fields=["copy_agreed_by", "version"])
    record(
        action="person_data.agree_copy", by=by, subject=asked, thread=asked.thread, after={"số mục": len(asked.chosen)}
    )
    notify(
        users=_others([asked.taken_by], by),
        sentence=f"{asked} về dữ liệu cá nhân: lãnh đạo đã đồng ý giao bản sao.",
        url=asked.get_absolute_url(),
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
            raise Refused(
                "Chưa mục nào được ẩn theo yêu cầu này: lãnh đạo ẩn những mục được phép ẩn trước, hoặc ghi từ chối."
            )
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
    return {"yêu cầu": asked.get_kind_display(), "ngày nhận": asked.received_on}
