"""Who sits in the council, the jury and the expert group: named, replaced, taken over from the last round (TT 26/2014 Đ8–Đ11)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.competitions.door import lock_round, need, touch
from khuyencong.competitions.judging.actions.conflicts import scan
from khuyencong.competitions.models import COUNCIL, JURY, Member, Round, RoundState, SeatRole
from khuyencong.competitions.rules import check_past, is_alone
from khuyencong.core.errors import Refused
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission

MOST_MEMBERS = 60
OPEN = (RoundState.DRAFT, RoundState.CALLED, RoundState.SCORING, RoundState.SCORED, RoundState.DECIDED)
TEXTS = ("full_name", "position", "tax_code", "address")


@transaction.atomic
def add_member(*, round_id: int, by: Actor, version: int, fields: Mapping[str, Any]) -> Member:
    """Name somebody by decision.

    `fields`: role, full_name, position, user, tax_code, address, decision_number, decision_on, from_on.
    Raises NotAllowed, Stale, Refused. While the scoring is open a judge comes only in the place of another.
    """
    round_ = _open_round(round_id, by, version)
    if fields["role"] in JURY and round_.state in (RoundState.SCORING, RoundState.SCORED, RoundState.DECIDED):
        raise Refused("Đang hoặc đã chấm điểm: giám khảo mới chỉ thay người cũ, bằng «Thay người».")
    member = _new(round_, by, fields)
    member.save()
    touch(round_)
    record(
        action="competition.member_add",
        by=by,
        subject=round_,
        thread=round_.thread,
        after=snapshot(member),
        note=f"{member.get_role_display()}: {member.full_name}",
    )
    return member


@transaction.atomic
def replace_member(*, round_id: int, by: Actor, version: int, member_id: int, fields: Mapping[str, Any]) -> Member:
    """Somebody takes the seat from `from_on` on; the old row ends the day before, what was signed stands (Đ8.2).

    `fields` as for `add_member`, without the role. Raises NotAllowed, Stale, Refused.
    """
    round_ = _open_round(round_id, by, version)
    old = _standing(round_, member_id)
    first: date = fields["from_on"]
    if first <= old.from_on:
        raise Refused("Ngày bắt đầu của người thay phải sau ngày bắt đầu của người cũ.")
    before = snapshot(old)
    old.until_on = first - timedelta(days=1)
    old.version += 1
    old.save()
    member = _new(round_, by, {**fields, "role": old.role}, replaces=old)
    member.save()
    if round_.state == RoundState.SCORING:
        scan(round_)
    touch(round_)
    record(
        action="competition.member_replace",
        by=by,
        subject=round_,
        thread=round_.thread,
        before=before,
        after=snapshot(member),
        note=f"Thay {old.full_name} từ {first:%d/%m/%Y}",
    )
    return member


@transaction.atomic
def end_member(*, round_id: int, by: Actor, version: int, member_id: int, until_on: date, reason: str) -> Member:
    """A seat ends without anybody taking it. Raises NotAllowed, Stale, Refused."""
    round_ = _open_round(round_id, by, version)
    member = _standing(round_, member_id)
    why = need(reason, "Hãy ghi lý do.")
    check_past(until_on, "Ngày thôi")
    if until_on < member.from_on:
        raise Refused("Ngày thôi không được trước ngày bắt đầu.")
    member.until_on = until_on
    member.version += 1
    member.save()
    touch(round_)
    record(
        action="competition.member_end",
        by=by,
        subject=round_,
        thread=round_.thread,
        before=snapshot(member),
        after={"đến hết": until_on.isoformat()},
        note=why,
    )
    return member


@transaction.atomic
def copy_members(
    *, round_id: int, by: Actor, version: int, decision_number: str, decision_on: date, from_on: date
) -> int:
    """Name those who sat at the end of the round before, by a decision of this round; gives how many.

    Raises NotAllowed, Stale, Refused.
    """
    round_ = _open_round(round_id, by, version)
    if round_.state != RoundState.DRAFT or round_.previous is None:
        raise Refused("Chỉ lấy lại thành viên của kỳ trước khi kỳ này còn đang chuẩn bị.")
    if round_.members.exists():
        raise Refused("Kỳ này đã có thành viên: hãy ghi từng người.")
    number = need(decision_number, "Hãy ghi số quyết định.")
    _check_days(decision_on, from_on)
    rows = [
        Member(
            round=round_,
            role=one.role,
            full_name=one.full_name,
            position=one.position,
            user=one.user,
            tax_code=one.tax_code,
            address=one.address,
            decision_number=number,
            decision_on=decision_on,
            from_on=from_on,
            added_by=by.user,
        )
        for one in round_.previous.members.filter(until_on__isnull=True).select_related("user")
    ]
    if not rows:
        raise Refused("Kỳ trước không có thành viên nào để lấy lại.")
    Member.objects.bulk_create(rows)
    touch(round_)
    record(
        action="competition.members_copy",
        by=by,
        subject=round_,
        thread=round_.thread,
        after={"số người": len(rows), "quyết định": number, "ngày": decision_on.isoformat()},
        note=f"Theo {round_.previous.name}",
    )
    return len(rows)


def snapshot(member: Member) -> dict[str, Any]:
    """What the trail says of a seat; no number or address of a person."""
    return {
        "vai trò": member.get_role_display(),
        "họ và tên": member.full_name,
        "chức vụ": member.position,
        "tài khoản": member.user.username if member.user else None,
        "quyết định": member.decision_number,
        "từ": member.from_on.isoformat(),
        "đến hết": member.until_on.isoformat() if member.until_on else None,
    }


def _open_round(round_id: int, by: Actor, version: int) -> Round:
    round_ = lock_round(round_id, by=by, permission=Permission.COMPETITION_MANAGE, version=version)
    if round_.state not in OPEN:
        raise Refused(f"Kỳ bình chọn ở trạng thái «{round_.get_state_display()}»: không đổi thành viên nữa.")
    return round_


def _standing(round_: Round, member_id: int) -> Member:
    found = round_.members.select_related("user").filter(pk=member_id).first()
    if found is None or found.until_on is not None:
        raise Refused("Người này không còn giữ ghế trong kỳ bình chọn.")
    return found


def _new(round_: Round, by: Actor, fields: Mapping[str, Any], *, replaces: Member | None = None) -> Member:
    role = SeatRole(fields["role"])
    if round_.members.count() >= MOST_MEMBERS:
        raise Refused(f"Một kỳ bình chọn có tối đa {MOST_MEMBERS} người.")
    member = Member(round=round_, role=role, added_by=by.user, replaces=replaces, user=fields.get("user"))
    for name in TEXTS:
        setattr(member, name, fields.get(name) or "")
    need(member.full_name, "Hãy ghi họ và tên.")
    member.decision_number = need(fields["decision_number"], "Hãy ghi số quyết định.")
    member.decision_on, member.from_on = fields["decision_on"], fields["from_on"]
    _check_days(member.decision_on, member.from_on)
    standing = list(round_.members.filter(until_on__isnull=True))
    if is_alone(role) and any(one.role == role for one in standing):
        raise Refused(f"«{role.label}» đã có người giữ: hãy dùng «Thay người».")
    group = COUNCIL if role in COUNCIL else JURY if role in JURY else (role,)
    if any(one.role in group and _same_person(one, member) for one in standing):
        raise Refused(
            f"{member.full_name} đã có ghế trong nhóm này.", article="khoản 2 Điều 11 Thông tư 26/2014/TT-BCT"
        )
    return member


def _check_days(decision_on: date, from_on: date) -> None:
    check_past(decision_on, "Ngày quyết định")
    if from_on < decision_on:
        raise Refused("Ngày bắt đầu không được trước ngày quyết định.")
    check_past(from_on, "Ngày bắt đầu")


def _same_person(one: Member, other: Member) -> bool:
    """The same account; names alone are not asked, since two people may share one."""
    return one.user_id is not None and one.user_id == other.user_id
