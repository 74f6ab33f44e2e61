"""How one person is reminded: letters, and the address that a calendar program reads."""

from __future__ import annotations

import secrets

from django.db import transaction
from django.utils import timezone

from khuyencong.core.errors import Refused
from khuyencong.deadlines.feeds import hash_of
from khuyencong.deadlines.models import CalendarFeed, Every, FeedScope, Reminder
from khuyencong.people.models import Membership, User
from khuyencong.signin.events import tell, warn

MOST_FEEDS = 10
TOKEN_BYTES = 32


@transaction.atomic
def choose_letters(*, user: User, every: Every, origin: str) -> bool:
    """How often the person gets the letter about what waits; False where it was so already."""
    User.objects.select_for_update().get(pk=user.pk)
    reminder = Reminder.objects.filter(user=user).first() or Reminder(user=user)
    if reminder.pk is not None and reminder.every == every:
        return False
    before = reminder.get_every_display()
    reminder.every = every
    reminder.save()
    shown = {"thư nhắc việc": every.label}
    tell("reminder.choose", user=user, origin=origin, before={"thư nhắc việc": before}, after=shown)
    return True


@transaction.atomic
def make_feed(*, user: User, membership: Membership, scope: FeedScope, origin: str) -> tuple[CalendarFeed, str]:
    """A new address for one of the person's own hats, and its secret, which is shown once and stored nowhere.

    Raises Refused for somebody else's hat, or where the person has too many addresses.
    """
    User.objects.select_for_update().get(pk=user.pk)
    if membership.user_id != user.pk:
        raise Refused("Vai trò này không phải của bạn.")
    if CalendarFeed.objects.filter(user=user, revoked_at__isnull=True).count() >= MOST_FEEDS:
        raise Refused(f"Mỗi người giữ nhiều nhất {MOST_FEEDS} địa chỉ lịch: hãy bỏ địa chỉ không dùng nữa.")
    token = secrets.token_urlsafe(TOKEN_BYTES)
    feed = CalendarFeed.objects.create(user=user, membership=membership, scope=scope, token_hash=hash_of(token))
    warn(user, f"Một địa chỉ lịch bí mật vừa được tạo cho vai trò {membership}.")
    tell("feed.make", user=user, origin=origin, after={"vai trò": str(membership), "gồm": scope.label})
    return feed, token


@transaction.atomic
def revoke_feed(*, user: User, feed_id: int, origin: str) -> None:
    """Take one of the own addresses back: from now on nobody reads anything there. Raises CalendarFeed.DoesNotExist."""
    feed = CalendarFeed.objects.select_for_update(of=("self",)).get(pk=feed_id, user=user, revoked_at__isnull=True)
    feed.revoked_at = timezone.now()
    feed.save(update_fields=["revoked_at"])
    tell("feed.revoke", user=user, origin=origin, before={"vai trò": str(feed.membership)})
