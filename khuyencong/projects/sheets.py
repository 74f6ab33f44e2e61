"""A calculation sheet of the law room, ready for the page."""

from __future__ import annotations

from khuyencong.core import components
from khuyencong.core.dates import format_date
from khuyencong.core.money import format_dong
from khuyencong.law.catalogue import activity_name
from khuyencong.law.support import CalculationSheet


def sheet_for_page(sheet: CalculationSheet) -> components.Sheet:
    """Inputs, norm, every step with its article, result and findings, in the words of an officer's notebook."""
    query, norm = sheet.query, sheet.norm
    lines = [
        components.SheetLine("Nội dung hỗ trợ", text=activity_name(query.activity)),
        components.SheetLine("Tổng kinh phí của phần này", amount=query.total_cost),
        components.SheetLine("Chi phí làm căn cứ tính hỗ trợ", amount=query.eligible_cost),
    ]
    if norm is not None:
        lines.append(
            components.SheetLine(
                "Định mức áp dụng",
                text="đã xác minh" if norm.verified else "chờ xác minh",
                how=". ".join(part for part in (norm.cost_base, norm.note) if part),
                article=norm.citation,
            )
        )
    lines += [
        components.SheetLine(step.label, amount=step.amount, how=step.formula, article=step.article)
        for step in sheet.steps
    ]
    results = [] if sheet.allowed is None else [components.SheetResult("Được hỗ trợ tối đa", sheet.allowed)]
    results.append(components.SheetResult("Đề nghị hỗ trợ", sheet.asked))
    return components.Sheet(
        title=query.beneficiary_name,
        subtitle=f"Tính theo quy định ngày {format_date(query.on)}",
        lines=tuple(lines),
        results=tuple(results),
        note=sheet.no_norm,
        findings=sheet.findings,
    )


def amount_line(sheet: CalculationSheet) -> str:
    """One sentence: asked, and at most allowed."""
    allowed = "không có định mức bằng số" if sheet.allowed is None else f"tối đa {format_dong(sheet.allowed)} đồng"
    return f"Đề nghị {format_dong(sheet.asked)} đồng; {allowed}."
