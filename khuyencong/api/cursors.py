"""Lists in pages: «what follows the last one I have», by a sealed cursor that stays right while others add rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar

from django.core import signing
from django.db.models import Model, QuerySet
from pydantic import BaseModel, BeforeValidator, Field

from khuyencong.api.problems import wrong
from khuyencong.api.shapes import digits

MOST = 100
USUAL = 50

M = TypeVar("M", bound=Model)
T = TypeVar("T")

Limit = Annotated[int, Field(ge=1, le=MOST), BeforeValidator(digits)]
Cursor = Annotated[str, Field(max_length=500)]  # `next` of the page before


class Page(BaseModel, Generic[T]):
    """One page of a list; `next` is null on the last one."""

    items: list[T]
    next: str | None = Field(description="Đưa vào tham số `cursor` để lấy trang sau; null: hết")


def page_of(
    found: QuerySet[M],
    *,
    of: str,
    cursor: str,
    limit: int,
    show: Callable[[M], dict[str, Any]],
) -> dict[str, Any]:
    """The page of `found` behind `cursor`, in the order of the keys; one query. `of`: the list that the cursor belongs to."""
    if cursor:
        found = found.filter(pk__gt=_after(cursor, of))
    rows: Sequence[M] = list(found.order_by("pk")[: limit + 1])
    more = len(rows) > limit
    rows = rows[:limit]
    return {"items": [show(row) for row in rows], "next": signing.dumps(rows[-1].pk, salt=_salt(of)) if more else None}


def _after(cursor: str, of: str) -> int:
    try:
        return int(signing.loads(cursor, salt=_salt(of)))
    except (signing.BadSignature, ValueError, TypeError):
        raise wrong("query.cursor", "Con trỏ này không phải do danh sách này đưa ra.") from None


def _salt(of: str) -> str:
    return f"khuyencong.api.{of}"
