"""Public pages kept in memory before Django: the same page for everybody, for half a minute, in each process.

Kept is what a page itself declares public (`core.web.kept_briefly`), for a visitor who brings no session. What is withdrawn
leaves within `KEPT_SECONDS` here; whoever kept it after us counts from `Age`, so that nobody shows it longer than a minute.
"""

from __future__ import annotations

import gzip
import hashlib
import re
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any

from django.conf import settings

from khuyencong.core.web import KEPT_SECONDS

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MOST_PAGES = 500
MOST_BYTES = 24 * 1024 * 1024
LARGEST_PAGE = 512 * 1024
LONGEST_ADDRESS = 500
# A word of a cookie header: its presence alone makes a visitor somebody.
SESSION = re.compile(rf"(?:^|;\s*){re.escape(settings.SESSION_COOKIE_NAME)}=")
# What networks hang on an address when somebody shares it; no page reads it.
TRACKING = ("fbclid=", "gclid=", "utm_", "zarsrc=", "gad_", "mibextid=", "_gl=", "_ga=")
OK = "200 OK"
NOT_MODIFIED = "304 Not Modified"
HASHED = 20  # signs of an ETag
COMPRESSION = 6
# What says how the page is sent is written anew for every answer; the id is of the one request for which the page was made.
OWN = frozenset({"content-length", "content-encoding", "etag", "age", "transfer-encoding", "x-request-id"})

Headers = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Kept:
    """One page as it was made: `body` and `zipped` are the same bytes."""

    made_at: float
    headers: tuple[tuple[str, str], ...]
    body: bytes
    zipped: bytes
    etag: str

    @property
    def size(self) -> int:
        return len(self.body) + len(self.zipped)


class KeptPages:
    """The application with its public pages in front. `clock` gives seconds; pages are forgotten oldest first."""

    def __init__(self, application: WSGIApplication, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.application = application
        self.clock = clock
        self._pages: OrderedDict[tuple[str, ...], Kept] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer from memory where the page is there and fresh, else ask Django and keep what may be kept."""
        key = _key(environ)
        if key is None:
            return self.application(environ, start_response)
        page = self._fresh(key)
        if page is None:
            page, answer = self._asked(environ, start_response)
            if page is None:
                return answer
            self._keep(key, page)
        return _answer(page, environ, start_response, age=int(self.clock() - page.made_at))

    def _fresh(self, key: tuple[str, ...]) -> Kept | None:
        page = self._pages.get(key)
        if page is None or self.clock() - page.made_at >= KEPT_SECONDS:
            return None
        return page

    def _keep(self, key: tuple[str, ...], page: Kept) -> None:
        with self._lock:
            old = self._pages.pop(key, None)
            self._bytes += page.size - (old.size if old else 0)
            self._pages[key] = page
            while len(self._pages) > MOST_PAGES or self._bytes > MOST_BYTES:
                _, gone = self._pages.popitem(last=False)
                self._bytes -= gone.size

    def _asked(self, environ: WSGIEnvironment, start_response: StartResponse) -> tuple[Kept | None, Iterable[bytes]]:
        """What Django answers: as a page to keep, or already on its way as it is."""
        told: list[Any] = []

        def hear(status: str, headers: Headers, exc_info: Any = None) -> Callable[[bytes], object]:
            told[:] = [status, headers]
            if _may_be_kept(status, headers):
                return _nothing
            return start_response(status, headers, exc_info) if exc_info else start_response(status, headers)

        # Before, not after: what is published or withdrawn while the page is made must not count as seen by it.
        made_at = self.clock()
        answer = self.application(environ, hear)
        if not told or not _may_be_kept(told[0], told[1]):
            return None, answer
        try:
            body = b"".join(answer)
        finally:
            close = getattr(answer, "close", None)
            if close is not None:
                close()
        headers = tuple((name, value) for name, value in told[1] if name.lower() not in OWN)
        etag = f'"{hashlib.sha256(body).hexdigest()[:HASHED]}"'
        return Kept(made_at, headers, body, gzip.compress(body, COMPRESSION, mtime=0), etag), ()


def _key(environ: WSGIEnvironment) -> tuple[str, ...] | None:
    """What tells one page from another; None where nothing is looked up or kept."""
    if environ.get("REQUEST_METHOD") != "GET" or SESSION.search(environ.get("HTTP_COOKIE", "")):
        return None
    path, query = environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", "")
    if len(path) + len(query) > LONGEST_ADDRESS or path.startswith(settings.STATIC_URL):
        return None
    query = "&".join(part for part in query.split("&") if part and not part.startswith(TRACKING))
    # The host decides whether the site answers at all, the protocol whether it sends elsewhere.
    return (
        environ.get("HTTP_HOST", ""),
        environ.get("wsgi.url_scheme", ""),
        environ.get("HTTP_X_FORWARDED_PROTO", ""),
        path,
        query,
    )


def _may_be_kept(status: str, headers: Headers) -> bool:
    """A whole page that says of itself that it is everybody's, and gives the visitor nothing to come back with."""
    named = {name.lower(): value for name, value in headers}
    parts = {part.strip() for part in named.get("cache-control", "").split(",")}
    length = named.get("content-length", "")
    return (
        status == OK
        and "public" in parts
        and f"max-age={KEPT_SECONDS}" in parts
        and "set-cookie" not in named
        and length.isdigit()
        and int(length) <= LARGEST_PAGE
    )


def _answer(page: Kept, environ: WSGIEnvironment, start_response: StartResponse, *, age: int) -> Iterable[bytes]:
    headers = [*_varying(page.headers), ("ETag", page.etag), ("Age", str(max(0, age)))]
    if page.etag in environ.get("HTTP_IF_NONE_MATCH", ""):
        start_response(NOT_MODIFIED, headers)
        return ()
    body = page.body
    # Nothing in these pages is secret, so that their length may be seen.
    if "gzip" in environ.get("HTTP_ACCEPT_ENCODING", ""):
        body = page.zipped
        headers.append(("Content-Encoding", "gzip"))
    headers.append(("Content-Length", str(len(body))))
    start_response(OK, headers)
    return (body,)


def _varying(headers: Iterable[tuple[str, str]]) -> Headers:
    """With a session the page looks otherwise, and it is sent in two encodings."""
    rest, vary = [], ["Cookie", "Accept-Encoding"]
    for name, value in headers:
        if name.lower() == "vary":
            vary += [part.strip() for part in value.split(",")]
        else:
            rest.append((name, value))
    return [*rest, ("Vary", ", ".join(dict.fromkeys(vary)))]


def _nothing(_: bytes) -> None:
    """What WSGI calls `write`; Django never does."""
