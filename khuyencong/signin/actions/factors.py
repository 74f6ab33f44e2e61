"""Second factors come and go; with the first of them come the recovery codes, with the last they go."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from khuyencong.core.errors import Refused
from khuyencong.people.models import User
from khuyencong.signin.actions.sessions import end_sessions_of
from khuyencong.signin.events import tell, warn
from khuyencong.signin.models import AuthenticatorApp, Passkey, RecoveryCode
from khuyencong.signin.passkeys import NewKey
from khuyencong.signin.rules import has_factor, may_remove_factor, new_recovery_codes, plain_code
from khuyencong.signin.sealing import keyed_hash, seal
from khuyencong.signin.totp import step_of

SECRET, RECOVERY = "totp", "recovery code"  # purposes of sealing.py
APP = "ứng dụng xác thực"
MOST_KEYS = 10


@transaction.atomic
def add_app(*, user: User, secret: str, code: str, origin: str) -> list[str]:
    """Take an authenticator app into use once it has shown a right code; it replaces an older one.

    Returns new recovery codes where this is the first factor, else []. Raises Refused.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    step = step_of(secret, plain_code(code), after=0)
    if step is None:
        raise Refused(
            "Mã chưa đúng. Hãy nhập mã ứng dụng đang hiện; nếu vẫn sai, hãy chỉnh giờ của điện thoại về tự động."
        )
    first = not has_factor(user)
    replaced, _ = AuthenticatorApp.objects.filter(user=user).delete()
    AuthenticatorApp.objects.create(user=user, sealed_secret=seal(secret, purpose=SECRET), last_step=step)
    codes = _renew(user) if first else []
    warn(user, "Một ứng dụng xác thực vừa được dùng làm lớp xác thực thứ hai của tài khoản.")
    tell("auth.second_factor.added", user=user, origin=origin, after={"loại": APP, "thay cái cũ": bool(replaced)})
    return codes


@transaction.atomic
def add_passkey(*, user: User, made: NewKey, name: str, origin: str) -> list[str]:
    """Take a passkey into use. Returns as `add_app`. Raises Refused where it is known already or there are too many."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.passkeys.count() >= MOST_KEYS:
        raise Refused(f"Mỗi người giữ nhiều nhất {MOST_KEYS} khóa truy cập: hãy bỏ khóa không dùng nữa.")
    first = not has_factor(user)
    try:
        with transaction.atomic():
            Passkey.objects.create(
                user=user,
                name=name,
                site=made.site,
                credential_id=made.credential_id,
                credential=made.credential,
                sign_count=made.sign_count,
            )
    except IntegrityError as error:
        raise Refused("Khóa truy cập này đã được đăng ký.") from error
    codes = _renew(user) if first else []
    warn(user, f"Khóa truy cập «{name}» vừa được thêm vào tài khoản.")
    tell("auth.second_factor.added", user=user, origin=origin, after={"loại": "khóa truy cập", "tên": name})
    return codes


@transaction.atomic
def remove_app(*, user: User, origin: str) -> None:
    """Take the authenticator app out of use. Raises Refused where the role needs a factor and it is the last."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if not AuthenticatorApp.objects.filter(user=user).exists():
        raise Refused("Tài khoản không dùng ứng dụng xác thực nào.")
    _require_removable(user)
    AuthenticatorApp.objects.filter(user=user).delete()
    _after_removal(user, APP, origin)


@transaction.atomic
def remove_passkey(*, user: User, key_id: int, origin: str) -> None:
    """Take one of the person's own passkeys out of use. Raises Passkey.DoesNotExist, or Refused as `remove_app`."""
    user = User.objects.select_for_update().get(pk=user.pk)
    key = user.passkeys.get(pk=key_id)
    _require_removable(user)
    key.delete()
    _after_removal(user, f"khóa truy cập «{key.name}»", origin)


@transaction.atomic
def renew_codes(*, user: User, origin: str) -> list[str]:
    """Ten new recovery codes; the old ones stop working. Raises Refused where there is no factor to recover from."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if not has_factor(user):
        raise Refused("Hãy bật xác thực hai lớp trước: mã dự phòng chỉ dùng thay cho lớp thứ hai.")
    codes = _renew(user)
    warn(user, "Bộ mã dự phòng của tài khoản vừa được thay bằng bộ mới.")
    tell("auth.recovery_renewed", user=user, origin=origin)
    return codes


@transaction.atomic
def remove_all_factors(*, user: User, origin: str, note: str) -> None:
    """Take every factor from somebody who has lost them all, on the word of whoever runs the site (`note` says why).

    Whoever found the telephone may be signed in on it: every session of the account ends.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    AuthenticatorApp.objects.filter(user=user).delete()
    Passkey.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()
    ended = end_sessions_of(user)
    warn(
        user, "Mọi cách xác thực hai lớp của tài khoản vừa được người quản trị gỡ bỏ; mọi phiên đăng nhập đã kết thúc."
    )
    told = {"phiên đã kết thúc": ended}
    tell("auth.second_factor.removed", user=user, origin=origin, before={"loại": "tất cả"}, after=told, note=note)


def _renew(user: User) -> list[str]:
    codes = new_recovery_codes()
    RecoveryCode.objects.filter(user=user).delete()
    hashes = [keyed_hash(f"{user.pk}:{plain_code(code)}", purpose=RECOVERY) for code in codes]
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, code_hash=one) for one in hashes)
    return codes


def _require_removable(user: User) -> None:
    for blocker in may_remove_factor(user):
        raise Refused(blocker.sentence)


def _after_removal(user: User, what: str, origin: str) -> None:
    if not has_factor(user):
        RecoveryCode.objects.filter(user=user).delete()
    warn(user, f"Đã bỏ {what} khỏi xác thực hai lớp của tài khoản.")
    tell("auth.second_factor.removed", user=user, origin=origin, before={"loại": what})
