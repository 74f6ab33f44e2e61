"""Telling other systems: reading on in the trail, and sending what is due. Driven by `khuyencong/jobs.py`."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from khuyencong.api import once
from khuyencong.api.deliveries import claim, finish
from khuyencong.api.door import actor_of
from khuyencong.api.models import Delivery, DeliveryState, Subscription
from khuyencong.api.webhooks import bodies, signature
from khuyencong.audit.models import AuditEvent, AuditHead
from khuyencong.core.dates import today
from khuyencong.core.outside import OutsideError, send

AT_ONCE: Final = 200  # events looked at in one step
FAR_BEHIND: Final = 1_000  # events of no interest, after which it is kept how far one has read
LETTERS: Final = 5  # in one step: each may take ten seconds


def go_on() -> bool:
    """Queue what happened, send what is due, forget answers that nobody will ask for; whether anything was done."""
    queued = [_read_on(one) for one in _live()]
    sent = [_send(one) for one in _due()]
    return any(queued) or any(sent) or once.forget_old() > 0


def _live() -> QuerySet[Subscription]:
    """Those that somebody still wants, of tokens that still open the door."""
    rows = Subscription.objects.filter(
        ended_at__isnull=True, token__revoked_at__isnull=True, token__expires_on__gte=today()
    )
    return rows.select_related("token__membership__user").order_by("pk")


def _read_on(subscription: Subscription) -> bool:
    """Queue the events since the last one looked at, as far as the token may see their records."""
    upto = AuditHead.objects.filter(pk=1).values_list("seq", flat=True).first() or 0
    new = AuditEvent.objects.filter(seq__gt=subscription.seen, seq__lte=upto, action__in=subscription.events)
    events = list(new.order_by("seq")[:AT_ONCE])
    if not events:
        if upto - subscription.seen > FAR_BEHIND:
            Subscription.objects.filter(pk=subscription.pk, seen__lt=upto).update(seen=upto)
        return False
    actor = actor_of(subscription.token)
    if actor is None:
        return False
    letters = bodies(actor, events)
    now = timezone.now()
    with transaction.atomic():
        # Whoever has moved on first has queued them.
        moved = Subscription.objects.filter(pk=subscription.pk, seen=subscription.seen).update(seen=events[-1].seq)
        if moved:
            Delivery.objects.bulk_create(
                Delivery(subscription=subscription, seq=event.seq, event=event.action, body=body, next_at=now)
                for event, body in letters
            )
    return True


def _due() -> list[Delivery]:
    """The first letter of each address that waits: one that answers slowly does not hold up the others."""
    live = _live().order_by().values("pk")
    waiting = Delivery.objects.filter(
        state=DeliveryState.WAITING, next_at__lte=timezone.now(), subscription__in=live
    ).order_by("next_at", "pk")
    first: dict[int, Delivery] = {}
    for one in waiting.select_related("subscription")[:AT_ONCE]:
        first.setdefault(one.subscription_id, one)
    return list(first.values())[:LETTERS]


def _send(delivery: Delivery) -> bool:
    """One attempt. No transaction is open while the other side takes its time."""
    if not claim(delivery):
        return False
    subscription = delivery.subscription
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "X-Khuyencong-Event": delivery.event,
        "X-Khuyencong-Delivery": f"{subscription.pk}-{delivery.seq}",
        "X-Khuyencong-Signature": signature(subscription, delivery.body, at=int(timezone.now().timestamp())),
    }
    try:
        answer = send("POST", subscription.address, body=delivery.body.encode(), headers=headers)
    except OutsideError as error:
        finish(delivery, str(error), good=False)
    else:
        finish(delivery, f"HTTP {answer.status}", good=answer.is_good)
    return True
