"""The life of a held file: one table, and the one door through which its state changes."""

from __future__ import annotations

from django.utils import timezone

from khuyencong.people.models import User
from khuyencong.people.permissions import Permission
from khuyencong.people.steps import Transition, advance, step_in
from khuyencong.quarantine.models import HeldFile, HeldState

S, P = HeldState, Permission
TRANSITIONS: tuple[Transition, ...] = (
    Transition("release", "Cho phép sử dụng", S.HELD, S.LET_GO, P.QUARANTINE_DECIDE, needs_reason=True, forward=True),
    Transition("destroy", "Hủy tệp", S.HELD, S.DESTROYED, P.QUARANTINE_DECIDE, needs_reason=True),
)


def check_step(held: HeldFile, name: str) -> Transition:
    """The row of the table for this step; Refused with a sentence where there is none from here."""
    return step_in(TRANSITIONS, name, held, what="tệp")


def move(held: HeldFile, name: str, *, because: str, by: User | None) -> None:
    """Change the state of a locked, permitted, current held file by the step `name`, and save it; `by` None: the scanner."""
    step = check_step(held, name)
    held.decided_because, held.decided_by, held.decided_at = because, by, timezone.now()
    advance(held, step)
