"""Counts of requests for Prometheus, added up over all workers where the server has named a folder for it."""

from __future__ import annotations

from prometheus_client import Counter, Histogram

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
REQUESTS = Counter("khuyencong_requests", "Requests answered.", ["room", "method", "status"])
SECONDS = Histogram(
    "khuyencong_request_seconds", "How long an answer took.", ["room"], buckets=(0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)
)
QUERIES = Histogram(
    "khuyencong_request_queries", "Queries of one request.", ["room"], buckets=(5, 10, 20, 50, 100, 200)
)
PAGES = Counter(
    "khuyencong_pages_from", "Pages that may be read from a replica, by the database they were read from.", ["database"]
)
# Of SQLite: there is one writer at a time, and who begins to write waits for the one before.
WRITE_WAITS = Histogram(
    "khuyencong_write_wait_seconds", "How long a writer waited for its turn.", buckets=(0.01, 0.1, 0.5, 1, 5, 20)
)


def count(room: str, method: str, status: int, seconds: float, queries: int) -> None:
    """One answered request. A made-up method is counted under «other»: whoever asks must not invent series."""
    REQUESTS.labels(room, method if method in METHODS else "other", str(status)).inc()
    SECONDS.labels(room).observe(seconds)
    QUERIES.labels(room).observe(queries)
