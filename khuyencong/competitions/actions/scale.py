"""The detailed scale: the head of the jury proposes it, the chair of the council decides (TT 26/2014 Đ16.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from khuyencong.audit.actions import record
from khuyencong.competitions.door import STALE, need
from khuyencong.competitions.models import Criterion, Part, Round, RoundState, SeatRole
from khuyencong.competitions.queries import may_propose
from khuyencong.competitions.rules import MOST_CRITERIA, refuse_on, scale_findings
from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require


@dataclass(frozen=True, slots=True)
class CriterionInput:
    """One line as it was proposed."""

    part: Part
    text: str
    max_points: Decimal


@transaction.atomic
def propose_scale(*, round_id: int, by: Actor, version: int, rows: Sequence[CriterionInput]) -> Round:
    """Write the whole scale anew; what was decided before no longer stands. Raises NotAllowed, Stale, Refused.

    The head proposes; an officer of the organiser writes down what the head laid before them.
    """
    round_ = _locked(round_id, version)
    if not may_propose(round_, by):
        raise NotAllowed("Chỉ Trưởng ban Giám khảo, hoặc chuyên viên của cơ quan tổ chức ghi thay, đề xuất khung điểm.")
    if round_.state not in (RoundState.DRAFT, RoundState.CALLED):
        raise Refused("Đã mở chấm điểm: khung điểm không đổi được nữa.")
    if not rows:
        raise Refused("Hãy ghi ít nhất một tiêu chí.")
    if len(rows) > MOST_CRITERIA:
        raise Refused(f"Khung điểm có tối đa {MOST_CRITERIA} tiêu chí.")
    refuse_on(scale_findings([(one.part, one.max_points) for one in rows], step=Decimal(round_.score_step), on=today()))
    before = [str(one) for one in round_.criteria.all()]
    round_.criteria.all().delete()
    ordered = sorted(rows, key=lambda one: Part.values.index(one.part))
    Criterion.objects.bulk_create(
        Criterion(
            round=round_,
            part=one.part,
            text=need(one.text, "Hãy ghi nội dung của từng tiêu chí."),
            max_points=one.max_points,
            order=order,
        )
        for order, one in enumerate(ordered, start=1)
    )
    round_.criteria_version += 1
    round_.criteria_proposed_by, round_.criteria_proposed_at = by.user, timezone.now()
    round_.criteria_approved_by, round_.criteria_approved_at, round_.criteria_approved_as = None, None, ""
    round_.version += 1
    round_.save()
    record(
        action="competition.scale_propose",
        by=by,
        subject=round_,
        thread=round_.thread,
        before={"tiêu chí": before},
        after={"lần": round_.criteria_version, "tiêu chí": [f"{one.text}: {one.max_points}" for one in ordered]},
    )
    return round_


@transaction.atomic
def approve_scale(*, round_id: int, by: Actor, version: int, document: str = "") -> Round:
    """The chair decides on the scale; a leader of the organiser writes down a decision that the chair signed.

    `document`: number and day of what the chair signed, needed where somebody else writes it down.
    Raises NotAllowed, Stale, Refused.
    """
    round_ = _locked(round_id, version)
    chair = round_.members.filter(role=SeatRole.CHAIR).standing_on(today()).first()
    own_hand = chair is not None and chair.user_id == by.user.pk
    if not own_hand:
        require(by, Permission.COMPETITION_DECIDE, round_)
    if round_.state not in (RoundState.DRAFT, RoundState.CALLED):
        raise Refused("Đã mở chấm điểm: khung điểm không đổi được nữa.")
    if chair is None:
        raise Refused("Hội đồng chưa có Chủ tịch.", article="khoản 1 Điều 16 Thông tư 26/2014/TT-BCT")
    if round_.criteria_approved:
        raise Refused("Khung điểm này đã được quyết định.")
    if round_.criteria_proposed_by_id is None:
        raise Refused("Trưởng ban Giám khảo chưa đề xuất khung điểm của kỳ này.")
    if round_.criteria_proposed_by_id == by.user.pk:
        raise Refused(
            "Người đề xuất khung điểm không tự quyết định.", article="khoản 1 Điều 16 Thông tư 26/2014/TT-BCT"
        )
    rows = [(one.part, one.max_points) for one in round_.criteria.all()]
    refuse_on(scale_findings(rows, step=Decimal(round_.score_step), on=today()))
    paper = document.strip() if own_hand else need(document, "Hãy ghi số, ngày văn bản Chủ tịch Hội đồng đã ký.")
    round_.criteria_approved_by, round_.criteria_approved_at = by.user, timezone.now()
    round_.criteria_approved_as = ", ".join(part for part in (f"Chủ tịch Hội đồng {chair.full_name}", paper) if part)
    round_.version += 1
    round_.save()
    record(
        action="competition.scale_approve",
        by=by,
        subject=round_,
        thread=round_.thread,
        after={"lần": round_.criteria_version, "quyết định": round_.criteria_approved_as},
    )
    return round_


def _locked(round_id: int, version: int) -> Round:
    round_ = Round.objects.with_all().select_for_update(of=("self",)).get(pk=round_id)
    if round_.version != version:
        raise Stale(STALE)
    return round_
