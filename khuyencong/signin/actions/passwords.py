"""Passwords are changed by their owner, who knows the old one or reads the letter."""

from __future__ import annotations

from axes.utils import reset as unlock
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from khuyencong.notices.letters import public_address, send_letter
from khuyencong.people.models import User
from khuyencong.signin.actions.sessions import end_sessions_of
from khuyencong.signin.events import tell, tell_of, warn
from khuyencong.signin.limits import LETTERS_TO_USER, PASSWORD_AGAIN, count, forget, reached

UNKNOWN_ACCOUNT = "Tài khoản không tồn tại"
SUBJECT = "Khuyến công: đặt lại mật khẩu"


@transaction.atomic
def change_password(*, user: User, password: str, keep: str, origin: str) -> User:
    """Give the account a new password and end its sessions but `keep` (a session key).

    The password has been through the rules of signin/passwords.py. Returns the user with the new password.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    user.set_password(password)
    user.save(update_fields=["password"])
    ended = end_sessions_of(user, keep=keep)
    warn(user, "Mật khẩu của tài khoản vừa được đổi.")
    tell("password.changed", user=user, origin=origin, after={"phiên khác đã kết thúc": ended})
    return user


@transaction.atomic
def ask_reset(*, who: str, origin: str) -> None:
    """Send a letter with a link for a new password, where `who` is the name or address of an open account that has both.

    Whoever asks learns nothing: the same is written and answered for an account that does not exist, and the letter
    leaves beside the request.
    """
    user = _found(who)
    if user is None or reached(LETTERS_TO_USER, user.pk):
        tell_of("password.reset_asked", user=user, origin=origin, note="" if user else UNKNOWN_ACCOUNT)
        return
    count(LETTERS_TO_USER, user.pk)
    pair = [urlsafe_base64_encode(force_bytes(user.pk)), default_token_generator.make_token(user)]
    lines = (
        f"{user.get_full_name()},",
        "",
        f"Có người xin đặt lại mật khẩu của tài khoản «{user.username}». Nếu là bạn, hãy mở liên kết sau trong vòng một giờ:",
        "",
        public_address(reverse("password_reset", args=pair)),
        "",
        "Nếu không phải bạn, hãy bỏ qua thư này: mật khẩu chưa thay đổi.",
    )
    send_letter(to=user.email, subject=SUBJECT, text="\n".join(lines))
    tell_of("password.reset_asked", user=user, origin=origin)


@transaction.atomic
def reset_password(*, user: User, password: str, origin: str) -> None:
    """Give the account the password chosen through a letter's link, end all its sessions and its lockout.

    The second factor stays: the next sign-in asks for it.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    user.set_password(password)
    user.save(update_fields=["password"])
    ended = end_sessions_of(user)
    unlock(username=user.username)
    forget(PASSWORD_AGAIN, user.pk)
    warn(user, "Mật khẩu của tài khoản vừa được đặt lại qua thư.")
    tell("password.reset", user=user, origin=origin, after={"phiên đã kết thúc": ended})


def _found(who: str) -> User | None:
    """By name first, so that nobody can stand in the way of another's address by calling himself like it."""
    name = User.objects.normalize_username(who)
    users = User.objects.filter(Q(username=name) | Q(email__iexact=who.strip()), is_active=True).exclude(email="")
    for user in sorted(users, key=lambda one: one.username != name):
        return user if user.has_usable_password() else None
    return None
