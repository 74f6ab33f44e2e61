"""How an action takes hold of a request or a run."""

from __future__ import annotations

from khuyencong.audit.queries import last_change
from khuyencong.core.errors import Refused, Stale
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require
from khuyencong.persons.models import HidingRun, PersonRequest

STALE = "Yêu cầu này đã được thay đổi sau khi bạn mở trang. Chưa có gì được ghi; hãy xem lại."
MOVED_ON = "Đợt này đang được làm ở một trang khác."


def lock_request(request_id: int, *, by: Actor, version: int, permission: Permission) -> PersonRequest:
    """The request, locked until the transaction ends. Raises NotAllowed, Stale."""
    rows = PersonRequest.objects.select_for_update(of=("self",)).select_related("agency")
    asked = rows.get(pk=request_id)
    require(by, permission, asked)
    if asked.version != version:
        raise Stale(f"{STALE} {last_change(asked.thread)}".strip())
    return asked


def lock_run(run_id: int, *, by: Actor, version: int) -> HidingRun:
    """The run, locked until the transaction ends. Raises NotAllowed, Stale."""
    run = HidingRun.objects.select_for_update(of=("self",)).select_related("agency").get(pk=run_id)
    require(by, Permission.PERSON_DATA_HIDE, run)
    if run.version != version:
        raise Stale(MOVED_ON)
    return run


def refuse_own(asked: PersonRequest, by: Actor) -> None:
    """Who wrote the request down does not decide on it: it takes two persons."""
    if asked.taken_by_id == by.user.pk:
        raise Refused("Yêu cầu này do chính bạn ghi: một người khác quyết định.")
