"""Applying a decision about units: old rows are closed on the day before, new ones opened; no other record changes.

Whoever applies one records it in the audit trail and lets the agencies follow (`khuyencong.places_cli`): this room
lies below both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F

from khuyencong.core.dates import format_date, today
from khuyencong.places.decision import Decision, DecisionError
from khuyencong.places.models import (
    CityStatus,
    Commune,
    CommuneSuccession,
    PlaceDecision,
    Province,
    ProvinceSuccession,
    RegionMembership,
)
from khuyencong.places.planning import Plan, plan
from khuyencong.places.wording import entries_as_data


@dataclass(frozen=True)
class Applied:
    """What was done: the stored decision, and each province that ended with the one that stands for it now."""

    decision: PlaceDecision
    plan: Plan
    pairs: tuple[tuple[Province, Province], ...]


def is_applied(decision: Decision) -> bool:
    """Whether this very decision was applied before: then there is nothing to do."""
    return PlaceDecision.objects.filter(digest=decision.digest).exists()


@transaction.atomic
def apply_decision(decision: Decision, *, ahead: bool = False) -> Applied:
    """Apply a decision that is in force. Raises DecisionError with every mistake, also where its day is still to come.

    `ahead`: for a preview that rolls everything back, the day may be still to come.
    """
    if decision.in_force_on > today() and not ahead:
        # What stands without a last day is a unit of today, on every page.
        raise DecisionError(
            f"Quyết định có hiệu lực từ {format_date(decision.in_force_on)}: đến ngày ấy mới áp dụng được."
        )
    # One at a time: two decisions must not end the same unit.
    list(Province.objects.select_for_update().order_by("pk").values_list("pk", flat=True))
    if is_applied(decision):
        raise DecisionError("Quyết định này đã được áp dụng.")
    found = plan(decision)
    stored = PlaceDecision.objects.create(
        digest=decision.digest,
        document=decision.document,
        passed_on=decision.passed_on,
        in_force_on=decision.in_force_on,
        verified=decision.verified,
        source=decision.source,
        changes=entries_as_data(found),
    )
    _write_provinces(found, stored)
    _write_communes(found, stored)
    _write_cities(found)
    return Applied(stored, found, tuple(found.pairs))


def _write_provinces(found: Plan, stored: PlaceDecision) -> None:
    last = found.decision.last_day_before
    ending = {old.pk for one in found.provinces for old in one.olds}
    Province.objects.filter(pk__in=ending).update(valid_to=last)
    RegionMembership.objects.filter(province__in=ending, to_on__isnull=True).update(to_on=last)
    rows = [one.row for one in found.provinces]
    for row in rows:
        row.save()  # one by one: the keys are needed, and there are few
    Province.objects.filter(current__isnull=True).update(current=F("pk"))
    for old, new in found.pairs:
        Province.objects.filter(current=old).update(current=new)
    ProvinceSuccession.objects.bulk_create(
        ProvinceSuccession(old=old, new=one.row, is_main=one.is_main, decision=stored)
        for one in found.provinces
        for old in one.olds
    )
    RegionMembership.objects.bulk_create(
        RegionMembership(province=one.row, region=one.region, from_on=found.decision.in_force_on)
        for one in found.provinces
    )
    for row in rows:
        row.refresh_from_db(fields=["current"])


def _write_communes(found: Plan, stored: PlaceDecision) -> None:
    last = found.decision.last_day_before
    ending = {old.pk for one in found.communes for old in one.olds}
    Commune.objects.filter(pk__in=ending).update(valid_to=last)
    for one in found.communes:
        home = one.row.province
        one.row.province = home  # once more: where it begins as well, its primary key is known only now
    Commune.objects.bulk_create(one.row for one in found.communes)
    keys = [one.row.key for one in found.communes]
    stored_rows = Commune.objects.in_bulk(keys, field_name="key")
    Commune.objects.filter(current__isnull=True).update(current=F("pk"))
    becomes = {old.pk: stored_rows[one.row.key] for one in found.communes if one.is_main for old in one.olds}
    split = {old.pk for one in found.communes if one.splits for old in one.olds}
    _point_on(becomes, split)
    CommuneSuccession.objects.bulk_create(
        CommuneSuccession(old=old, new=stored_rows[one.row.key], is_main=one.is_main, decision=stored)
        for one in found.communes
        for old in one.olds
    )


def _point_on(becomes: Mapping[int, Commune], split: set[int]) -> None:
    """Lead every row that led to a commune that ends to what it becomes, however long ago it ended itself."""
    rows = list(Commune.objects.filter(current__in=becomes.keys()))
    for row in rows:
        assert row.current_id is not None  # noqa: S101  # the condition of the query
        row.was_split = row.was_split or row.current_id in split
        row.current = becomes[row.current_id]
    Commune.objects.bulk_update(rows, ["current", "was_split"], batch_size=500)


def _write_cities(found: Plan) -> None:
    decision = found.decision
    known: dict[str, Any] = {
        "from_on": decision.in_force_on,
        "passed_on": decision.passed_on,
        "document": decision.document,
    }
    CityStatus.objects.bulk_create(
        CityStatus(province=row, verified=decision.verified, **known) for row in found.cities.values()
    )
    CityStatus.objects.bulk_create(
        CityStatus(province=one.row, verified=one.city_verified, **known)
        for one in found.provinces
        if one.city_verified is not None
    )
