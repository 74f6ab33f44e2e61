"""What one line of `pages.py` says."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Page:
    """A page to measure.

    `path`: the address, or a function that finds it in the demo database (the code of a project, say).
    `account`: the user name that opens it; None for a visitor.
    `model`: "app.Model" whose rows the page draws from; their number is reported beside the time.
    `headers`: what the browser sends besides, as htmx does.
    `budget_ms`: within which the page has to come, 0 = none; a median above it is pointed out.
    `sql`: the same figures as one hand-written query, for the ratio; without parameters, valid on both databases.
    """

    name: str
    path: str | Callable[[], str]
    model: str
    account: str | None = None
    sql: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    budget_ms: int = 0
