"""What happens with every sign-in, whichever way it was: the session learns whose browser it is."""

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest

from khuyencong.signin.sessions import begin_session


def connect() -> None:
    """Called once when the application starts."""
    user_logged_in.connect(on_login, dispatch_uid="signin.session")


def on_login(*, request: HttpRequest | None = None, **_: Any) -> None:
    if request is not None:
        begin_session(request)
