"""Who is behind the secret of a calendar address: the same work, and the same answer, for every secret that is not one."""

from __future__ import annotations

import datetime as dt
import hmac
import re

from django.utils import timezone

from khuyencong.deadlines.models import CalendarFeed
from khuyencong.people.actors import Actor, as_actor, memberships_of
from khuyencong.people.roles import STAFF
from khuyencong.signin.limits import Limit, count, reached
from khuyencong.signin.sealing import keyed_hash

PURPOSE = "calendar feed"
# What `make_feed` gives; anything else is not even looked up.
SHAPE = re.compile(r"[A-Za-z0-9_-]{43}")
NOBODY = "0" * 64
# Calendar programs ask every few hours; one that asks all the time is told to wait.
ASKED = Limit("feed_asked", 60, dt.timedelta(hours=1), "Lịch này được đọc quá nhiều lần. Hãy thử lại sau một giờ.")
# Secrets of 256 bits cannot be guessed; this keeps whoever tries from keeping the database busy.
MISSED = Limit("feed_missed", 20, dt.timedelta(minutes=10), "Quá nhiều địa chỉ lịch sai. Hãy thử lại sau 10 phút.")


def hash_of(token: str) -> str:
    """By what a secret is recognised; the database alone gives no secret away."""
    return keyed_hash(token, purpose=PURPOSE)


def feed_of(token: str) -> CalendarFeed | None:
    """The address that this secret opens, or None: unknown, taken back, or of a hat or person that is no more."""
    if not SHAPE.fullmatch(token):
        return None
    wanted = hash_of(token)
    feed = CalendarFeed.objects.filter(token_hash=wanted, revoked_at__isnull=True).select_related("user").first()
    same = hmac.compare_digest(feed.token_hash if feed else NOBODY, wanted)
    return feed if feed is not None and same and feed.user.is_active else None


def reader_of(feed: CalendarFeed, *, origin: str) -> Actor | None:
    """The person in the hat for which the address was made, as long as it is worn today; None afterwards."""
    worn = next((one for one in memberships_of(feed.user) if one.pk == feed.membership_id), None)
    if worn is None:
        return None
    actor = as_actor(worn, user=feed.user, origin=origin)
    return actor if actor.role in STAFF else None


def too_many_misses(address: str) -> bool:
    """Whether this network has tried too many wrong secrets lately."""
    return reached(MISSED, address)


def note_miss(address: str, token: str) -> None:
    """Count a wrong secret; the same one again counts once."""
    if SHAPE.fullmatch(token):
        count(MISSED, address, what=token)


def note_use(feed: CalendarFeed) -> bool:
    """Count a reading; False where there were too many within the hour."""
    if reached(ASKED, feed.pk):
        return False
    count(ASKED, feed.pk)
    CalendarFeed.objects.filter(pk=feed.pk).update(used_at=timezone.now())
    return True
