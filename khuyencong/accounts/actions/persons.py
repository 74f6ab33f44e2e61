"""Correcting an account, switching it off and on. An account is never deleted: what its person signed stays signed."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from khuyencong.accounts.actions.roles import take_off
from khuyencong.accounts.door import lock_account, require_whole_account, touch
from khuyencong.audit.actions import record
from khuyencong.core.errors import Refused
from khuyencong.core.personal import masked, masked_email
from khuyencong.notices.letters import send_letter
from khuyencong.people.actors import Actor
from khuyencong.people.models import Membership, User
from khuyencong.signin.actions.sessions import end_sessions_of

# Says the same whoever has the address: an administrator of one province learns nothing about accounts of another.
EMAIL_UNUSABLE = "Không dùng được địa chỉ thư này: hãy kiểm tra lại, hoặc dùng địa chỉ khác."


@transaction.atomic
def update_account(*, user_id: int, by: Actor, version: int, full_name: str, email: str, phone: str) -> User:
    """Correct name, e-mail and telephone; the old address is told that it was changed.

    Raises NotAllowed, Stale, and Refused where the person also works outside the actor's scope or the address cannot be
    used.
    """
    user = lock_account(user_id, by=by, version=version)
    require_whole_account(user, by)
    email = User.objects.normalize_email(email).strip()
    if email:
        check_email(email)
    before, old_address = _shown(user), user.email
    user.full_name, user.email, user.phone = full_name, email, phone
    user.version += 1
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:
        raise Refused(EMAIL_UNUSABLE) from None
    if old_address and old_address.lower() != email.lower():
        send_letter(
            to=old_address,
            subject="Khuyến công: địa chỉ thư của tài khoản đã đổi",
            text=(
                f"Quản trị của {by.agency.name} đã đổi địa chỉ thư của tài khoản {user.username}. Nếu bạn không biết "
                "việc này, hãy báo ngay cho cơ quan.\n"
            ),
        )
    record(action="account.update", by=by, subject=user, thread=user.thread, before=before, after=_shown(user))
    return user


@transaction.atomic
def switch_off(*, user_id: int, by: Actor, version: int, reason: str) -> User:
    """Lock the account: nobody can sign in with it, and what the person had delegated ends. Hats stay for later.

    Raises NotAllowed, Stale, Refused.
    """
    user = lock_account(user_id, by=by, version=version)
    require_whole_account(user, by)
    if not user.is_active:
        raise Refused("Tài khoản đang bị khóa rồi.")
    if not reason.strip():
        raise Refused("Hãy ghi lý do khóa tài khoản.")
    user.is_active = False
    user.save(update_fields=["is_active"])
    touch(user)
    end_sessions_of(user)
    for lent in Membership.objects.filter(delegated_by=user, is_active=True):
        take_off(lent)
    record(action="account.switch_off", by=by, subject=user, thread=user.thread, note=reason.strip())
    return user


@transaction.atomic
def switch_on(*, user_id: int, by: Actor, version: int) -> User:
    """Let the person sign in again, with the hats that are still active. Raises NotAllowed, Stale, Refused."""
    user = lock_account(user_id, by=by, version=version)
    require_whole_account(user, by)
    if user.is_active:
        raise Refused("Tài khoản đang hoạt động.")
    user.is_active = True
    user.save(update_fields=["is_active"])
    touch(user)
    record(action="account.switch_on", by=by, subject=user, thread=user.thread)
    return user


def check_email(email: str) -> None:
    """Refused where that is no address."""
    try:
        validate_email(email)
    except ValidationError:
        raise Refused("Địa chỉ thư điện tử không đúng dạng, ví dụ an.nv@soct.vn.") from None


def _shown(user: User) -> dict[str, str]:
    # More people read the trail than may know somebody's telephone.
    return {"họ và tên": user.full_name, "thư": masked_email(user.email), "điện thoại": masked(user.phone)}
