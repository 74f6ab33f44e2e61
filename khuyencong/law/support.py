"""How much one beneficiary may receive, and how much of it is payable at an acceptance, step by step.

Allowed support = min(rate x eligible cost, cap x priority multiplier), never more than the eligible cost. Wrong input
never raises: it becomes a Blocker with a sentence, so that a form can show all of them at once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from khuyencong.core.dates import format_date
from khuyencong.core.findings import Blocker, Finding, NeedsApproval, Warning_
from khuyencong.core.money import MAX_DONG, format_dong, share_down
from khuyencong.law.catalogue import activity_name
from khuyencong.law.norms import NormBook, shipped_norms
from khuyencong.law.regulations import regulations
from khuyencong.law.sheet import CalculationSheet, Step, SupportQuery, sheet_from_dict
from khuyencong.law.values import LOCAL, NoNorm, Norm, Parameter, multiplier_text, percent_text

__all__ = [
    "STACK_LINE_AND_PRIORITY",
    "CalculationSheet",
    "Payable",
    "Step",
    "SupportQuery",
    "payable_at_acceptance",
    "priority_limit_on",
    "sheet_from_dict",
    "support_for",
]

# The 1.5 of a technology line (TT 28/2018 Đ8.4) and the 1.5 of priority (Đ6 NĐ 45) are two rules; no text read so far
# says that they multiply to 2.25, so they do not.
STACK_LINE_AND_PRIORITY = False

TECHNOLOGY_LINE = "technology_line"
ONE = Fraction(1)


@dataclass(frozen=True, slots=True)
class Payable:
    """What an acceptance makes payable. `earned` ignores what was recognised before; `amount` is what is left of it."""

    amount: int
    earned: int
    steps: tuple[Step, ...]


def support_for(query: SupportQuery, *, book: NormBook | None = None) -> CalculationSheet:
    """The calculation sheet of one beneficiary; the same query always gives the same sheet.

    `book` is another set of norms to compute with (a scratch copy); the shipped ones by default.
    """
    findings = _amount_problems(query)
    norm, reason = _find_norm(query, book or shipped_norms(), findings)
    multiplier = _multiplier(query, norm, findings)
    if norm is None:
        return CalculationSheet(query, None, reason, multiplier, (), None, tuple(findings))
    norm = _choose_tier(query, norm, findings)
    _doubts(norm, findings)
    if not norm.has_numbers:
        if not norm.tiers:
            findings.append(
                NeedsApproval(
                    "no_numeric_norm",
                    f"«{activity_name(norm.activity)}» không có định mức bằng số: "
                    "theo hợp đồng/đơn giá được phê duyệt.",
                    norm.citation,
                )
            )
        return CalculationSheet(query, norm, "", multiplier, (), None, tuple(findings))
    if query.eligible_cost <= 0:
        return CalculationSheet(query, norm, "", multiplier, (), None, tuple(findings))
    steps, allowed = _limits(norm, query.eligible_cost, multiplier, cost_label="Chi phí hợp lệ")
    steps.append(_asked_step(query.asked, allowed))
    if query.asked > allowed:
        findings.append(
            Blocker(
                "asked_above_allowed",
                f"Đề nghị {format_dong(query.asked)} đồng, vượt mức được hỗ trợ tối đa {format_dong(allowed)} đồng"
                f"{_for_whom(query)}.",
                norm.citation,
            )
        )
    return CalculationSheet(query, norm, "", multiplier, tuple(steps), allowed, tuple(findings))


def payable_at_acceptance(
    *,
    approved: int,
    accepted_cost: int,
    already: int,
    norm: Norm | None = None,
    sheet: CalculationSheet | None = None,
    multiplier: Fraction = ONE,
) -> Payable:
    """What one acceptance makes payable: min(approved, rate x accepted cost, cap x multiplier, approved - already).

    All in whole đồng. `accepted_cost` is the eligible cost accepted this time and `already` the support recognised at
    earlier acceptances; advances are no part of it, the ledger sets them off. Give the `sheet` stored with the project
    (it brings norm and multiplier) or a `norm`; without either only the approval and the accepted cost limit it.
    Negative amounts count as zero, so the result is never below zero nor above what is left.
    """
    if sheet is not None:
        norm, multiplier = sheet.norm, sheet.multiplier
    approved, accepted_cost, already = max(approved, 0), max(accepted_cost, 0), max(already, 0)
    steps = [Step("Đã phê duyệt", f"{format_dong(approved)} đồng", approved)]
    if norm is not None and norm.has_numbers:
        limits, allowed = _limits(norm, accepted_cost, multiplier, cost_label="Chi phí được nghiệm thu")
        steps += limits
    else:
        allowed = accepted_cost
        steps.append(Step("Chi phí được nghiệm thu", f"{format_dong(accepted_cost)} đồng", accepted_cost))
    earned = min(approved, allowed)
    left = max(approved - already, 0)
    steps.append(Step("Còn lại", f"{format_dong(approved)} - {format_dong(already)} = {format_dong(left)} đồng", left))
    amount = min(earned, left)
    steps.append(
        Step("Được thanh toán", f"min({format_dong(earned)}; {format_dong(left)}) = {format_dong(amount)} đồng", amount)
    )
    return Payable(amount, earned, tuple(steps))


def priority_limit_on(on: date) -> Parameter | None:
    """The highest priority multiplier of a day, with its article; None before any rule."""
    return regulations().parameter("priority_multiplier", on)


def _amount_problems(query: SupportQuery) -> list[Finding]:
    found: list[Finding] = []
    amounts = (
        ("total", "Tổng kinh phí", query.total_cost),
        ("eligible", "Chi phí hợp lệ", query.eligible_cost),
        ("asked", "Kinh phí đề nghị hỗ trợ", query.asked),
    )
    for code, label, amount in amounts:
        if amount <= 0:
            found.append(Blocker(f"{code}_not_positive", f"{label} phải lớn hơn 0 đồng."))
        elif amount > MAX_DONG:
            found.append(Blocker(f"{code}_too_large", f"{label} vượt quá {format_dong(MAX_DONG)} đồng."))
        elif code != "total" and amount > query.total_cost > 0:
            found.append(
                Blocker(
                    f"{code}_above_total",
                    f"{label} {format_dong(amount)} đồng lớn hơn tổng kinh phí {format_dong(query.total_cost)} đồng.",
                )
            )
    return found


def _find_norm(query: SupportQuery, book: NormBook, findings: list[Finding]) -> tuple[Norm | None, str]:
    """The norm to compute with, else the reason why there is none; local projects may declare their own."""
    found = book.norm_on(query.activity, source=query.source, province_keys=query.province_keys, on=query.on)
    if isinstance(found, Norm):
        if query.declared is not None:
            findings.append(
                Warning_(
                    "declared_not_used",
                    "Đã có định mức của văn bản: định mức do người lập nêu không được dùng.",
                    found.citation,
                )
            )
        return found, ""
    if query.declared is None or query.source != LOCAL:
        findings.append(_no_norm(query, found))
        return None, found.reason
    problems = query.declared.problems()
    if problems:
        findings.extend(Blocker("declared_norm_wrong", sentence) for sentence in problems)
        return None, found.reason
    scope = query.province_keys[0] if query.province_keys else None
    return query.declared.as_norm(query.activity, scope=scope), ""


def _no_norm(query: SupportQuery, found: NoNorm) -> Blocker:
    reason = found.reason[:1].upper() + found.reason[1:]
    hint = " Nêu văn bản, điều khoản và mức áp dụng." if query.source == LOCAL else ""
    return Blocker("no_norm", f"{reason}{hint}", found.document)


def _multiplier(query: SupportQuery, norm: Norm | None, findings: list[Finding]) -> Fraction:
    """The priority multiplier that really counts; 1 whenever something is missing for it."""
    asked = query.priority_multiplier
    if asked == ONE:
        return ONE
    limit = priority_limit_on(query.on)
    refusal = _multiplier_refusal(query, limit)
    if refusal is None and norm is not None and norm.cap is None and not norm.tiers:
        sentence = "Định mức không có mức trần: hệ số ưu tiên không làm thay đổi kết quả."
        refusal = Warning_("multiplier_without_cap", sentence, norm.citation)
    if refusal is not None or limit is None:
        findings.extend([refusal] if refusal else [])
        return ONE
    if not limit.verified or query.source == LOCAL:
        whose = "khuyến công địa phương" if query.source == LOCAL else "giai đoạn này"
        sentence = f"Hệ số ưu tiên tối đa của {whose} chờ xác minh."
        findings.append(NeedsApproval("priority_unverified", sentence, limit.citation))
    return asked


def _multiplier_refusal(query: SupportQuery, limit: Parameter | None) -> Finding | None:
    """Why the multiplier asked for does not count; None when it does."""
    asked = query.priority_multiplier
    if asked < ONE:
        return Blocker("multiplier_below_one", "Hệ số ưu tiên không được nhỏ hơn 1.")
    if limit is None:
        sentence = f"Ngày {format_date(query.on)} chưa có quy định về hệ số ưu tiên."
        return Blocker("multiplier_without_rule", sentence)
    if asked > limit.value:
        sentence = f"Hệ số ưu tiên {multiplier_text(asked)} vượt mức tối đa {multiplier_text(limit.value)} lần."
        return Blocker("multiplier_too_high", sentence, limit.citation)
    if query.activity == TECHNOLOGY_LINE and not STACK_LINE_AND_PRIORITY:
        sentence = "Mức 1,5 lần của dây chuyền công nghệ và hệ số ưu tiên không cộng dồn: tính theo hệ số 1."
        return NeedsApproval("line_and_priority", sentence, limit.citation)
    if not query.priority_approved:
        sentence = "Hệ số ưu tiên chưa được cấp có thẩm quyền phê duyệt: tính theo hệ số 1."
        return NeedsApproval("priority_not_approved", sentence, limit.citation)
    return None


def _choose_tier(query: SupportQuery, norm: Norm, findings: list[Finding]) -> Norm:
    """The norm of the tier named in the query; unnamed, the lowest known tier, for someone to confirm."""
    if not norm.tiers:
        return norm
    names = "; ".join(tier.name for tier in norm.tiers)
    chosen = norm.with_tier(query.tier)
    if chosen is None:
        known = [tier for tier in norm.tiers if tier.cap is not None]
        findings.append(
            NeedsApproval(
                "tier_not_chosen", f"Định mức có nhiều bậc ({names}): tính theo bậc thấp nhất.", norm.citation
            )
        )
        if not known:
            return norm
        lowest = min(known, key=lambda tier: tier.cap or 0)
        return replace(norm, rate=lowest.rate, cap=lowest.cap, tiers=())
    if not chosen.has_numbers:
        findings.append(Blocker("tier_unknown", f"Chưa đọc được mức của bậc «{query.tier}».", norm.citation))
        return norm
    return chosen


def _doubts(norm: Norm, findings: list[Finding]) -> None:
    """What about the norm itself a person must still confirm."""
    if not norm.verified:
        tail = f" ({norm.note})" if norm.note else ""
        findings.append(
            NeedsApproval("norm_unverified", f"Định mức chờ xác minh: {norm.citation}{tail}.", norm.citation)
        )
    if norm.pending:
        findings.append(NeedsApproval("norm_pending", f"Định mức chờ xác minh: {norm.pending}.", norm.citation))
    if norm.by_price:
        findings.append(
            NeedsApproval("by_price", "Chi phí tính theo giá đấu thầu hoặc giá được phê duyệt.", norm.citation)
        )
    if norm.recoverable:
        findings.append(Warning_("recoverable", "Khoản hỗ trợ này có thu hồi.", norm.citation))


def _limits(norm: Norm, cost: int, multiplier: Fraction, *, cost_label: str) -> tuple[list[Step], int]:
    """The steps of rate and cap over a cost of zero or more đồng, and the smallest result; never above the cost."""
    steps = []
    results = [cost]
    if norm.rate is None:
        steps.append(Step(cost_label, f"{format_dong(cost)} đồng", cost))
    else:
        share = share_down(norm.rate, cost)
        formula = f"{percent_text(norm.rate)} × {format_dong(cost)} = {format_dong(share)} đồng"
        steps.append(Step("Theo tỷ lệ", formula, share, norm.citation))
        results.append(share)
    if norm.cap is not None:
        cap = share_down(multiplier, norm.cap)
        formula = f"{format_dong(norm.cap)} đồng/{norm.unit}"
        if multiplier != ONE:
            formula = f"{formula} × {multiplier_text(multiplier)} = {format_dong(cap)} đồng"
        steps.append(Step("Mức trần", formula, cap, norm.citation))
        results.append(cap)
    lowest = min(results)
    shown = results[1:] if norm.rate is not None else results
    formula = f"{format_dong(lowest)} đồng"
    if len(shown) > 1:
        formula = f"min({'; '.join(format_dong(amount) for amount in shown)}) = {formula}"
    steps.append(Step("Mức hỗ trợ tối đa", formula, lowest, norm.citation))
    return steps, lowest


def _asked_step(asked: int, allowed: int) -> Step:
    if asked > allowed:
        return Step("Đề nghị", f"{format_dong(asked)} > {format_dong(allowed)} đồng: vượt", asked)
    return Step("Đề nghị", f"{format_dong(asked)} ≤ {format_dong(allowed)} đồng", asked)


def _for_whom(query: SupportQuery) -> str:
    return f" cho {query.beneficiary_name}" if query.beneficiary_name else ""
