"""Closing the scoring, and opening it again: two steps of the round's life (`competitions.states`)."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from khuyencong.audit.actions import record
from khuyencong.competitions.door import lock_for_step, need
from khuyencong.competitions.judging.readiness import closing
from khuyencong.competitions.judging.results import counted
from khuyencong.competitions.judging.seats import require_head
from khuyencong.competitions.models import Round
from khuyencong.competitions.rules import refuse_on
from khuyencong.competitions.states import move
from khuyencong.people.actors import Actor


@transaction.atomic
def close_scoring(*, round_id: int, by: Actor, version: int) -> Round:
    """The head of the jury closes the scoring: from now on nothing is signed and the result is read. Raises NotAllowed, Stale, Refused."""
    round_ = lock_for_step(round_id, "close_scoring", by=by, version=version)
    require_head(round_, by)
    refuse_on(closing(round_))
    round_.scoring_closed_at = timezone.now()
    move(round_, "close_scoring")
    after = {"trạng thái": round_.get_state_display(), "số phiếu được tính": len(counted(round_))}
    record(action="competition.scoring_close", by=by, subject=round_, thread=round_.thread, after=after)
    return round_


@transaction.atomic
def reopen_scoring(*, round_id: int, by: Actor, version: int, reason: str) -> Round:
    """Open the scoring again before anything is decided, so that the head may give a sheet back. Raises NotAllowed, Stale, Refused."""
    round_ = lock_for_step(round_id, "reopen_scoring", by=by, version=version)
    why = need(reason, "Hãy ghi lý do mở lại chấm điểm.")
    round_.scoring_closed_at = None
    move(round_, "reopen_scoring")
    after = {"trạng thái": round_.get_state_display()}
    record(action="competition.scoring_reopen", by=by, subject=round_, thread=round_.thread, after=after, note=why)
    return round_
