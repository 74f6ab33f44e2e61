"""The report of a year as an Excel file: the same rows and figures as the page."""

from __future__ import annotations

from khuyencong.consulting.figures import Report, Sums
from khuyencong.core.dates import format_date
from khuyencong.documents.excel import Column, Sheet, Value, workbook
from khuyencong.people.actors import Actor

COLUMNS = (
    Column("Đơn vị", width=34),
    Column("Loại việc", width=34),
    Column("Kế hoạch (việc)", "int", 11),
    Column("Chào giá (việc)", "int", 11),
    Column("Ký hợp đồng (việc)", "int", 11),
    Column("Nghiệm thu xong (việc)", "int", 11),
    Column("Số việc so với kế hoạch năm", "percent", 12),
    Column("Doanh thu kế hoạch (đồng)", "dong", 18),
    Column("Doanh thu, chưa thuế (đồng)", "dong", 18),
    Column("Doanh thu so với kế hoạch năm", "percent", 12),
    Column("Đã thu (đồng)", "dong", 18),
    Column("Chi phí kế hoạch (đồng)", "dong", 18),
    Column("Chi phí trực tiếp (đồng)", "dong", 18),
    Column("Doanh thu trừ chi phí (đồng)", "dong", 18),
)


def report_workbook(report: Report, actor: Actor) -> bytes:
    """The .xlsx. A percentage is left empty where there is no target."""
    rows = [
        (unit.agency.name, line.label, *_cells(line.sums, divided=bool(line.kind)))
        for unit in report.units
        for line in unit.lines
    ]
    seen = (
        f"Phạm vi: {actor.agency.name}",
        f"Số liệu đến ngày {format_date(report.until)}",
        "Thu riêng của đơn vị, không thuộc kinh phí khuyến công. Doanh thu theo ngày hóa đơn, chưa thuế GTGT.",
    )
    totals: list[Value] = ["Cộng", None, *_cells(report.total)]
    title = f"TƯ VẤN NĂM {report.year}"
    return workbook([Sheet("Tư vấn", title, COLUMNS, rows, subtitle_lines=seen, totals=totals)])


def _cells(sums: Sums, *, divided: bool = True) -> list[Value]:
    """A target that no kind has is no measure of what its row counts, which is nothing."""
    return [
        sums.target_jobs or None,
        sums.offered,
        sums.signed,
        sums.done,
        sums.jobs_percent if divided else None,
        sums.target_revenue or None,
        sums.revenue,
        sums.revenue_percent if divided else None,
        sums.received,
        sums.target_cost or None,
        sums.cost,
        sums.result,
    ]
