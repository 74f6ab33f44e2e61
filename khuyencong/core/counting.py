"""Django's cache in memory and in the database, each with a count that loses nothing: what `core/rates.py` needs.

Django's own `incr` reads and then writes; of two at once one is lost.
"""

from __future__ import annotations

import random
from typing import Final, cast

from django.core.cache import cache
from django.core.cache.backends.db import DatabaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.db import DEFAULT_DB_ALIAS, connections

TIDIED: Final = 0.002  # of the counts: what has ended is then removed
# One statement, and so one transaction, which waits for no replica: a count that is lost with the primary hurts nobody.
ONE_MORE: Final = """
    WITH quick AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
    INSERT INTO {table} AS old (cache_key, value, expires)
    SELECT %s, '1', now() + make_interval(secs => %s) FROM quick
    ON CONFLICT (cache_key) DO UPDATE SET
        value = CASE WHEN old.expires > now() THEN (old.value::bigint + 1)::text ELSE '1' END,
        expires = CASE WHEN old.expires > now() THEN old.expires ELSE excluded.expires END
    RETURNING value::bigint"""


class MemoryCounts(LocMemCache):
    """Counts of this process alone."""

    def one_more(self, key: str, seconds: int) -> int:
        """How often this was asked within `seconds` from the first time, this time included."""
        if self.add(key, 1, seconds):
            return 1
        try:
            return self.incr(key)
        except ValueError:  # it ended between the two
            return 1


class DatabaseCounts(DatabaseCache):
    """Counts of all processes on all machines (`CACHE=database`): on the primary, whichever replica the page is made from.

    Past Django's router on purpose: who is counted has written nothing that a page would have to show.
    """

    def one_more(self, key: str, seconds: int) -> int:
        """The same, counted by everybody."""
        connection = connections[DEFAULT_DB_ALIAS]
        table = connection.ops.quote_name(self._table)  # type: ignore[attr-defined]  # of Django, without a type
        with connection.cursor() as cursor:
            cursor.execute(ONE_MORE.format(table=table), [self.make_and_validate_key(key), seconds])
            (count,) = cursor.fetchone()
            if random.random() < TIDIED:  # noqa: S311  # when to sweep is no secret
                cursor.execute(f"DELETE FROM {table} WHERE expires < now()")  # noqa: S608  # the name of our own table
        return int(count)


def one_more(key: str, seconds: int) -> int:
    """How often this was asked within `seconds` from the first time, this time included."""
    return cast("MemoryCounts | DatabaseCounts", cache).one_more(key, seconds)
