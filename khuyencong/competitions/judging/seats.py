"""Who judges: the seats of a jury, each held by one person after another, and what a person is in a round.

Where a judge is replaced midway, the seat goes on: sheets that the first has signed stand, the other scores the rest.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from khuyencong.competitions.models import (
    COUNCIL,
    JURY,
    Conflict,
    ConflictDecision,
    Member,
    Round,
    RoundState,
    SeatRole,
)
from khuyencong.competitions.models.entries import BEFORE_RESULTS
from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, allowed, require

# The scores of others are read in these states and by nobody before (TT 26/2014 Đ16.2: each judges independently).
READABLE = (RoundState.SCORED, RoundState.DECIDED, RoundState.CLOSED)
NOT_YET = "Chưa khóa chấm điểm: chưa ai xem được điểm của người khác, kể cả Trưởng ban Giám khảo. Lần mở này đã được ghi nhật ký."
NOT_YOURS = "Giám khảo chỉ xem phiếu của mình; kết quả chung dành cho Trưởng ban, Hội đồng và cơ quan tổ chức."
HEAD_ONLY = "Chỉ Trưởng ban Giám khảo làm được việc này."
INDEPENDENT = "TT 26/2014 Đ16.2"


@dataclass(frozen=True, slots=True)
class Seat:
    """One place in the jury: its holders from the first to the present one."""

    holders: tuple[Member, ...]

    @property
    def now(self) -> Member:
        return self.holders[-1]

    @property
    def keys(self) -> frozenset[int]:
        return frozenset(one.pk for one in self.holders)


def seats_among(members: Iterable[Member]) -> list[Seat]:
    """The seats that these members of one jury make, in the order of their first holders."""
    rows = sorted(members, key=lambda one: one.pk)
    inside = {one.pk for one in rows}
    after = {one.replaces_id: one for one in rows if one.replaces_id in inside}
    seats = []
    for first in rows:
        if first.replaces_id in inside:
            continue
        holders = [first]
        while (following := after.get(holders[-1].pk)) is not None:
            holders.append(following)
        seats.append(Seat(tuple(holders)))
    return seats


def seats_of(round_: Round) -> list[Seat]:
    """The seats of the jury, the head's first; one query."""
    seats = seats_among(round_.members.jury().select_related("user"))
    return sorted(seats, key=lambda seat: (JURY.index(SeatRole(seat.now.role)), seat.now.pk))


def seat_of(round_: Round, actor: Actor, *, on: date | None = None) -> Member | None:
    """The jury seat that this person holds on the day (today), or None; one query."""
    return round_.members.jury().standing_on(on or today()).of(actor).first()


def is_head(round_: Round, actor: Actor) -> bool:
    """Whether this person leads the jury today; one query."""
    return round_.members.filter(role=SeatRole.JURY_HEAD).standing_on(today()).of(actor).exists()


def require_head(round_: Round, by: Actor) -> Member:
    """The seat of the head, held by this person today. Raises NotAllowed; one query."""
    head = round_.members.filter(role=SeatRole.JURY_HEAD).standing_on(today()).of(by).first()
    if head is None:
        raise NotAllowed(HEAD_ONLY, article="TT 26/2014 Đ16")
    require(by, Permission.COMPETITION_JUDGE, head)
    return head


def check_reading(round_: Round, actor: Actor) -> None:
    """NotAllowed unless this person may read the scores of all judges now; the refusal is an event of the trail.

    Before the scoring is closed nobody may; afterwards the head, the council and those who run the round.
    """
    if round_.state not in READABLE:
        raise NotAllowed(NOT_YET, article=INDEPENDENT)
    if not may_read(round_, actor):
        raise NotAllowed(NOT_YOURS, article=INDEPENDENT)


def may_read(round_: Round, actor: Actor) -> bool:
    """Who `check_reading` lets pass; at most one query besides that of the permissions."""
    if round_.state not in READABLE:
        return False
    runs = (Permission.COMPETITION_MANAGE, Permission.COMPETITION_DECIDE)
    if any(allowed(actor, permission, round_) for permission in runs):
        return True
    return round_.members.filter(role__in=(SeatRole.JURY_HEAD, *COUNCIL)).standing_on(today()).of(actor).exists()


def is_covered(round_: Round, actor: Actor) -> bool:
    """Whether the makers are hidden from this person: the round is blind and undecided, and they judge. One query."""
    return round_.is_blind and round_.state in BEFORE_RESULTS and round_.members.jury().of(actor).exists()


def may_look(round_: Round, actor: Actor) -> bool:
    """Whether this person runs the round or sits in it; at most one query besides that of the permissions."""
    runs = (Permission.COMPETITION_MANAGE, Permission.COMPETITION_DECIDE)
    return any(allowed(actor, one, round_) for one in runs) or round_.members.of(actor).exists()


def kept_from(round_: Round) -> set[tuple[int, int]]:
    """(member, entry) pairs that may not be scored: excluded, or waiting for somebody to decide; one query."""
    rows = Conflict.objects.filter(entry__round=round_).exclude(decision=ConflictDecision.ALLOWED)
    return set(rows.order_by().values_list("member_id", "entry_id"))
