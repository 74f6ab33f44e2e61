"""Proving once more who one is: the second step of signing in, and the own password before something important.

Failed tries must be remembered, so these answer with an outcome; an error would take the count back with it.
"""

from __future__ import annotations

from enum import Enum

from django.db import transaction
from django.utils import timezone

from khuyencong.core.errors import Refused
from khuyencong.people.models import User
from khuyencong.signin.actions.factors import APP, RECOVERY, SECRET
from khuyencong.signin.events import tell, tell_of, warn
from khuyencong.signin.limits import PASSWORD_AGAIN, SECOND_STEP, Limit, count, forget, reached
from khuyencong.signin.models import AuthenticatorApp, Passkey, RecoveryCode
from khuyencong.signin.rules import plain_code
from khuyencong.signin.sealing import UnreadableError, keyed_hash, unseal
from khuyencong.signin.totp import DIGITS, step_of


class Outcome(Enum):
    """How a try went."""

    PASSED = "passed"
    RECOVERED = "recovered"  # passed with a recovery code, of which there is now one less
    WRONG = "wrong"
    LOCKED = "locked"


@transaction.atomic
def pass_with_code(*, user: User, code: str, origin: str) -> Outcome:
    """The second step by a code of the app or a recovery code; neither counts twice. Too many wrong ones lock it.

    The row of the user is locked, so that guesses sent at once are counted one after the other.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if reached(SECOND_STEP, user.pk):
        return Outcome.LOCKED
    typed = plain_code(code)
    if len(typed) == DIGITS and typed.isdecimal():
        outcome = Outcome.PASSED if _is_of_app(user, typed) else Outcome.WRONG
    else:
        outcome = Outcome.RECOVERED if _is_recovery_code(user, typed) else Outcome.WRONG
    if outcome is Outcome.WRONG:
        return _failed(user, SECOND_STEP, "auth.second_factor.failed", "auth.second_factor.locked", origin)
    forget(SECOND_STEP, user.pk)
    if outcome is Outcome.PASSED:
        tell("auth.second_factor.used", user=user, origin=origin, after={"loại": APP})
    else:
        left = user.recovery_codes.filter(used_at__isnull=True).count()
        tell("auth.recovery_used", user=user, origin=origin, after={"còn lại": left})
    return outcome


@transaction.atomic
def pass_with_passkey(*, key: Passkey, counted: int, origin: str) -> None:
    """The second step, or the only one, by a passkey whose answer was right.

    Raises Refused where its count of signatures did not grow: then there is a copy (WebAuthn §6.1.1). Keys that never
    count stay at 0.
    """
    locked = Passkey.objects.select_for_update().get(pk=key.pk)
    if (counted or locked.sign_count) and counted <= locked.sign_count:
        raise Refused("Khóa truy cập này không dùng được nữa: hãy đăng nhập cách khác rồi đăng ký lại khóa.")
    locked.sign_count, locked.used_at = counted, timezone.now()
    locked.save(update_fields=["sign_count", "used_at"])
    forget(SECOND_STEP, locked.user_id)
    tell("auth.second_factor.used", user=locked.user, origin=origin, after={"loại": "khóa truy cập", "tên": key.name})


@transaction.atomic
def tell_of_strangers(name: str, origin: str) -> None:
    """Write down, and tell the person, that passwords from unknown browsers are not taken for a while; `name` as it was typed."""
    user = User.objects.filter(username=name, is_active=True).first()
    tell_of("auth.strangers_stopped", user=user, origin=origin)
    if user is not None:
        warn(
            user,
            "Có người ở thiết bị lạ nhập sai mật khẩu của bạn rất nhiều lần; mật khẩu từ thiết bị lạ tạm không được nhận.",
        )


@transaction.atomic
def confirm_password(*, user: User, password: str, origin: str) -> Outcome:
    """Whether this is the person's password; too many wrong ones lock the question."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if reached(PASSWORD_AGAIN, user.pk):
        return Outcome.LOCKED
    if not user.check_password(password):
        return _failed(user, PASSWORD_AGAIN, "auth.confirm_failed", "auth.confirm_locked", origin)
    forget(PASSWORD_AGAIN, user.pk)
    return Outcome.PASSED


def _is_of_app(user: User, typed: str) -> bool:
    app = AuthenticatorApp.objects.select_for_update().filter(user=user).first()
    if app is None:
        return False
    try:
        secret = unseal(app.sealed_secret, purpose=SECRET)
    except UnreadableError:  # the site's secret key was replaced: only a recovery by the administrator helps
        return False
    step = step_of(secret, typed, after=app.last_step)
    if step is None:
        return False
    app.last_step, app.used_at = step, timezone.now()
    app.save(update_fields=["last_step", "used_at"])
    return True


def _is_recovery_code(user: User, typed: str) -> bool:
    code_hash = keyed_hash(f"{user.pk}:{typed}", purpose=RECOVERY)
    unused = RecoveryCode.objects.filter(user=user, code_hash=code_hash, used_at__isnull=True)
    return unused.update(used_at=timezone.now()) == 1


def _failed(user: User, limit: Limit, failed: str, locked: str, origin: str) -> Outcome:
    count(limit, user.pk)
    tell_of(failed, user=user, origin=origin)
    if reached(limit, user.pk):
        tell_of(locked, user=user, origin=origin)
        return Outcome.LOCKED
    return Outcome.WRONG
