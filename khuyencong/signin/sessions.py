"""Django's sessions in the database, in a table that also says whose they are (SESSION_ENGINE)."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY as USER_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.http import HttpRequest
from django.utils import timezone

from khuyencong.core.text import clean
from khuyencong.signin.models import UserSession

# What a session holds beside Django's own; moments are seconds since 1970.
SIGNED_IN_AT, SEEN_AT, ADDRESS, DEVICE = "signed_in_at", "seen_at", "address", "device"
CONFIRMED_AT = "confirmed_at"  # when the person last proved to be who signed in
FACTOR = "second_factor"  # how the second step was passed; missing where there was none
SEEN_EVERY = dt.timedelta(minutes=5)  # a page view writes the moment no more often
FRESH_FOR = dt.timedelta(minutes=10)

# (what the browser calls itself with, how people call it); the first that fits, so Edge stands before Chrome.
_BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("coc_coc", "Cốc Cốc"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))  # fmt: skip
_SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "macOS"), ("Linux", "Linux"))  # fmt: skip
_UNKNOWN = "Thiết bị không rõ"


class SessionStore(DatabaseStore):
    """As Django's; a session ends a working day after signing in, however much it is used."""

    @classmethod
    def get_model_class(cls) -> type[UserSession]:
        return UserSession

    def create_model_instance(self, data: dict[str, Any]) -> UserSession:
        """The row, with what the list of sessions shows copied out of the session itself."""
        row: UserSession = super().create_model_instance(data)  # type: ignore[assignment]  # made of our own class
        user = data.get(USER_KEY)
        row.user_id = int(user) if user else None
        row.signed_in_at, row.seen_at = _moment(data.get(SIGNED_IN_AT)), _moment(data.get(SEEN_AT))
        row.address, row.device = data.get(ADDRESS, ""), data.get(DEVICE, "")
        if row.user_id and row.signed_in_at:
            row.expire_date = row.signed_in_at + dt.timedelta(seconds=settings.SESSION_COOKIE_AGE)
        return row


def begin_session(request: HttpRequest) -> None:
    """Write into a session that just began whose browser it is; called for every way of signing in."""
    now = _now()
    request.session[SIGNED_IN_AT] = request.session[SEEN_AT] = request.session[CONFIRMED_AT] = now
    request.session[ADDRESS] = str(request.META.get("REMOTE_ADDR", ""))[:45]
    request.session[DEVICE] = device_of(request.headers.get("User-Agent", ""))
    SessionStore.clear_expired()


def note_seen(request: HttpRequest) -> None:
    """Write down that the session is in use, at most every five minutes."""
    if _now() - request.session.get(SEEN_AT, 0) >= SEEN_EVERY.total_seconds():
        request.session[SEEN_AT] = _now()


def is_fresh(request: HttpRequest) -> bool:
    """Whether the person proved a few minutes ago to be who signed in: asked before factors and addresses change."""
    confirmed_at: int = request.session.get(CONFIRMED_AT, 0)
    return 0 <= _now() - confirmed_at < FRESH_FOR.total_seconds()


def note_confirmed(request: HttpRequest) -> None:
    """The person has just proved it again."""
    request.session[CONFIRMED_AT] = _now()


def device_of(user_agent: str) -> str:
    """«Chrome, Windows» from what a browser says of itself, as far as it can be told."""
    text = clean(user_agent[:500])
    found = [next((label for mark, label in marks if mark in text), "") for marks in (_BROWSERS, _SYSTEMS)]
    return ", ".join(part for part in found if part) or _UNKNOWN


def _now() -> int:
    return int(timezone.now().timestamp())


def _moment(seconds: object) -> dt.datetime | None:
    return dt.datetime.fromtimestamp(seconds, tz=dt.UTC) if isinstance(seconds, int) else None
