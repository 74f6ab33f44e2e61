"""Making the key of another system, and taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from khuyencong.accounts.rules import refuse_blocked, role_findings
from khuyencong.api.door import hash_of, new_secret
from khuyencong.api.models import LONGEST_DAYS, MOST_PER_MINUTE, ApiToken
from khuyencong.api.scopes import ROLES, Scope, may_hold
from khuyencong.audit.actions import record
from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, Membership, User
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.people.roles import Role

SHOWN = 10  # signs of the secret by which people tell tokens apart
STALE = "Kết nối này đã được thay đổi sau khi bạn mở trang. Chưa có gì được ghi; hãy xem lại."


@transaction.atomic
def make_token(
    *,
    by: Actor,
    creation_key: UUID,
    agency_id: int,
    role: Role,
    name: str,
    contact: str,
    scopes: Sequence[Scope],
    expires_on: date,
    per_minute: int,
) -> tuple[ApiToken, str]:
    """Make a token for a system of an agency in the actor's scope; returns it with its secret, which is kept nowhere.

    The system gets an account of its own, so that the trail names it and no person. The same `creation_key` twice gives
    the first one with "" for its secret. Raises NotAllowed, and Refused for a scope that the role does not carry, a role that
    decides, or a day that is past or more than a year away.
    """
    require(by, Permission.API_MANAGE)
    # The row of the agency is where two of the same form queue up.
    agency = Agency.objects.select_for_update(of=("self",)).select_related("province").get(pk=agency_id)
    earlier = ApiToken.objects.filter(creation_key=creation_key, made_by=by.user).first()
    if earlier is not None:
        return earlier, ""
    if not allowed(by, Permission.API_MANAGE, agency):
        raise NotAllowed("Bạn chỉ lập kết nối cho cơ quan mình và cơ quan cấp dưới.")
    if role not in ROLES:
        raise Refused("Hệ thống khác không giữ vai trò quyết định: hãy chọn vai trò khác.")
    refuse_blocked(role_findings(agency, role))
    _check_days(expires_on)
    if not 1 <= per_minute <= MOST_PER_MINUTE:
        raise Refused(f"Số lần gọi trong một phút từ 1 đến {MOST_PER_MINUTE}.")
    secret = new_secret()
    digest = hash_of(secret)
    user = User.objects.create_user(f"may.{digest[:16]}", full_name=f"Hệ thống {name}"[:120], is_system=True)
    membership = Membership.objects.create(user=user, agency=agency, role=role)
    _check_scopes(Actor(user=user, agency=agency, role=role, origin=by.origin), scopes)
    token = ApiToken.objects.create(
        creation_key=creation_key,
        name=name,
        contact=contact,
        membership=membership,
        scopes=[scope.value for scope in Scope if scope in scopes],
        token_hash=digest,
        shown=secret[:SHOWN],
        per_minute=per_minute,
        made_by=by.user,
        expires_on=expires_on,
    )
    after = {
        "cơ quan": agency.name,
        "vai trò": role.value,
        "phạm vi": token.scopes,
        "dùng đến": format_date(expires_on),
        "mỗi phút": per_minute,
        "tài khoản": user.username,
    }
    record(action="api.token_make", by=by, subject=token, thread=token.thread, after=after)
    return token, secret


@transaction.atomic
def revoke_token(*, token_id: int, by: Actor, version: int, reason: str) -> ApiToken:
    """Take a token back at once, with its account and its subscriptions. Raises NotAllowed, Stale, Refused."""
    token = _lock(token_id, by=by, version=version)
    if token.revoked_at is not None:
        raise Refused("Kết nối này đã được thu hồi.")
    if not reason.strip():
        raise Refused("Hãy ghi lý do thu hồi.")
    now = timezone.now()
    token.revoked_at = now
    token.version += 1
    token.save(update_fields=["revoked_at", "version"])
    ended = token.subscriptions.filter(ended_at__isnull=True).update(ended_at=now)
    Membership.objects.filter(pk=token.membership_id).update(is_active=False)
    User.objects.filter(pk=token.membership.user_id).update(is_active=False)
    after = {"thôi nhận tin": ended}
    record(action="api.token_revoke", by=by, subject=token, thread=token.thread, after=after, note=reason)
    return token


def _lock(token_id: int, *, by: Actor, version: int) -> ApiToken:
    """The token, locked until the transaction ends. Raises NotAllowed, Stale."""
    rows = ApiToken.objects.select_for_update(of=("self",))
    token = rows.select_related("membership__agency__province", "membership__user").get(pk=token_id)
    require(by, Permission.API_MANAGE, token)
    if token.version != version:
        raise Stale(STALE)
    return token


def _check_days(expires_on: date) -> None:
    first, last = today(), today() + timedelta(days=LONGEST_DAYS)
    if not first <= expires_on <= last:
        raise Refused(
            f"Ngày hết hạn phải từ {format_date(first)} đến {format_date(last)}: mã truy cập được lập lại mỗi năm."
        )


def _check_scopes(holder: Actor, scopes: Sequence[Scope]) -> None:
    if not scopes:
        raise Refused("Hãy chọn ít nhất một phạm vi.")
    beyond = [scope.label for scope in scopes if not may_hold(holder, scope)]
    if beyond:
        where = f"{holder.role.label.lower()} tại {holder.agency.short_name}"
        raise Refused(f"Vai trò {where} không được: {', '.join(beyond)}.")
