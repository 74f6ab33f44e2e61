"""Ending sessions: one of them, all others, or all."""

from __future__ import annotations

from django.db import transaction

from khuyencong.people.models import User
from khuyencong.signin.events import tell
from khuyencong.signin.models import UserSession
from khuyencong.signin.sealing import keyed_hash

HANDLE_LENGTH = 24


def handle_of(session_key: str) -> str:
    """The name of a session on pages; the key itself would open it."""
    return keyed_hash(session_key, purpose="session handle")[:HANDLE_LENGTH]


@transaction.atomic
def end_session(*, user: User, handle: str, origin: str) -> bool:
    """End one of the person's own sessions; False where there is no such one (any more)."""
    for row in UserSession.objects.filter(user=user):
        if handle_of(row.session_key) == handle:
            row.delete()
            tell("session.ended", user=user, origin=origin, before={"thiết bị": row.device, "địa chỉ": row.address})
            return True
    return False


@transaction.atomic
def end_sessions(*, user: User, keep: str, origin: str) -> int:
    """«Đăng xuất khỏi mọi nơi»: end all sessions but `keep` (a session key; "" keeps none). How many were ended."""
    ended = end_sessions_of(user, keep=keep)
    tell("session.ended_all", user=user, origin=origin, after={"đã kết thúc": ended})
    return ended


def end_sessions_of(user: User, *, keep: str = "") -> int:
    """The same inside another action, which leaves its own event."""
    ended, _ = UserSession.objects.filter(user=user).exclude(session_key=keep).delete()
    return ended
