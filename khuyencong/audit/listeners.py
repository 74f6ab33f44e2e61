"""Signing in and out, written down. These signals of Django are the only place that knows of all ways to sign in."""

from typing import Any

from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest

from khuyencong.audit.actions import record, record_system
from khuyencong.people.actors import actor_for, origin_of
from khuyencong.people.models import User, UserManager

UNKNOWN_ACCOUNT = "Tài khoản không tồn tại"


def connect() -> None:
    """Called once when the application starts."""
    user_logged_in.connect(on_login, dispatch_uid="audit.login")
    user_logged_out.connect(on_logout, dispatch_uid="audit.logout")
    user_login_failed.connect(on_failed, dispatch_uid="audit.failed")
    user_locked_out.connect(on_locked, dispatch_uid="audit.locked")


def on_login(*, request: HttpRequest | None = None, user: User, **_: Any) -> None:
    _about("auth.login", user, request)


def on_logout(*, request: HttpRequest | None = None, user: User | None = None, **_: Any) -> None:
    if isinstance(user, User):
        _about("auth.logout", user, request)


def on_failed(*, credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    _about_name("auth.failed", str(credentials.get("username", "")), request)


def on_locked(*, request: HttpRequest | None = None, username: str | None = None, **_: Any) -> None:
    _about_name("auth.locked", username or "", request)


def _about(action: str, user: User, request: HttpRequest | None) -> None:
    origin = origin_of(request)
    actor = actor_for(user, origin=origin)
    if actor is None:
        record_system(action=action, origin=origin, subject=user, thread=f"user:{user.pk}", user=user)
    else:
        record(action=action, by=actor, subject=user, thread=f"user:{user.pk}")


def _about_name(action: str, username: str, request: HttpRequest | None) -> None:
    """A failure is nobody's deed: the account it aimed at is its subject.

    A name that is no account is not written down: people type their password into the wrong box.
    """
    origin = origin_of(request)
    user = User.objects.filter(username=UserManager.normalize_username(username)).first()
    if user is None:
        record_system(action=action, origin=origin, note=UNKNOWN_ACCOUNT)
        return
    concerned = actor_for(user, origin=origin)
    record_system(
        action=action,
        origin=origin,
        subject=user,
        thread=f"user:{user.pk}",
        agency=concerned.agency if concerned else None,
    )
