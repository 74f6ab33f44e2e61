"""Judges and products that belong together too closely: declared, found in the records, decided upon."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from khuyencong.audit.actions import record
from khuyencong.competitions.judging.near import pairs
from khuyencong.competitions.models import (
    Conflict,
    ConflictDecision,
    ConflictSource,
    Entry,
    Member,
    Round,
    RoundState,
    SheetState,
)
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require

EXCLUDING = (ConflictSource.DECLARED, ConflictSource.OWN, ConflictSource.TAX_CODE, ConflictSource.ADDRESS)
BEYOND_DOUBT = (ConflictSource.DECLARED, ConflictSource.OWN)  # nobody decides otherwise
BEFORE_CLOSING = (RoundState.CALLED, RoundState.SCORING)
TOO_LATE = "Chấm điểm đã khóa: không ghi thêm xung đột lợi ích được nữa."


@transaction.atomic
def declare_conflict(*, member: Member, entry: Entry, by: Actor, note: str) -> Conflict:
    """A judge says that they are too near to a product, and does not score it from now on. Raises NotAllowed, Refused."""
    require(by, Permission.COMPETITION_JUDGE, member)
    round_ = _lock(entry.round_id)
    if member.round_id != round_.pk or not member.in_jury:
        raise Refused("Bạn không ở trong Ban Giám khảo của kỳ này.")
    if not note.strip():
        raise Refused("Hãy ghi quan hệ của bạn với cơ sở hoặc sản phẩm.")
    if member.sheets.filter(entry=entry, state=SheetState.SIGNED).exists():
        raise Refused("Bạn đã ký phiếu của sản phẩm này: hãy báo Trưởng ban Giám khảo mở lại phiếu rồi khai.")
    conflict, _ = Conflict.objects.update_or_create(
        member=member,
        entry=entry,
        found_by=ConflictSource.DECLARED,
        defaults={"note": note.strip(), "decision": ConflictDecision.EXCLUDED, "decided_by": by.user, "decided_at": timezone.now()},
    )  # fmt: skip
    after = {"sản phẩm": entry.code, "giám khảo": member.full_name, "quyết định": ConflictDecision.EXCLUDED.label}
    record(action="competition.conflict_declare", by=by, subject=conflict, thread=round_.thread, after=after)
    return conflict


@transaction.atomic
def find_conflicts(*, round_id: int, by: Actor) -> int:
    """Compare every judge with every product taken in; how many conflicts are new. What is known already is left alone.

    The same tax code or address excludes at once; the same family name waits for a decision. Raises NotAllowed, Refused.
    """
    round_ = _lock(round_id)
    require(by, Permission.COMPETITION_MANAGE, round_)
    new = scan(round_)
    after = {"mới thấy": len(new), "chờ quyết định": sum(not one.decision for one in new)}
    record(action="competition.conflict_find", by=by, subject=round_, thread=round_.thread, after=after)
    return len(new)


@transaction.atomic
def decide_conflicts(*, round_id: int, by: Actor, keys: Collection[int], decision: str, reason: str) -> int:
    """Decide on conflicts that wait, or change what was decided, all with one reason; how many were changed.

    What a judge has declared, and what is the judge's own, stays. Raises NotAllowed, Refused.
    """
    round_ = _lock(round_id)
    require(by, Permission.COMPETITION_DECIDE, round_)
    if decision not in ConflictDecision.values:
        raise Refused("Hãy chọn «Không chấm» hoặc «Được chấm».")
    if not reason.strip():
        raise Refused("Hãy ghi lý do của quyết định.")
    rows = list(
        Conflict.objects.select_for_update(of=("self",))
        .filter(entry__round=round_, pk__in=keys)
        .select_related("member", "entry")
        .order_by("pk")
    )
    if not rows or len(rows) != len(set(keys)):
        raise Refused("Hãy chọn ít nhất một dòng trong danh sách đang hiện.")
    if any(one.found_by in BEYOND_DOUBT for one in rows):
        raise Refused("Giám khảo tự khai, hoặc là chủ cơ sở, thì không chấm: không quyết định khác được.")
    for one in rows:
        one.decision, one.reason = decision, reason.strip()
        one.decided_by, one.decided_at, one.version = by.user, timezone.now(), one.version + 1
    Conflict.objects.bulk_update(rows, ["decision", "reason", "decided_by", "decided_at", "version"])
    after = {
        "quyết định": ConflictDecision(decision).label,
        "giám khảo × sản phẩm": [f"{one.member.full_name} × {one.entry.code}: {one.get_found_by_display()}" for one in rows],
    }  # fmt: skip
    record(
        action="competition.conflict_decide",
        by=by,
        subject=round_,
        thread=round_.thread,
        after=after,
        note=reason.strip(),
    )
    return len(rows)


def _lock(round_id: int) -> Round:
    """The round, held by whatever changes who may score; Refused once the scoring is closed."""
    round_ = Round.objects.select_for_update(of=("self",), no_key=True).select_related("agency").get(pk=round_id)
    if round_.state not in BEFORE_CLOSING:
        raise Refused(TOO_LATE)
    return round_


def scan(round_: Round) -> list[Conflict]:
    """Write down the conflicts that the records show and nobody has written down yet; three queries and the inserts."""
    known = set(
        Conflict.objects.filter(entry__round=round_).order_by().values_list("member_id", "entry_id", "found_by")
    )
    entries = list(round_.entries.accepted().select_related("establishment").order_by("pk"))
    judges = list(round_.members.jury().standing_on(today()).order_by("pk"))
    new = []
    for judge, entry, sources in pairs(judges, entries):
        for source in sources:
            if (judge.pk, entry.pk, source) not in known:
                decision = ConflictDecision.EXCLUDED if source in EXCLUDING else ""
                new.append(Conflict(member=judge, entry=entry, found_by=source, decision=decision))
    return Conflict.objects.bulk_create(new)
