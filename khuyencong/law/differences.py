"""What changed between two calculation sheets of the same share: the one that was frozen, and one of another day.

The day itself, names and the wording of findings are no substance: two sheets that allow the same on the same grounds
have no differences.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from khuyencong.core.findings import Blocker, Finding, NeedsApproval
from khuyencong.core.money import format_dong
from khuyencong.law.catalogue import activity_name
from khuyencong.law.sheet import CalculationSheet
from khuyencong.law.values import LOCAL, Norm, multiplier_text
from khuyencong.law.wording import rate_text, terms_text, tiers_text

ABSENT = "không có"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it was; all three are Vietnamese text, ready to show."""

    label: str
    before: str
    after: str


def differences(old: CalculationSheet, new: CalculationSheet) -> tuple[Difference, ...]:
    """Inputs, norm, tier, multiplier, result and findings that differ, in the order of the sheet; empty when none do."""
    before, after = _facts(old), _facts(new)
    if old.norm and new.norm:
        before |= _norm_facts(old.norm)
        after |= _norm_facts(new.norm)
    elif old.norm or new.norm:
        before["Định mức"], after["Định mức"] = _norm_in_short(old), _norm_in_short(new)
    before |= _result_facts(old)
    after |= _result_facts(new)
    changed = [Difference(label, before[label], after[label]) for label in before if before[label] != after[label]]
    return (*changed, *_findings(old, new))


def _facts(sheet: CalculationSheet) -> dict[str, str]:
    query = sheet.query
    return {
        "Nội dung hỗ trợ": activity_name(query.activity),
        "Nguồn kinh phí": "khuyến công địa phương" if query.source == LOCAL else "khuyến công quốc gia",
        "Tổng kinh phí": _amount(query.total_cost),
        "Chi phí hợp lệ": _amount(query.eligible_cost),
        "Đề nghị hỗ trợ": _amount(query.asked),
    }


def _norm_facts(norm: Norm) -> dict[str, str]:
    return {
        "Văn bản định mức": norm.document,
        "Điều, khoản": norm.article,
        "Tỷ lệ": ABSENT if norm.rate is None else rate_text(norm),
        "Mức trần": _amount(norm.cap),
        "Đơn vị tính": norm.unit or ABSENT,
        "Các bậc": tiers_text(norm) if norm.tiers else ABSENT,
        "Thu hồi": "có thu hồi" if norm.recoverable else "không thu hồi",
        "Xác minh định mức": "đã xác minh" if norm.verified and not norm.pending else "chờ xác minh",
    }


def _norm_in_short(sheet: CalculationSheet) -> str:
    return f"{sheet.norm.citation}: {terms_text(sheet.norm)}" if sheet.norm else sheet.no_norm or ABSENT


def _result_facts(sheet: CalculationSheet) -> dict[str, str]:
    return {
        "Bậc áp dụng": sheet.tier or ABSENT,
        "Hệ số ưu tiên": multiplier_text(sheet.multiplier),
        "Được hỗ trợ tối đa": _amount(sheet.allowed),
    }


def _findings(old: CalculationSheet, new: CalculationSheet) -> Iterator[Difference]:
    """Findings that went, then findings that came; one with the same code stays, whatever amounts it names."""
    for finding in _only_in(old, new):
        yield Difference(_label(finding), finding.sentence, ABSENT)
    for finding in _only_in(new, old):
        yield Difference(_label(finding), ABSENT, finding.sentence)


def _only_in(one: CalculationSheet, other: CalculationSheet) -> Iterator[Finding]:
    also_there = Counter((finding.kind, finding.code) for finding in other.findings)
    for finding in one.findings:
        key = (finding.kind, finding.code)
        if also_there[key]:
            also_there[key] -= 1
        else:
            yield finding


def _label(finding: Finding) -> str:
    if isinstance(finding, Blocker):
        return "Điều ngăn lại"
    return "Điều cần xác nhận" if isinstance(finding, NeedsApproval) else "Điều cần biết"


def _amount(amount: int | None) -> str:
    return ABSENT if amount is None else f"{format_dong(amount)} đồng"
