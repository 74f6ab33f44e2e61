"""The table by kind as an Excel file: the same lines as the page."""

from __future__ import annotations

from datetime import date

from khuyencong.core.dates import format_date, today
from khuyencong.documents.excel import Column, Sheet, Value, workbook
from khuyencong.people.actors import Actor
from khuyencong.training.figures import Line, table


def table_workbook(actor: Actor, *, first: int, last: int) -> bytes:
    """The .xlsx for these years; what nobody knows is an empty cell, never 0."""
    lines = table(actor, first=date(first, 1, 1), last=date(last, 12, 31))
    columns = [
        Column("Loại", "text", 36),
        Column("Số lớp, hội nghị", "int", 12),
        Column("Số người", "int", 12),
        Column("Nữ", "int", 10),
        Column("Biết giới tính của (người)", "int", 14),
        Column("Dân tộc thiểu số", "int", 12),
        Column("Biết dân tộc của (người)", "int", 14),
        Column("Được cấp giấy", "int", 12),
        Column("Có việc làm", "int", 12),
        Column("Biết việc làm của (người)", "int", 14),
    ]
    told = [
        f"Lớp kết thúc từ 01/01/{first} đến 31/12/{last}",
        f"Lập ngày {format_date(today())} bởi {actor}",
        "Người có mặt ít nhất một buổi; lớp cũ không còn danh sách thì theo số của hồ sơ. Ô trống là chưa biết.",
    ]
    rows = [_row(line) for line in lines[:-1]]
    totals = _row(lines[-1]) if lines else None
    return workbook(
        [Sheet("Đào tạo", "ĐÀO TẠO, TẬP HUẤN, HỘI NGHỊ", columns, rows, subtitle_lines=told, totals=totals)]
    )


def _row(line: Line) -> list[Value]:
    return [
        line.label,
        line.courses,
        line.people,
        line.women if line.women_of else None,
        line.women_of,
        line.minority if line.minority_of else None,
        line.minority_of,
        line.certified,
        line.employed if line.employed_of else None,
        line.employed_of,
    ]
