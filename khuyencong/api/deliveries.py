"""How it went with one letter to another system: the one place where a delivery changes its state."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import F
from django.utils import timezone

from khuyencong.api.models import Delivery, DeliveryState

# How long after each attempt that failed the next one follows; after the last of them nobody tries any more.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720, 1440))
CLAIMED = timedelta(minutes=2)  # an attempt takes ten seconds at most
LONGEST_ANSWER = 300


def claim(delivery: Delivery) -> bool:
    """Take a letter that is due for oneself; False where another process was faster."""
    now = timezone.now()
    rows = Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.WAITING, next_at=delivery.next_at)
    if not rows.update(next_at=now + CLAIMED, attempts=F("attempts") + 1, tried_at=now):
        return False
    delivery.refresh_from_db()
    return True


def finish(delivery: Delivery, answer: str, *, good: bool) -> None:
    """Keep how an attempt went: received, to be tried again later, or given up."""
    delivery.answer = answer[:LONGEST_ANSWER]
    if good:
        delivery.state = DeliveryState.DELIVERED
    elif delivery.attempts > len(WAITS):
        delivery.state = DeliveryState.FAILED
    else:
        delivery.next_at = timezone.now() + WAITS[delivery.attempts - 1]
    delivery.save(update_fields=["answer", "state", "next_at"])


def again(delivery: Delivery) -> None:
    """Put a letter into the queue once more, from the beginning; it stays the same letter with the same number."""
    delivery.state = DeliveryState.WAITING
    delivery.attempts = 0
    delivery.next_at = timezone.now()
    delivery.save(update_fields=["state", "attempts", "next_at"])
