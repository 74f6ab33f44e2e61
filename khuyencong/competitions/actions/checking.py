"""The organiser looks through a dossier: asks for what is missing, lets the product take part, or does not (TT 26/2014 Đ4, Đ12)."""

from __future__ import annotations

import secrets
from datetime import date

from django.db import transaction
from django.utils import timezone

from khuyencong.audit.actions import record
from khuyencong.competitions.door import lock_entry_for_step, need
from khuyencong.competitions.eligibility import findings_of
from khuyencong.competitions.models import Entry, RoundState
from khuyencong.competitions.rules import refuse_on
from khuyencong.competitions.states import move_entry
from khuyencong.competitions.tell import tell_maker
from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import Refused
from khuyencong.core.findings import NeedsApproval
from khuyencong.people.actors import Actor

# No letter or digit that is read for another; a code is drawn, so that it says nothing about who came first.
ALPHABET = "ABCDEFGHKLMNPQRSTUVWXYZ"
DIGITS = "23456789"


@transaction.atomic
def ask_to_complete(*, entry_id: int, by: Actor, version: int, asked: str, complete_by: date) -> Entry:
    """Say what is missing and until when it may come. Raises NotAllowed, Stale, Refused."""
    entry = lock_entry_for_step(entry_id, "ask", by=by, version=version)
    _check_receiving(entry)
    entry.asked = need(asked, "Hãy ghi phải bổ sung gì.")
    if complete_by < today():
        raise Refused("Hạn bổ sung không được trước hôm nay.")
    entry.complete_by = complete_by
    move_entry(entry, "ask")
    tell_maker(entry, f"cần bổ sung trước hết ngày {format_date(complete_by)}: {entry.asked}", by=by)
    record(
        action="competition_entry.ask",
        by=by,
        subject=entry,
        thread=entry.thread,
        after={"hạn": complete_by.isoformat()},
        note=entry.asked,
    )
    return entry


@transaction.atomic
def accept_entry(*, entry_id: int, by: Actor, version: int, looked_at: str = "") -> Entry:
    """Let the product take part, under a code drawn for it. `looked_at`: the answer to what a person must look at.

    Raises NotAllowed, Stale, Refused with all findings.
    """
    entry = lock_entry_for_step(entry_id, "accept", by=by, version=version)
    _check_receiving(entry)
    found = findings_of(entry, today(), checking=True)
    refuse_on(found)
    doubts = [one for one in found if isinstance(one, NeedsApproval)]
    if doubts:
        entry.accepted_despite = need(looked_at, f"{doubts[0].sentence} Hãy ghi đã xem và kết luận thế nào.")
    entry.code = _draw_code(entry)
    entry.decided_at = timezone.now()
    move_entry(entry, "accept")
    tell_maker(entry, "được tham gia bình chọn.", by=by)
    record(
        action="competition_entry.accept",
        by=by,
        subject=entry,
        thread=entry.thread,
        after={"đã xem": [one.sentence for one in doubts]},
        note=entry.accepted_despite,
    )
    return entry


@transaction.atomic
def refuse_entry(*, entry_id: int, by: Actor, version: int, reason: str) -> Entry:
    """The product does not take part; the maker is told why. Raises NotAllowed, Stale, Refused."""
    entry = lock_entry_for_step(entry_id, "refuse", by=by, version=version)
    _check_receiving(entry)
    entry.asked, entry.complete_by = need(reason, "Hãy ghi lý do."), None
    entry.decided_at = timezone.now()
    move_entry(entry, "refuse")
    tell_maker(entry, f"không được tham gia: {entry.asked}", by=by)
    record(
        action="competition_entry.refuse",
        by=by,
        subject=entry,
        thread=entry.thread,
        after={"trạng thái": entry.get_state_display()},
        note=entry.asked,
    )
    return entry


def _check_receiving(entry: Entry) -> None:
    if entry.round.state != RoundState.CALLED:
        raise Refused("Kỳ bình chọn không còn nhận, kiểm tra hồ sơ.")


def _draw_code(entry: Entry) -> str:
    """Letter and three digits, taken by no other product of the round; the round is locked."""
    taken = set(entry.round.entries.exclude(code="").values_list("code", flat=True))
    while True:
        code = secrets.choice(ALPHABET) + "".join(secrets.choice(DIGITS) for _ in range(3))
        if code not in taken:
            return code
