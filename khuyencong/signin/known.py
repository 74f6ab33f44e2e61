"""Browsers in which somebody has been signed in before.

Whoever guesses at one name from many places is stopped by `limits.NAME_FROM_STRANGERS`; the person whose name it is must not be
stopped with him. So a browser keeps, sealed by us, for whom it has been opened: it proves nothing and opens nothing.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from khuyencong.signin.sealing import keyed_hash

COOKIE: Final = "known-for"
SALT: Final = "khuyencong.signin.known"
LASTS: Final = timedelta(days=180)
MOST: Final = 10  # people of one shared machine; the one who was longest away is forgotten first


def is_known_for(request: HttpRequest, name: str) -> bool:
    """Whether the person of this login name has been signed in in this browser during the last half year."""
    return _mark(name) in _marks(request)


def remember(request: HttpRequest, answer: HttpResponse, name: str) -> None:
    """Let the browser keep that the person of this login name has proved here who it is."""
    others = [one for one in _marks(request) if one != _mark(name)]
    answer.set_cookie(
        _cookie(),
        signing.dumps([_mark(name), *others][:MOST], salt=SALT),
        max_age=LASTS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _marks(request: HttpRequest) -> list[str]:
    try:
        return list(signing.loads(request.COOKIES.get(_cookie(), ""), salt=SALT, max_age=LASTS))
    except signing.BadSignature:
        return []


def _mark(name: str) -> str:
    return keyed_hash(name, purpose=SALT)[:16]


def _cookie() -> str:
    return f"__Host-{COOKIE}" if settings.SESSION_COOKIE_SECURE else COOKIE
