"""The dashboard's table as an Excel file: the same lines and figures as the page."""

from __future__ import annotations

from khuyencong.core.dates import format_date, today
from khuyencong.documents.excel import Column, Sheet, Value, workbook
from khuyencong.effects.table import Line, Table


def effects_workbook(table: Table) -> bytes:
    """The .xlsx. Money in whole đồng; what is not known is an empty cell, never 0."""
    asked = table.asked
    moment = "mọi thời điểm" if asked.by == "moment" else asked.moment.label.lower()
    lines = [
        f"Thời điểm: {moment}; phiếu đến hạn đến ngày {format_date(asked.on)}",
        f"Lập ngày {format_date(today())} bởi {asked.actor}",
        "Việc làm, thu nhập chỉ tính phiếu đã xác nhận có số liệu; ô trống là chưa biết.",
        "Hỗ trợ trên một việc làm: hỗ trợ được nghiệm thu của phiếu biết cả hai; cơ sở đã ngừng hoạt động tính 0 việc làm.",
        "Nếu im lặng là 0: toàn bộ hỗ trợ chia cho số việc làm đã biết.",
    ]
    filters = [
        f"{field.label}: {dict(field.field.choices).get(value, value)}"
        for field, value in ((field, field.value()) for field in asked.form)
        if value and field.name not in {"moment", "by"} and hasattr(field.field, "choices")
    ]
    years = [str(asked.values[name]) for name in ("year_from", "year_to") if asked.values.get(name)]
    if years:
        filters.append(f"Năm kế hoạch: {'–'.join(years)}")
    if filters:
        lines.append("Lọc: " + "; ".join(filters))
    columns = [
        Column(table.first, "text", 44),
        Column("Đến hạn hỏi (phiếu)", "int", 12),
        Column("Đã xác nhận", "int", 12),
        Column("Đã xác nhận so với đến hạn", "percent", 12),
        Column("Chờ xác nhận", "int", 12),
        Column("Chưa trả lời", "int", 12),
        Column("Đã ngừng hoạt động", "int", 12),
        Column("Việc làm mới", "int", 12),
        Column("Phiếu có số việc làm mới", "int", 12),
        Column("Việc làm được giữ", "int", 12),
        Column("Lao động nữ", "int", 12),
        Column("Lao động dân tộc thiểu số", "int", 12),
        Column("Thu nhập bình quân (đồng/tháng)", "dong", 18),
        Column("Phiếu có thu nhập", "int", 12),
        Column("Hỗ trợ được nghiệm thu (đồng)", "dong", 20),
        Column("Hỗ trợ trên một việc làm mới (đồng)", "dong", 20),
        Column("Nếu im lặng là 0 (đồng)", "dong", 20),
        Column("Chi phí nghiệm thu (đồng)", "dong", 20),
        Column("Vốn khác trên một đồng hỗ trợ", "text", 14),
    ]
    rows = [_row(line) for line in table.lines]
    return workbook(
        [
            Sheet(
                "Hiệu quả",
                "HIỆU QUẢ SAU ĐỀ ÁN KHUYẾN CÔNG",
                columns,
                rows,
                subtitle_lines=lines,
                totals=_row(table.total) if table.adds_up else None,
            )
        ]
    )


def _row(line: Line) -> list[Value]:
    sums = line.sums

    def known(name: str) -> int | None:
        return getattr(sums, name) if getattr(sums, f"{name}_known") else None

    return [
        line.label,
        sums.asked,
        sums.confirmed,
        sums.percent_confirmed,
        sums.to_confirm,
        sums.silent,
        sums.closed,
        known("jobs_new"),
        sums.jobs_new_known,
        known("jobs_kept"),
        known("jobs_women"),
        known("jobs_minority"),
        sums.income_mean,
        sums.income_known,
        sums.support if sums.support_known else None,
        sums.support_per_job,
        sums.support_per_job_if_silent_none,
        sums.own_cost if sums.own_known else None,
        None if sums.leverage is None else str(sums.leverage).replace(".", ","),
    ]
