"""Closing the sheets of a đề án, and recording what the council decided."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone

from khuyencong.appraisal.actions.appraising import Judgement, appraise
from khuyencong.appraisal.actions.votes import FOUND_CONFLICT
from khuyencong.appraisal.council_door import as_clerk, as_voters, changed, lock_session, open_item, writers_of
from khuyencong.appraisal.models import AgendaItem, Appraisal, CouncilSession, CouncilSheet, Level
from khuyencong.appraisal.voting import Voter, quorum_missing, verdict
from khuyencong.audit.actions import record
from khuyencong.core.errors import Refused
from khuyencong.people.actors import Actor


def voters_of(session: CouncilSession, item: AgendaItem) -> list[Voter]:
    """The members of the council as the vote on this đề án sees them; four queries."""
    return as_voters(
        session.council.members.all(),
        present=set(session.attendance.filter(present=True).values_list("member_id", flat=True)),
        sheets={one.member_id: one for one in item.sheets.prefetch_related("points")},
        writers=writers_of([item.project])[item.project_id],
    )


@transaction.atomic
def close_sheets(*, session_id: int, by: Actor, version: int, item_id: int) -> AgendaItem:
    """Take no more sheets for a đề án: from now on the members see each other's.

    Members who had a hand in the đề án and said nothing are written down with that conflict. Raises NotAllowed, Stale,
    Refused.
    """
    session = lock_session(session_id, by=by, version=version)
    as_clerk(session, by)
    item = open_item(session, item_id)
    if item.closed_at is not None:
        raise Refused("Đã đóng nộp phiếu của đề án này.")
    if not session.attended:
        raise Refused("Hãy điểm danh trước khi đóng nộp phiếu.")
    writers = writers_of([item.project])[item.project_id]
    silent = session.council.members.filter(user__in=writers).exclude(sheets__item=item)
    CouncilSheet.objects.bulk_create(
        CouncilSheet(item=item, member=one, conflict=True, conflict_reason=FOUND_CONFLICT, entered_by=by.user)
        for one in silent
    )
    item.closed_at, item.closed_by = timezone.now(), by.user
    item.save(update_fields=["closed_at", "closed_by"])
    changed(session)
    record(
        action="council.close",
        by=by,
        subject=item.project,
        thread=item.project.thread,
        after={
            "Hội đồng": session.council.title,
            "phiếu": [f"{one}" for one in item.sheets.select_related("member__user")],
        },
    )
    return item


@transaction.atomic
def conclude(
    *,
    session_id: int,
    by: Actor,
    version: int,
    item_id: int,
    project_version: int,
    comment: str = "",
    conditions: str = "",
    conditions_due_on: date | None = None,
    completion: Sequence[str] = (),
    completion_days: int | None = None,
    norm_confirmed: bool = False,
) -> Appraisal:
    """Record what most members decided (`voting.verdict`) as the appraisal of this level, with the minutes' number.

    The outcome and the five points come from the sheets; the secretary adds the council's words. Raises NotAllowed,
    Stale, Refused: no quorum, no majority, or what `appraise` refuses.
    """
    session = lock_session(session_id, by=by, version=version)
    as_clerk(session, by)
    item = open_item(session, item_id)
    if item.closed_at is None:
        raise Refused("Hãy đóng nộp phiếu trước khi ghi kết quả.")
    voters = voters_of(session, item)
    missing = quorum_missing(voters, session.council.quorum)
    if missing is not None:
        raise Refused(f"{missing.sentence} Hãy hoãn đề án này.", findings=[missing])
    found = verdict(voters)
    appraisal = appraise(
        project_id=item.project_id,
        by=by,
        version=project_version,
        level=Level(session.council.level),
        outcome=found.outcome,
        points={number: Judgement(met) for number, met in found.points.items()},
        appraised_on=session.held_on,
        comment=comment,
        conditions=conditions,
        minutes_number=session.minutes_number,
        by_council=True,
        norm_confirmed=norm_confirmed,
        conditions_due_on=conditions_due_on,
        completion=completion,
        completion_days=completion_days,
    )
    item.appraisal, item.ruling = appraisal, found.sentence
    item.save(update_fields=["appraisal", "ruling"])
    changed(session)
    record(
        action="council.conclude",
        by=by,
        subject=item.project,
        thread=item.project.thread,
        after={"Hội đồng": session.council.title, "kết quả": found.outcome.label, "biểu quyết": found.sentence},
    )
    return appraisal
