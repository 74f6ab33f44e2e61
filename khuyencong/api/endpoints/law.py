"""What the law says on a day: documents, activities, norms. Values that nobody has read in the text say so."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Annotated, Any

from django.http import Http404
from ninja import Router
from pydantic import Field

from khuyencong.api.door import ApiRequest
from khuyencong.api.endpoints.places import On
from khuyencong.api.endpoints.project_shapes import Activity, Source
from khuyencong.api.operations import read
from khuyencong.api.scopes import Scope
from khuyencong.api.shapes import Answer, Code
from khuyencong.core.dates import today
from khuyencong.law.catalogue import catalogue
from khuyencong.law.values import Document, NoNorm, Norm, Tier, in_force
from khuyencong.normbook.book import all_documents, current_book

router = Router(tags=["Văn bản, định mức"])
PERCENT = 100


class DocumentOut(Answer):
    """A decree, circular, decision or resolution; `scope` is a province key, null for the nation."""

    id: str
    number: str
    kind: str
    title: str
    issuer: str
    issued_on: date | None
    valid_from: date | None
    valid_to: date | None
    scope: str | None
    verified: bool
    note: str


class ActivityOut(Answer):
    """One kind of work that may be paid for (NĐ 45/2012 Đ4)."""

    code: str
    name: str
    article: str
    unit: str
    per_beneficiary: bool
    valid_from: date
    valid_to: date | None
    verified: bool


class TierOut(Answer):
    """One step of a norm."""

    name: str
    percent: float | None
    cap: int | None


class NormOut(Answer):
    """At most `percent` of the cost and at most `cap` đồng per `unit`."""

    percent: float | None
    cap: int | None
    unit: str
    cost_base: str
    document: str
    article: str
    verified: bool
    pending: str
    valid_from: date | None
    valid_to: date | None
    tiers: list[TierOut]


class NormAnswer(Answer):
    """The norm, or the sentence why there is none to apply."""

    activity: str
    source: str
    on: date
    norm: NormOut | None
    reason: str


def _document(one: Document) -> dict[str, Any]:
    return {name: getattr(one, name) for name in DocumentOut.model_fields}


def _share(rate: Fraction | None) -> float | None:
    return None if rate is None else float(rate * PERCENT)


def _tier(one: Tier) -> dict[str, Any]:
    return {"name": one.name, "percent": _share(one.rate), "cap": one.cap}


def _norm(one: Norm) -> dict[str, Any]:
    same = ("cap", "unit", "cost_base", "document", "article", "verified", "pending", "valid_from", "valid_to")
    values = {name: getattr(one, name) for name in same}
    return values | {"percent": _share(one.rate), "tiers": [_tier(tier) for tier in one.tiers]}


@read(router, "/law/documents", Scope.LAW_READ, list[DocumentOut], "Văn bản còn hiệu lực trong một ngày")
def documents(request: ApiRequest, on: On | None = None, scope: Code | None = None) -> list[dict[str, Any]]:
    """Documents in force on the day, of the nation or of one province."""
    day = on or today()
    found = (one for one in all_documents() if one.scope == scope and in_force(one.valid_from, one.valid_to, day))
    return [_document(one) for one in found]


@read(router, "/law/documents/{id}", Scope.LAW_READ, DocumentOut, "Một văn bản")
def document(request: ApiRequest, id: Code) -> dict[str, Any]:  # noqa: A002  # the name in the address
    """One document, in force or not."""
    found = next((one for one in all_documents() if one.id == id), None)
    if found is None:
        raise Http404
    return _document(found)


@read(router, "/law/activities", Scope.LAW_READ, list[ActivityOut], "Nội dung hoạt động được hỗ trợ trong một ngày")
def activities(request: ApiRequest, on: On | None = None) -> list[dict[str, Any]]:
    """What may be paid for on the day."""
    day = on or today()
    found = [one for one in catalogue().activities.values() if one.in_force(day)]
    return [{name: getattr(one, name) for name in ActivityOut.model_fields} for one in found]


@read(router, "/law/norms", Scope.LAW_READ, NormAnswer, "Định mức của một nội dung trong một ngày")
def norm(
    request: ApiRequest,
    activity: Activity,
    source: Source,
    province: Annotated[str, Field(max_length=12)] = "",
    province_before: Annotated[str, Field(max_length=12)] = "",
    on: On | None = None,
) -> dict[str, Any]:
    """Of national money, or of a province: today's key, then the old one of the site."""
    day = on or today()
    keys = tuple(key for key in (province, province_before) if key)
    found = current_book().norm_on(activity, source=source, province_keys=keys, on=day)
    return {
        "activity": activity,
        "source": source,
        "on": day,
        "norm": None if isinstance(found, NoNorm) else _norm(found),
        "reason": found.reason if isinstance(found, NoNorm) else "",
    }
