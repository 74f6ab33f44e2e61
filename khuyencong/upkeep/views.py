"""Whether the server lives and is ready, its figures for Prometheus, and the page of administrators."""

from __future__ import annotations

import os
import socket
import threading
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from khuyencong.core.components import Crumb, Tab
from khuyencong.core.measures import FOLDER
from khuyencong.jobs import all_jobs
from khuyencong.people.permissions import Permission
from khuyencong.people.web import ActorRequest, opens_to, public
from khuyencong.server import pending_migrations
from khuyencong.upkeep.doctor import CALLING, HERE, examine, without_paths
from khuyencong.upkeep.gauges import FIGURES, Gauges
from khuyencong.upkeep.neighbours import Mark
from khuyencong.upkeep.slow import HOURS, counted_by_postgresql, slow_pages_and_queries

# Set once the database was seen to be of this version: the migrations of a running program do not change.
UP_TO_DATE = threading.Event()
SPANS = (1, HOURS, 24)  # hours that the page offers
TONES = {Mark.GOOD: "ok", Mark.WARNING: "warn", Mark.BAD: "bad"}


@public
@never_cache
@require_safe
def live(_request: HttpRequest) -> HttpResponse:
    """200 while the process answers at all; asks nothing of the database."""
    return HttpResponse("live\n", content_type="text/plain; charset=utf-8")


@public
@never_cache
@require_safe
def ready(_request: HttpRequest) -> HttpResponse:
    """200 where people can be served: the database answers and is of this version; else 503.

    Asked every few seconds for as long as the program runs, so that it costs one query.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        if not UP_TO_DATE.is_set() and not pending_migrations():
            UP_TO_DATE.set()
        said = "" if UP_TO_DATE.is_set() else "migrations pending\n"
    except DatabaseError:
        said = "no database\n"
    status = 503 if said else 200
    return HttpResponse(said or "ready\n", content_type="text/plain; charset=utf-8", status=status)


@public
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures for Prometheus on this very machine; for everybody else the page is not there (404).

    What comes through the proxy carries X-Forwarded-For, which the proxy writes: that is never this machine. The door that the
    proxy keeps for watchers (the end of `deploy/nginx.conf`) leaves it away, and lets in whom it is told to.
    """
    if "X-Forwarded-For" in request.headers or not _is_here(request.META.get("REMOTE_ADDR", "")):
        raise Http404
    registry = CollectorRegistry()
    # Named by the server when it started its workers; one process alone counts in memory.
    if folder := os.environ.get("PROMETHEUS_MULTIPROC_DIR", ""):
        MultiProcessCollector(registry, path=folder)  # type: ignore[no-untyped-call]  # the library has no types here
        text = generate_latest(registry)
    else:
        text = generate_latest(REGISTRY)
    now = CollectorRegistry()
    now.register(Gauges(settings.CONFIG))
    return HttpResponse(text + generate_latest(now), content_type=CONTENT_TYPE_LATEST)


def _is_here(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


@require_safe
@opens_to(Permission.SERVER_VIEW)
def status(request: ActorRequest) -> HttpResponse:
    """What the doctor says without calling other machines, and what waits."""
    found = examine(settings.CONFIG, only=HERE)
    context: dict[str, Any] = {
        "rows": [
            {
                "mark": one.mark,
                "about": one.about,
                "sentence": without_paths(one.sentence, settings.CONFIG),
                "tone": TONES[one.mark],
            }
            for one in found
        ],
        "waiting": [
            *((one.words, one.waiting()) for one in all_jobs() if one.waiting),
            *((one.words, one.count()) for one in FIGURES),
        ],
        "machine": socket.gethostname(),
        "left_out": CALLING,
        "bad": sum(one.mark is Mark.BAD for one in found),
    }
    return render(request, "upkeep/status.html", context)


@require_safe
@opens_to(Permission.SERVER_VIEW)
def slow(request: ActorRequest) -> HttpResponse:
    """The slowest pages and queries of the last hours; `?gio=` says how many."""
    asked = request.GET.get("gio", "")
    hours = int(asked) if asked in {str(one) for one in SPANS} else HOURS
    folder = os.environ.get(FOLDER)
    pages, queries = slow_pages_and_queries(
        Path(folder) if folder else None, hours=hours, slow_page_ms=settings.CONFIG.slow_page_ms
    )
    context = {
        "pages": pages,
        "tables": [
            ("Truy vấn chậm", "Chưa có truy vấn nào chậm trong khoảng này.", queries),
            ("PostgreSQL tự đếm", "", counted_by_postgresql() or []),
        ],
        "hours": hours,
        "crumbs": [Crumb("Máy chủ", reverse("server_status")), Crumb("Trang và truy vấn chậm")],
        "tabs": [Tab(f"{one} giờ", f"?gio={one}", active=one == hours) for one in SPANS],
        "page_ms": settings.CONFIG.slow_page_ms,
        "query_ms": settings.CONFIG.slow_query_ms,
    }
    return render(request, "upkeep/slow.html", context)
