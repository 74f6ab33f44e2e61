"""Work that one process does at a time, on whichever machine: the others go on without it and come again later."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final
from zlib import crc32

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, Error, connections

WORK: Final = 11  # the first half of the lock's number; the other tells one kind of work from another


@contextmanager
def alone(name: str) -> Iterator[bool]:
    """Whether the work `name` is ours while the block runs; False where another process has it.

    On PostgreSQL a lock of a transaction of its own, so that it also holds through PgBouncer and ends with the process; on
    SQLite, whose processes share a machine, a lock on a file.
    """
    if connections[DEFAULT_DB_ALIAS].vendor != "postgresql":
        with _file(name) as ours:
            yield ours
        return
    apart = connections.create_connection(DEFAULT_DB_ALIAS)
    try:
        apart.set_autocommit(False)
        with apart.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [WORK, crc32(name.encode()) - 2**31])
            ours = bool(cursor.fetchone()[0])
        yield ours
    finally:
        with suppress(Error):  # it may have ended with its server: the work is done all the same
            apart.rollback()
        apart.close()


@contextmanager
def _file(name: str) -> Iterator[bool]:
    folder = settings.CONFIG.var_dir
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / f".{name}.lock").open("w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
