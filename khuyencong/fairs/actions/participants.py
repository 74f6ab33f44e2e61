"""Establishments are invited, register, are taken or not, or stay away."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from khuyencong.audit.actions import record
from khuyencong.core.creation import USED
from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import Refused
from khuyencong.establishments.models import Establishment
from khuyencong.fairs import rules
from khuyencong.fairs.door import lock_arranged, lock_participant, need, touch
from khuyencong.fairs.models import Fair, FairState, Participant, ParticipantState
from khuyencong.fairs.states import check_step, move_participant, permission_of
from khuyencong.fairs.tell import tell_decided, tell_invited, tell_registered
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, allowed, require

MOST_INVITED = 200  # at once
MOST_WANTED = 20  # booths of one establishment


@transaction.atomic
def invite(*, fair_id: int, by: Actor, version: int, establishments: Collection[Establishment]) -> list[Participant]:
    """Put establishments on the list of those invited; who stands there already stays as he is.

    Raises NotAllowed, Stale, Refused (none chosen, too many, one that stands for another entry).
    """
    fair = lock_arranged(fair_id, by=by, version=version)
    if not establishments:
        raise Refused("Hãy chọn ít nhất một cơ sở để mời.")
    if len(establishments) > MOST_INVITED:
        raise Refused(f"Mỗi lần mời nhiều nhất {MOST_INVITED} cơ sở.")
    there = set(fair.participants.order_by().values_list("establishment_id", flat=True))
    new = [one for one in establishments if one.pk not in there]
    if not new:
        raise Refused("Các cơ sở này đã có trong danh sách.")
    for one in new:
        _check_current(one)
    made = [
        Participant(fair=fair, establishment=one, state=ParticipantState.INVITED, created_by=by.user) for one in new
    ]
    for participant in made:
        participant.save()
    if fair.state == FairState.CALLED:
        tell_invited(fair, made, by=by)
    touch(fair)
    record(action="fair.invite", by=by, subject=fair, thread=fair.thread, after={"cơ sở": [one.name for one in new]})
    return made


@transaction.atomic
def register(
    *, fair_id: int, by: Actor, creation_key: UUID, establishment: Establishment, fields: Mapping[str, Any]
) -> Participant:
    """An owner registers, or an officer for the owner; invited or not. `fields`: products, booths_wanted, note.

    Raises NotAllowed, Refused (not called, too late, there already).
    """
    fair = Fair.objects.with_all().select_for_update(of=("self",)).get(pk=fair_id)
    found = fair.participants.filter(establishment=establishment).select_for_update().first()
    participant = found or Participant(fair=fair, state=ParticipantState.INVITED, created_by=by.user)
    participant.fair, participant.establishment = fair, establishment
    require(by, permission_of("register"), participant)
    earlier = Participant.objects.filter(creation_key=creation_key).exclude(registered_by=None).first()
    if earlier is not None:
        if earlier.registered_by_id != by.user.pk or earlier.establishment_id != establishment.pk:
            raise Refused(USED)
        return earlier
    _check_current(establishment)
    helps = allowed(by, Permission.FAIR_MANAGE, fair)
    if fair.state != FairState.CALLED or not (helps or fair.takes_registrations_on(today())):
        until = f" (đến hết ngày {format_date(fair.register_until)})" if fair.register_until else ""
        raise Refused(f"{fair.name} không nhận đăng ký lúc này{until}.")
    wanted = fields.get("booths_wanted")
    if wanted is not None and not 1 <= wanted <= MOST_WANTED:
        raise Refused(f"Số gian muốn thuê từ 1 đến {MOST_WANTED}.")
    check_step(participant, "register")
    participant.creation_key = creation_key
    participant.products = need(fields["products"], "Hãy ghi sản phẩm mang đến trưng bày.")
    participant.booths_wanted, participant.note = wanted, fields.get("note", "").strip()
    participant.registered_by, participant.registered_at, participant.reason = by.user, timezone.now(), ""
    move_participant(participant, "register")
    tell_registered(participant, by=by)
    record(
        action="fair.register",
        by=by,
        subject=fair,
        thread=fair.thread,
        after={"cơ sở": establishment.name, "số gian muốn thuê": wanted, "sản phẩm": participant.products},
    )
    return participant


@transaction.atomic
def accept(*, participant_id: int, by: Actor, version: int) -> Participant:
    """The establishment takes part. Raises NotAllowed, Stale, Refused (abroad twice a year already: TT 46/2012 Đ4.1.b)."""
    participant = lock_participant(participant_id, by=by, permission=permission_of("accept"), version=version)
    check_step(participant, "accept")
    rules.check_abroad(participant)
    participant.reason = ""
    return _move_and_record(participant, "accept", by, "được nhận tham gia.")


@transaction.atomic
def refuse(*, participant_id: int, by: Actor, version: int, reason: str) -> Participant:
    """The establishment does not take part; its booths are free again. Raises NotAllowed, Stale, Refused."""
    participant = lock_participant(participant_id, by=by, permission=permission_of("refuse"), version=version)
    check_step(participant, "refuse")
    participant.reason = need(reason, "Hãy ghi lý do không nhận.")
    return _move_and_record(participant, "refuse", by, f"không được nhận: {participant.reason}")


@transaction.atomic
def withdraw(*, participant_id: int, by: Actor, version: int, reason: str) -> Participant:
    """The establishment stays away; its booths are free again. Raises NotAllowed, Stale, Refused."""
    participant = lock_participant(participant_id, by=by, permission=permission_of("withdraw"), version=version)
    check_step(participant, "withdraw")
    participant.reason = need(reason, "Hãy ghi lý do không tham gia.")
    return _move_and_record(participant, "withdraw", by, "ghi không tham gia.")


def _move_and_record(participant: Participant, step: str, by: Actor, told: str) -> Participant:
    """Take the step, free the booths of who stays away, tell the owner, leave the event."""
    freed: list[str] = []
    if step != "accept":
        booths = participant.booths.all()
        freed = [one.number for one in booths]
        booths.update(participant=None, contract=None)
    move_participant(participant, step)
    touch(participant.fair)
    tell_decided(participant, told, by=by)
    record(
        action=f"fair.{step}",
        by=by,
        subject=participant.fair,
        thread=participant.thread,
        after={
            "cơ sở": participant.establishment.name,
            "trạng thái": participant.get_state_display(),
            **({"gian để trống": freed} if freed else {}),
        },
        note=participant.reason,
    )
    return participant


def _check_current(establishment: Establishment) -> None:
    if establishment.merged_into_id is not None:
        raise Refused(f"{establishment.name} đã gộp vào cơ sở khác: hãy chọn cơ sở ấy.")
