"""Keeping the lists of areas, and in which khuyến công region a province lies. Nothing is ever deleted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from khuyencong.areas.models import CraftVillage, PreferredArea
from khuyencong.areas.regions import version_of_regions
from khuyencong.audit.actions import record
from khuyencong.core.creation import save_once
from khuyencong.core.dates import format_date
from khuyencong.core.errors import Refused, Stale
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require
from khuyencong.places.models import Province, Region, RegionMembership

VILLAGE_FIELDS = ("name", "kind", "trade", "commune", "document", "from_on", "to_on", "end_document")
PREFERRED_FIELDS = ("commune", "priority_place", "note", "document", "from_on", "to_on", "end_document")
AreaRow = CraftVillage | PreferredArea


@transaction.atomic
def add_craft_village(*, by: Actor, creation_key: UUID, province: Province, fields: Mapping[str, Any]) -> CraftVillage:
    """Enter a recognised craft village; the same `creation_key` twice gives the first one back.

    Raises NotAllowed, Refused where it is on the list already in that time.
    """
    earlier = CraftVillage.objects.filter(creation_key=creation_key, entered_by=by.user).first()
    if earlier is not None:
        return earlier
    village = CraftVillage(creation_key=creation_key, province=province, entered_by=by.user, entered_for=by.agency)
    _fill(village, fields, VILLAGE_FIELDS)
    require(by, Permission.AREA_EDIT, village)
    _check_village(village)
    earlier = save_once(village, author="entered_by")
    if earlier is not None:
        return earlier
    record(action="village.add", by=by, subject=village, thread=_thread(village), after=snapshot(village))
    return village


@transaction.atomic
def update_craft_village(*, craft_village_id: int, by: Actor, version: int, fields: Mapping[str, Any]) -> CraftVillage:
    """Correct what was entered. Raises NotAllowed, Stale, Refused."""
    village = _lock_village(craft_village_id)
    require(by, Permission.AREA_EDIT, village)
    village.check_version(version)
    before = snapshot(village)
    _fill(village, fields, VILLAGE_FIELDS)
    require(by, Permission.AREA_EDIT, village)
    _check_village(village)
    village.version += 1
    village.save()
    record(
        action="village.update", by=by, subject=village, thread=_thread(village), before=before, after=snapshot(village)
    )
    return village


@transaction.atomic
def end_craft_village(
    *, craft_village_id: int, by: Actor, version: int, to_on: date, end_document: str
) -> CraftVillage:
    """The recognition is withdrawn by a document: it counts until the day `to_on`, and establishments keep the link.

    Raises NotAllowed, Stale, Refused.
    """
    village = _lock_village(craft_village_id)
    require(by, Permission.AREA_EDIT, village)
    village.check_version(version)
    _end(village, to_on, end_document)
    record(
        action="village.end",
        by=by,
        subject=village,
        thread=_thread(village),
        before={"to_on": None},
        after={"to_on": to_on, "end_document": end_document, "version": village.version},
    )
    return village


@transaction.atomic
def add_preferred_area(
    *, by: Actor, creation_key: UUID, province: Province, fields: Mapping[str, Any]
) -> PreferredArea:
    """Put a commune, or the whole province, on the list; the same `creation_key` twice gives the first one back.

    Raises NotAllowed, Refused where it is on the list already in that time.
    """
    earlier = PreferredArea.objects.filter(creation_key=creation_key, entered_by=by.user).first()
    if earlier is not None:
        return earlier
    area = PreferredArea(creation_key=creation_key, province=province, entered_by=by.user, entered_for=by.agency)
    _fill(area, fields, PREFERRED_FIELDS)
    require(by, Permission.AREA_EDIT, area)
    _check_preferred(area)
    earlier = save_once(area, author="entered_by")
    if earlier is not None:
        return earlier
    record(action="preferred.add", by=by, subject=area, thread=_thread(area), after=snapshot(area))
    return area


@transaction.atomic
def update_preferred_area(
    *, preferred_area_id: int, by: Actor, version: int, fields: Mapping[str, Any]
) -> PreferredArea:
    """Correct what was entered. Raises NotAllowed, Stale, Refused."""
    area = _lock_preferred(preferred_area_id)
    require(by, Permission.AREA_EDIT, area)
    area.check_version(version)
    before = snapshot(area)
    _fill(area, fields, PREFERRED_FIELDS)
    require(by, Permission.AREA_EDIT, area)
    _check_preferred(area)
    area.version += 1
    area.save()
    record(action="preferred.update", by=by, subject=area, thread=_thread(area), before=before, after=snapshot(area))
    return area


@transaction.atomic
def end_preferred_area(
    *, preferred_area_id: int, by: Actor, version: int, to_on: date, end_document: str
) -> PreferredArea:
    """Take an area off the list by a document: it counts until the day `to_on`. Raises NotAllowed, Stale, Refused."""
    area = _lock_preferred(preferred_area_id)
    require(by, Permission.AREA_EDIT, area)
    area.check_version(version)
    _end(area, to_on, end_document)
    record(
        action="preferred.end",
        by=by,
        subject=area,
        thread=_thread(area),
        before={"to_on": None},
        after={"to_on": to_on, "end_document": end_document, "version": area.version},
    )
    return area


@transaction.atomic
def set_region(
    *, province_id: int, by: Actor, version: int, region: Region, from_on: date, document: str
) -> RegionMembership:
    """From a day on a province belongs to a khuyến công region, by a document; what held before ends on the day before.

    A row that nobody had verified and that begins on that very day is settled in its place; a verified one is never
    rewritten. Raises NotAllowed, Stale, Refused where a later row stands there already.
    """
    require(by, Permission.REGION_EDIT)
    province = Province.objects.select_for_update(of=("self",)).get(pk=province_id)
    rows = list(province.regions.select_for_update(of=("self",)))
    if version != version_of_regions(rows):
        raise Stale("Khu vực của tỉnh này vừa được người khác ghi. Chưa có gì được ghi; hãy xem lại.")
    held = _held_before(province, rows, from_on)
    before = {"region": held.region, "from_on": held.from_on, "verified": held.verified} if held else None
    if held is not None and held.from_on == from_on:
        if held.verified:
            raise Refused(f"Từ {format_date(from_on)} đã có văn bản ghi khu vực; chọn một ngày sau đó.")
        held.region, held.document, held.verified = region, document, True
        held.save(update_fields=["region", "document", "verified"])
        settled = held
    else:
        if held is not None and held.verified and held.region == region:
            raise Refused(f"{province} đã thuộc khu vực {held.get_region_display()} trước ngày này.")
        if held is not None:
            held.to_on = from_on - timedelta(days=1)
            held.save(update_fields=["to_on"])
        settled = RegionMembership.objects.create(
            province=province, region=region, from_on=from_on, document=document, verified=True
        )
    record(
        action="region.set",
        by=by,
        subject=province,
        thread=f"province:{province.pk}",
        before=before,
        after={"region": region, "from_on": from_on, "document": document},
    )
    return settled


def _held_before(province: Province, rows: list[RegionMembership], from_on: date) -> RegionMembership | None:
    """The row that holds on the day; Refused where the province or a later row says that the day cannot be."""
    if province.valid_to is not None or (province.valid_from is not None and from_on < province.valid_from):
        raise Refused(f"{province.name} không có vào ngày {format_date(from_on)}, hoặc không còn đến nay.")
    later = [row.from_on for row in rows if row.from_on is not None and row.from_on > from_on]
    if later:
        raise Refused(f"Đã ghi khu vực từ {format_date(min(later))}: ngày mới phải sau ngày ấy, không được chồng lên.")
    return next((row for row in rows if row.to_on is None), None)


def snapshot(area: AreaRow) -> dict[str, Any]:
    """What the audit log keeps of a row of a list."""
    names = VILLAGE_FIELDS if isinstance(area, CraftVillage) else PREFERRED_FIELDS
    values = {name: getattr(area, name) for name in names if name != "commune"}
    return {**values, "commune": str(area.commune or ""), "province": str(area.province), "version": area.version}


def _thread(area: AreaRow) -> str:
    return f"{'village' if isinstance(area, CraftVillage) else 'preferred'}:{area.pk}"


def _lock_village(pk: int) -> CraftVillage:
    rows = CraftVillage.objects.select_for_update(of=("self",)).select_related("province", "commune")
    return rows.get(pk=pk)


def _lock_preferred(pk: int) -> PreferredArea:
    rows = PreferredArea.objects.select_for_update(of=("self",)).select_related("province", "commune")
    return rows.get(pk=pk)


def _fill(area: AreaRow, fields: Mapping[str, Any], names: tuple[str, ...]) -> None:
    for name in names:
        if name in fields:
            setattr(area, name, fields[name])


def _check(area: AreaRow) -> None:
    """What holds for both lists; the database holds most of it as well, without a sentence for each."""
    if area.commune is not None and area.commune.province_id != area.province_id:
        raise Refused(f"{area.commune} không thuộc {area.province.name}.")
    if area.to_on is not None and area.to_on < area.from_on:
        raise Refused("Ngày cuối cùng không được trước ngày đầu tiên.")
    if (area.to_on is None) != (not area.end_document):
        raise Refused("Ngày chấm dứt và văn bản chấm dứt phải ghi cùng nhau.")


def _check_village(village: CraftVillage) -> None:
    _check(village)
    # The province is locked, so that two officers cannot enter one village at once.
    Province.objects.select_for_update(of=("self",)).get(pk=village.province_id)
    same = CraftVillage.objects.filter(province=village.province_id, commune=village.commune, name=village.name)
    if same.exclude(pk=village.pk).filter(_overlaps(village)).exists():
        raise Refused("Làng nghề này đã có trong danh sách trong thời gian ấy.")


def _check_preferred(area: PreferredArea) -> None:
    _check(area)
    Province.objects.select_for_update(of=("self",)).get(pk=area.province_id)
    same = PreferredArea.objects.filter(
        province=area.province_id, commune=area.commune, priority_place=area.priority_place
    )
    if same.exclude(pk=area.pk).filter(_overlaps(area)).exists():
        raise Refused("Địa bàn này đã có trong danh sách trong thời gian ấy.")


def _overlaps(area: AreaRow) -> Q:
    """Condition: a row of the list counts on some day on which `area` counts."""
    condition = Q(to_on__isnull=True) | Q(to_on__gte=area.from_on)
    return condition & Q(from_on__lte=area.to_on) if area.to_on is not None else condition


def _end(area: AreaRow, to_on: date, end_document: str) -> None:
    if area.to_on is not None:
        raise Refused(f"Dòng này đã chấm dứt từ {format_date(area.to_on)}.")
    area.to_on, area.end_document = to_on, end_document
    _check(area)
    area.version += 1
    area.save()
