"""Provinces and communes, as they were on a day."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.shortcuts import get_object_or_404
from ninja import Router
from pydantic import Field

from khuyencong.api.cursors import Cursor, Limit, Page, page_of
from khuyencong.api.door import ApiRequest
from khuyencong.api.operations import read
from khuyencong.api.scopes import Scope
from khuyencong.api.shapes import Answer, Code, Day
from khuyencong.core.dates import today
from khuyencong.places.models import Commune, Province

router = Router(tags=["Địa bàn"])

On = Annotated[Day, Field(description="Vào ngày nào; để trống: hôm nay")]


class ProvinceOut(Answer):
    """`key` names one row for good: a code alone was borne by several provinces."""

    key: str
    code: str
    name: str
    valid_from: date | None
    valid_to: date | None
    current: str = Field(description="`key` của tỉnh hôm nay")


class CommuneOut(Answer):
    """A commune, ward or special zone, with its point (WGS 84)."""

    key: str
    code: str
    name: str
    kind: str
    province: str = Field(description="`key` của tỉnh")
    latitude: float
    longitude: float
    valid_from: date
    valid_to: date | None


def _province(one: Province) -> dict[str, Any]:
    return {
        "key": one.key,
        "code": one.code,
        "name": one.name,
        "valid_from": one.valid_from,
        "valid_to": one.valid_to,
        "current": one.current.key if one.current else one.key,
    }


def _commune(one: Commune) -> dict[str, Any]:
    return {
        "key": one.key,
        "code": one.code,
        "name": one.name,
        "kind": one.kind,
        "province": one.province.key,
        "latitude": one.latitude,
        "longitude": one.longitude,
        "valid_from": one.valid_from,
        "valid_to": one.valid_to,
    }


@read(router, "/provinces", Scope.PLACES_READ, Page[ProvinceOut], "Danh sách tỉnh, thành phố trong một ngày")
def provinces(request: ApiRequest, on: On | None = None, cursor: Cursor = "", limit: Limit = 50) -> dict[str, Any]:
    """Provinces in force on the day."""
    found = Province.objects.in_force(on or today()).select_related("current")
    return page_of(found, of="provinces", cursor=cursor, limit=limit, show=_province)


@read(router, "/provinces/{key}/communes", Scope.PLACES_READ, Page[CommuneOut], "Xã, phường, đặc khu của một tỉnh")
def communes(
    request: ApiRequest, key: Code, on: On | None = None, cursor: Cursor = "", limit: Limit = 50
) -> dict[str, Any]:
    """Communes of a province in force on the day."""
    province = get_object_or_404(Province, key=key)
    found = Commune.objects.in_force(on or today()).filter(province=province).select_related("province")
    return page_of(found, of="communes", cursor=cursor, limit=limit, show=_commune)
