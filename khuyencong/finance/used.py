"""How much of a row of the ledger is something already: allowances, prizes, works.

Rooms above say what a payment was for and post nothing. Several of them may name the same row, so each gives its own sum to
`sources` when the program starts (its `apps.py`), and whoever ties something to a row asks for all of them, under the lock
that it holds on the row.
"""

from __future__ import annotations

from collections.abc import Callable

from khuyencong.finance.models import LedgerEntry

# Each: how much of this row is already something of its room, in đồng.
sources: list[Callable[[LedgerEntry], int]] = []


def used_of(posting: LedgerEntry) -> int:
    """How much of a payment is something already, whichever room said so, in đồng; a query or two for each room."""
    return sum(source(posting) for source in sources)
