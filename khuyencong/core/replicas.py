"""Reports and public pages read from a replica of the database (`REPLICA_URLS`); everything else reads and writes the primary.

A page marked `@from_replica` is made from one replica as a whole, and only from one that certainly holds

- everything that this browser has written: whoever wrote carries the position of the primary's log in a signed cookie;
- everything that anybody had written `BEHIND` seconds ago: each process asks the primary for its position now and then.

Both are compared with what the replica says it has replayed, never with a clock. Where no replica can say so, the primary is read.
Sessions, people and roles are read before the page, from the primary, so that who was shut out is out at once.
"""

from __future__ import annotations

import logging
import random
from collections import deque
from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from threading import Lock
from time import monotonic
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import DEFAULT_DB_ALIAS, Error, InterfaceError, OperationalError, connections
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from khuyencong.core import counts

COOKIE: Final = "written"
BEHIND: Final = 5.0  # seconds: what is older than this is on every page
SAMPLED: Final = 1.0  # seconds between two questions about the primary's position, in each process
ASIDE: Final = 5.0  # seconds that a replica is left alone after it did not answer
SAFE: Final = frozenset({"GET", "HEAD"})
# Of two that come at once the higher one counts; the insert position is never below what a commit has written.
PRIMARY_AT: Final = "SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn"
# A replica that was made the primary is no replica any more.
REPLICA_AT: Final = "SELECT pg_last_wal_replay_lsn() - '0/0'::pg_lsn WHERE pg_is_in_recovery()"

P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponseBase)
Q = TypeVar("Q", bound=HttpRequest)
logger = logging.getLogger(__name__)
_reading: ContextVar[str] = ContextVar("reading", default=DEFAULT_DB_ALIAS)
_wrote: ContextVar[bool] = ContextVar("wrote", default=False)
_signer = Signer(salt="khuyencong.core.replicas")


class Router:
    """Django's database router: reads go where the page is made from, all else to the primary."""

    def db_for_read(self, _model: Any, **_hints: Any) -> str:
        return _reading.get()

    def db_for_write(self, _model: Any, **_hints: Any) -> str:
        """The primary, for locks too; the request is known to have written."""
        _wrote.set(True)
        return DEFAULT_DB_ALIAS

    def allow_relation(self, *_objects: Any, **_hints: Any) -> bool:
        return True  # all of them hold the same rows

    def allow_migrate(self, db: str, *_rest: Any, **_hints: Any) -> bool:
        return (
            db not in replicas.aliases
        )  # they receive tables from the primary; any other database is one to be filled


class WrittenMiddleware:
    """Whoever may have written takes the position of the primary along."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = _wrote.set(False)
        try:
            answer = self.get_response(request)
            if _wrote.get() or request.method not in SAFE:
                _remember(answer)
            return answer
        finally:
            _wrote.reset(token)


def from_replica(view: Callable[Concatenate[Q, P], R]) -> Callable[Concatenate[Q, P], R]:
    """A page that only shows: made from a replica where one may be used. Never for what locks, writes or hands out.

    A replica that fails on the way is left aside, and the page is made again from the primary.
    """

    @wraps(view)
    def shown(request: Q, /, *args: P.args, **kwargs: P.kwargs) -> R:
        alias = _chosen(request)
        if alias is not None:
            token = _reading.set(alias)
            try:
                answer = view(request, *args, **kwargs)
            except (OperationalError, InterfaceError):
                replicas.leave(alias)
            else:
                counts.PAGES.labels(alias).inc()
                return answer
            finally:
                _reading.reset(token)
        if replicas.aliases:
            counts.PAGES.labels(DEFAULT_DB_ALIAS).inc()
        return view(request, *args, **kwargs)

    return shown


def reads_from() -> str:
    """The alias of the database from which the page under way is made."""
    return _reading.get()


class Replicas:
    """What one process knows of its replicas: where the primary was, and which replicas do not answer. `clock`: seconds."""

    def __init__(self, aliases: tuple[str, ...], *, clock: Callable[[], float] = monotonic) -> None:
        self.aliases = aliases
        self.clock = clock
        self._positions: deque[tuple[float, int]] = deque()  # when it was asked, what the primary said; oldest first
        self._again: dict[str, float] = {}  # when a replica may be asked again
        self._lock = Lock()

    def choose(self, written: int) -> str | None:
        """A replica that holds everything up to the position `written` and is no further behind than allowed; or None."""
        wanted = max(written, self._needed())
        for alias in random.sample(self.aliases, len(self.aliases)):
            if not self._may_ask(alias):
                continue
            try:
                at = _ask(alias, REPLICA_AT)
            except Error:
                self.leave(alias)
                continue
            with self._lock:
                self._again.pop(alias, None)
            if at is not None and at >= wanted:
                return alias
        return None

    def leave(self, alias: str) -> None:
        """Leave one aside that did not answer, and forget this thread's connection to it."""
        with self._lock:
            self._again[alias] = self.clock() + ASIDE
        logger.warning("A replica does not answer and is left aside: %s", alias)
        connections[alias].close()

    def behind(self, alias: str) -> int | None:
        """How many bytes of the primary's log a replica has still to replay; None where it is no replica. Raises Error."""
        primary, at = _ask(DEFAULT_DB_ALIAS, PRIMARY_AT) or 0, _ask(alias, REPLICA_AT)
        return None if at is None else max(0, primary - at)

    def _may_ask(self, alias: str) -> bool:
        """Whether it is not left aside. Of many threads one tries again first, and the others go on without it."""
        now = self.clock()
        with self._lock:
            again = self._again.get(alias)
            if again is None:
                return True
            if now < again:
                return False
            self._again[alias] = now + ASIDE
            return True

    def _needed(self) -> int:
        """Where the primary was at most `BEHIND` seconds ago: the oldest answer that is young enough."""
        now = self.clock()
        with self._lock:
            while self._positions and self._positions[0][0] < now - BEHIND:
                self._positions.popleft()
            if self._positions and self._positions[-1][0] > now - SAMPLED:
                return self._positions[0][1]
        at = _ask(DEFAULT_DB_ALIAS, PRIMARY_AT) or 0
        with self._lock:
            self._positions.append((now, at))
            return min(self._positions)[1]


replicas = Replicas(tuple(alias for alias in settings.DATABASES if alias != DEFAULT_DB_ALIAS))


def _chosen(request: HttpRequest) -> str | None:
    # Inside another such page, or where a form comes back, the database is that of the whole request.
    if not replicas.aliases or request.method not in SAFE or _wrote.get() or _reading.get() != DEFAULT_DB_ALIAS:
        return None
    try:
        return replicas.choose(_written(request))
    except Error:
        return None  # the primary does not answer: then nothing is certain, and the page says so itself


def _written(request: HttpRequest) -> int:
    """The position up to which this browser has written; 0 where it has not, or where nobody of ours signed it."""
    try:
        return int(_signer.unsign(request.COOKIES.get(COOKIE, "")))
    except (BadSignature, ValueError):
        return 0


def _remember(answer: HttpResponse) -> None:
    try:
        at = _ask(DEFAULT_DB_ALIAS, PRIMARY_AT)
    except Error:
        return  # nor will the page after it be read without the primary
    answer.set_cookie(
        COOKIE, _signer.sign(str(at)), httponly=True, samesite="Lax", secure=bool(settings.SESSION_COOKIE_SECURE)
    )


def _ask(alias: str, sql: str) -> int | None:
    """A position in the log, in bytes since its beginning; None where the server says none."""
    with connections[alias].cursor() as cursor:
        cursor.execute(sql)
        row = cursor.fetchone()
    return int(row[0]) if row and row[0] is not None else None
