"""The result of the jury as an Excel file, for the minutes that the head sends to the council (TT 26/2014 Đ16.3)."""

from __future__ import annotations

from khuyencong.competitions.judging.arithmetic import FAR, points_shown
from khuyencong.competitions.judging.scores import ScoreTable
from khuyencong.competitions.judging.ties import SENTENCES
from khuyencong.core.dates import format_date, today
from khuyencong.documents.excel import Column, Sheet, workbook


def scores_workbook(table: ScoreTable) -> bytes:
    """The same rows as the page shows, all of them, with a column for each seat; means are text, as exact as the page."""
    columns = (
        Column("Thứ hạng", width=10),
        Column("Mã số", width=12),
        Column("Sản phẩm", width=40),
        Column("Nhóm", width=34),
        Column("Cơ sở", width=34),
        Column("Điểm bình quân", width=14),
        Column("Đủ điểm", width=10),
        Column("Số phiếu", "int", 9),
        Column("Chênh lệch", width=11),
        *(Column(str(seat.now), width=14) for seat in table.seats),
    )
    rows = [
        (
            row.rank or None,
            row.entry.code,
            row.product,
            row.entry.get_group_display(),
            row.maker or None,
            row.mean,
            "đủ" if row.passed else "chưa đủ",
            row.sheets,
            row.spread,
            *(f"{cell.text}{' (*)' if cell.far else ''}" for cell in row.cells),
        )
        for row in map(table.row, table.results)
    ]
    notes = (
        f"Lập ngày {format_date(today())}. Điểm bình quân tính chính xác, chỉ làm tròn khi hiện; đủ điểm từ {table.mark_shown} (TT 26/2014 Đ17.1).",
        SENTENCES[table.round.tie_rule],
        f"(*) Phiếu lệch quá {points_shown(FAR)} điểm so với trung vị của sản phẩm: quy ước của phần mềm, để xem lại, không đổi kết quả.",
    )
    return workbook([Sheet("Kết quả chấm", f"Kết quả chấm điểm: {table.round.name}", columns, rows, notes)])
