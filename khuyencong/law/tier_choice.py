"""Which step of a tiered norm holds for a case: by charter capital where the norm says so, else by its name.

A step whose numbers nobody has read stops the calculation; a step nobody can choose yet gives the lowest known one,
for a person to confirm.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from khuyencong.core.findings import Blocker, Finding, NeedsApproval
from khuyencong.core.money import format_dong, share_down
from khuyencong.law.sheet import Step, SupportQuery
from khuyencong.law.values import CHARTER_CAPITAL, Norm, Tier


@dataclass(frozen=True, slots=True)
class TierChoice:
    """The norm with the numbers of its tier, and why that one. `norm` None: no number can be computed."""

    norm: Norm | None
    tier: str = ""
    steps: tuple[Step, ...] = ()
    findings: tuple[Finding, ...] = ()


def choose_tier(query: SupportQuery, norm: Norm) -> TierChoice:
    """The tier of the query's charter capital or of the name it gives; a norm without tiers as it stands."""
    if not norm.tiers:
        return TierChoice(norm)
    if norm.tier_by == CHARTER_CAPITAL:
        return _by_capital(query, norm)
    if query.tier:
        return _by_name(query, norm)
    return _lowest(query, norm, norm.tiers, f"Định mức có nhiều bậc ({_names(norm)}): tính theo bậc thấp nhất.")


def _by_capital(query: SupportQuery, norm: Norm) -> TierChoice:
    capital = query.charter_capital
    if capital is None:
        if not query.tier:
            sentence = f"Chưa ghi vốn điều lệ: định mức có nhiều bậc ({_names(norm)}), tính theo bậc thấp nhất."
            return _lowest(query, norm, norm.tiers, sentence)
        sentence = f"Chưa ghi vốn điều lệ: kiểm tra cơ sở thuộc bậc «{query.tier}»."
        named = _by_name(query, norm)
        doubt = NeedsApproval("tier_without_capital", sentence, norm.citation)
        return replace(named, findings=(*named.findings, doubt)) if named.norm else named
    shown = f"{format_dong(capital)} đồng"
    fitting = [tier for tier in norm.tiers if _holds(tier, capital)]
    if capital < 0 or not fitting:
        sentence = f"Vốn điều lệ {shown} không thuộc bậc nào của định mức ({_names(norm)})."
        return _no_number("tier_none", sentence, norm)
    if query.tier and query.tier not in {tier.name for tier in fitting}:
        sentence = f"Bậc «{query.tier}» không khớp với vốn điều lệ {shown}: bậc đúng là «{fitting[0].name}»."
        return _no_number("tier_mismatch", sentence, norm)
    if len(fitting) > 1:
        names = "; ".join(tier.name for tier in fitting)
        return _lowest(query, norm, fitting, f"Vốn điều lệ {shown} thuộc nhiều bậc ({names}): tính theo bậc thấp nhất.")
    return _chosen(norm, fitting[0], f"vốn điều lệ {shown}: bậc «{fitting[0].name}»")


def _by_name(query: SupportQuery, norm: Norm) -> TierChoice:
    for tier in norm.tiers:
        if tier.name == query.tier:
            return _chosen(norm, tier, f"bậc «{tier.name}»")
    return _no_number("tier_none", f"Định mức không có bậc «{query.tier}», chỉ có: {_names(norm)}.", norm)


def _lowest(query: SupportQuery, norm: Norm, tiers: Sequence[Tier], sentence: str) -> TierChoice:
    """The known tier that pays least for this cost."""
    known = [tier for tier in tiers if tier.is_known]
    if not known:
        return _no_number("tier_unknown", f"Chưa đọc được mức của bậc nào ({_names(norm)}).", norm)
    lowest = min(known, key=lambda tier: _worth(tier, max(query.eligible_cost, 0)))
    choice = _chosen(norm, lowest, f"bậc thấp nhất đã biết: «{lowest.name}»")
    return replace(choice, findings=(NeedsApproval("tier_not_chosen", sentence, norm.citation),))


def _chosen(norm: Norm, tier: Tier, formula: str) -> TierChoice:
    if not tier.is_known:
        return _no_number("tier_unknown", f"Chưa đọc được mức của bậc «{tier.name}».", norm)
    step = Step("Bậc định mức", formula, None, norm.citation)
    return TierChoice(replace(norm, rate=tier.rate, cap=tier.cap, tiers=()), tier.name, (step,))


def _no_number(code: str, sentence: str, norm: Norm) -> TierChoice:
    return TierChoice(None, findings=(Blocker(code, sentence, norm.citation),))


def _holds(tier: Tier, quantity: int) -> bool:
    return (tier.above is None or tier.above < quantity) and (tier.up_to is None or quantity <= tier.up_to)


def _worth(tier: Tier, cost: int) -> int:
    limits = [cost]
    if tier.rate is not None:
        limits.append(share_down(tier.rate, cost))
    if tier.cap is not None:
        limits.append(tier.cap)
    return min(limits)


def _names(norm: Norm) -> str:
    return "; ".join(tier.name for tier in norm.tiers)
