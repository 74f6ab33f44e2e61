"""Which pages and queries are slow: what the workers have measured (`core/measures.py`), and what PostgreSQL itself has counted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.db import DatabaseError, connection, transaction

from khuyencong.core.measures import LONGEST, read, without_values

MOST_PAGES, MOST_QUERIES = 20, 20
HOURS = 3
__all__ = ["HOURS", "LONGEST", "SlowPage", "SlowQuery", "counted_by_postgresql", "slow_pages_and_queries"]
_STATEMENTS = """
SELECT query, calls, total_exec_time, max_exec_time
  FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid
 WHERE d.datname = current_database() AND query ~* '^\\s*(SELECT|INSERT|UPDATE|DELETE|WITH)'
 ORDER BY total_exec_time DESC LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class SlowPage:
    """A page by the name of its URL; times in milliseconds, queries of one answer on average."""

    name: str
    count: int
    median: int
    p95: int
    worst: int
    queries: int
    is_slow: bool


@dataclass(frozen=True, slots=True)
class SlowQuery:
    """A query without its values; times in milliseconds. `page`: where it took longest, "" where nobody knows."""

    sql: str
    count: int
    total: int
    worst: int
    page: str = ""


def slow_pages_and_queries(
    folder: Path | None, *, hours: int, slow_page_ms: int
) -> tuple[list[SlowPage], list[SlowQuery]]:
    """The slowest pages by the time of 19 in 20 answers, and the queries that took longest together, slowest first."""
    found = read(folder, hours=hours)
    pages = [
        SlowPage(
            name, one.count, round(one.share(0.5)), round(one.share(0.95)), round(one.worst),
            round(one.queries / one.count), one.worst >= slow_page_ms,
        )
        for name, one in found.pages.items()
    ]  # fmt: skip
    queries = [
        SlowQuery(sql, one.count, round(one.total), round(one.worst), one.page) for sql, one in found.queries.items()
    ]
    return (
        sorted(pages, key=lambda one: (-one.p95, -one.worst, one.name))[:MOST_PAGES],
        sorted(queries, key=lambda one: (-one.total, one.sql))[:MOST_QUERIES],
    )


def counted_by_postgresql() -> list[SlowQuery] | None:
    """The queries on which PostgreSQL has spent most since its own count began; None where it does not count (pg_stat_statements)."""
    if connection.vendor != "postgresql":
        return None
    try:
        with transaction.atomic(), connection.cursor() as ask:
            ask.execute("SELECT 1 FROM pg_extension WHERE extname = 'pg_stat_statements'")
            if ask.fetchone() is None:
                return None
            ask.execute(_STATEMENTS, [MOST_QUERIES])
            rows = ask.fetchall()
    except DatabaseError:  # installed and not loaded, or not for this account
        return None
    return [
        SlowQuery(without_values(str(sql)), int(calls), round(total), round(worst)) for sql, calls, total, worst in rows
    ]
