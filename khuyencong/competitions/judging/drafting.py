"""What a judge types on an open sheet, kept as it comes: no event of the trail, until it is signed (ADR 0014).

Two pages may have the same sheet open. A page that saves says which version it was opened on; one that is older is refused,
and its text stays where it was typed. A page that repeats itself because an answer was lost is known by its own mark.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from khuyencong.competitions.judging.near import barred
from khuyencong.competitions.models import (
    Criterion,
    Entry,
    EntryState,
    Member,
    Round,
    RoundState,
    Score,
    Sheet,
    SheetState,
)
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused, Stale
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require

MOVED_ON = "Phiếu này đã được sửa ở một trang khác sau khi bạn mở trang. Chưa có gì ở đây được ghi đè."
SIGNED = "Phiếu đã ký nên không sửa được; chỉ Trưởng ban Giám khảo mở lại được, có lý do."


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands on the page, read: points and notes by criterion; a criterion left out is left as it is."""

    points: Mapping[int, Decimal | None]
    notes: Mapping[int, str]
    remark: str | None = None


@transaction.atomic
def keep_scores(
    *, member: Member, entry: Entry, by: Actor, version: int, typed: Typed, page: UUID, turn: int | None = None
) -> Sheet:
    """Write down what was typed; the sheet begins with the first call.

    `page` names the open page, `turn` counts what was typed on it; None where its script does not count.
    Raises NotAllowed (another's seat), Refused (not to be scored, signed), Stale (another page was faster).
    """
    require(by, Permission.COMPETITION_JUDGE, member)
    member, entry = scorable(member, entry)
    sheet, _ = Sheet.objects.get_or_create(member=member, entry=entry)
    sheet = Sheet.objects.select_for_update(of=("self",)).get(pk=sheet.pk)
    if sheet.state == SheetState.SIGNED:
        raise Refused(SIGNED)
    same_page = sheet.page == page
    if same_page:
        if turn is not None and turn <= sheet.turn:
            return sheet  # it had arrived; only the answer was lost
    elif sheet.version != version:
        raise Stale(MOVED_ON)
    _write(sheet, typed)
    if typed.remark is not None:
        sheet.remark = typed.remark
    if turn is None:
        turn = sheet.turn if same_page else 0
    sheet.page, sheet.turn, sheet.saved_at = page, turn, timezone.now()
    sheet.version += 1
    sheet.save(update_fields=["remark", "page", "turn", "saved_at", "version"])
    return sheet


def scorable(member: Member, entry: Entry) -> tuple[Member, Entry]:
    """Both as they stand now; Refused unless this judge may score this entry today: the round, the seat, no conflict.

    Four queries, and one for each earlier holder of the seat.
    """
    member = Member.objects.select_related("replaces").get(pk=member.pk)
    entry = Entry.objects.select_related("establishment").get(pk=entry.pk)
    round_ = Round.objects.get(pk=entry.round_id)
    if round_.state != RoundState.SCORING:
        raise Refused(f"Kỳ bình chọn ở trạng thái «{round_.get_state_display()}»: không chấm điểm được.")
    if member.round_id != entry.round_id or not member.in_jury:
        raise Refused("Bạn không ở trong Ban Giám khảo của kỳ này.")
    if not member.stands_on(today()):
        raise Refused("Bạn đã thôi là giám khảo của kỳ này: không chấm tiếp được.")
    if entry.state != EntryState.ACCEPTED:
        raise Refused(f"Sản phẩm ở trạng thái «{entry.get_state_display()}»: không chấm điểm.")
    why = barred(member, [entry]).get(entry.pk)
    if why:
        raise Refused(why, article="TT 26/2014 Đ16.2")
    earlier = signed_before(member, entry)
    if earlier is not None:
        raise Refused(f"{earlier.member} đã ký phiếu của ghế này cho sản phẩm: phiếu ấy được tính.")
    return member, entry


def signed_before(member: Member, entry: Entry) -> Sheet | None:
    """The sheet that an earlier holder of the seat has signed for the entry, if any; a query for each holder."""
    earlier = member.replaces
    while earlier is not None:
        found = earlier.sheets.filter(entry=entry, state=SheetState.SIGNED).select_related("member").first()
        if found is not None:
            return found
        earlier = earlier.replaces
    return None


def _write(sheet: Sheet, typed: Typed) -> None:
    """The scores of the criteria named, added or replaced in one statement."""
    known = set(Criterion.objects.filter(round=sheet.entry.round_id).order_by().values_list("pk", flat=True))
    now = {one.criterion_id: one for one in sheet.scores.all()}
    rows = []
    for key in sorted((typed.points.keys() | typed.notes.keys()) & known):
        row = now.get(key) or Score(sheet=sheet, criterion_id=key)
        points, note = typed.points.get(key, row.points), typed.notes.get(key, row.note)
        rows.append(Score(sheet=sheet, criterion_id=key, points=points, note=note))
    Score.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["sheet", "criterion"], update_fields=["points", "note"]
    )
