"""A request is written by its owner, or by an officer for the owner, and sent or withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from khuyencong.audit.actions import record
from khuyencong.core.creation import USED, save_once
from khuyencong.core.errors import NotAllowed, Refused
from khuyencong.core.findings import blockers
from khuyencong.establishments.models import Establishment
from khuyencong.intake.door import FIELDS, lock_for_step, lock_writable, snapshot, touch
from khuyencong.intake.models import RequestState, SupportRequest
from khuyencong.intake.rules import findings
from khuyencong.intake.states import move
from khuyencong.intake.tell import province_officers, tell_officers_of_request, tell_owners
from khuyencong.notices.actions import notify
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require
from khuyencong.people.roles import Role

AT_THE_COUNTER = "Chủ cơ sở có mặt và đồng ý để cán bộ soạn giúp."
NOT_AGREED = "Chỉ soạn giúp khi chủ cơ sở đồng ý: hãy đánh dấu vào ô ấy."
MOST_OPEN = 20


@transaction.atomic
def begin_request(
    *, by: Actor, creation_key: UUID, establishment: Establishment, fields: Mapping[str, Any], agreed: bool = False
) -> SupportRequest:
    """Begin a request of the establishment; the same `creation_key` twice gives the first one back.

    An officer may begin it for an owner who has `agreed`. Raises NotAllowed, and Refused without that agreement or
    where very many are open already.
    """
    request = SupportRequest(creation_key=creation_key, establishment=establishment, written_by=by.user)
    by_officer = by.role != Role.OWNER
    request.open_to_officers = by_officer
    require(by, Permission.REQUEST_MAKE, request)
    _check_agreed(by, agreed=agreed)
    earlier = SupportRequest.objects.filter(creation_key=creation_key).first()
    if earlier is not None:
        if earlier.written_by_id != by.user.pk:
            raise Refused(USED)
        return earlier
    if establishment.merged_into_id is not None:
        raise Refused("Hồ sơ cơ sở này đã được gộp vào một hồ sơ khác: hãy lập đề nghị từ hồ sơ ấy.")
    written = establishment.support_requests.filter(state__in=[RequestState.DRAFT, RequestState.RETURNED]).count()
    if written >= MOST_OPEN:
        raise Refused(f"Đã có {written} đề nghị đang soạn: hãy gửi hoặc rút bớt trước khi lập thêm.")
    _write(request, fields)
    earlier = save_once(request, author="written_by")
    if earlier is not None:
        return earlier
    if by_officer:
        tell_owners(request, f"{by.user} ({by.agency.short_name}) soạn giúp bạn; hãy xem lại.")
    record(
        action="request.begin",
        by=by,
        subject=request,
        thread=request.thread,
        after=snapshot(request),
        note=AT_THE_COUNTER if by_officer else "",
    )
    return request


@transaction.atomic
def write_request(
    *, request_id: int, by: Actor, version: int, fields: Mapping[str, Any], agreed: bool = False
) -> SupportRequest:
    """Change the text of a request that is being written. Raises NotAllowed, Stale, Refused."""
    request = lock_writable(request_id, by=by, version=version)
    _check_agreed(by, agreed=agreed)
    before = snapshot(request)
    _write(request, fields)
    touch(request)
    if by.role != Role.OWNER:
        tell_owners(request, f"{by.user} ({by.agency.short_name}) vừa soạn giúp bạn; hãy xem lại.")
    record(
        action="request.write",
        by=by,
        subject=request,
        thread=request.thread,
        before=before,
        after=snapshot(request),
        note=AT_THE_COUNTER if by.role != Role.OWNER else "",
    )
    return request


@transaction.atomic
def ask_for_help(*, request_id: int, by: Actor, version: int) -> SupportRequest:
    """The owner lets the officers of the province read and complete the draft. Raises NotAllowed, Stale, Refused."""
    request = lock_writable(request_id, by=by, version=version)
    if by.role != Role.OWNER:
        raise NotAllowed("Chỉ chủ cơ sở mới nhờ được cán bộ soạn giúp.")
    if request.open_to_officers:
        raise Refused("Bạn đã nhờ cán bộ soạn giúp đề nghị này.")
    request.open_to_officers = True
    touch(request)
    establishment = request.establishment
    notify(
        users=province_officers(establishment.province),
        sentence=f"{establishment.name[:120]} nhờ soạn giúp đề nghị hỗ trợ «{request.title[:120]}».",
        url=request.get_absolute_url(),
    )
    record(action="request.ask_for_help", by=by, subject=request, thread=request.thread)
    return request


@transaction.atomic
def send_request(*, request_id: int, by: Actor, version: int, agreed: bool = False) -> SupportRequest:
    """Send the request to the officers of the province; nothing may be missing. An officer sends for one who `agreed`.

    Raises NotAllowed, Stale, and Refused with all findings.
    """
    request = lock_for_step(request_id, "send", by=by, version=version)
    _check_agreed(by, agreed=agreed)
    stopping = blockers(findings(request))
    if stopping:
        raise Refused(stopping[0].sentence, findings=stopping)
    before = {"state": request.state}
    request.sent_at = timezone.now()
    request.answer = ""
    step = move(request, "send")
    tell_officers_of_request(request, step.done, but=by.user)
    if by.role != Role.OWNER:
        tell_owners(request, f"{by.user} ({by.agency.short_name}) đã gửi giúp bạn.")
    record(
        action="request.send",
        by=by,
        subject=request,
        thread=request.thread,
        before=before,
        after=snapshot(request),
        note=AT_THE_COUNTER if by.role != Role.OWNER else "",
    )
    return request


@transaction.atomic
def withdraw_request(*, request_id: int, by: Actor, version: int) -> SupportRequest:
    """Take the request back, as long as no đề án was made of it. Raises NotAllowed, Stale, Refused."""
    request = lock_for_step(request_id, "withdraw", by=by, version=version)
    if by.role != Role.OWNER and request.establishment.account_id is not None:
        raise NotAllowed("Chủ cơ sở tự rút đề nghị của mình; cán bộ trả lời bằng «Trả lời không hỗ trợ».")
    before = {"state": request.state}
    known_to_officers = request.sent_at is not None or request.open_to_officers
    step = move(request, "withdraw")
    if known_to_officers:
        tell_officers_of_request(request, step.done, but=by.user)
    if by.role != Role.OWNER:
        tell_owners(request, f"{by.user} ({by.agency.short_name}) đã rút giúp bạn.")
    record(
        action="request.withdraw",
        by=by,
        subject=request,
        thread=request.thread,
        before=before,
        after={"state": request.state},
    )
    return request


def _check_agreed(by: Actor, *, agreed: bool) -> None:
    if by.role != Role.OWNER and not agreed:
        raise Refused(NOT_AGREED)


def _write(request: SupportRequest, fields: Mapping[str, Any]) -> None:
    for name in FIELDS:
        if name in fields:
            setattr(request, name, fields[name])
    cost, wished = request.total_cost, request.support_wished
    if wished is not None and (cost is None or wished > cost):
        raise Refused("Số mong được hỗ trợ không được lớn hơn dự kiến chi phí.")
