"""Some lines of a statement in one request: each is an action of its own."""

from __future__ import annotations

from typing import Final

from khuyencong.people.actors import Actor
from khuyencong.treasury.actions import apply_next
from khuyencong.treasury.models import Statement, StatementState

AT_ONCE: Final = 50


def go_on(*, statement_id: int, by: Actor, version: int) -> Statement:
    """Confirm the next lines; what is confirmed stays. Raises NotAllowed, Stale, Refused."""
    found = Statement.objects.get(pk=statement_id)
    for _ in range(AT_ONCE):
        found = apply_next(statement_id=statement_id, by=by, version=version)
        version = found.version
        if found.state == StatementState.READ:
            break
    return found
