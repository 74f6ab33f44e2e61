"""The sheet of one member for one đề án."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction

from khuyencong.appraisal.actions.appraising import Judgement
from khuyencong.appraisal.council_door import CLERKS, NOT_A_CLERK, STALE, open_item, seat_of, writers_of
from khuyencong.appraisal.models import (
    POINTS,
    AgendaItem,
    CouncilMember,
    CouncilSession,
    CouncilSheet,
    Outcome,
    SheetPoint,
)
from khuyencong.audit.actions import record
from khuyencong.core.errors import Refused, Stale
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require

FOUND_CONFLICT = "Đã lập hoặc gửi đề án này"
ALREADY = "Phiếu của thành viên này đã nộp, không sửa được."


@dataclass(frozen=True)
class SheetInput:
    """A member's declaration and judgement; with a conflict only the reason is given. `amount` in đồng."""

    conflict: bool = False
    conflict_reason: str = ""
    outcome: str = ""
    amount: int | None = None
    comment: str = ""
    points: Mapping[int, Judgement] = field(default_factory=dict)


@transaction.atomic
def hand_in_sheet(
    *, session_id: int, by: Actor, version: int, item_id: int, member_id: int, sheet: SheetInput
) -> CouncilSheet:
    """Hand in one's own sheet, or as secretary the paper sheet of a guest: once, and never changed afterwards.

    Whoever had a hand in the đề án can only declare the conflict. Raises NotAllowed, Stale, Refused.
    """
    # Shared by all members: the lock keeps sheets from slipping in while they are being closed.
    session = (
        CouncilSession.objects.select_for_update(of=("self",))
        .select_related("council__agency__province")
        .get(pk=session_id)
    )
    require(by, Permission.COUNCIL_VIEW, session.council)
    if session.version != version:
        raise Stale(STALE)
    item = open_item(session, item_id)
    member = session.council.members.select_related("user").filter(pk=member_id).first()
    if member is None:
        raise Refused("Không có thành viên này trong Hội đồng.")
    _check_hand(session, member, by)
    if item.closed_at is not None:
        raise Refused("Thư ký đã đóng nộp phiếu của đề án này.")
    _check_sheet(item, member, sheet)
    made = _keep(item, member, sheet, by)
    record(
        action="council.sheet",
        by=by,
        subject=item.project,
        thread=item.project.thread,
        # What the sheet says is opened with the others; the trail is read by more people than the council.
        after={"Hội đồng": session.council.title, "phiếu của": str(member), "xung đột lợi ích": sheet.conflict},
    )
    return made


def _check_hand(session: CouncilSession, member: CouncilMember, by: Actor) -> None:
    if member.user is not None:
        if member.user_id != by.user.pk:
            raise Refused("Mỗi thành viên tự nộp phiếu của mình.")
        return
    seat = seat_of(session, by)
    if seat is None or seat.role not in CLERKS:
        raise Refused(NOT_A_CLERK)


def _check_sheet(item: AgendaItem, member: CouncilMember, sheet: SheetInput) -> None:
    if sheet.conflict:
        if not sheet.conflict_reason.strip():
            raise Refused("Hãy ghi xung đột lợi ích nào.")
        return
    if member.user_id in writers_of([item.project])[item.project_id]:
        raise Refused("Bạn đã lập hoặc gửi đề án này: chỉ có thể khai xung đột lợi ích.")
    if set(sheet.points) != set(POINTS):
        raise Refused("Phiếu phải đánh giá đủ năm nội dung.", article="TT 36/2013 Đ9")
    if sheet.outcome not in Outcome.values:
        raise Refused("Hãy chọn đề nghị của thành viên.")
    if sheet.outcome == Outcome.AGREE and not all(one.met for one in sheet.points.values()):
        raise Refused("Còn nội dung chưa đạt thì không đề nghị đồng ý hoàn toàn.", article="TT 36/2013 Đ9")
    if sheet.outcome != Outcome.AGREE and not sheet.comment.strip():
        raise Refused("Hãy ghi nhận xét: điều kiện, điểm phải hoàn thiện hoặc lý do không đồng ý.")


def _keep(item: AgendaItem, member: CouncilMember, sheet: SheetInput, by: Actor) -> CouncilSheet:
    made = CouncilSheet(
        item=item,
        member=member,
        conflict=sheet.conflict,
        conflict_reason=sheet.conflict_reason.strip() if sheet.conflict else "",
        outcome="" if sheet.conflict else sheet.outcome,
        amount=None if sheet.conflict else sheet.amount,
        comment=sheet.comment,
        entered_by=by.user,
    )
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError:
        raise Refused(ALREADY) from None
    if not sheet.conflict:
        SheetPoint.objects.bulk_create(
            SheetPoint(sheet=made, number=number, met=one.met, comment=one.comment)
            for number, one in sorted(sheet.points.items())
        )
    return made
