"""When the database cuts a knot: two actions that waited for each other, of which it ended one.

Locks are taken in one order (docs/architecture.md), so this should not happen. Where it does, the transaction was taken
back whole, and doing it once more is what a person would do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError, connection

T = TypeVar("T")

# PostgreSQL: deadlock_detected and serialization_failure.
KNOTS = frozenset({"40P01", "40001"})


def is_knot(error: BaseException) -> bool:
    """Whether the database ended the transaction only because of what others did at the same moment."""
    return getattr(error.__cause__, "sqlstate", None) in KNOTS


def once_more(act: Callable[[], T]) -> T:
    """Call `act`; where the database ended its transaction for the sake of another one, call it once more.

    Inside a transaction that is open already nothing can be repeated, and the error goes on.
    """
    if connection.in_atomic_block:
        return act()
    try:
        return act()
    except OperationalError as error:
        if not is_knot(error):
            raise
    return act()
