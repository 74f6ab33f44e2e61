"""How an action takes hold of a request: locked, permitted, and still the one that the page showed."""

from __future__ import annotations

from typing import Any

from khuyencong.core.errors import Stale
from khuyencong.intake.models import SupportRequest
from khuyencong.intake.states import check_step, check_writable, permission_of
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require

STALE = "Đề nghị đã được thay đổi sau khi bạn mở trang. Chưa có gì được ghi; hãy xem lại rồi làm lại nếu vẫn cần."
# What a person may write; everything else on a request is set by the steps.
FIELDS = (
    "activity",
    "title",
    "description",
    "total_cost",
    "support_wished",
    "wanted_year",
    "commits_own_capital",
    "declares_no_other_support",
)


def lock_for_step(request_id: int, step: str, *, by: Actor, version: int) -> SupportRequest:
    """The request, locked until the transaction ends, on which `step` of the table may be taken now.

    Raises NotAllowed where the matrix refuses, Stale where `version` is not the current one, Refused where the state
    does not allow the step. Must be called inside a transaction.
    """
    request = lock_request(request_id, by=by, permission=permission_of(step), version=version)
    check_step(request, step)
    return request


def lock_writable(request_id: int, *, by: Actor, version: int) -> SupportRequest:
    """The request, locked, whose text and papers may be changed now; raises as `lock_for_step`."""
    request = lock_request(request_id, by=by, permission=Permission.REQUEST_MAKE, version=version)
    check_writable(request)
    return request


def lock_request(request_id: int, *, by: Actor, permission: Permission, version: int) -> SupportRequest:
    """The request, locked, in whatever state; raises NotAllowed and Stale as `lock_for_step`."""
    request = (
        SupportRequest.objects.select_for_update(of=("self",))
        .select_related(
            "establishment__province__current",
            "establishment__province_before",
            "establishment__commune",
            "establishment__account",
            "handled_by",
        )
        .get(pk=request_id)
    )
    require(by, permission, request)
    if request.version != version:
        raise Stale(STALE)
    return request


def touch(request: SupportRequest) -> None:
    """Count a change that does not move the state, so that pages opened before it are refused."""
    request.version += 1
    request.save()


def snapshot(request: SupportRequest) -> dict[str, Any]:
    """What the audit log keeps of a request: its text as written, and where it stands."""
    return {"state": request.state, **{name: getattr(request, name) for name in FIELDS}}
