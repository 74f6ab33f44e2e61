"""Telling other systems: reading on in the trail, and sending what is due. Driven by `khuyencong/jobs.py`."""

from __future__ import annotations

import logging
from typing import Final

from django.db import transaction
from django.db.models import Min, QuerySet
from django.utils import timezone

from khuyencong.api import once
from khuyencong.api.deliveries import claim, finish
from khuyencong.api.door import actor_of
from khuyencong.api.models import Delivery, DeliveryState, Subscription
from khuyencong.api.webhooks import bodies, signature
from khuyencong.audit.models import AuditEvent, AuditHead
from khuyencong.core.dates import today
from khuyencong.core.outside import Answer, OutsideError, send
from khuyencong.people.actors import memberships_in_force
from khuyencong.signin.sealing import UnreadableError

AT_ONCE: Final = 200  # events looked at in one step
FAR_BEHIND: Final = 1_000  # events of no interest, after which it is kept how far one has read
LETTERS: Final = 5  # in one step: each may take ten seconds
UNREADABLE: Final = "Khóa ký của địa chỉ này không mở được nữa: hãy đăng ký lại địa chỉ."
FAILED: Final = "Hệ thống gặp lỗi khi gửi tin này; lỗi đã được ghi lại cho người quản trị."
logger = logging.getLogger(__name__)


def waiting() -> int:
    """Letters to other systems that have not arrived yet, those that wait for their next attempt among them."""
    return _unsent().count()


def given_up() -> int:
    """Letters of living subscriptions that were tried to the end and did not arrive; somebody may send them once more."""
    live = _live().order_by().values("pk")
    return Delivery.objects.filter(state=DeliveryState.FAILED, subscription__in=live).count()


def _unsent() -> QuerySet[Delivery]:
    live = _live().order_by().values("pk")
    return Delivery.objects.filter(state=DeliveryState.WAITING, subscription__in=live).order_by()


def go_on() -> bool:
    """Queue what happened, send what is due, forget answers that nobody will ask for; whether anything was done."""
    queued = [_read_on(one) for one in _live()]
    sent = [_send(one) for one in _due()]
    return any(queued) or any(sent) or once.forget_old() > 0


def _live() -> QuerySet[Subscription]:
    """Those that somebody still wants, of tokens that still open the door: what `door.let_in` asks, as one query."""
    rows = Subscription.objects.filter(
        ended_at__isnull=True,
        token__revoked_at__isnull=True,
        token__expires_on__gte=today(),
        token__membership__user__is_active=True,
        token__membership__in=memberships_in_force().order_by().values("pk"),
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
    """The oldest letter of each address that waits, whoever has waited longest first: no queue holds up another address."""
    each = (
        _unsent()
        .filter(next_at__lte=timezone.now())
        .values("subscription")
        .annotate(first=Min("pk"), since=Min("next_at"))
        .order_by("since", "first")
    )
    chosen = [row["first"] for row in each[:LETTERS]]
    found = Delivery.objects.select_related("subscription").in_bulk(chosen)
    return [found[pk] for pk in chosen if pk in found]


def _send(delivery: Delivery) -> bool:
    """One attempt, which ends in any case: what fails here is told in the log, and the next letter is sent.

    No transaction is open while the other side takes its time.
    """
    if not claim(delivery):
        return False
    try:
        answer = _posted(delivery)
    except OutsideError as error:
        logger.warning("Letter %s to subscription %s: %s", delivery.seq, delivery.subscription_id, error)
        finish(delivery, error.sentence, good=False)  # the sentence alone: the reason may tell of the network behind us
    except UnreadableError:
        finish(delivery, UNREADABLE, good=False)
    except Exception:
        logger.exception("Letter %s to subscription %s", delivery.seq, delivery.subscription_id)
        finish(delivery, FAILED, good=False)
    else:
        finish(delivery, f"HTTP {answer.status}", good=answer.is_good)
    return True


def _posted(delivery: Delivery) -> Answer:
    """What the address said. Raises OutsideError, and UnreadableError where the secret cannot be opened any more."""
    subscription = delivery.subscription
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "X-Khuyencong-Event": delivery.event,
        "X-Khuyencong-Delivery": f"{subscription.pk}-{delivery.seq}",
        "X-Khuyencong-Signature": signature(subscription, delivery.body, at=int(timezone.now().timestamp())),
    }
    return send("POST", subscription.address, body=delivery.body.encode(), headers=headers)
