"""Files that clamd did not judge when they came: shown to it again until it does."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from khuyencong.core.clamd import NoAnswerError
from khuyencong.quarantine.actions import scan_again
from khuyencong.quarantine.models import HeldFile, HeldState, Why

AGAIN: Final = timedelta(minutes=1)
AT_ONCE: Final = 20
# The action that keeps the file has ended by then, one way or the other.
SETTLED: Final = timedelta(seconds=30)


def waiting() -> int:
    """Files that clamd has not seen yet."""
    return _unscanned().count()


def _unscanned() -> QuerySet[HeldFile]:
    return HeldFile.objects.filter(state=HeldState.HELD, why=Why.UNSCANNED)


def go_on() -> bool:
    """Show the next files to clamd; whether any was judged. Where it does not answer, the first one waits for the others."""
    if settings.CLAMD is None:
        return False
    now = timezone.now()
    settled = _unscanned().filter(brought_at__lt=now - SETTLED)
    moved = False
    for held in settled.filter(Q(tried_at=None) | Q(tried_at__lt=now - AGAIN)).order_by("pk")[:AT_ONCE]:
        HeldFile.objects.filter(pk=held.pk).update(tried_at=now)
        try:
            scan_again(held_id=held.pk, clamd=settings.CLAMD)
        except NoAnswerError:
            break
        moved = True
    return moved
