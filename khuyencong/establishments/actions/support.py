"""Support that the State gave outside this system: what is known of it is written down, corrected and taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from khuyencong.audit.actions import record
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.core.money import MAX_DONG
from khuyencong.establishments.door import lock_establishment, thread_of, touch
from khuyencong.establishments.keys import serials_in
from khuyencong.establishments.models import Establishment, PastSupport
from khuyencong.law.catalogue import catalogue
from khuyencong.people.actors import Actor

SUPPORT_FIELDS = (
    "year",
    "source",
    "agency_name",
    "province",
    "activity",
    "item",
    "serial",
    "amount",
    "document",
    "note",
)


@transaction.atomic
def add_past_support(*, establishment_id: int, by: Actor, version: int, fields: Mapping[str, Any]) -> PastSupport:
    """Write down a support that no đề án in this system holds. Raises NotAllowed, Stale, Refused."""
    establishment = lock_establishment(establishment_id, by=by, version=version)
    support = PastSupport(
        establishment=establishment,
        entered_by=by.user,
        entered_for=by.agency,
        **{name: fields[name] for name in SUPPORT_FIELDS if name in fields},
    )
    _check(support)
    support.save()
    touch(establishment)
    record(
        action="establishment.support_add",
        by=by,
        subject=establishment,
        thread=thread_of(establishment),
        after=snapshot_of(support),
    )
    return support


@transaction.atomic
def correct_past_support(
    *, establishment_id: int, support_id: int, by: Actor, version: int, fields: Mapping[str, Any]
) -> PastSupport:
    """Correct what was written down of the establishment or of an entry merged into it. Raises NotAllowed, Stale, Refused."""
    establishment = lock_establishment(establishment_id, by=by, version=version)
    support = _standing(establishment, support_id)
    before = snapshot_of(support)
    for name in SUPPORT_FIELDS:
        if name in fields:
            setattr(support, name, fields[name])
    _check(support)
    support.save()
    touch(establishment)
    record(
        action="establishment.support_correct",
        by=by,
        subject=establishment,
        thread=thread_of(establishment),
        before=before,
        after=snapshot_of(support),
    )
    return support


@transaction.atomic
def withdraw_past_support(
    *, establishment_id: int, support_id: int, by: Actor, version: int, reason: str
) -> PastSupport:
    """Take back what should not have been written down; the row stays with the reason. Raises NotAllowed, Stale, Refused."""
    establishment = lock_establishment(establishment_id, by=by, version=version)
    support = _standing(establishment, support_id)
    if not reason.strip():
        raise Refused("Hãy ghi lý do rút.")
    support.withdrawn_by, support.withdrawn_at, support.withdrawn_reason = by.user, timezone.now(), reason.strip()
    support.save()
    touch(establishment)
    record(
        action="establishment.support_withdraw",
        by=by,
        subject=establishment,
        thread=thread_of(establishment),
        before=snapshot_of(support),
        note=reason.strip(),
    )
    return support


def _standing(establishment: Establishment, support_id: int) -> PastSupport:
    support = PastSupport.objects.of(establishment).standing().filter(pk=support_id).first()
    if support is None:
        raise Refused("Lần hỗ trợ này đã được rút, hoặc không còn trong hồ sơ.")
    return support


def _check(support: PastSupport) -> None:
    if not support.item.strip() or not support.agency_name.strip() or not support.source.strip():
        raise Refused("Hãy ghi hạng mục, cơ quan hỗ trợ và nguồn.")
    if support.year > today().year:
        raise Refused("Năm hỗ trợ không được ở tương lai.")
    if support.amount is not None and not 0 <= support.amount <= MAX_DONG:
        raise Refused("Số tiền hỗ trợ không hợp lệ.")
    if support.activity and support.activity not in catalogue().activities:
        raise Refused("Nội dung hoạt động không có trong danh mục.")
    if len(serials_in(support.serial)) > 1:
        raise Refused("Mỗi dòng ghi một máy: hãy tách các số máy ra từng dòng.")


def snapshot_of(support: PastSupport) -> dict[str, Any]:
    """What the audit trail keeps of it."""
    values = {name: getattr(support, name) for name in SUPPORT_FIELDS if name != "province"}
    kept = {name: value for name, value in values.items() if value not in {None, ""}}
    return {"số": support.pk, **kept, "province": str(support.province or "")}
