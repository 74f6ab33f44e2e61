"""What the documents of a province give a collaborator a month (NĐ 45/2012 Đ10)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.collaborators.door import lock_province, lock_rate
from khuyencong.collaborators.models import AllowanceRate
from khuyencong.collaborators.months import first_broken
from khuyencong.core.creation import USED, save_once, taken
from khuyencong.core.errors import Refused
from khuyencong.core.money import format_dong
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require

ALLOWANCE = "NĐ 45/2012 Đ10"
USED_RATE = "Mức này đã có trong bảng kê thù lao: hãy ghi mức mới từ ngày áp dụng."
TWICE = "Mức thù lao khác vừa được ghi: hãy mở lại trang."


@transaction.atomic
def keep_rate(*, by: Actor, creation_key: UUID, fields: Mapping[str, Any]) -> AllowanceRate:
    """What the province's document gives a month, from a day on; the one before it ends the day before.

    Raises NotAllowed, Refused (NĐ 45/2012 Đ10).
    """
    require(by, Permission.COLLABORATOR_MANAGE)
    earlier = AllowanceRate.objects.filter(creation_key=creation_key).first()
    if earlier is not None:
        if earlier.created_by_id != by.user.pk:
            raise Refused(USED)
        return earlier
    if by.province_id is None:
        raise Refused("Mức thù lao do Chủ tịch UBND cấp tỉnh quy định: cơ quan của tỉnh ghi.", article=ALLOWANCE)
    # Two rates may come at once: the province is what both wait for.
    province = lock_province(by.province_id)
    rate = AllowanceRate(creation_key=creation_key, province=province, kept_by=by.agency, created_by=by.user)
    require(by, Permission.COLLABORATOR_MANAGE, rate)
    _write_rate(rate, fields)
    # Those of provinces that became this one end as well: the new document is for all of it.
    for before in AllowanceRate.objects.filter(
        province__current=province, valid_from__lt=rate.valid_from, valid_to__isnull=True
    ):
        before.valid_to = rate.valid_from - timedelta(days=1)
        before.version += 1
        _refuse_if_paid_after(before)
        before.save(update_fields=["valid_to", "version"])
    _refuse_two_rates(rate)
    with taken(TWICE):
        made = save_once(rate, author="created_by")
    if made is not None:
        return made
    record(action="collaborator.rate", by=by, subject=rate, thread=rate.thread, after=_told_rate(rate))
    return rate


@transaction.atomic
def correct_rate(*, rate_id: int, by: Actor, version: int, fields: Mapping[str, Any]) -> AllowanceRate:
    """Correct a rate that no list has used yet. Raises NotAllowed, Stale, Refused."""
    home, today = AllowanceRate.objects.values_list("province", "province__current").get(pk=rate_id)
    lock_province(today or home)
    rate = lock_rate(rate_id, by=by, version=version)
    if rate.lines.filter(counts=True).exists():
        raise Refused(USED_RATE)
    before = _told_rate(rate)
    _write_rate(rate, fields)
    _refuse_two_rates(rate)
    rate.version += 1
    with taken(TWICE):
        rate.save()
    record(action="collaborator.rate", by=by, subject=rate, thread=rate.thread, before=before, after=_told_rate(rate))
    return rate


def _write_rate(rate: AllowanceRate, fields: Mapping[str, Any]) -> None:
    for name in ("amount", "document", "article", "valid_from", "valid_to"):
        setattr(rate, name, fields[name])
    rate.document = rate.document.strip()
    if not rate.document:
        raise Refused("Hãy ghi văn bản quy định mức thù lao.", article=ALLOWANCE)
    if rate.amount <= 0:
        raise Refused("Mức thù lao phải lớn hơn 0 đồng.")
    if rate.valid_to is not None and rate.valid_to < rate.valid_from:
        raise Refused("Ngày cuối của mức thù lao phải từ ngày đầu trở đi.")


def _refuse_two_rates(rate: AllowanceRate) -> None:
    last = rate.valid_to or date.max
    others = AllowanceRate.objects.filter(province=rate.province, valid_from__lte=last).exclude(pk=rate.pk)
    for one in others:
        if one.valid_to is None or one.valid_to >= rate.valid_from:
            raise Refused(f"Trùng thời gian với mức {format_dong(one.amount)} đồng/tháng của {one}.")


def _refuse_if_paid_after(rate: AllowanceRate) -> None:
    """The end of a rate may not lie before a month that was reckoned with it."""
    if rate.valid_to is None:
        return
    line = rate.lines.filter(counts=True, month__gte=first_broken(rate.valid_to)).order_by("month").first()
    if line is not None:
        raise Refused(f"Thù lao tháng {line.month:%m/%Y} đã lập theo mức cũ: hủy bảng kê ấy trước.")


def _told_rate(rate: AllowanceRate) -> dict[str, Any]:
    return {
        "mức một tháng (đồng)": rate.amount,
        "văn bản": str(rate),
        "từ ngày": rate.valid_from.isoformat(),
        "đến hết ngày": rate.valid_to.isoformat() if rate.valid_to else None,
    }
