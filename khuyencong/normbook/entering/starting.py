"""What the form of a new document begins with, when one comes from a document that is to be corrected or replaced."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from khuyencong.law.values import UNREAD_ARTICLE, Document, Norm
from khuyencong.normbook.entering.forms import plain_percent
from khuyencong.normbook.models import DocumentKind
from khuyencong.places.models import Province

_PERCENT = 100


@dataclass(frozen=True)
class Start:
    """First values of the head, the rows of norms and the rows of tiers."""

    head: dict[str, Any] = field(default_factory=dict)
    norms: list[dict[str, Any]] = field(default_factory=list)
    tiers: list[dict[str, Any]] = field(default_factory=list)


def start_from(query: Mapping[str, str], *, documents: Iterable[Document], provinces: Sequence[Province]) -> Start:
    """Read `?corrects=ID&activity=CODE` or `?replaces=ID`; anything that names nothing is passed over."""
    known = {one.id: one for one in documents}
    places = {one.key: one for one in provinces}
    today = next((one for one in provinces if one.is_today), None)
    corrected, replaced = known.get(query.get("corrects", "")), known.get(query.get("replaces", ""))
    if corrected is not None:
        norms = [norm for norm in corrected.norms if norm.activity == query.get("activity")]
        head = _head(corrected) | {
            "number": corrected.number,
            "issued_on": corrected.issued_on,
            "valid_from": corrected.valid_from,
            "valid_to": corrected.valid_to,
            "corrects": corrected.id,
            "province": places.get(corrected.scope or "", today),
        }
        tiers = [_tier_row(norm, place) for norm in norms for place in range(len(norm.tiers))]
        return Start(head, [_norm_row(norm) for norm in norms], tiers)
    if replaced is not None:
        # The activities are those of the old document; what it paid for them is not carried over.
        rows = [{"activity": norm.activity, "unit": norm.unit, "cost_base": norm.cost_base} for norm in replaced.norms]
        unique = {row["activity"]: row for row in rows}
        return Start(_head(replaced) | {"replaces": [replaced.id], "province": today}, list(unique.values()))
    return Start({"province": today})


def _head(document: Document) -> dict[str, Any]:
    kind = document.kind if document.kind in DocumentKind.values else ""
    return {"kind": kind, "title": document.title, "issuer": document.issuer}


def _norm_row(norm: Norm) -> dict[str, Any]:
    return {
        "activity": norm.activity,
        "percent": _percent(norm.rate),
        "cap": norm.cap,
        "unit": norm.unit,
        "article": "" if norm.article == UNREAD_ARTICLE else norm.article,
        "cost_base": norm.cost_base,
        "recoverable": norm.recoverable,
        "by_price": norm.by_price,
        "tier_by": norm.tier_by,
        "note": norm.note,
    }


def _tier_row(norm: Norm, place: int) -> dict[str, Any]:
    tier = norm.tiers[place]
    return {
        "activity": norm.activity,
        "name": tier.name,
        "above": tier.above,
        "up_to": tier.up_to,
        "percent": _percent(tier.rate),
        "cap": tier.cap,
    }


def _percent(share: Fraction | None) -> Decimal | int | None:
    """A share as the form has it: in per cent, with two decimals where it needs them."""
    if share is None:
        return None
    value = share * _PERCENT
    return plain_percent((Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal("0.01")))
