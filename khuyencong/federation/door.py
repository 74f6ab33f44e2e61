"""How an action takes hold of a package or a key: locked, permitted, and still what the page showed."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import QuerySet

from khuyencong.core.errors import Stale
from khuyencong.federation.models import IncomingPackage, OutgoingPackage, TrustedKey
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require

STALE = "Đã có thay đổi sau khi bạn mở trang. Chưa có gì được ghi; hãy xem lại rồi làm lại nếu vẫn cần."
R = TypeVar("R", IncomingPackage, OutgoingPackage, TrustedKey)


def locked(rows: QuerySet[R], pk: int, *, by: Actor, permission: Permission, version: int) -> R:
    """The row, locked until the transaction ends. Raises NotAllowed, or Stale where `version` is not the current one."""
    found = rows.select_for_update(of=("self",)).get(pk=pk)
    require(by, permission, found)
    if found.version != version:
        raise Stale(STALE)
    return found
