"""Telling people: a notice in the system and, where an address is known, a letter."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone

from khuyencong.notices.letters import send_letter
from khuyencong.notices.models import Notice
from khuyencong.people.models import Agency, Membership, User
from khuyencong.people.roles import Role


def notify(*, users: Iterable[User], sentence: str, url: str = "") -> None:
    """Leave each user one notice; `url` is the path of the page it is about. Call it inside the action's transaction."""
    for user in {user.pk: user for user in users}.values():
        Notice.objects.create(user=user, sentence=sentence, url=url)
        send_letter(to=user.email, subject="Khuyến công: thông báo", text=f"{sentence}\n")


def people_of(agency: Agency, *roles: Role) -> list[User]:
    """The active users who wear one of these roles at the agency, by name."""
    hats = Membership.objects.filter(agency=agency, role__in=roles, is_active=True, user__is_active=True)
    return list(User.objects.filter(pk__in=hats.values("user")).order_by("full_name"))


def mark_read(*, user: User, notices: Iterable[int]) -> int:
    """Mark the user's own notices with these keys as read; how many were unread."""
    return Notice.objects.filter(user=user, pk__in=list(notices), read_at__isnull=True).update(read_at=timezone.now())
