"""How much one province, all provinces and twenty years need: rows and bytes counted in a database of the whole country.

`DATABASE_URL=… python scripts/sizing.py` reads a database that `khuyencong demo --national --no-serve` has filled (PostgreSQL, or
`sqlite:////absolute/path`) and prints the tables of `docs/sizing.md`. Nothing is changed. Growth is taken as even: the rows and bytes
of a year are those of the database divided by the years in it.
"""

import os
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import psycopg

YEARS, PROVINCES = 20, 34
LARGEST = 15  # tables that are named; the rest is one line
GIGABYTE, MEGABYTE = 1024**3, 1024**2
TABLES = """
SELECT relname, n_live_tup, pg_table_size(relid), pg_indexes_size(relid) FROM pg_stat_user_tables
"""
SQLITE_TABLES = """
SELECT s.tbl_name, sum(CASE WHEN s.type = 'table' THEN d.pgsize ELSE 0 END), sum(CASE WHEN s.type = 'index' THEN d.pgsize ELSE 0 END)
FROM dbstat d JOIN sqlite_master s ON s.name = d.name GROUP BY s.tbl_name
"""
PROJECTS = """
SELECT count(*), count(DISTINCT year), min(year), max(year) FROM projects_project
"""
# Provinces that were merged count for the one of today.
LARGEST_SHARE = """
SELECT max(n) FROM (
    SELECT count(*) AS n FROM projects_project p LEFT JOIN places_provincesuccession s ON s.old_id = p.province_id
    GROUP BY coalesce(s.new_id, p.province_id)
) AS one
"""


@dataclass(frozen=True, slots=True)
class Counted:
    """A database as it is: tables as (name, rows, bytes of the table, bytes of its indexes), bytes in all."""

    tables: list[tuple[str, int, int, int]]
    size: int
    projects: tuple[int, int, int, int]
    largest: int


def main() -> int:
    """Count and print."""
    url = os.environ.get("DATABASE_URL", "")
    if url.startswith("postgres"):
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("ANALYZE")
            size = connection.execute("SELECT pg_database_size(current_database())").fetchall()[0][0]
            tables = connection.execute(TABLES).fetchall()
            found = _counted(lambda sql: connection.execute(sql).fetchall(), tables, size)
    elif url.startswith("sqlite:///"):
        with closing(sqlite3.connect(f"file:{url.removeprefix('sqlite:///')}?mode=ro", uri=True)) as file:
            sizes = file.execute(SQLITE_TABLES).fetchall()
            count = "SELECT count(*) FROM "  # and a name of our own tables
            tables = [(name, file.execute(f'{count}"{name}"').fetchone()[0], *rest) for name, *rest in sizes]
            size = sum(table + indexes for _, table, indexes in sizes)
            found = _counted(lambda sql: file.execute(sql).fetchall(), tables, size)
    else:
        print("Set DATABASE_URL to a database of the whole country.", file=sys.stderr)
        return 2
    if not found.projects[0]:
        print("The database holds no đề án.", file=sys.stderr)
        return 1
    _print(found)
    return 0


def _counted(ask: Callable[[str], Any], tables: list[Any], size: int) -> Counted:
    ordered = sorted(tables, key=lambda one: -one[2] - one[3])
    return Counted(ordered, size, ask(PROJECTS)[0], ask(LARGEST_SHARE)[0][0])


def _print(found: Counted) -> None:
    count, years, first, last = found.projects
    rows = sum(one[1] for one in found.tables)
    print(f"{count:,} đề án, {first}-{last} ({years} years); {found.size / GIGABYTE:.2f} GB.\n")
    print("| table | rows | rows a year | table | indexes | bytes a row |\n| --- | ---: | ---: | ---: | ---: | ---: |")
    for name, live, table, indexes in found.tables[:LARGEST]:
        each = (table + indexes) / live if live else 0
        sizes = f"{table / MEGABYTE:,.0f} MB | {indexes / MEGABYTE:,.0f} MB"
        print(f"| `{name}` | {live:,} | {live / years:,.0f} | {sizes} | {each:,.0f} |")
    rest = found.tables[LARGEST:]
    live, table, indexes = sum(one[1] for one in rest), sum(one[2] for one in rest), sum(one[3] for one in rest)
    sizes = f"{table / MEGABYTE:,.0f} MB | {indexes / MEGABYTE:,.0f} MB"
    print(f"| {len(rest)} others | {live:,} | {live / years:,.0f} | {sizes} | |\n")
    print("| | đề án | rows | database |\n| --- | ---: | ---: | ---: |")
    for label, part, span in (
        ("one province, a year (mean)", 1 / PROVINCES, 1),
        (f"one province, {YEARS} years (mean)", 1 / PROVINCES, YEARS),
        (f"the largest province, {YEARS} years", found.largest / count, YEARS),
        (f"{PROVINCES} provinces, a year", 1, 1),
        (f"{PROVINCES} provinces, {YEARS} years", 1, YEARS),
    ):
        scale = part * span / years
        print(f"| {label} | {count * scale:,.0f} | {rows * scale:,.0f} | {found.size * scale / MEGABYTE:,.0f} MB |")


if __name__ == "__main__":
    sys.exit(main())
