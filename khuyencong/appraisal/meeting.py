"""What the page of a meeting shows: for every đề án where it stands, whose sheets are in, and who may do what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from khuyencong.appraisal.council_door import CLERKS, as_voters, writers_of
from khuyencong.appraisal.levels import PERMISSION_OF
from khuyencong.appraisal.models import AgendaItem, CouncilMember, CouncilSession, CouncilSheet, Level
from khuyencong.appraisal.voting import Voter, quorum_missing
from khuyencong.core.findings import Blocker
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import allowed


@dataclass(frozen=True)
class Seat:
    """One member beside one đề án: the sheet where it is in, and whether this actor may hand one in now."""

    member: CouncilMember
    sheet: CouncilSheet | None
    found_conflict: bool
    present: bool
    may_hand_in: bool


@dataclass(frozen=True)
class ItemView:
    """One đề án of the agenda; `opened`: the sheets may be read by all members."""

    item: AgendaItem
    seats: list[Seat]
    voters: list[Voter]
    opened: bool
    quorum: Blocker | None

    @property
    def handed_in(self) -> int:
        return sum(seat.sheet is not None for seat in self.seats)

    @property
    def expected(self) -> int:
        """From how many members a sheet is awaited: from those who had no hand in the đề án."""
        return sum(seat.sheet is not None or not seat.found_conflict for seat in self.seats)


@dataclass(frozen=True)
class Meeting:
    """A meeting as one actor sees it."""

    session: CouncilSession
    members: list[CouncilMember]
    present: set[int]
    items: list[ItemView]
    is_clerk: bool

    @property
    def may_mark(self) -> bool:
        """Whether the attendance can still be written down."""
        return self.is_clerk and not any(one.item.closed_at for one in self.items) and self.is_running

    @property
    def is_running(self) -> bool:
        return any(not one.item.is_done for one in self.items)


def meeting_of(session: CouncilSession, actor: Actor) -> Meeting:
    """The whole meeting in a constant number of queries; expects `council` loaded."""
    members = list(session.council.members.select_related("user"))
    present = set(session.attendance.filter(present=True).values_list("member_id", flat=True))
    items = list(
        session.agenda.select_related("project__implementing_unit", "appraisal", "closed_by").prefetch_related(
            "sheets__points", "sheets__entered_by"
        )
    )
    writers = writers_of([item.project for item in items])
    own = next((one for one in members if one.user_id == actor.user.pk), None)
    appraises = allowed(actor, PERMISSION_OF[Level(session.council.level)], session.council)
    is_clerk = own is not None and own.role in CLERKS and appraises
    views = [_view(session, item, members, present, writers[item.project_id], own) for item in items]
    return Meeting(session, members, present, views, is_clerk)


def _view(
    session: CouncilSession,
    item: AgendaItem,
    members: Sequence[CouncilMember],
    present: set[int],
    writers: set[int],
    own: CouncilMember | None,
) -> ItemView:
    sheets = {one.member_id: one for one in item.sheets.all()}
    collecting = item.closed_at is None and not item.is_done
    seats = []
    for member in members:
        mine = own is not None and (member == own or (member.user_id is None and own.role in CLERKS))
        found = member.user_id in writers
        may = collecting and mine and member.pk not in sheets
        seats.append(Seat(member, sheets.get(member.pk), found, member.pk in present, may))
    voters = as_voters(members, present=present, sheets=sheets, writers=writers)
    all_in = all(seat.sheet is not None or seat.found_conflict for seat in seats)
    opened = item.closed_at is not None or item.appraisal_id is not None or all_in
    quorum = quorum_missing(voters, session.council.quorum) if session.attended else None
    return ItemView(item, seats, voters, opened, quorum)
