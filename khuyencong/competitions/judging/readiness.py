"""What stands in the way of closing the scoring: findings, shown on the page and raised by the action."""

from __future__ import annotations

from collections import Counter

from khuyencong.appraisal.models import Quorum
from khuyencong.competitions.judging.arithmetic import enough
from khuyencong.competitions.judging.results import counted
from khuyencong.competitions.judging.seats import kept_from, seats_of
from khuyencong.competitions.models import Conflict, EntryState, Round, Sheet, SheetState
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
    seats, kept = seats_of(round_), kept_from(round_)
    signed = Counter(entry for entry, *_ in counted(round_))
    short, missing = [], 0
    for key, code in round_.entries.accepted().order_by("code").values_list("pk", "code"):
        able = sum((seat.now.pk, key) not in kept for seat in seats)
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
    if (
        unsigned := Sheet.objects.filter(entry__round=round_, state=SheetState.OPEN, reopenings__isnull=False)
        .distinct()
        .count()
    ):
        found.append(Blocker("sheets_reopened", f"Còn {unsigned} phiếu đã mở lại mà giám khảo chưa ký lại."))
    return found
