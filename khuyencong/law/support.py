"""How much one beneficiary may receive, and how much of it is payable at an acceptance, step by step.

Allowed support = min(rate x eligible cost, cap x priority multiplier), never more than the eligible cost. Wrong input
never raises: it becomes a Blocker with a sentence, so that a form can show all of them at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from khuyencong.core.findings import Blocker, Finding, NeedsApproval, Warning_
from khuyencong.core.money import MAX_DONG, format_dong, share_down
from khuyencong.law.catalogue import activity_name
from khuyencong.law.multiplier import ONE, TECHNOLOGY_LINE, multiplier_for, priority_limit_on
from khuyencong.law.norms import NormBook, shipped_norms
from khuyencong.law.sheet import CalculationSheet, GroupSheet, Step, SupportQuery, group_sheet, sheet_from_dict
from khuyencong.law.tier_choice import TierChoice, choose_tier
from khuyencong.law.values import LOCAL, PROVINCE_KEY, TWO_NORMS, NoNorm, Norm, multiplier_text, percent_text

__all__ = [
    "STACK_LINE_AND_PRIORITY",
    "CalculationSheet",
    "GroupSheet",
    "Payable",
    "Step",
    "SupportQuery",
    "group_sheet",
    "payable_at_acceptance",
    "priority_limit_on",
    "sheet_from_dict",
    "support_for",
]

# The 1.5 of a technology line (TT 28/2018 Đ8.4) and the 1.5 of priority (Đ6 NĐ 45) are two rules; no text read so far
# says that they multiply to 2.25, so they do not.
STACK_LINE_AND_PRIORITY = False

MACHINERY = "machinery"


@dataclass(frozen=True, slots=True)
class Payable:
    """What an acceptance makes payable. `earned` ignores what was recognised before; `amount` is what is left of it."""

    amount: int
    earned: int
    steps: tuple[Step, ...]


def support_for(query: SupportQuery, *, book: NormBook | None = None) -> CalculationSheet:
    """The calculation sheet of one beneficiary; the same query always gives the same sheet.

    `book` is another set of norms to compute with (a scratch copy); the shipped ones by default. Only the form of a
    province key is checked: which provinces there are, the room `places` knows.
    """
    book = book or shipped_norms()
    findings = [*_amount_problems(query), *_province_problems(query)]
    found, reason = _find_norm(query, book, findings)
    choice = choose_tier(query, found) if found else TierChoice(None)
    norm = choice.norm or found
    priority = multiplier_for(query, choice.norm, stacks_with_line=STACK_LINE_AND_PRIORITY)
    findings += [*priority.findings, *choice.findings]
    if norm is not None:
        _doubts(norm, findings)
    steps: tuple[Step, ...] = ()
    allowed = None
    if choice.norm is not None and not choice.norm.has_numbers:
        findings.append(_by_contract(choice.norm))
    elif choice.norm is not None and query.eligible_cost > 0:
        before_cap = (*_line_steps(query, choice.norm, book), *priority.steps)
        limits, allowed = _limits(
            choice.norm,
            query.eligible_cost,
            priority.value,
            before_cap=before_cap,
            establishments=query.establishments,
        )
        asked = _asked_step(query.asked, allowed, choice.norm.citation)
        steps = (*choice.steps, *limits, *_recovery_steps(choice.norm), asked)
        if query.asked > allowed:
            findings.append(_asked_too_much(query, choice.norm, allowed))
    return CalculationSheet(query, norm, reason, priority.value, steps, allowed, tuple(findings), tier=choice.tier)


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


def _province_problems(query: SupportQuery) -> list[Finding]:
    return [
        Blocker("unknown_province", f"Không có tỉnh, thành phố nào mang khóa «{key}».")
        for key in query.province_keys
        if not PROVINCE_KEY.fullmatch(key)
    ]


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
    if query.declared is None or query.source != LOCAL or found.code == TWO_NORMS:
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
    may_declare = query.source == LOCAL and found.code != TWO_NORMS
    hint = " Nêu văn bản, điều khoản và mức áp dụng." if may_declare else ""
    return Blocker(found.code, f"{reason}{hint}", found.document)


def _by_contract(norm: Norm) -> NeedsApproval:
    sentence = f"«{activity_name(norm.activity)}» không có định mức bằng số: theo hợp đồng/đơn giá được phê duyệt."
    return NeedsApproval("no_numeric_norm", sentence, norm.citation)


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


def _limits(
    norm: Norm,
    cost: int,
    multiplier: Fraction,
    *,
    cost_label: str = "Chi phí hợp lệ",
    before_cap: Sequence[Step] = (),
    establishments: int = 1,
) -> tuple[list[Step], int]:
    """The steps of rate and cap over a cost of zero or more đồng, and the smallest result; never above the cost.

    `before_cap` are steps that explain the cap; `establishments` as in `SupportQuery`.
    """
    steps = []
    results = [cost]
    if norm.rate is None:
        steps.append(Step(cost_label, f"{format_dong(cost)} đồng", cost, norm.citation))
    else:
        share = share_down(norm.rate, cost)
        formula = f"{percent_text(norm.rate)} × {format_dong(cost)} = {format_dong(share)} đồng"
        steps.append(Step("Theo tỷ lệ", formula, share, norm.citation))
        results.append(share)
    steps += before_cap
    if norm.cap is not None:
        cap = share_down(multiplier, norm.cap)
        formula = f"{format_dong(norm.cap)} đồng/{norm.unit}"
        if multiplier != ONE:
            formula = f"{formula} × {multiplier_text(multiplier)} = {format_dong(cap)} đồng"
        if establishments > 1:
            cap *= establishments
            formula = f"{formula} × {establishments} cơ sở chưa xác định = {format_dong(cap)} đồng"
        steps.append(Step("Mức trần", formula, cap, norm.citation))
        results.append(cap)
    lowest = min(results)
    shown = results[1:] if norm.rate is not None else results
    formula = f"{format_dong(lowest)} đồng"
    if len(shown) > 1:
        formula = f"min({'; '.join(format_dong(amount) for amount in shown)}) = {formula}"
    steps.append(Step("Mức hỗ trợ tối đa", formula, lowest, norm.citation))
    return steps, lowest


def _line_steps(query: SupportQuery, norm: Norm, book: NormBook) -> list[Step]:
    """How the cap of a technology line follows from that of a machine, where the same document sets both."""
    if query.activity != TECHNOLOGY_LINE or norm.cap is None:
        return []
    machine = book.norm_on(MACHINERY, source=query.source, province_keys=query.province_keys, on=query.on)
    if isinstance(machine, NoNorm) or machine.document != norm.document or not machine.cap:
        return []
    times = Fraction(norm.cap, machine.cap)
    if (times * 100).denominator != 1:
        return []
    formula = (
        f"{multiplier_text(times)} × mức máy móc {format_dong(machine.cap)} = {format_dong(norm.cap)} đồng/{norm.unit}"
    )
    return [Step("Mức của dây chuyền công nghệ", formula, norm.cap, norm.citation)]


def _recovery_steps(norm: Norm) -> list[Step]:
    return [Step("Thu hồi", "khoản hỗ trợ này có thu hồi", None, norm.citation)] if norm.recoverable else []


def _asked_too_much(query: SupportQuery, norm: Norm, allowed: int) -> Blocker:
    whom = f" cho {query.beneficiary_name}" if query.beneficiary_name else ""
    sentence = (
        f"Đề nghị {format_dong(query.asked)} đồng, vượt mức được hỗ trợ tối đa {format_dong(allowed)} đồng{whom}."
    )
    return Blocker("asked_above_allowed", sentence, norm.citation)


def _asked_step(asked: int, allowed: int, article: str) -> Step:
    if asked > allowed:
        return Step("Đề nghị", f"{format_dong(asked)} > {format_dong(allowed)} đồng: vượt", asked, article)
    return Step("Đề nghị", f"{format_dong(asked)} ≤ {format_dong(allowed)} đồng", asked, article)
