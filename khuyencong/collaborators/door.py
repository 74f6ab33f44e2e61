"""How an action takes hold of a person or a list: locked, permitted, and still what the page showed."""

from __future__ import annotations

from khuyencong.collaborators.models import AllowanceList, AllowanceRate, Collaborator
from khuyencong.collaborators.states import check_step
from khuyencong.core.errors import Stale
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require
from khuyencong.places.models import Province

STALE = "{what} đã được thay đổi sau khi bạn mở trang. Chưa có gì được ghi; hãy xem lại rồi làm lại nếu vẫn cần."


def lock_collaborator(pk: int, *, by: Actor, permission: Permission, version: int | None = None) -> Collaborator:
    """The person, locked until the transaction ends; without `version` only the lock is asked for. Raises NotAllowed, Stale."""
    found = Collaborator.objects.select_for_update(of=("self",)).select_related("province__current").get(pk=pk)
    require(by, permission, found)
    if version is not None and found.version != version:
        raise Stale(STALE.format(what="Hồ sơ cộng tác viên"))
    return found


def lock_province(key: int) -> Province:
    """The province of today of that key, locked until the transaction ends with those that became it.

    Rates, and the lists that are reckoned with them, wait for each other here.
    """
    rows = Province.objects.select_for_update(of=("self",), no_key=True).filter(current=key).order_by("pk")
    return {one.pk: one for one in rows}[key]


def lock_rate(pk: int, *, by: Actor, version: int) -> AllowanceRate:
    """The rate, after its province was locked. Raises NotAllowed, Stale."""
    found = AllowanceRate.objects.select_for_update(of=("self",)).select_related("province__current").get(pk=pk)
    require(by, Permission.COLLABORATOR_MANAGE, found)
    if found.version != version:
        raise Stale(STALE.format(what="Mức thù lao"))
    return found


def lock_list(pk: int, *, by: Actor, permission: Permission, version: int) -> AllowanceList:
    """The list, locked until the transaction ends. Raises NotAllowed, Stale."""
    found = AllowanceList.objects.with_all().select_for_update(of=("self",)).get(pk=pk)
    require(by, permission, found)
    if found.version != version:
        raise Stale(STALE.format(what="Bảng kê"))
    return found


def lock_for_step(pk: int, step: str, *, by: Actor, version: int) -> AllowanceList:
    """As `lock_list`, for a step of the table. Raises NotAllowed, Stale, Refused."""
    found = AllowanceList.objects.with_all().select_for_update(of=("self",)).get(pk=pk)
    require(by, check_step(found, step).permission, found)
    if found.version != version:
        raise Stale(STALE.format(what="Bảng kê"))
    return found


def touch(found: Collaborator | AllowanceList) -> None:
    """Count a change beside the record's own columns, so that forms opened before it are refused."""
    found.version += 1
    found.save(update_fields=["version"])
