"""The calculation sheet: what went in, which norm, each step with its article, and what came out; frozen and storable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from fractions import Fraction
from typing import Any

from khuyencong.core.findings import Blocker, Finding, as_dicts, from_dicts
from khuyencong.law.norms import DeclaredNorm
from khuyencong.law.values import Norm, Tier

SHEET_VERSION = 1


@dataclass(frozen=True, slots=True)
class SupportQuery:
    """One beneficiary's request. Money in whole đồng; `on` is the day whose law counts.

    `eligible_cost` is the part of `total_cost` inside the norm's cost base. `priority_multiplier` raises the cap and
    counts only when `priority_approved`. `declared` is used only where no local norm is known. `tier` names a step of
    a norm that has several.
    """

    activity: str
    source: str
    on: date
    province_keys: tuple[str, ...]
    beneficiary_name: str
    eligible_cost: int
    total_cost: int
    asked: int
    priority_multiplier: Fraction = Fraction(1)
    priority_approved: bool = False
    declared: DeclaredNorm | None = None
    tier: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the sheet: `formula` is Vietnamese text with the numbers, `amount` its result in đồng."""

    label: str
    formula: str
    amount: int | None
    article: str = ""


@dataclass(frozen=True, slots=True)
class CalculationSheet:
    """The result for one beneficiary.

    `allowed` is None when no number can be computed: no norm (then a Blocker says so), or payment by contract and
    approved price. `multiplier` is the one really used.
    """

    query: SupportQuery
    norm: Norm | None
    no_norm: str
    multiplier: Fraction
    steps: tuple[Step, ...]
    allowed: int | None
    findings: tuple[Finding, ...]

    @property
    def asked(self) -> int:
        return self.query.asked

    @property
    def is_admissible(self) -> bool:
        """No finding stops it; some may still need a decision."""
        return not any(isinstance(finding, Blocker) for finding in self.findings)

    def as_dict(self) -> dict[str, Any]:
        """Plain data for a JSON column: whole numbers, texts, ISO dates; a fraction is [numerator, denominator]."""
        return {
            "version": SHEET_VERSION,
            "query": _plain(self.query),
            "norm": _plain(self.norm),
            "no_norm": self.no_norm,
            "multiplier": _plain(self.multiplier),
            "steps": [_plain(step) for step in self.steps],
            "allowed": self.allowed,
            "asked": self.asked,
            "findings": as_dicts(self.findings),
        }


def sheet_from_dict(data: Mapping[str, Any]) -> CalculationSheet:
    """The sheet that `as_dict` wrote. ValueError with a Vietnamese sentence when the data is not such a sheet."""
    try:
        if data["version"] != SHEET_VERSION:
            raise ValueError(f"Bảng tính thuộc phiên bản {data['version']}, không đọc được.")
        return CalculationSheet(
            query=_query(data["query"]),
            norm=_norm(data["norm"]) if data["norm"] else None,
            no_norm=data["no_norm"],
            multiplier=Fraction(*data["multiplier"]),
            steps=tuple(Step(**step) for step in data["steps"]),
            allowed=data["allowed"],
            findings=tuple(from_dicts(data["findings"])),
        )
    except (KeyError, TypeError) as wrong:
        raise ValueError(f"Bảng tính lưu trữ bị thiếu hoặc sai: {wrong}.") from wrong


def _plain(value: object) -> Any:
    """Dataclasses, dates, fractions and tuples as JSON data."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, Fraction):
        return [value.numerator, value.denominator]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if isinstance(value, (SupportQuery, Norm, Tier, DeclaredNorm, Step)):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    raise TypeError(f"cannot be stored: {value!r}")


def _fraction(pair: list[int] | None) -> Fraction | None:
    return None if pair is None else Fraction(*pair)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _query(data: Mapping[str, Any]) -> SupportQuery:
    declared = data["declared"]
    return SupportQuery(
        **{
            **data,
            "on": date.fromisoformat(data["on"]),
            "province_keys": tuple(data["province_keys"]),
            "priority_multiplier": Fraction(*data["priority_multiplier"]),
            "declared": DeclaredNorm(**{**declared, "rate": _fraction(declared["rate"])}) if declared else None,
        }
    )


def _norm(data: Mapping[str, Any]) -> Norm:
    return Norm(
        **{
            **data,
            "rate": _fraction(data["rate"]),
            "valid_from": _day(data["valid_from"]),
            "valid_to": _day(data["valid_to"]),
            "basis_ended_on": _day(data["basis_ended_on"]),
            "tiers": tuple(Tier(tier["name"], _fraction(tier["rate"]), tier["cap"]) for tier in data["tiers"]),
        }
    )
