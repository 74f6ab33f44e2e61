"""A calculation sheet of the law room, ready for the page."""

from __future__ import annotations

from khuyencong.core import components
from khuyencong.core.dates import format_date
from khuyencong.core.findings import Finding
from khuyencong.law.catalogue import activity_name
from khuyencong.law.support import CalculationSheet, GroupSheet
from khuyencong.law.wording import terms_text


def sheet_for_page(sheet: CalculationSheet) -> components.Sheet:
    """Inputs, norm, every step with its article, result and findings, in the words of an officer's notebook."""
    query, norm = sheet.query, sheet.norm
    lines = [
        components.SheetLine("Nội dung hỗ trợ", text=activity_name(query.activity)),
        components.SheetLine("Tổng kinh phí của phần này", amount=query.total_cost),
        components.SheetLine("Chi phí làm căn cứ tính hỗ trợ", amount=query.eligible_cost),
    ]
    if query.charter_capital is not None and norm is not None and norm.tier_by:
        lines.append(components.SheetLine("Vốn điều lệ của cơ sở", amount=query.charter_capital))
    if norm is not None:
        lines.append(
            components.SheetLine(
                "Định mức áp dụng",
                text="đã xác minh" if norm.verified else "chờ xác minh",
                how=". ".join(part for part in (terms_text(norm), norm.cost_base, norm.note) if part),
                article=sheet.norm_version,
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


def group_for_page(group: GroupSheet) -> components.Sheet | None:
    """The sum over the shares of a đề án; None for one share, whose own sheet says it all."""
    if len(group.sheets) < 2:  # noqa: PLR2004  # a sum of one
        return None
    lines = tuple(
        components.SheetLine(step.label, amount=step.amount, how=step.formula, article=step.article)
        for step in group.steps
    )
    results = [] if group.allowed is None else [components.SheetResult("Cả đề án được hỗ trợ tối đa", group.allowed)]
    results.append(components.SheetResult("Cả đề án đề nghị hỗ trợ", group.asked))
    return components.Sheet(
        title="Cộng các phần của đề án", lines=lines, results=tuple(results), findings=of_the_whole(group)
    )


def of_the_whole(group: GroupSheet) -> tuple[Finding, ...]:
    """The findings that only show when the shares are seen together; those of one share stand on its own sheet."""
    told = {finding.code for sheet in group.sheets for finding in sheet.findings}
    return tuple(finding for finding in group.findings if finding.code not in told)
