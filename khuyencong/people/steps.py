"""A life cycle as a table: which step leads from which state to which, for whoever holds the permission.

A room keeps its tables in `states.py` and says there what else must hold; pages, tests and `docs/transitions.md` read them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from khuyencong.core.errors import Refused
from khuyencong.people.permissions import Permission


@dataclass(frozen=True)
class Transition:
    """One allowed step, for whoever holds the permission. `by_itself`: it follows from another step, nobody presses it."""

    name: str
    label: str  # what the button says
    source: str
    target: str
    permission: Permission
    needs_reason: bool = False
    forward: bool = False  # the step that the record waits for
    by_itself: bool = False


def steps_from(table: Iterable[Transition], state: str) -> tuple[Transition, ...]:
    """What somebody may do next where a record stands."""
    return tuple(row for row in table if row.source == state and not row.by_itself)


def permission_in(table: Iterable[Transition], name: str) -> Permission:
    """Who may take the step called `name`. KeyError for an unknown name."""
    for row in table:
        if row.name == name:
            return row.permission
    raise KeyError(name)


def label_in(table: Iterable[Transition], name: str) -> str:
    """What the step called `name` is called on its button. KeyError for an unknown name."""
    for row in table:
        if row.name == name:
            return row.label
    raise KeyError(name)


def step_in(table: Iterable[Transition], name: str, record: Any, *, what: str) -> Transition:
    """The row for this step from where the record stands; Refused where there is none: `what` is said of the record."""
    rows = tuple(table)
    for row in rows:
        if row.name == name and row.source == record.state:
            return row
    raise Refused(f"Không thể «{label_in(rows, name)}» khi {what} ở trạng thái «{record.get_state_display()}».")


def advance(record: Any, step: Transition) -> None:
    """Put a locked, permitted, current record where the step leads, and save it."""
    record.state = step.target
    record.version += 1
    record.save()
