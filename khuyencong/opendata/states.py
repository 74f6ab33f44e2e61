"""The life of a publication: one table, and the one door through which its state changes."""

from __future__ import annotations

from khuyencong.opendata.models import Publication, PublicationState
from khuyencong.people.permissions import Permission
from khuyencong.people.steps import Transition, advance, step_in

S, P = PublicationState, Permission
TRANSITIONS: tuple[Transition, ...] = (
    Transition("publish", "Công bố", S.DRAFT, S.PUBLISHED, P.PUBLICATION_DECIDE, forward=True),
    Transition("withdraw", "Gỡ xuống", S.PUBLISHED, S.WITHDRAWN, P.PUBLICATION_DECIDE, needs_reason=True),
    Transition("publish", "Công bố lại", S.WITHDRAWN, S.PUBLISHED, P.PUBLICATION_DECIDE),
)


def check_step(publication: Publication, name: str) -> Transition:
    """The row of the table for this step; Refused with a sentence where there is none from here."""
    return step_in(TRANSITIONS, name, publication, what="bản công bố")


def move(publication: Publication, name: str) -> None:
    """Change the state of a locked, permitted, current publication by the step `name`, and save it."""
    advance(publication, check_step(publication, name))
