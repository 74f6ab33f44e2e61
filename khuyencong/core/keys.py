"""Many keys in one condition: `filter(project__in=keys(found))`."""

from __future__ import annotations

import json
from collections.abc import Iterable

from django.db import connection
from django.db.models.expressions import RawSQL

_AS_ROWS = {"postgresql": "SELECT unnest(%s::bigint[])", "sqlite": "SELECT value FROM json_each(%s)"}


def keys(found: Iterable[int]) -> RawSQL | list[int]:
    """The right side of `__in` for any number of keys, as one parameter; for none of them nothing is asked at all.

    A placeholder for each would be written by Django, read by the driver and planned by the server one by one: that takes
    longer than the query. SQLite also has a limit on their number.
    """
    listed = list(found)
    if not listed:
        return []
    # Written here as one text: the driver would look at each key for its type.
    value = f"{{{','.join(map(str, listed))}}}" if connection.vendor == "postgresql" else json.dumps(listed)
    return RawSQL(_AS_ROWS[connection.vendor], (value,))  # noqa: S611  # the text is one of ours, the keys are its parameter
