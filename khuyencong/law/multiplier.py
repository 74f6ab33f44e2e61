"""The priority multiplier of NĐ 45/2012 Đ6: at most 1.5 times the norm, by a decision (TTLT 26/2014 Đ6.2.t)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from khuyencong.core.dates import format_date
from khuyencong.core.findings import Blocker, Finding, NeedsApproval, Warning_
from khuyencong.law.regulations import regulations
from khuyencong.law.sheet import Step, SupportQuery
from khuyencong.law.values import LOCAL, Norm, Parameter, multiplier_text

TECHNOLOGY_LINE = "technology_line"
ONE = Fraction(1)
STEP_LABEL = "Hệ số ưu tiên"


@dataclass(frozen=True, slots=True)
class Multiplier:
    """The multiplier that really counts (1 whenever something is missing for it), told in steps and findings."""

    value: Fraction = ONE
    steps: tuple[Step, ...] = ()
    findings: tuple[Finding, ...] = ()


def priority_limit_on(on: date) -> Parameter | None:
    """The highest priority multiplier of a day, with its article; None before any rule."""
    return regulations().parameter("priority_multiplier", on)


def multiplier_for(query: SupportQuery, norm: Norm | None, *, stacks_with_line: bool) -> Multiplier:
    """The multiplier of a case; `norm` None when there is none to raise.

    `stacks_with_line`: whether it may raise the cap of a technology line, which is already 1.5 times that of a machine.
    """
    asked = query.priority_multiplier
    if asked == ONE:
        return Multiplier()
    limit = priority_limit_on(query.on)
    refusal = _refusal(query, limit, stacks_with_line=stacks_with_line)
    if refusal is None and norm is not None and norm.cap is None:
        sentence = "Định mức không có mức trần: hệ số ưu tiên không làm thay đổi kết quả."
        refusal = Warning_("multiplier_without_cap", sentence, norm.citation)
    article = limit.citation if limit else ""
    if refusal is not None or limit is None:
        formula = f"đề nghị {multiplier_text(asked)}; không áp dụng, tính theo hệ số 1"
        return Multiplier(ONE, (Step(STEP_LABEL, formula, None, article),), (refusal,) if refusal else ())
    basis = query.priority_basis.strip()
    formula = f"{multiplier_text(asked)} (tối đa {multiplier_text(limit.value)} lần), đã được phê duyệt"
    step = Step(STEP_LABEL, f"{formula}; căn cứ: {basis}" if basis else formula, None, article)
    return Multiplier(asked, (step,), _doubts(query, limit, has_basis=bool(basis)))


def _refusal(query: SupportQuery, limit: Parameter | None, *, stacks_with_line: bool) -> Finding | None:
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
    if query.activity == TECHNOLOGY_LINE and not stacks_with_line:
        sentence = (
            "Chưa đọc được văn bản nào cho cộng dồn mức 1,5 lần của dây chuyền công nghệ với hệ số ưu tiên: "
            "tính theo hệ số 1."
        )
        return NeedsApproval("line_and_priority", sentence, limit.citation)
    if not query.priority_approved:
        whose = "theo quy định của tỉnh" if query.source == LOCAL else "Bộ Công Thương"
        sentence = f"Hệ số ưu tiên chưa được cấp có thẩm quyền phê duyệt ({whose}): tính theo hệ số 1."
        return NeedsApproval("priority_not_approved", sentence, limit.citation)
    return None


def _doubts(query: SupportQuery, limit: Parameter, *, has_basis: bool) -> tuple[Finding, ...]:
    """What a person must still confirm about a multiplier that counts."""
    found: list[Finding] = []
    if not limit.verified or query.source == LOCAL:
        whose = "khuyến công địa phương" if query.source == LOCAL else "giai đoạn này"
        sentence = f"Hệ số ưu tiên tối đa của {whose} chờ xác minh."
        found.append(NeedsApproval("priority_unverified", sentence, limit.citation))
    if not has_basis:
        sentence = "Chưa ghi căn cứ của hệ số ưu tiên: địa bàn hoặc ngành nghề ưu tiên và văn bản phê duyệt."
        found.append(NeedsApproval("priority_without_basis", sentence, limit.citation))
    if query.activity == TECHNOLOGY_LINE:
        sentence = (
            "Thiết lập cho cộng dồn mức 1,5 lần của dây chuyền công nghệ với hệ số ưu tiên đang bật: "
            "chưa đọc được văn bản nào cho phép."
        )
        found.append(NeedsApproval("line_and_priority_stacked", sentence, limit.citation))
    return tuple(found)
