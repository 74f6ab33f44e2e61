"""What every request leaves behind for whoever keeps the machine: one line in the log, counts, and an id that error pages show.

Nothing of it says who asked or about whom: the name of the page stands there and not its address, no account, no parameter.
"""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Callable
from contextlib import ExitStack
from time import perf_counter, time_ns
from typing import Any

from django.conf import settings
from django.db import connections
from django.http import HttpRequest, HttpResponse

from khuyencong.core import counts, measures, tracing
from khuyencong.core.logs import current_id

HEADER = "X-Request-ID"
GIVEN = re.compile(r"[0-9a-f]{32}")  # what nginx makes; nothing that a person can be known by
BEGIN_TO_WRITE = "BEGIN IMMEDIATE"  # how every transaction begins on SQLite (`config.database_settings`)
UNKNOWN = "-"
requests, slow = logging.getLogger("khuyencong.requests"), logging.getLogger("khuyencong.slow")


class Tally:
    """Counts the queries of one request and the seconds that they take; a slow one is written down, without its values."""

    def __init__(self) -> None:
        self.queries = 0
        self.seconds = 0.0
        self.slow: list[tuple[str, float]] = []
        self.traced: list[tracing.Asked] | None = None if tracing.tell is None else []
        self.limit = settings.CONFIG.slow_query_ms / 1000

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001  # Django's own signature
        started = perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            took = perf_counter() - started
            self.queries += 1
            self.seconds += took
            if self.traced is not None:
                ended = time_ns()
                self.traced.append(tracing.Asked(sql, ended - int(took * 1e9), ended))
            if took >= self.limit:
                self.slow.append((sql, took))
                slow.warning("slow query", extra={"ms": _ms(took), "sql": measures.without_values(sql)})
            if sql == BEGIN_TO_WRITE:
                counts.WRITE_WAITS.observe(took)


class ObservedMiddleware:
    """Gives each request its id, and writes down what it was and how long it took."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "") if settings.CONFIG.https else ""  # a proxy of ours may have begun
        identity = given if GIVEN.fullmatch(given) else secrets.token_hex(8)
        token = current_id.set(identity)
        tally = Tally()
        started = perf_counter()
        try:
            with ExitStack() as counted:
                for one in connections.all():
                    counted.enter_context(one.execute_wrapper(tally))
                answer = self.get_response(request)
            took = perf_counter() - started
            self._write(request, answer.status_code, took, tally)
            answer.headers[HEADER] = identity
            return answer
        finally:
            current_id.reset(token)

    def _write(self, request: HttpRequest, status: int, took: float, tally: Tally) -> None:
        match = getattr(request, "resolver_match", None)
        page = (match.view_name if match else "") or UNKNOWN
        told = {
            "method": request.method or UNKNOWN, "page": page, "status": status, "ms": _ms(took),
            "queries": tally.queries, "db_ms": _ms(tally.seconds),
        }  # fmt: skip
        requests.info("request", extra=told)
        if took * 1000 >= settings.CONFIG.slow_page_ms:
            slow.warning("slow page", extra=told)
        measures.record(page, took, tally.queries, tally.slow)
        if tracing.tell is not None:
            ended = time_ns()
            began, method = ended - int(took * 1e9), request.method or UNKNOWN
            tracing.tell(
                tracing.Answered(method, page, status, connections["default"].vendor, began, ended, tally.traced or ())
            )
        module = getattr(getattr(match, "func", None), "__module__", "") if match else ""
        counts.count(_room(module), request.method or UNKNOWN, status, took, tally.queries)


def _room(module: str) -> str:
    """The room of a view: a few dozen names, where the pages are hundreds."""
    parts = module.split(".")
    return parts[1] if parts[0] == "khuyencong" and len(parts) > 1 else UNKNOWN


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)
