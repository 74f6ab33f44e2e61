"""The lives of packages, coming and going: tables, and the one door through which a state changes."""

from __future__ import annotations

from khuyencong.federation.models import IncomingPackage, IncomingState, OutgoingPackage, OutgoingState
from khuyencong.people.permissions import Permission
from khuyencong.people.steps import Transition, advance, step_in

IN, OUT, P = IncomingState, OutgoingState, Permission
INCOMING_TRANSITIONS: tuple[Transition, ...] = (
    Transition("accept", "Chấp nhận", IN.WAITING, IN.ACCEPTED, P.FEDERATION_DECIDE, forward=True),
    Transition("return", "Trả lại", IN.WAITING, IN.RETURNED, P.FEDERATION_DECIDE, needs_reason=True),
    # A later version of the same report came.
    Transition("replace", "Thay bằng lần nộp sau", IN.WAITING, IN.REPLACED, P.FEDERATION_RECEIVE, by_itself=True),
)
# What the receiver has answered; asking again tells the same.
OUTGOING_TRANSITIONS: tuple[Transition, ...] = tuple(
    Transition(
        str(target), f"Nơi nhận trả lời: {target.label.lower()}", source, target, P.FEDERATION_SEND, by_itself=True
    )
    for source, targets in {
        OUT.MADE: (OUT.SENT, OUT.ACCEPTED, OUT.RETURNED, OUT.REPLACED),
        OUT.SENT: (OUT.ACCEPTED, OUT.RETURNED, OUT.REPLACED),
    }.items()
    for target in targets
)


def check_step(package: IncomingPackage, name: str) -> Transition:
    """The row of the table for this step; Refused with a sentence where there is none from here."""
    return step_in(INCOMING_TRANSITIONS, name, package, what="gói số liệu")


def move(package: IncomingPackage, name: str) -> None:
    """Change the state of a locked, permitted, current package by the step `name`, and save it."""
    advance(package, check_step(package, name))


def answered(package: OutgoingPackage, state: str) -> None:
    """What the receiver says of a package of ours; the same as before changes nothing but the version."""
    if state != package.state:
        advance(package, step_in(OUTGOING_TRANSITIONS, state, package, what="gói số liệu"))
