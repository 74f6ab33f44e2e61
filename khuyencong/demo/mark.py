"""How a demo database is told from a real one: a mark in the database itself, so that it goes where the file goes.

Demo accounts have published passwords. They are only ever made in a database that carries this mark, only an empty
database can be given it, and only a database that carries it is removed by `khuyencong demo --reset`.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from django.db.backends.base.base import BaseDatabaseWrapper

APPLICATION_ID = 0x4B436445  # "KCdE" in the header of the SQLite file
COMMENT = "khuyencong: demo database"  # on PostgreSQL, the comment of the database


def is_demo(connection: BaseDatabaseWrapper) -> bool:
    """Say whether the connected database carries the mark."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA application_id")
            return bool(cursor.fetchone()[0] == APPLICATION_ID)
        cursor.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
        )
        return bool(cursor.fetchone()[0] == COMMENT)


def is_demo_file(path: Path) -> bool:
    """Say whether the SQLite file carries the mark; False for a file that is no database."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            return bool(connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID)
    except sqlite3.Error:
        return False


def mark_as_demo(connection: BaseDatabaseWrapper) -> bool:
    """Give the mark to an empty database; return whether the database carries it now."""
    if is_demo(connection):
        return True
    if connection.introspection.table_names():
        return False
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        else:
            name = connection.ops.quote_name(str(connection.settings_dict["NAME"]))
            cursor.execute(f"COMMENT ON DATABASE {name} IS '{COMMENT}'")
    return True
