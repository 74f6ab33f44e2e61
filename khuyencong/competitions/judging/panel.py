"""What the page of a round shows of judging: where the person who looks may go, and how far it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from khuyencong.competitions.judging.arithmetic import mean_shown
from khuyencong.competitions.judging.results import pass_mark
from khuyencong.competitions.judging.seats import may_look, may_read, seat_of
from khuyencong.competitions.judging.ties import SENTENCES
from khuyencong.competitions.models import Conflict, EntryState, Member, Round, RoundState, Sheet, SheetState
from khuyencong.people.actors import Actor

SHOWN = (RoundState.CALLED, RoundState.SCORING, RoundState.SCORED, RoundState.DECIDED, RoundState.CLOSED)


@dataclass(frozen=True)
class JudgingPanel:
    """Counts, never a score. `member`: the seat of whoever looks."""

    member: Member | None
    may_look: bool
    may_read: bool
    signed: int
    begun: int
    conflicts_waiting: int
    tie_rule: str
    mark: str


def judging_panel(round_: Round, actor: Actor) -> dict[str, Any]:
    """What `_judging.html` asks for, under the name «judging»; None where there is nothing to say. At most six queries."""
    return {"judging": _panel(round_, actor)}


def _panel(round_: Round, actor: Actor) -> JudgingPanel | None:
    if round_.state not in SHOWN:
        return None
    member = seat_of(round_, actor)
    look = may_look(round_, actor)
    if member is None and not look:
        return None
    sheets = Sheet.objects.filter(entry__round=round_, entry__state=EntryState.ACCEPTED)
    states = list(sheets.order_by().values_list("state", flat=True))
    waiting = Conflict.objects.filter(entry__round=round_, entry__state=EntryState.ACCEPTED, decision="").count()
    return JudgingPanel(
        member=member,
        may_look=look,
        may_read=may_read(round_, actor),
        signed=states.count(SheetState.SIGNED),
        begun=states.count(SheetState.OPEN),
        conflicts_waiting=waiting,
        tie_rule=SENTENCES[round_.tie_rule],
        mark=mean_shown(pass_mark(round_)).removesuffix(",00"),
    )
