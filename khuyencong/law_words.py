"""The answers of `khuyencong law`: as plain data for scripts, and in words for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from khuyencong.core.dates import format_date
from khuyencong.core.findings import Finding, as_dicts
from khuyencong.core.money import format_dong
from khuyencong.core.text import money_in_words
from khuyencong.law.catalogue import activity_name
from khuyencong.law.sheet import CalculationSheet, Step
from khuyencong.law.support import GroupSheet
from khuyencong.law.values import LOCAL, NoNorm, Norm, Tier
from khuyencong.law.wording import period_text, terms_text
from khuyencong.places.lookup import KnownProvince

NO_NUMBER = "không có mức bằng số"
_PERCENT = 100
_LABEL_WIDTH = 14


# --- data ------------------------------------------------------------------------------------------------------------


def norm_as_data(
    found: Norm | NoNorm,
    *,
    activity: str,
    source: str,
    on: date,
    province: KnownProvince | None,
    keys: Sequence[str],
) -> dict[str, Any]:
    """The answer to one question about a norm; money in whole đồng, days as yyyy-mm-dd, `norm` null where there is none."""
    return {
        **_question(activity=activity, source=source, on=on, province=province, keys=keys),
        "norm": norm_data(found) if isinstance(found, Norm) else None,
        "reason": found.reason if isinstance(found, NoNorm) else None,
    }


def norm_data(norm: Norm) -> dict[str, Any]:
    """A norm: `rate` of one and the same as `percent`, `cap` in đồng per `unit`; null is not known or not in the text."""
    return {
        **_rate_and_cap(norm),
        "unit": norm.unit,
        "document": norm.document,
        "document_id": norm.document_id,
        "article": norm.article,
        "citation": norm.citation,
        "verified": norm.verified,
        "pending": norm.pending,
        "note": norm.note,
        "valid_from": _day(norm.valid_from),
        "valid_to": _day(norm.valid_to),
        "recoverable": norm.recoverable,
        "by_price": norm.by_price,
        "tiers": [
            {"name": tier.name, **_rate_and_cap(tier), "above": tier.above, "up_to": tier.up_to} for tier in norm.tiers
        ],
        "tier_by": norm.tier_by,
        "cost_base": norm.cost_base,
        "scope": norm.scope,
    }


def sheet_as_data(sheet: CalculationSheet, province: KnownProvince | None) -> dict[str, Any]:
    """A calculation sheet: what went in, the norm, the steps with their articles, what came out; money in đồng."""
    query = sheet.query
    return {
        **_question(
            activity=query.activity, source=query.source, on=query.on, province=province, keys=query.province_keys
        ),
        "beneficiary": query.beneficiary_name,
        "total_cost": query.total_cost,
        "eligible_cost": query.eligible_cost,
        "asked": sheet.asked,
        "allowed": sheet.allowed,
        "admissible": sheet.is_admissible,
        "multiplier": _number(sheet.multiplier),
        "tier": sheet.tier,
        "norm": norm_data(sheet.norm) if sheet.norm else None,
        "reason": sheet.no_norm or None,
        "steps": [step.as_dict() for step in sheet.steps],
        "findings": as_dicts(sheet.findings),
    }


def group_as_data(group: GroupSheet, provinces: Sequence[KnownProvince | None]) -> dict[str, Any]:
    """The sheets of a group in the order of the case, and their sum."""
    return {
        "beneficiaries": [sheet_as_data(sheet, place) for sheet, place in zip(group.sheets, provinces, strict=True)],
        "asked": group.asked,
        "allowed": group.allowed,
        "admissible": group.is_admissible,
        "steps": [step.as_dict() for step in group.steps],
        "findings": as_dicts(group.findings),
    }


def _question(
    *, activity: str, source: str, on: date, province: KnownProvince | None, keys: Sequence[str]
) -> dict[str, Any]:
    return {
        "activity": activity,
        "name": activity_name(activity),
        "on": on.isoformat(),
        "source": source,
        "province": province.key if province else None,
        "province_name": province.label if province else None,
        "province_keys": list(keys),
    }


def _rate_and_cap(values: Norm | Tier) -> dict[str, Any]:
    rate = values.rate
    return {
        "rate": None if rate is None else _number(rate),
        "percent": None if rate is None else _number(rate * _PERCENT),
        "cap": values.cap,
    }


def _number(value: Fraction) -> int | float:
    """A share or a multiplier as JSON has it; money never goes this way."""
    return value.numerator if value.denominator == 1 else float(value)


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


# --- words -----------------------------------------------------------------------------------------------------------


def norm_text(found: Norm | NoNorm, *, activity: str, source: str, on: date, province: KnownProvince | None) -> str:
    """The answer to one question about a norm, for a person."""
    lines = _heading(activity=activity, source=source, on=on, province=province)
    if isinstance(found, NoNorm):
        return "\n".join([*lines, _sentence(found.reason)])
    return "\n".join([*lines, *_norm_lines(found)])


def sheet_text(sheet: CalculationSheet, province: KnownProvince | None) -> str:
    """A calculation sheet, for a person."""
    query = sheet.query
    lines = _heading(activity=query.activity, source=query.source, on=query.on, province=province)
    return "\n".join([*lines, *_sheet_lines(sheet), *_finding_lines(sheet.findings)])


def group_text(group: GroupSheet, provinces: Sequence[KnownProvince | None]) -> str:
    """The sheets of a group one after another, then their sum and every finding once."""
    blocks = []
    for number, (sheet, place) in enumerate(zip(group.sheets, provinces, strict=True), start=1):
        query = sheet.query
        lines = _heading(activity=query.activity, source=query.source, on=query.on, province=place)
        blocks.append("\n".join([f"[{number}] {lines[0]}", *lines[1:], *_sheet_lines(sheet)]))
    closing = [f"Cả nhóm: {len(group.sheets)} đơn vị thụ hưởng", *_step_lines(group.steps)]
    closing += _result_lines(group.allowed, group.asked)
    return "\n\n".join([*blocks, "\n".join([*closing, *_finding_lines(group.findings)])])


def _heading(*, activity: str, source: str, on: date, province: KnownProvince | None) -> list[str]:
    whose = "khuyến công quốc gia"
    if source == LOCAL:
        whose = f"khuyến công địa phương, {province.label}" if province else "khuyến công địa phương"
    return [f"{activity_name(activity)} ({activity})", f"Ngày {format_date(on)}, {whose}"]


def _norm_lines(norm: Norm) -> list[str]:
    """What a norm gives, where it stands, since when, and what is not certain about it."""
    doubts = [] if norm.verified else ["chưa đọc trong văn bản gốc"]
    doubts += [norm.pending] if norm.pending else []
    rows = (
        ("Định mức", terms_text(norm)),
        ("Tính trên", norm.cost_base),
        ("Căn cứ", norm.citation),
        ("Hiệu lực", period_text(norm.valid_from, norm.valid_to)),
        ("Ghi chú", norm.note),
        ("Xác minh", f"chờ xác minh: {'; '.join(doubts)}" if doubts else "đã xác minh"),
    )
    return [_row(label, text) for label, text in rows if text]


def _sheet_lines(sheet: CalculationSheet) -> list[str]:
    query = sheet.query
    lines = [_row("Đơn vị", query.beneficiary_name)] if query.beneficiary_name else []
    lines.append(_row("Tổng kinh phí", f"{format_dong(query.total_cost)} đồng"))
    lines.append(_row("Làm căn cứ", f"{format_dong(query.eligible_cost)} đồng"))
    lines += _norm_lines(sheet.norm) if sheet.norm else [_sentence(sheet.no_norm)]
    return [*lines, *_step_lines(sheet.steps), *_result_lines(sheet.allowed, sheet.asked)]


def _step_lines(steps: Iterable[Step]) -> list[str]:
    lines = []
    for number, step in enumerate(steps, start=1):
        article = f" [{step.article}]" if step.article else ""
        lines.append(f"  {number}. {step.label}: {step.formula}{article}")
    return lines


def _result_lines(allowed: int | None, asked: int) -> list[str]:
    most = NO_NUMBER if allowed is None else f"{format_dong(allowed)} đồng ({money_in_words(allowed)})"
    return [f"Được hỗ trợ tối đa: {most}", f"Đề nghị hỗ trợ: {format_dong(asked)} đồng"]


def _finding_lines(findings: Iterable[Finding]) -> list[str]:
    lines = []
    for finding in findings:
        article = f" ({finding.article})" if finding.article else ""
        lines.append(f"- {finding.label}: {finding.sentence}{article}")
    return lines


def _row(label: str, text: str) -> str:
    return f"  {f'{label}:':{_LABEL_WIDTH}} {text}"


def _sentence(text: str) -> str:
    """A reason begins small, as part of a longer sentence."""
    return f"{text[:1].upper()}{text[1:]}"
