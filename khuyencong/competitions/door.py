"""How an action takes hold of a round or of a product: locked, permitted, and still what the page showed.

The round is locked before its products, and the products before the head of the trail.
"""

from __future__ import annotations

from khuyencong.competitions.models import Entry, Round
from khuyencong.competitions.states import check_step, permission_of
from khuyencong.core.errors import Refused, Stale
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require

STALE = "Kỳ bình chọn đã được thay đổi sau khi bạn mở trang. Chưa có gì được ghi; hãy xem lại rồi làm lại nếu vẫn cần."


def lock_round(round_id: int, *, by: Actor, permission: Permission, version: int | None = None) -> Round:
    """The round, locked until the transaction ends. Raises NotAllowed, Stale. Must be called in a transaction."""
    round_ = Round.objects.with_all().select_for_update(of=("self",)).get(pk=round_id)
    require(by, permission, round_)
    if version is not None and round_.version != version:
        raise Stale(STALE)
    return round_


def lock_for_step(round_id: int, step: str, *, by: Actor, version: int) -> Round:
    """As `lock_round`, for a step of the table; Refused where the state does not allow it."""
    round_ = lock_round(round_id, by=by, permission=permission_of(step), version=version)
    check_step(round_, step)
    return round_


def lock_entry(entry_id: int, *, by: Actor, permission: Permission, version: int) -> Entry:
    """The product after its round, both locked. Raises NotAllowed, Stale."""
    key = Entry.objects.values_list("round_id", flat=True).get(pk=entry_id)
    round_ = Round.objects.with_all().select_for_update(of=("self",)).get(pk=key)
    entry = Entry.objects.with_all().select_for_update(of=("self",)).get(pk=entry_id)
    entry.round = round_
    require(by, permission, entry)
    if entry.version != version:
        raise Stale(STALE.replace("Kỳ bình chọn", "Hồ sơ sản phẩm"))
    return entry


def lock_entry_for_step(entry_id: int, step: str, *, by: Actor, version: int) -> Entry:
    """As `lock_entry`, for a step of the table; Refused where the state does not allow it."""
    entry = lock_entry(entry_id, by=by, permission=permission_of(step), version=version)
    check_step(entry, step)
    return entry


def touch(record: Round | Entry) -> None:
    """Count a change that does not move the state, so that forms opened before it are refused."""
    record.version += 1
    record.save(update_fields=["version"])


def need(text: str, sentence: str) -> str:
    """The text without blanks around it; Refused with the sentence where nothing is left."""
    found = text.strip()
    if not found:
        raise Refused(sentence)
    return found
