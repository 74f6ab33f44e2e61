"""How an action takes hold of a fair or of an establishment at it: locked, permitted, and still what the page showed.

The fair is locked before its participants and booths, and these before the head of the trail; never a đề án.
"""

from __future__ import annotations

from khuyencong.core.errors import Refused, Stale
from khuyencong.fairs.models import Fair, Participant
from khuyencong.fairs.states import check_step, permission_of
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require

STALE = "Hội chợ đã được thay đổi sau khi bạn mở trang. Chưa có gì được ghi; hãy xem lại rồi làm lại nếu vẫn cần."


def lock_fair(fair_id: int, *, by: Actor, permission: Permission, version: int | None = None) -> Fair:
    """The fair, locked until the transaction ends. Raises NotAllowed, Stale. Must be called in a transaction."""
    fair = Fair.objects.with_all().select_for_update(of=("self",)).get(pk=fair_id)
    require(by, permission, fair)
    if version is not None and fair.version != version:
        raise Stale(STALE)
    return fair


def lock_for_step(fair_id: int, step: str, *, by: Actor, version: int) -> Fair:
    """As `lock_fair`, for a step of the table; Refused where the state does not allow it."""
    fair = lock_fair(fair_id, by=by, permission=permission_of(step), version=version)
    check_step(fair, step)
    return fair


def lock_fairs_beside(fair_id: int) -> None:
    """Lock all fairs of the same đề án, in the order of their keys: they share its money, and two must not take it at once."""
    project = Fair.objects.values_list("project_id", flat=True).get(pk=fair_id)
    list(Fair.objects.filter(project=project).order_by("pk").select_for_update().values_list("pk", flat=True))


def lock_arranged(fair_id: int, *, by: Actor, version: int | None = None) -> Fair:
    """As `lock_fair`, by who manages it and as long as the list is not confirmed."""
    fair = lock_fair(fair_id, by=by, permission=Permission.FAIR_MANAGE, version=version)
    if not fair.is_arranged:
        raise Refused(
            f"Hội chợ ở trạng thái «{fair.get_state_display()}»: danh sách và gian hàng không đổi được; "
            "lãnh đạo mở lại danh sách khi phải sửa."
        )
    return fair


def lock_participant(participant_id: int, *, by: Actor, permission: Permission, version: int) -> Participant:
    """The establishment after its fair, both locked. Raises NotAllowed, Stale."""
    key = Participant.objects.values_list("fair_id", flat=True).get(pk=participant_id)
    fair = Fair.objects.with_all().select_for_update(of=("self",)).get(pk=key)
    participant = Participant.objects.with_all().select_for_update(of=("self",)).get(pk=participant_id)
    participant.fair = fair
    require(by, permission, participant)
    if participant.version != version:
        raise Stale(STALE.replace("Hội chợ", "Cơ sở"))
    return participant


def touch(record: Fair | Participant) -> None:
    """Count a change that does not move the state, so that forms opened before it are refused."""
    record.version += 1
    record.save(update_fields=["version"])


def need(text: str, sentence: str) -> str:
    """The text without blanks around it; Refused with the sentence where nothing is left."""
    found = text.strip()
    if not found:
        raise Refused(sentence)
    return found
