"""What stands in the way of closing the scoring: findings, shown on the page and raised by the action."""

from __future__ import annotations

from collections import Counter

from khuyencong.appraisal.models import Quorum
from khuyencong.competitions.judging.arithmetic import enough
from khuyencong.competitions.judging.results import counted
from khuyencong.competitions.judging.seats import Seat, kept_from, seats_of
from khuyencong.competitions.models import Conflict, EntryState, Round, Sheet, SheetState
from khuyencong.core.dates import today
from khuyencong.core.findings import Blocker, Finding, Warning_

MAJORITY = "TT 26/2014 Đ11.3"
NAMED = 5  # codes named before the sentence only counts


def closing(round_: Round) -> list[Finding]:
    """Why the scoring cannot be closed yet, and what its head should know first; a constant number of queries.

    Scores are not read for it: only who has signed what.
    """
    found: list[Finding] = []
    waiting = Conflict.objects.filter(entry__round=round_, entry__state=EntryState.ACCEPTED, decision="").count()
    if waiting:
        found.append(Blocker("conflicts_waiting", f"Còn {waiting} cặp giám khảo, sản phẩm chờ quyết định vì cùng họ."))
    seats, kept, on = seats_of(round_), kept_from(round_), today()
    pairs = {(member, entry) for entry, member, *_ in counted(round_)}
    signed = Counter(entry for _, entry in pairs)
    sitting = {seat.now.pk for seat in seats if seat.now.stands_on(on)}
    short, missing = [], 0
    for key, code in round_.entries.accepted().order_by("code").values_list("pk", "code"):
        able = sum(_is_able(seat, key, sitting, kept, pairs) for seat in seats)
        missing += max(0, able - signed[key])
        if not enough(signed[key], able, round_.quorum):
            short.append(f"{code} ({signed[key]}/{able})")
    if short:
        told = ", ".join(short[:NAMED]) + (f" và {len(short) - NAMED} sản phẩm khác" if len(short) > NAMED else "")
        rule = Quorum(round_.quorum).label.replace("thành viên", "giám khảo được chấm").lower()
        found.append(Blocker("no_quorum", f"Chưa đủ phiếu đã ký ({rule}): {told}.", MAJORITY))
    elif missing:
        found.append(
            Warning_(
                "sheets_missing", f"Còn {missing} phiếu chưa ký: khóa chấm điểm rồi thì các phiếu ấy không được tính."
            )
        )
    # Of those that were given back only the ones that somebody can still sign: not of a judge who went or must not score.
    given_back = Sheet.objects.filter(
        entry__round=round_, entry__state=EntryState.ACCEPTED, state=SheetState.OPEN, reopenings__isnull=False
    )
    rows = set(given_back.order_by().values_list("member_id", "entry_id")) - kept
    if unsigned := sum(member in sitting for member, _ in rows):
        found.append(Blocker("sheets_reopened", f"Còn {unsigned} phiếu đã mở lại mà giám khảo chưa ký lại."))
    return found


def _is_able(
    seat: Seat, entry: int, sitting: set[int], kept: set[tuple[int, int]], signed: set[tuple[int, int]]
) -> bool:
    """Whether the seat may score the product: nothing stands against it, and somebody sits there or has signed."""
    if (seat.now.pk, entry) in kept:
        return False
    return seat.now.pk in sitting or any((holder, entry) in signed for holder in seat.keys)
