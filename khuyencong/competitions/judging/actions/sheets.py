"""A judge signs a sheet, and the head of the jury gives it back."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from khuyencong.audit.actions import record
from khuyencong.competitions.judging.arithmetic import points_shown, read_points
from khuyencong.competitions.judging.drafting import MOVED_ON, scorable
from khuyencong.competitions.judging.results import COLUMNS
from khuyencong.competitions.judging.seats import require_head
from khuyencong.competitions.models import (
    Entry,
    Member,
    Part,
    Reopening,
    Round,
    RoundState,
    Sheet,
    SheetSignature,
)
from khuyencong.competitions.states import check_step, move_sheet
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused, Stale
from khuyencong.notices.actions import notify
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require

NAMED = 3  # criteria named in a sentence before it only counts


@transaction.atomic
def sign_sheet(*, member: Member, entry: Entry, by: Actor, version: int) -> Sheet:
    """Sign one's own sheet: every criterion has its points, and from now on it is frozen and counts.

    What was signed is kept whole in a row of its own. No score enters the trail, where others read. Raises NotAllowed, Refused, Stale.
    """
    require(by, Permission.COMPETITION_JUDGE, member)
    # Whoever closes the scoring holds the round: a sheet is signed before that or not at all.
    round_ = Round.objects.select_for_update(no_key=True).get(pk=entry.round_id)
    member, entry = scorable(member, entry)
    sheet = (
        Sheet.objects.select_for_update(of=("self",)).filter(member=member, entry=entry).select_related("entry").first()
    )
    if sheet is None:
        raise Refused("Phiếu chưa có điểm nào: hãy chấm rồi ký.")
    check_step(sheet, "sign")
    if sheet.version != version:
        raise Stale(MOVED_ON)
    content, sums = _signed_content(round_, sheet)
    sheet.total = sum(sums.values(), Decimal(0))
    for part, column in zip(Part, COLUMNS, strict=True):
        setattr(sheet, column, sums[part])
    sheet.signed_at = timezone.now()
    sheet.page, sheet.turn = None, 0
    move_sheet(sheet, "sign")
    signature = SheetSignature.objects.create(
        sheet=sheet,
        number=sheet.signatures.count() + 1,
        content=content,
        total=sheet.total,
        sha256=hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest(),
        by=by.user,
    )
    after = {"sản phẩm": entry.code, "lần ký": signature.number, "sha256": signature.sha256}
    record(action="competition.sheet_sign", by=by, subject=sheet, thread=sheet.thread, after=after)
    return sheet


@transaction.atomic
def reopen_sheet(*, sheet_id: int, by: Actor, version: int, reason: str) -> Sheet:
    """Give a signed sheet back to its judge while the scoring is open; the head alone, with a reason.

    What had been signed stays in its row. Raises NotAllowed, Refused, Stale.
    """
    round_id = Sheet.objects.values_list("entry__round_id", flat=True).get(pk=sheet_id)
    round_ = Round.objects.select_for_update(no_key=True).get(pk=round_id)
    require_head(round_, by)
    sheet = Sheet.objects.select_for_update(of=("self",)).select_related("member__user", "entry").get(pk=sheet_id)
    check_step(sheet, "reopen")
    if round_.state != RoundState.SCORING:
        raise Refused(
            "Chấm điểm đã khóa: Lãnh đạo cơ quan tổ chức mở lại chấm điểm trước, rồi Trưởng ban mở lại từng phiếu."
        )
    if sheet.version != version:
        raise Stale(MOVED_ON)
    if not sheet.member.stands_on(today()):
        raise Refused("Giám khảo này đã thôi: không ai chấm lại phiếu ấy được.")
    if not reason.strip():
        raise Refused("Hãy ghi lý do mở lại phiếu.")
    sheet.total = sheet.signed_at = None
    for column in COLUMNS:
        setattr(sheet, column, None)
    sheet.page, sheet.turn = None, 0
    move_sheet(sheet, "reopen")
    opened = Reopening.objects.create(sheet=sheet, reason=reason.strip(), by=by.user)
    if sheet.member.user is not None:
        sentence = f"Trưởng ban Giám khảo mở lại phiếu chấm sản phẩm {sheet.entry.code}: {opened.reason}"
        notify(users=[sheet.member.user], sentence=sentence[:500], url=desk_address(round_.pk, sheet.entry_id))
    after = {"sản phẩm": sheet.entry.code, "giám khảo": sheet.member.full_name}
    record(
        action="competition.sheet_reopen", by=by, subject=sheet, thread=round_.thread, after=after, note=opened.reason
    )
    return sheet


def desk_address(round_id: int, entry_id: int) -> str:
    """Where a judge scores that entry."""
    return reverse("scoring_sheet", args=[round_id, entry_id])


def _signed_content(round_: Round, sheet: Sheet) -> tuple[dict[str, Any], dict[str, Decimal]]:
    """The sheet as plain data, with the sums of its parts. Refused where points are missing or no longer fit the scale."""
    scores = {one.criterion_id: one for one in sheet.scores.all()}
    rows, missing, sums = [], [], dict.fromkeys(Part.values, Decimal(0))
    for number, criterion in enumerate(round_.criteria.order_by("order"), start=1):
        score = scores.get(criterion.pk)
        if score is None or score.points is None:
            missing.append(f"{number}. {criterion.text}")
            continue
        try:  # the form has read it already; the record must not depend on a form
            read_points(str(score.points), most=criterion.max_points, step=Decimal(round_.score_step))
        except ValueError as error:
            raise Refused(f"Tiêu chí {number}: {error}") from None
        sums[criterion.part] += score.points
        row = {"part": criterion.part, "text": criterion.text, "most": points_shown(criterion.max_points)}
        rows.append({**row, "points": points_shown(score.points), "note": score.note})
    if missing:
        told = "; ".join(missing[:NAMED])
        more = f" và {len(missing) - NAMED} tiêu chí khác" if len(missing) > NAMED else ""
        raise Refused(f"Còn {len(missing)} tiêu chí chưa có điểm: {told}{more}. Nếu cho 0 điểm, hãy ghi số 0.")
    return {"rows": rows, "remark": sheet.remark}, sums
