"""Setting up a council by decision of the director, and ending it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from khuyencong.appraisal.council_door import lock_council, seatable
from khuyencong.appraisal.levels import PERMISSION_OF, own_level
from khuyencong.appraisal.models import Council, CouncilMember, MemberRole
from khuyencong.audit.actions import record
from khuyencong.core.creation import USED, save_once
from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import Refused
from khuyencong.people.actors import Actor
from khuyencong.people.models import User
from khuyencong.people.permissions import require

FIELDS = ("title", "decision_number", "decision_on", "active_from", "active_to", "quorum")
FEWEST = 3


@dataclass(frozen=True)
class MemberInput:
    """One seat: a user of the agency, or the name of a guest."""

    role: str
    user: User | None = None
    guest: str = ""
    position: str = ""


@transaction.atomic
def create_council(
    *,
    by: Actor,
    creation_key: UUID,
    fields: Mapping[str, Any],
    members: Sequence[MemberInput],
    replaces: Council | None = None,
) -> Council:
    """Enter the decision that sets up a council of the actor's agency (TT 36/2013 Đ8.1.a, Đ8.2).

    A chair and a secretary are needed, and three members at least; the secretary has an account, since the results are
    recorded in the system. `replaces`: the council that this decision renews; it ends on the day before, and its
    meetings and minutes stay what they were. A second click finds the first council. Raises NotAllowed, Refused.
    """
    level = own_level(by)
    council = Council(
        creation_key=creation_key,
        agency=by.agency,
        level=level,
        created_by=by.user,
        **{name: fields[name] for name in FIELDS},
    )
    require(by, PERMISSION_OF[level], council)
    _check_members(members, seatable(by))
    if council.active_to is not None and council.active_to < council.active_from:
        raise Refused("Ngày chấm dứt không được trước ngày bắt đầu.")
    if council.decision_on > today():
        raise Refused("Ngày quyết định không được ở tương lai.")
    earlier = Council.objects.filter(creation_key=creation_key).first() or save_once(council, author="created_by")
    if earlier is not None:
        if earlier.created_by_id != by.user.pk:
            raise Refused(USED)
        return earlier
    if replaces is not None:
        _end_for(replaces, council, by)
    CouncilMember.objects.bulk_create(
        CouncilMember(
            council=council, number=number, user=one.user, guest=one.guest, position=one.position, role=one.role
        )
        for number, one in enumerate(members, start=1)
    )
    record(
        action="council.create",
        by=by,
        subject=council,
        thread=council.thread,
        after={
            "tên": council.title,
            "quyết định": council.decision_number,
            "thành viên": [f"{one.user or 'khách mời'} ({MemberRole(one.role).label})" for one in members],
        },
    )
    return council


def _end_for(old: Council, new: Council, by: Actor) -> None:
    """The members of a council never change under its minutes: a new decision makes a new council, and ends the old one."""
    last_day = new.active_from - timedelta(days=1)
    old = Council.objects.select_for_update(of=("self",)).get(pk=old.pk, agency=by.agency, level=new.level)
    if new.decision_on < old.decision_on:
        raise Refused(f"Quyết định kiện toàn không được trước quyết định thành lập ({format_date(old.decision_on)}).")
    if old.active_to is None or old.active_to > last_day:
        end_council(council_id=old.pk, by=by, version=old.version, active_to=last_day)


def _check_members(members: Sequence[MemberInput], known: Sequence[User]) -> None:
    roles = [one.role for one in members]
    if roles.count(MemberRole.CHAIR) != 1 or roles.count(MemberRole.SECRETARY) != 1:
        raise Refused("Hội đồng có đúng một Chủ tịch và một Thư ký.")
    if len(members) < FEWEST:
        raise Refused(f"Hội đồng có ít nhất {FEWEST} thành viên.")
    if any((one.user is None) == (not one.guest.strip()) for one in members):
        raise Refused("Mỗi thành viên là một tài khoản của cơ quan, hoặc một người ngoài hệ thống.")
    users = [one.user.pk for one in members if one.user]
    if len(set(users)) != len(users):
        raise Refused("Một người chỉ giữ một vị trí trong Hội đồng.")
    if set(users) - {one.pk for one in known}:
        raise Refused("Thành viên có tài khoản phải là chuyên viên, người thẩm định hoặc lãnh đạo của cơ quan.")
    if any(one.role == MemberRole.SECRETARY and one.user is None for one in members):
        raise Refused("Thư ký ghi kết quả trong hệ thống nên phải có tài khoản.")


@transaction.atomic
def end_council(*, council_id: int, by: Actor, version: int, active_to: date) -> Council:
    """Say the last day on which the council sits; meetings held before stay. Raises NotAllowed, Stale, Refused."""
    council = lock_council(council_id, by=by, version=version)
    if council.active_to is not None and council.active_to < today():
        raise Refused("Hội đồng đã chấm dứt hoạt động.")
    if active_to < council.active_from:
        raise Refused("Ngày chấm dứt không được trước ngày bắt đầu.")
    last = council.sessions.first()
    if last is not None and active_to < last.held_on:
        raise Refused(f"Hội đồng còn họp ngày {last.held_on:%d/%m/%Y}.")
    before = {"đến hết": str(council.active_to or "")}
    council.active_to = active_to
    council.version += 1
    council.save(update_fields=["active_to", "version"])
    record(
        action="council.end",
        by=by,
        subject=council,
        thread=council.thread,
        before=before,
        after={"đến hết": active_to.isoformat()},
    )
    return council
