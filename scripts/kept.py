"""Whether kept data came up to a later version whole: how much every column says, before and after."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Protocol

# (table, column) of everything that holds rows.
SQLITE_COLUMNS = """
    SELECT m.name, p.name FROM sqlite_master m JOIN pragma_table_info(m.name) p
    WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'
"""
POSTGRESQL_COLUMNS = """
    SELECT table_name, column_name FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
    WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
"""
ROWS = ""  # stands for the table itself
Amounts = Mapping[tuple[str, str], int]


class Cursor(Protocol):
    """What both databases give to ask them."""

    def execute(self, sql: Any, /) -> Any: ...
    def fetchall(self) -> list[Any]: ...


def amounts(cursor: Cursor, columns: str) -> Amounts:
    """How many rows each table has, and in how many of them each column says something; `columns` is one of the queries above."""
    cursor.execute(columns)
    tables: dict[str, list[str]] = defaultdict(list)
    for table, column in cursor.fetchall():
        tables[table].append(column)
    found = {}
    for table, names in tables.items():
        said = (f"COUNT(NULLIF(CAST({_quoted(name)} AS TEXT), ''))" for name in names)
        cursor.execute(f"SELECT COUNT(*), {', '.join(said)} FROM {_quoted(table)}")  # noqa: S608  # names of our own tables
        (counts,) = cursor.fetchall()
        found.update({(table, name): count for name, count in zip((ROWS, *names), counts, strict=True)})
    return found


def lost(before: Amounts, after: Amounts) -> list[str]:
    """Tables and columns that are still there and say less than before."""
    return sorted(_named(key) for key in before.keys() & after.keys() if after[key] < before[key])


def _named(key: tuple[str, str]) -> str:
    return ".".join(filter(None, key))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
