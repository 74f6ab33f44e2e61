"""The list of inspections and of open findings as one Excel file, narrowed like the page."""

from __future__ import annotations

from khuyencong.core.dates import format_date, today
from khuyencong.documents.excel import Column, Sheet, workbook
from khuyencong.inspections.queries import Filters, findings_for, inspections_for
from khuyencong.people.actors import Actor

INSPECTIONS = (
    Column("Đề án", width=18),
    Column("Tên đề án", width=40),
    Column("Cơ sở", width=30),
    Column("Cơ quan kiểm tra", width=28),
    Column("Căn cứ", width=28),
    Column("Lý do chọn", width=20),
    Column("Chậm nhất", "date", 12),
    Column("Trưởng đoàn", width=24),
    Column("Trạng thái", width=20),
    Column("Số kết luận", width=16),
    Column("Ngày kết luận", "date", 12),
)
FINDINGS = (
    Column("Đề án", width=18),
    Column("Số", "int", 6),
    Column("Loại", width=26),
    Column("Mức độ", width=14),
    Column("Nội dung", width=50),
    Column("Yêu cầu khắc phục", width=50),
    Column("Ai khắc phục", width=30),
    Column("Hạn", "date", 12),
    Column("Trạng thái", width=20),
    Column("Quá hạn (ngày)", "int", 10),
    Column("Đề nghị thu hồi (đồng)", "dong", 18),
)


def inspections_workbook(actor: Actor, filters: Filters) -> bytes:
    """Two sheets; the same rows as the page shows, all of them. A constant number of queries."""
    on = today()
    rows = [
        (
            one.project.code if one.project else None,
            one.project.name if one.project else None,
            str(one.establishment) if one.establishment else None,
            one.agency.name,
            one.basis,
            one.get_reason_display(),
            one.planned_on,
            str(one.lead),
            one.get_state_display(),
            one.conclusion_number or None,
            one.concluded_on,
        )
        for one in inspections_for(actor, filters)
    ]
    findings = [
        (
            one.inspection.project.code if one.inspection.project else None,
            one.number,
            one.get_kind_display(),
            one.get_severity_display(),
            one.text,
            one.demand,
            one.owed_by,
            one.due_on,
            one.get_state_display(),
            (on - one.due_on).days if one.is_overdue(on) else None,
            one.amount,
        )
        for one in findings_for(actor, text=filters.text)
    ]
    year = f"năm {filters.year}" if filters.year else "mọi năm"
    seen = (f"Phạm vi: {actor.agency.name}", f"Lập ngày {format_date(on)}")
    return workbook(
        [
            Sheet("Cuộc kiểm tra", f"Cuộc kiểm tra, {year}", INSPECTIONS, rows, seen),
            Sheet("Kiến nghị còn mở", "Kiến nghị chưa khắc phục", FINDINGS, findings, seen),
        ]
    )
