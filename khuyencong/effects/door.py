"""How an action takes hold of a sheet: locked, permitted, and still what the page showed."""

from __future__ import annotations

from collections.abc import Sequence

from khuyencong.effects.models import EffectSheet
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require

WITH = (
    "project__province__current",
    "project__implementing_unit",
    "project__submitted_by",
    "project__in_charge",
    "beneficiary__establishment__account",
    "beneficiary__establishment__commune",
    "beneficiary__establishment__province",
)


def lock_sheet(sheet_id: int) -> EffectSheet:
    """The sheet with đề án and establishment, locked until the transaction ends. Must be called inside one."""
    return EffectSheet.objects.select_for_update(of=("self",)).select_related(*WITH).get(pk=sheet_id)


def lock_for(sheet_id: int, permission: Permission, *, by: Actor, version: int) -> EffectSheet:
    """As `lock_sheet`. Raises NotAllowed where the matrix refuses, Stale where `version` is not the current one."""
    sheet = lock_sheet(sheet_id)
    require(by, permission, sheet)
    sheet.check_version(version)
    return sheet


def lock_several(sheet_ids: Sequence[int]) -> list[EffectSheet]:
    """Several sheets in the order of their keys, so that two who lock some of the same wait for one another."""
    rows = EffectSheet.objects.select_for_update(of=("self",)).select_related(*WITH)
    return list(rows.filter(pk__in=sheet_ids).order_by("pk"))
