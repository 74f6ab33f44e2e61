"""The money of one đề án as a sheet, for every page on which something is decided about it."""

from __future__ import annotations

from khuyencong.core.components import Sheet, SheetLine, SheetResult
from khuyencong.finance.ledger import Balance
from khuyencong.projects.models import Project


def balance_sheet(project: Project, balance: Balance, *results: SheetResult) -> Sheet:
    """The project's money from approval on, line by line."""
    lines = (
        SheetLine("Phê duyệt", amount=balance.approved_now),
        SheetLine("Ký hợp đồng", amount=balance.contracted),
        SheetLine("Tạm ứng", amount=balance.advanced),
        SheetLine("Nghiệm thu", amount=balance.accepted, how="số tiền được thanh toán theo kết quả nghiệm thu"),
        SheetLine("Thanh toán sau nghiệm thu", amount=balance.paid),
        SheetLine("Đã thu hồi", amount=balance.recovered),
        SheetLine("Thực chi", amount=balance.paid_out, how="tạm ứng + thanh toán − thu hồi"),
    )
    return Sheet(title="Kinh phí khuyến công của đề án", subtitle=project.code, lines=lines, results=results)
