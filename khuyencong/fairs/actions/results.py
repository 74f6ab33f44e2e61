"""What came of a fair: its days, and the partners who are looked at again later."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.core.creation import USED
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused, Stale
from khuyencong.fairs import rules
from khuyencong.fairs.door import STALE, lock_fair, lock_participant, need, touch
from khuyencong.fairs.models import (
    COUNTED,
    DayResult,
    FairDay,
    FairState,
    LinkOutcome,
    Participant,
    ParticipantState,
    PartnerLink,
)
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission

DAY_FIELDS = ("sales", "contacts", "contracts", "contract_value")
WITH_VALUE = (LinkOutcome.ORDERED, LinkOutcome.CONTRACTED)


@transaction.atomic
def record_day(*, participant_id: int, by: Actor, version: int, on: date, fields: Mapping[str, Any]) -> DayResult:
    """What the establishment did on one day; written again, it replaces what was there. Money in đồng.

    `fields`: DAY_FIELDS, note. Raises NotAllowed, Stale, Refused.
    """
    participant = lock_participant(participant_id, by=by, permission=Permission.FAIR_JOIN, version=version)
    _check_there(participant)
    rules.check_day_of(participant.fair, on)
    if fields["contract_value"] and not fields["contracts"]:
        raise Refused("Giá trị hợp đồng chỉ ghi khi có hợp đồng, biên bản ghi nhớ: hãy ghi số hợp đồng.")
    before = participant.days.filter(on=on).values(*DAY_FIELDS).first()
    values = {name: fields[name] for name in DAY_FIELDS} | {"note": fields.get("note", "").strip()}
    day, _ = DayResult.objects.update_or_create(participant=participant, on=on, defaults={**values, "by": by.user})
    touch(participant)
    record(
        action="fair.day",
        by=by,
        subject=participant.fair,
        thread=participant.thread,
        before=_named(before) if before else None,
        after={
            "cơ sở": participant.establishment.name,
            "ngày": on.isoformat(),
            **_named(values),
        },
    )
    return day


def _named(values: Mapping[str, Any]) -> dict[str, Any]:
    words = {
        "sales": "doanh số (đồng)",
        "contacts": "lượt khách",
        "contracts": "hợp đồng",
        "contract_value": "giá trị hợp đồng (đồng)",
    }
    return {words[name]: values[name] for name in DAY_FIELDS}


@transaction.atomic
def record_visitors(*, fair_id: int, by: Actor, version: int, on: date, visitors: int) -> FairDay:
    """How many people came on one day; written again, it replaces what was there. Raises NotAllowed, Stale, Refused."""
    fair = lock_fair(fair_id, by=by, permission=Permission.FAIR_MANAGE, version=version)
    if fair.state != FairState.CONFIRMED:
        raise Refused(f"Hội chợ ở trạng thái «{fair.get_state_display()}»: ghi lượt khách trong những ngày hội chợ mở.")
    rules.check_day_of(fair, on)
    before = fair.visitor_days.filter(on=on).values_list("visitors", flat=True).first()
    day, _ = FairDay.objects.update_or_create(fair=fair, on=on, defaults={"visitors": visitors, "by": by.user})
    touch(fair)
    record(
        action="fair.visitors",
        by=by,
        subject=fair,
        thread=fair.thread,
        before={"lượt khách": before} if before is not None else None,
        after={"ngày": on.isoformat(), "lượt khách": visitors},
    )
    return day


@transaction.atomic
def add_link(*, participant_id: int, by: Actor, creation_key: UUID, fields: Mapping[str, Any]) -> PartnerLink:
    """A buyer or distributor met at the fair. `fields`: partner, about, due_on. Raises NotAllowed, Refused."""
    version = Participant.objects.values_list("version", flat=True).get(pk=participant_id)
    participant = lock_participant(participant_id, by=by, permission=Permission.FAIR_JOIN, version=version)
    earlier = PartnerLink.objects.filter(creation_key=creation_key).first()
    if earlier is not None:
        if earlier.created_by_id != by.user.pk:
            raise Refused(USED)
        return earlier
    if participant.state != ParticipantState.ACCEPTED or participant.fair.state not in COUNTED:
        raise Refused("Kết nối được ghi khi cơ sở tham gia và danh sách đã được xác nhận.")
    if fields["due_on"] < participant.fair.starts_on:
        raise Refused("Ngày hỏi lại không được trước ngày khai mạc.")
    link = PartnerLink.objects.create(
        participant=participant,
        creation_key=creation_key,
        partner=need(fields["partner"], "Hãy ghi đối tác."),
        about=fields.get("about", "").strip(),
        due_on=fields["due_on"],
        created_by=by.user,
    )
    record(
        action="fair.link",
        by=by,
        subject=participant.fair,
        thread=participant.thread,
        after={
            "cơ sở": participant.establishment.name,
            "đối tác": link.partner,
            "hỏi lại": link.due_on.isoformat(),
        },
    )
    return link


@transaction.atomic
def follow_link(*, link_id: int, by: Actor, version: int, fields: Mapping[str, Any]) -> PartnerLink:
    """What has come of a partner until today; while it is open, when to ask again. Raises NotAllowed, Stale, Refused.

    `fields`: outcome, value (đồng, of what came after the fair), told, due_on.
    """
    key = PartnerLink.objects.values_list("participant_id", flat=True).get(pk=link_id)
    current = Participant.objects.values_list("version", flat=True).get(pk=key)
    participant = lock_participant(key, by=by, permission=Permission.FAIR_JOIN, version=current)
    link = participant.links.select_for_update().get(pk=link_id)
    if link.version != version:
        raise Stale(STALE.replace("Hội chợ", "Kết nối"))
    if participant.fair.state not in COUNTED:
        raise Refused("Danh sách của hội chợ đang được mở lại: ghi kết quả sau khi xác nhận.")
    outcome, value, due_on = LinkOutcome(fields["outcome"]), fields["value"] or 0, fields.get("due_on")
    if value and outcome not in WITH_VALUE:
        raise Refused("Giá trị chỉ ghi khi đã có đơn hàng hoặc hợp đồng.")
    if outcome == LinkOutcome.WAITING and (due_on is None or due_on <= today()):
        raise Refused("Còn theo dõi: hãy ghi ngày hỏi lại, sau hôm nay.")
    before = {"kết quả": link.get_outcome_display(), "giá trị (đồng)": link.value}
    link.outcome, link.value, link.asked_on = outcome, value, today()
    link.told = need(fields["told"], "Hãy ghi diễn biến.")
    if outcome == LinkOutcome.WAITING and due_on is not None:
        link.due_on = due_on
    link.version += 1
    link.save()
    record(
        action="fair.follow",
        by=by,
        subject=participant.fair,
        thread=participant.thread,
        before=before,
        after={
            "cơ sở": participant.establishment.name,
            "đối tác": link.partner,
            "kết quả": link.get_outcome_display(),
            "giá trị (đồng)": link.value,
        },
        note=link.told,
    )
    return link


def _check_there(participant: Participant) -> None:
    fair = participant.fair
    if fair.state != FairState.CONFIRMED:
        raise Refused(
            f"Hội chợ ở trạng thái «{fair.get_state_display()}»: ghi kết quả từ khi danh sách được xác nhận đến khi kết thúc."
        )
    if participant.state != ParticipantState.ACCEPTED:
        raise Refused(f"{participant} không tham gia hội chợ này.")
