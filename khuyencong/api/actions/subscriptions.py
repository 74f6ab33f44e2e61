"""Asking to be told, asking no more, and sending a letter again."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from khuyencong.api.deliveries import again
from khuyencong.api.models import LONGEST_ADDRESS, ApiToken, Delivery, Subscription
from khuyencong.api.scopes import Scope
from khuyencong.api.webhooks import EVENTS, LONGEST, PURPOSE, SHORTEST, scope_of
from khuyencong.audit.actions import record
from khuyencong.audit.models import AuditHead
from khuyencong.core.errors import Refused, Stale
from khuyencong.core.outside import OutsideError, read_address
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require
from khuyencong.signin.sealing import seal

MOST = 10  # addresses of one token
_SECRET = re.compile(rf"[!-~]{{{SHORTEST},{LONGEST}}}")
STALE = "Địa chỉ nhận tin này đã được thay đổi. Chưa có gì được ghi; hãy xem lại."


@transaction.atomic
def subscribe(
    *, by: Actor, creation_key: UUID, token_id: int, address: str, events: Sequence[str], secret: str = ""
) -> tuple[Subscription, str]:
    """Have the events of the token's scope told to an address from now on; returns it with the secret of its signature.

    `secret`: chosen by the receiver, or "" to have one made. The same `creation_key` twice gives the first one with "". Raises
    NotAllowed, and Refused for an address that may not be called, an unknown event or too many addresses.
    """
    rows = ApiToken.objects.select_for_update(of=("self",)).select_related("membership__agency__province")
    token = rows.get(pk=token_id)
    _require_kept(token, by)
    earlier = Subscription.objects.filter(creation_key=creation_key, token=token).first()
    if earlier is not None:
        return earlier, ""
    if token.revoked_at is not None:
        raise Refused("Kết nối này đã được thu hồi.")
    if len(address) > LONGEST_ADDRESS:
        raise Refused(f"Địa chỉ dài quá {LONGEST_ADDRESS} ký tự.")
    try:
        read_address(address)
    except OutsideError as error:
        raise Refused(error.sentence) from None
    if not events or set(events) - set(EVENTS):
        raise Refused("Hãy chọn ít nhất một sự kiện trong danh sách.")
    beyond = sorted({scope_of(code) for code in events} - set(token.scopes))
    if beyond:
        raise Refused(f"Kết nối này chưa có phạm vi: {', '.join(Scope(code).label for code in beyond)}.")
    if token.subscriptions.filter(ended_at__isnull=True).count() >= MOST:
        raise Refused(f"Mỗi kết nối có tối đa {MOST} địa chỉ nhận tin.")
    chosen = secret or secrets.token_urlsafe(SHORTEST)
    if not _SECRET.fullmatch(chosen):
        raise Refused(f"Khóa ký tin dài {SHORTEST} đến {LONGEST} ký tự ASCII, không có dấu cách.")
    subscription = Subscription.objects.create(
        creation_key=creation_key,
        token=token,
        address=address,
        events=[code for code in EVENTS if code in set(events)],
        sealed_secret=seal(chosen, purpose=PURPOSE),
        seen=AuditHead.objects.filter(pk=1).values_list("seq", flat=True).first() or 0,
    )
    after = {"địa chỉ": address, "sự kiện": subscription.events}
    record(action="api.subscribe", by=by, subject=subscription, thread=subscription.thread, after=after)
    return subscription, chosen


@transaction.atomic
def unsubscribe(*, subscription_id: int, by: Actor, version: int) -> Subscription:
    """Tell this address nothing more; what waited for it stays unsent. Raises NotAllowed, Stale, Refused."""
    subscription = _lock(subscription_id, by)
    if subscription.version != version:
        raise Stale(STALE)
    if subscription.ended_at is not None:
        raise Refused("Địa chỉ này đã thôi nhận tin.")
    subscription.ended_at = timezone.now()
    subscription.version += 1
    subscription.save(update_fields=["ended_at", "version"])
    before = {"địa chỉ": subscription.address}
    record(action="api.unsubscribe", by=by, subject=subscription, thread=subscription.thread, before=before)
    return subscription


@transaction.atomic
def resend(*, delivery_id: int, by: Actor) -> Delivery:
    """Send a letter once more, whether it arrived or not. Raises NotAllowed, Refused."""
    subscription_id = Delivery.objects.values_list("subscription_id", flat=True).get(pk=delivery_id)
    subscription = _lock(subscription_id, by)
    if subscription.ended_at is not None:
        raise Refused("Địa chỉ này đã thôi nhận tin.")
    delivery = Delivery.objects.select_for_update(of=("self",)).get(pk=delivery_id)
    again(delivery)
    record(
        action="api.resend",
        by=by,
        subject=subscription,
        thread=subscription.thread,
        after={"sự kiện": delivery.event, "số": delivery.seq},
    )
    return delivery


def _lock(subscription_id: int, by: Actor) -> Subscription:
    rows = Subscription.objects.select_for_update(of=("self",)).select_related("token__membership__agency__province")
    subscription = rows.get(pk=subscription_id)
    _require_kept(subscription.token, by)
    return subscription


def _require_kept(token: ApiToken, by: Actor) -> None:
    """The system keeps its own addresses, and so does whoever keeps its token."""
    if token.membership.user_id != by.user.pk:
        require(by, Permission.API_MANAGE, token)
