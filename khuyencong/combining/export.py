"""The table by programme as Excel; money in whole đồng."""

from __future__ import annotations

from collections.abc import Sequence

from khuyencong.combining.table import ProgrammeRow
from khuyencong.documents.excel import Column, Sheet, workbook


def table_workbook(rows: Sequence[ProgrammeRow], year: int | None) -> bytes:
    """One row for each programme and their sum."""
    columns = [
        Column("Chương trình", "text", 50),
        Column("Văn bản", "text", 36),
        Column("Số đề án", "int", 10),
        Column("Kinh phí (đồng)", "dong", 18),
        Column("Kết quả khuyến công báo cáo", "text", 50),
        Column("Kết quả chương trình kia báo cáo", "text", 50),
    ]
    told = [
        (
            one.programme.name,
            one.programme.document,
            one.projects,
            one.money,
            "; ".join(one.results_here) or None,
            "; ".join(one.results_there) or None,
        )
        for one in rows
    ]
    sheet = Sheet(
        name="Lồng ghép",
        title=f"Kinh phí, kết quả lồng ghép với chương trình khác{f' năm {year}' if year else ''}",
        columns=columns,
        rows=told,
        subtitle_lines=["Kinh phí là một phần của cột «nguồn khác» trong dự toán, không cộng thêm."],
        totals=("Cộng", None, None, sum(one.money for one in rows), None, None),
    )
    return workbook([sheet])
