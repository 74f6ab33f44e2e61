"""How often one person, or one address of the network, may ask for what costs the server something.

Counted in Django's cache, by windows that begin at full multiples of their length: with a cache that the processes share they
count together, with the one in memory (the default) each counts for itself. Who has used up a window reads a sentence with
status 429 until the next begins. Tries of secrets are counted apart and exactly, in the database (`signin/limits.py`); tokens of
the API have their own number (`api/limits.py`). Nobody on this very machine is counted without an account: without a proxy it
is the office's own PC, behind one it is the one who keeps the server.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

API = "/api/"
IPV4, CUSTOMER_BITS = 4, 64
WAIT = "900"  # seconds, where whoever refused has not said how long


@dataclass(frozen=True, slots=True)
class Rate:
    """`most` in `seconds`; `sentence` is what is read beyond."""

    name: str
    most: int
    seconds: int
    sentence: str


# A hall of people behind one address enters itself within minutes; a school or an office reads together.
PUBLIC_WRITES = Rate("public_writes", 120, 60, "Từ mạng này vừa gửi quá nhiều biểu mẫu. Hãy thử lại sau một phút.")
PUBLIC_READS = Rate("public_reads", 600, 60, "Từ mạng này vừa mở quá nhiều trang. Hãy thử lại sau một phút.")
# A page asks for parts of itself while one types; ten a second for a minute is no person any more.
READS = Rate("reads", 600, 60, "Bạn vừa mở quá nhiều trang. Hãy thử lại sau một phút.")
WRITES = Rate("writes", 300, 60, "Bạn vừa gửi quá nhiều lần. Hãy đợi một phút; điều đang gõ vẫn còn trên trang trước.")
SEARCHES = Rate("searches", 180, 60, "Bạn vừa tìm quá nhiều lần. Hãy thử lại sau một phút.")
FILES = Rate("files", 300, 300, "Bạn vừa tải quá nhiều tệp. Hãy thử lại sau vài phút.")

SEARCH_PAGES = frozenset({"search", "portal_search"})
# Names of addresses behind which a file is made or handed out; `tests/test_rates.py` holds them against the views.
FILE_PAGES = re.compile(
    r"_(xlsx|pdf|zip|export|yaml|file|template|sample|refused|minutes|attachment|logo|photo|picture|paper|form_3[ab]"
    r"|signed_list)$|^plan_decision$|^package_schema$|^my_data$|^person_request_copy$"
)


def rate_of(request: HttpRequest, name: str, *, signed_in: bool) -> Rate:
    """Which of the rates counts this request."""
    if request.method == "POST":
        return WRITES if signed_in else PUBLIC_WRITES
    if not signed_in:
        return PUBLIC_READS
    if name in SEARCH_PAGES:
        return SEARCHES
    return FILES if FILE_PAGES.search(name) else READS


def count(rate: Rate, who: str) -> int:
    """Count one request; how many seconds `who` has to wait, 0 where it is still within the rate."""
    now = int(time.time())
    key = f"rate:{rate.name}:{now // rate.seconds}:{who}"
    if cache.add(key, 1, rate.seconds):
        return 0
    try:
        asked = cache.incr(key)
    except ValueError:  # the window ended between the two
        return 0
    return rate.seconds - now % rate.seconds if asked > rate.most else 0


def network_of(address: str) -> str:
    """What counts as one place: an address of IPv4, the 64 bits of IPv6 that one customer is given; else the text itself."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if found.version == IPV4:
        return str(found)
    mapped = getattr(found, "ipv4_mapped", None)
    return str(mapped) if mapped else str(ip_network((found, CUSTOMER_BITS), strict=False))


class RateMiddleware:
    """Stands after whatever says who asks. The API counts its tokens itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        if answer.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            answer.headers.setdefault("Retry-After", WAIT)
        return answer

    def process_view(self, request: HttpRequest, _view: object, _args: object, _values: object) -> HttpResponse | None:
        """The page that says to wait, or None."""
        if not settings.RATE_LIMITS or request.path.startswith(API):
            return None
        user = getattr(request, "user", None)
        signed_in = bool(user and user.is_authenticated)
        address = request.META.get("REMOTE_ADDR", "")
        if not signed_in and _is_here(address):
            return None
        match = request.resolver_match
        rate = rate_of(request, (match.url_name if match else "") or "", signed_in=signed_in)
        wait = count(rate, f"u{user.pk}" if user and signed_in else network_of(address))
        if not wait:
            return None
        context = {"title": "Xin đợi một lát", "sentence": rate.sentence}
        answer = render(request, "error.html", context, status=HTTPStatus.TOO_MANY_REQUESTS)
        answer.headers["Retry-After"], answer.headers["Cache-Control"] = str(wait), "no-store"
        return answer


def _is_here(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
