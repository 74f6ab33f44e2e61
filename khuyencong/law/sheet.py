"""The calculation sheet: what went in, which norm, each step with its article, and what came out; frozen and storable.

And the sum of a group project (đề án lập theo nhóm, TT 36/2013 Đ10.1.a): every beneficiary has its own norm, and the
group has what they have together. It need not name its beneficiaries when the plan is approved.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from fractions import Fraction
from typing import Any

from khuyencong.core.findings import Blocker, Finding, NeedsApproval, Warning_, as_dicts, from_dicts
from khuyencong.core.money import format_dong
from khuyencong.law.catalogue import activity, activity_name
from khuyencong.law.norms import DECLARED_NOTE, DeclaredNorm
from khuyencong.law.values import Norm, Tier
from khuyencong.law.wording import period_text

SHEET_VERSION = 1
GROUP_ARTICLE = "điểm a khoản 1 Điều 10 Thông tư 36/2013/TT-BCT"
UNITS_OF_A_BENEFICIARY = frozenset({"cơ sở", "doanh nghiệp"})
NAMES_SHOWN = 3
AMOUNTS_SHOWN = 10


@dataclass(frozen=True, slots=True)
class SupportQuery:
    """One beneficiary's request. Money in whole đồng; `on` is the day whose law counts.

    `eligible_cost` is the part of `total_cost` inside the norm's cost base. `priority_multiplier` raises the cap and
    counts only when `priority_approved`; `priority_basis` says in words which place or trade it rests on and which
    decision grants it. `declared` is used only where no local norm is known. A norm with several tiers takes the one
    of `charter_capital` (đồng; None = not known) or the one that `tier` names, as the norm itself says.

    `establishments` above 1: amounts of so many establishments of a group that are not named yet (TT 36/2013 Đ10.1.a);
    each will have its own cap, so together they have so many, until each is named and has a sheet of its own.
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
    charter_capital: int | None = None
    priority_basis: str = ""
    establishments: int = 1


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the sheet: `formula` is Vietnamese text with the numbers, `amount` its result in đồng."""

    label: str
    formula: str
    amount: int | None
    article: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Plain data for a JSON column."""
        return {"label": self.label, "formula": self.formula, "amount": self.amount, "article": self.article}


@dataclass(frozen=True, slots=True)
class CalculationSheet:
    """The result for one beneficiary.

    `allowed` is None when no number can be computed: no norm (then a Blocker says so), or payment by contract and
    approved price. `multiplier` is the one really used, `norm` has the numbers of the tier really used, named in `tier`.
    """

    query: SupportQuery
    norm: Norm | None
    no_norm: str
    multiplier: Fraction
    steps: tuple[Step, ...]
    allowed: int | None
    findings: tuple[Finding, ...]
    tier: str = ""

    @property
    def asked(self) -> int:
        return self.query.asked

    @property
    def is_admissible(self) -> bool:
        """No finding stops it; some may still need a decision."""
        return not any(isinstance(finding, Blocker) for finding in self.findings)

    @property
    def norm_version(self) -> str:
        """Which norm, since when: «khoản 4 Điều 8 Thông tư 28/2018/TT-BTC, từ 11/05/2018»; "" without a norm."""
        if self.norm is None:
            return ""
        period = (
            self.norm.note if self.norm.note == DECLARED_NOTE else period_text(self.norm.valid_from, self.norm.valid_to)
        )
        return f"{self.norm.citation}, {period}"

    def as_dict(self) -> dict[str, Any]:
        """Plain data for a JSON column: whole numbers, texts, ISO dates; a fraction is [numerator, denominator]."""
        return {
            "version": SHEET_VERSION,
            "query": _plain(self.query),
            "norm": _plain(self.norm),
            "no_norm": self.no_norm,
            "multiplier": _plain(self.multiplier),
            "steps": [step.as_dict() for step in self.steps],
            "allowed": self.allowed,
            "asked": self.asked,
            "findings": as_dicts(self.findings),
            "tier": self.tier,
        }


@dataclass(frozen=True, slots=True)
class GroupSheet:
    """The sheets of a group and their sum, in đồng.

    `allowed` is None when some part has no number; `findings` are those of the parts, each once with the names it
    concerns, and the ones that only show when the parts are seen together.
    """

    sheets: tuple[CalculationSheet, ...]
    asked: int
    allowed: int | None
    steps: tuple[Step, ...]
    findings: tuple[Finding, ...]

    @property
    def is_admissible(self) -> bool:
        """No finding stops it; some may still need a decision."""
        return not any(isinstance(finding, Blocker) for finding in self.findings)

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON, as that of a sheet."""
        return {
            "sheets": [sheet.as_dict() for sheet in self.sheets],
            "asked": self.asked,
            "allowed": self.allowed,
            "steps": [step.as_dict() for step in self.steps],
            "findings": as_dicts(self.findings),
        }


def sheet_from_dict(data: Mapping[str, Any]) -> CalculationSheet:
    """The sheet that `as_dict` wrote, now or before fields were added: what an older sheet lacks has its default.

    ValueError with a Vietnamese sentence when the data is not such a sheet.
    """
    if data.get("version") != SHEET_VERSION:
        raise ValueError(f"Bảng tính thuộc phiên bản {data.get('version')}, không đọc được.")
    try:
        return CalculationSheet(
            query=_query(data["query"]),
            norm=_norm(data["norm"]) if data["norm"] else None,
            no_norm=data["no_norm"],
            multiplier=Fraction(*data["multiplier"]),
            steps=tuple(Step(**step) for step in data["steps"]),
            allowed=data["allowed"],
            findings=tuple(from_dicts(data["findings"])),
            tier=data.get("tier", data["query"]["tier"]),
        )
    except (KeyError, TypeError, AttributeError, ValueError, ZeroDivisionError) as wrong:
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
    if isinstance(value, (SupportQuery, Norm, Tier, DeclaredNorm)):
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
            "tiers": tuple(Tier(**{**tier, "rate": _fraction(tier["rate"])}) for tier in data["tiers"]),
        }
    )


def group_sheet(sheets: Sequence[CalculationSheet]) -> GroupSheet:
    """The sum over the beneficiaries of a group: the parts add up to the whole, no cap of its own comes on top."""
    parts = tuple(sheets)
    asked = sum(part.asked for part in parts)
    amounts = [part.allowed for part in parts if part.allowed is not None]
    allowed = sum(amounts) if len(amounts) == len(parts) else None
    norms = "; ".join(dict.fromkeys(part.norm.citation for part in parts if part.norm))
    article = "; ".join(text for text in (GROUP_ARTICLE, norms) if text)
    steps = []
    if allowed is None:
        missing = len(parts) - len(amounts)
        steps.append(
            Step("Cộng mức hỗ trợ tối đa", f"chưa cộng được: {missing} cơ sở chưa có mức bằng số", None, article)
        )
    elif parts:
        steps.append(_sum_step(f"Cộng {len(parts)} cơ sở: mức hỗ trợ tối đa", amounts, allowed, article))
    if parts:
        asks = [part.asked for part in parts]
        steps.append(_sum_step(f"Cộng {len(parts)} cơ sở: đề nghị", asks, asked, GROUP_ARTICLE))
    return GroupSheet(parts, asked, allowed, tuple(steps), (*_of_the_parts(parts), *_of_the_whole(parts)))


def _sum_step(label: str, amounts: Sequence[int], total: int, article: str) -> Step:
    told = [format_dong(amount) for amount in amounts]
    if len(told) > AMOUNTS_SHOWN:  # nobody adds up a hundred on a line; they stand on the sheets
        told = [*told[:2], "…", f"{told[-1]} ({len(told)} số)"]
    formula = f"{' + '.join(told)} = {format_dong(total)} đồng"
    return Step(label, formula if len(amounts) > 1 else f"{format_dong(total)} đồng", total, article)


def _of_the_parts(parts: Sequence[CalculationSheet]) -> list[Finding]:
    """Each different finding once; named after its beneficiaries unless it concerns them all."""
    concerned: dict[Finding, list[str]] = {}
    for part in parts:
        for finding in dict.fromkeys(part.findings):
            concerned.setdefault(finding, []).append(part.query.beneficiary_name)
    return [
        finding if len(names) == len(parts) > 1 else _named(finding, [name for name in names if name])
        for finding, names in concerned.items()
    ]


def _named(finding: Finding, names: Sequence[str]) -> Finding:
    if not names or all(name in finding.sentence for name in names):
        return finding
    shown = ", ".join(names[:NAMES_SHOWN])
    if len(names) > NAMES_SHOWN:
        shown = f"{shown} và {len(names) - NAMES_SHOWN} cơ sở khác"
    return replace(finding, sentence=f"{shown}: {finding.sentence}")


def _of_the_whole(parts: Sequence[CalculationSheet]) -> list[Finding]:
    found: list[Finding] = []
    if not parts:
        sentence = "Đề án nhóm chưa xác định cơ sở thụ hưởng: mức hỗ trợ tính khi lập kế hoạch thực hiện."
        found.append(Warning_("group_without_beneficiary", sentence, GROUP_ARTICLE))
    if len({(part.query.source, part.query.on) for part in parts}) > 1:
        sentence = (
            "Các bảng tính trong nhóm không cùng một nguồn kinh phí và một ngày áp dụng: không cộng được với nhau."
        )
        found.append(Blocker("group_not_alike", sentence, GROUP_ARTICLE))
    together = Counter(part.query.activity for part in parts if _is_for_the_whole(part))
    found += [
        Blocker(
            "norm_for_the_whole",
            f"Định mức của «{activity_name(code)}» tính cho cả đề án: không chia theo cơ sở rồi cộng lại.",
            GROUP_ARTICLE,
        )
        for code, times in together.items()
        if times > 1
    ]
    twice = Counter(
        (part.query.beneficiary_name, part.query.activity)
        for part in parts
        if part.query.beneficiary_name and part.norm and part.norm.unit in UNITS_OF_A_BENEFICIARY
    )
    found += [
        NeedsApproval(
            "beneficiary_twice",
            f"{name} đứng {times} lần trong nhóm cho «{activity_name(code)}»: định mức tính cho mỗi cơ sở một lần, "
            "xác nhận đây là các cơ sở khác nhau.",
            GROUP_ARTICLE,
        )
        for (name, code), times in twice.items()
        if times > 1
    ]
    return found


def _is_for_the_whole(part: CalculationSheet) -> bool:
    known = activity(part.query.activity)
    return known is not None and not known.per_beneficiary
