"""The list of a month as an Excel file: just the rows that the page shows."""

from __future__ import annotations

from collections.abc import Sequence

from khuyencong.core.dates import format_date
from khuyencong.documents.excel import Column, Sheet, Value, workbook
from khuyencong.monitoring.filters import MonthFilter
from khuyencong.monitoring.months import MonthRow
from khuyencong.people.actors import Actor

COLUMNS = (
    Column("Mã đề án", width=18),
    Column("Đề án", width=44),
    Column("Đơn vị thực hiện", width=28),
    Column("Nguồn", width=20),
    Column("Tỉnh", width=16),
    Column("Phải nộp trước ngày", "date", 13),
    Column("Quy định", width=24),
    Column("Ngày nộp", "date", 12),
    Column("Tình trạng nộp", width=18),
    Column("Muộn (ngày)", "int", 9),
    Column("Trạng thái báo cáo", width=16),
    Column("Ngày xác nhận", "date", 12),
    Column("Khối lượng (%)", "percent", 11),
    Column("Giá trị đã thực hiện (đồng)", "dong", 18),
    Column("Tổng vốn đầu tư (đồng)", "dong", 18),
    Column("Đã nhận (đồng)", "dong", 16),
    Column("Đã sử dụng (đồng)", "dong", 16),
    Column("Khó khăn, vướng mắc", width=40),
)


def month_workbook(rows: Sequence[MonthRow], asked: MonthFilter, *, by: Actor) -> bytes:
    """The .xlsx of these rows, with what was asked for in its heading."""
    lines = [
        "; ".join(asked.said) or "Mọi đề án trong phạm vi",
        f"Lập ngày {format_date(asked.on)} bởi {by}; tiền tính bằng đồng, số lũy kế",
    ]
    sheet = Sheet(
        name=f"Tháng {asked.month:%m-%Y}",
        title=f"Báo cáo tiến độ tháng {asked.month:%m/%Y}",
        columns=COLUMNS,
        rows=[_row(one) for one in rows],
        subtitle_lines=lines,
    )
    return workbook([sheet])


def _row(one: MonthRow) -> list[Value]:
    project, told = one.project, one.told
    return [
        project.code,
        project.name,
        project.implementing_unit.name,
        project.get_source_display(),
        str(project.province.current or project.province),
        one.due.on if one.due else None,
        one.due.article if one.due else one.asked,
        told.filed_on if told else None,
        one.label,
        one.late or None,
        told.get_state_display() if told else "",
        told.confirmed_on if told else None,
        told.volume if told else None,
        told.investment_done if told else None,
        told.investment_total if told else None,
        told.support_received if told else None,
        told.support_used if told else None,
        told.difficulties if told else "",
    ]
