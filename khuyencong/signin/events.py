"""What people do to their own account, written down; they may wear no hat yet."""

from collections.abc import Mapping
from typing import Any

from khuyencong.audit.actions import record, record_system
from khuyencong.audit.models import AuditEvent
from khuyencong.notices.letters import send_letter
from khuyencong.people.actors import actor_for
from khuyencong.people.models import User

SUBJECT = "Khuyến công: tài khoản của bạn"


def tell(
    action: str,
    *,
    user: User,
    origin: str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    note: str = "",
) -> AuditEvent:
    """Record that `user` did `action` to the own account, in the default hat; call it last, inside the transaction."""
    thread = f"user:{user.pk}"
    actor = actor_for(user, origin=origin)
    if actor is None:
        return record_system(
            action=action, origin=origin, thread=thread, subject=user, before=before, after=after, note=note, user=user
        )
    return record(action=action, by=actor, subject=user, thread=thread, before=before, after=after, note=note)


def tell_of(action: str, *, user: User | None, origin: str, note: str = "") -> AuditEvent:
    """Record what somebody unknown tried with the account `user`, or (None) with none that exists."""
    if user is None:
        return record_system(action=action, origin=origin, note=note)
    actor = actor_for(user, origin=origin)
    agency = actor.agency if actor else None
    return record_system(action=action, origin=origin, thread=f"user:{user.pk}", subject=user, agency=agency, note=note)


def warn(user: User, sentence: str) -> None:
    """Write to the person that something about the own account has changed, so that a stranger's doing is noticed."""
    ask = "Nếu không phải bạn làm, hãy báo ngay cho người quản trị của cơ quan."
    send_letter(to=user.email, subject=SUBJECT, text=f"{user.get_full_name()},\n\n{sentence}\n{ask}")
