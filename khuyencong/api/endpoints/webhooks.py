"""What a system is told by itself: its own addresses, and how the letters went."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from ninja import Router
from pydantic import Field

from khuyencong.api import actions
from khuyencong.api.cursors import Cursor, Limit, Page, page_of
from khuyencong.api.door import ApiRequest
from khuyencong.api.models import LONGEST_ADDRESS, Delivery, DeliveryState, Subscription
from khuyencong.api.once import creation_key
from khuyencong.api.operations import act, create, read, remove
from khuyencong.api.scopes import Scope
from khuyencong.api.shapes import Answer, Body, Key, Named, NothingIn, OneOf, named
from khuyencong.api.webhooks import EVENTS, LONGEST, SHORTEST

router = Router(tags=["Nhận tin (webhook)"])

EventName = Annotated[str, OneOf(EVENTS)]


class SubscriptionOut(Answer):
    """An address that is told."""

    version: int
    id: int
    address: str
    events: list[str]
    ended_at: datetime | None


class SubscriptionIn(Body):
    """Where to, what about, and the secret by which you check the signature; we never send it back."""

    address: Annotated[str, Field(min_length=1, max_length=LONGEST_ADDRESS)]
    events: Annotated[list[EventName], Field(min_length=1, max_length=len(EVENTS))]
    secret: Annotated[str, Field(min_length=SHORTEST, max_length=LONGEST, pattern=rf"^[!-~]{{{SHORTEST},{LONGEST}}}$")]


class DeliveryOut(Answer):
    """One letter and how it went; `answer` is what the address said last."""

    id: int
    event: str
    seq: int
    state: Named
    attempts: int
    tried_at: datetime | None
    next_at: datetime | None
    answer: str


def _own(request: ApiRequest) -> QuerySet[Subscription]:
    """Those of this very token."""
    return Subscription.objects.filter(token=request.api_token)


def _shown(one: Subscription) -> dict[str, Any]:
    return {name: getattr(one, name) for name in ("version", "address", "events", "ended_at")} | {"id": one.pk}


def _delivery(one: Delivery) -> dict[str, Any]:
    return {
        "id": one.pk,
        "event": one.event,
        "seq": one.seq,
        "state": named(one.state, one.get_state_display()),
        "attempts": one.attempts,
        "tried_at": one.tried_at,
        "next_at": one.next_at if one.state == DeliveryState.WAITING else None,
        "answer": one.answer,
    }


@read(router, "/webhooks", Scope.WEBHOOKS, Page[SubscriptionOut], "Các địa chỉ nhận tin của kết nối này")
def webhooks(request: ApiRequest, cursor: Cursor = "", limit: Limit = 50) -> dict[str, Any]:
    """Those of this token."""
    return page_of(_own(request), of="webhooks", cursor=cursor, limit=limit, show=_shown)


@read(router, "/webhooks/{id}", Scope.WEBHOOKS, SubscriptionOut, "Một địa chỉ nhận tin")
def webhook(request: ApiRequest, id: Key) -> dict[str, Any]:  # noqa: A002  # the name in the address
    """One address of this token."""
    return _shown(get_object_or_404(_own(request), pk=id))


@create(router, "/webhooks", Scope.WEBHOOKS, SubscriptionOut, "Đăng ký địa chỉ nhận tin", stands_at="/webhooks/{id}")
def webhook_create(request: ApiRequest, body: SubscriptionIn) -> dict[str, Any]:
    """Be told from now on."""
    made, _ = actions.subscribe(
        by=request.actor,
        creation_key=creation_key(request),
        token_id=request.api_token.pk,
        address=body.address,
        events=body.events,
        secret=body.secret,
    )
    return _shown(made)


@remove(router, "/webhooks/{id}", Scope.WEBHOOKS, SubscriptionOut, "Thôi nhận tin")
def webhook_end(request: ApiRequest, id: Key) -> dict[str, Any]:  # noqa: A002  # the name in the address
    """Be told no more; the log stays."""
    found = get_object_or_404(_own(request), pk=id)
    return _shown(actions.unsubscribe(subscription_id=found.pk, by=request.actor, version=request.expected_version))


@read(router, "/webhooks/{id}/deliveries", Scope.WEBHOOKS, Page[DeliveryOut], "Nhật ký gửi tin")
def webhook_deliveries(request: ApiRequest, id: Key, cursor: Cursor = "", limit: Limit = 50) -> dict[str, Any]:  # noqa: A002  # as above
    """The letters to one address, the oldest first."""
    found = get_object_or_404(_own(request), pk=id)
    return page_of(found.deliveries.all(), of="deliveries", cursor=cursor, limit=limit, show=_delivery)


@act(
    router,
    "/webhooks/{id}/deliveries/{delivery}/resend",
    Scope.WEBHOOKS,
    DeliveryOut,
    "Gửi lại một tin",
    versioned=False,
)
def webhook_resend(request: ApiRequest, id: Key, delivery: Key, body: NothingIn) -> dict[str, Any]:  # noqa: A002  # as above
    """Send one letter again."""
    found = get_object_or_404(_own(request), pk=id)
    chosen = get_object_or_404(found.deliveries, pk=delivery)
    return _delivery(actions.resend(delivery_id=chosen.pk, by=request.actor))
