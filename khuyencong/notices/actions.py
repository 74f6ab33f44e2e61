"""Telling people: a notice in the system and, where an address is known, a letter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from khuyencong.core.dates import today
from khuyencong.notices.letters import deliver, letter, public_address, send_letter
from khuyencong.notices.models import LONGEST_SENTENCE, Notice, NoticeQuerySet
from khuyencong.people.models import Agency, Membership, User
from khuyencong.people.roles import Role
from khuyencong.places.models import covers

SUBJECT = "Khuyến công: thông báo"
# Whoever has just been told may still have the letter under way.
UNDER_WAY = timedelta(minutes=5)
# How far back letters are sent again: what is older is read under the bell.
AGAIN = timedelta(days=3)


def notify(*, users: Iterable[User], sentence: str, url: str = "") -> None:
    """Leave each active person one notice; `url` is the path of the page it is about. Call it inside the action's transaction."""
    said = sentence if len(sentence) <= LONGEST_SENTENCE else f"{sentence[: LONGEST_SENTENCE - 1]}…"
    for user in {user.pk: user for user in users if user.is_active and not user.is_system}.values():
        notice = Notice.objects.create(user=user, sentence=said, url=url)
        send_letter(to=user.email, subject=SUBJECT, text=_text([notice]), taken=partial(_mark_mailed, [notice]))


def people_of(agency: Agency, *roles: Role) -> list[User]:
    """The active users who wear one of these roles today at the agency, or at the one that succeeded it, by name."""
    hats = Membership.objects.filter(
        covers(today(), start="from_on", end="to_on"),
        agency=agency.successor_id or agency.pk,
        role__in=roles,
        is_active=True,
        user__is_active=True,
        user__is_system=False,
    )
    return list(User.objects.filter(pk__in=hats.values("user")).order_by("full_name"))


def mark_read(*, user: User, notices: Iterable[int]) -> int:
    """Mark the user's own notices with these keys as read; how many were unread."""
    return Notice.objects.filter(user=user, pk__in=list(notices), read_at__isnull=True).update(read_at=timezone.now())


def mark_all_read(*, user: User) -> int:
    """Mark all of the user's own notices as read; how many were unread."""
    return Notice.objects.filter(user=user, read_at__isnull=True).update(read_at=timezone.now())


@dataclass(frozen=True, slots=True)
class Round:
    """How a round of letters went: people written to, and people whose letter the server did not take."""

    sent: int
    failed: int


def unsent(*, within: timedelta = AGAIN) -> NoticeQuerySet:
    """What the next round will tell in letters: untold since `within`, and no longer under way."""
    now = timezone.now()
    return Notice.objects.untold().filter(created_at__gte=now - within, created_at__lte=now - UNDER_WAY)


def given_up() -> NoticeQuerySet:
    """What no round will tell any more: the mail server took nothing for too long."""
    return Notice.objects.untold().filter(created_at__lt=timezone.now() - AGAIN)


def send_unsent(*, within: timedelta) -> Round:
    """Write again to everybody who has unread notices of this time that no letter told of; one letter for each person.

    Not in one transaction: a letter that left cannot be taken back, and the database must not wait for a mail server.
    """
    waiting: dict[User, list[Notice]] = defaultdict(list)
    for notice in unsent(within=within).select_related("user").order_by("user", "pk"):
        waiting[notice.user].append(notice)
    sent = 0
    for user, notices in waiting.items():
        if deliver(letter(to=user.email, subject=SUBJECT, text=_text(notices))):
            _mark_mailed(notices)
            sent += 1
    return Round(sent, len(waiting) - sent)


def _mark_mailed(notices: Sequence[Notice]) -> None:
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(mailed_at=Now())


def _text(notices: Sequence[Notice]) -> str:
    told = [f"{one.sentence}\nXem: {public_address(one.url)}" if one.url else one.sentence for one in notices]
    return "\n\n".join([*told, f"Mọi thông báo của bạn: {public_address(reverse('notices'))}"])
