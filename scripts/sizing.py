"""How much one province, all provinces and twenty years need: rows and bytes counted in a database of the whole country.

`DATABASE_URL=postgresql://… python scripts/sizing.py` reads a database that `khuyencong demo --national --no-serve` has filled and
prints the tables of `docs/sizing.md`. Nothing is changed. Growth is taken as even: the rows and bytes of a year are those of the
database divided by the years in it.
"""

import os
import sys

import psycopg

YEARS, PROVINCES = 20, 34
LARGEST = 15  # tables that are named; the rest is one line
GIGABYTE = 1024**3
TABLES = """
SELECT relname, n_live_tup, pg_table_size(relid), pg_indexes_size(relid)
FROM pg_stat_user_tables ORDER BY pg_total_relation_size(relid) DESC
"""
PROJECTS = """
SELECT count(*), count(DISTINCT year), min(year), max(year), count(DISTINCT province_id) FROM projects_project
"""
LARGEST_SHARE = "SELECT max(n) FROM (SELECT count(*) AS n FROM projects_project GROUP BY province_id) AS one"


def main() -> int:
    """Count and print."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        print("Set DATABASE_URL to a PostgreSQL database of the whole country.", file=sys.stderr)
        return 2
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ANALYZE")
        tables = connection.execute(TABLES).fetchall()
        projects = connection.execute(PROJECTS).fetchone()
        largest = connection.execute(LARGEST_SHARE).fetchone()
        size = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    if projects is None or largest is None or size is None or not projects[0]:
        print("The database holds no đề án.", file=sys.stderr)
        return 1
    count, years, first, last, provinces = projects
    rows = sum(one[1] for one in tables)
    print(f"{count:,} đề án of {provinces} provinces, {first}-{last} ({years} years); {size[0] / GIGABYTE:.2f} GB.\n")
    print("| table | rows | rows a year | table | indexes | bytes a row |\n| --- | ---: | ---: | ---: | ---: | ---: |")
    for name, live, heap, indexes in tables[:LARGEST]:
        each = (heap + indexes) / live if live else 0
        print(
            f"| `{name}` | {live:,} | {live / years:,.0f} | {heap / 1024**2:,.0f} MB | {indexes / 1024**2:,.0f} MB | {each:,.0f} |"
        )
    rest = tables[LARGEST:]
    print(
        f"| {len(rest)} others | {sum(one[1] for one in rest):,} | {sum(one[1] for one in rest) / years:,.0f} "
        f"| {sum(one[2] for one in rest) / 1024**2:,.0f} MB | {sum(one[3] for one in rest) / 1024**2:,.0f} MB | |\n"
    )
    print("| | đề án | rows | database |\n| --- | ---: | ---: | ---: |")
    share = largest[0] / count
    for label, part, span in (
        ("one province, a year (mean)", 1 / provinces, 1),
        (f"one province, {YEARS} years (mean)", 1 / provinces, YEARS),
        (f"the largest province, {YEARS} years", share, YEARS),
        (f"{PROVINCES} provinces, a year", PROVINCES / provinces, 1),
        (f"{PROVINCES} provinces, {YEARS} years", PROVINCES / provinces, YEARS),
    ):
        scale = part * span / years
        print(f"| {label} | {count * scale:,.0f} | {rows * scale:,.0f} | {size[0] * scale / GIGABYTE:,.2f} GB |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
