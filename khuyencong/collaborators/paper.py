"""The list of allowances as a paper to be signed by each person, and as Excel.

No article that could be read gives a form of it: the paper says «mẫu tạm».
"""

from __future__ import annotations

from collections.abc import Sequence

from khuyencong.collaborators.models import AllowanceList
from khuyencong.collaborators.shown import ShownLine
from khuyencong.core.dates import format_date, today
from khuyencong.core.money import format_dong
from khuyencong.core.text import money_in_words
from khuyencong.documents import pdf
from khuyencong.documents.excel import Column, Sheet, workbook
from khuyencong.projects.paper import date_in_words

MARK = "mẫu tạm: văn bản đọc được không quy định mẫu bảng kê thù lao cộng tác viên"
TITLE = "Bảng kê thù lao cộng tác viên khuyến công"
SIGN = "Ký, ghi rõ họ tên"
UNKNOWN = "chưa rõ"


def list_pdf(found: AllowanceList, lines: Sequence[ShownLine]) -> bytes:
    """The list as a PDF file with a column for signatures: equal records give equal bytes on one day."""
    on = found.approved_on or today()
    total = _total(lines)
    province = found.province.short_name
    return pdf.render(
        "money_table",
        {
            "paper": {
                "title": TITLE,
                "subject": f"{found.months[:1].upper()}{found.months[1:]}",
                "organ_above": found.agency.parent.name_on(on) if found.agency.parent else "",
                "organ": found.agency.name_on(on),
                "number": "……………",
                "place_and_date": f"{province}, {date_in_words(on)}",
                "date": [on.year, on.month, on.day],
                "mark": MARK,
                "stamp": "" if found.approved_on else "Chưa duyệt",
                "foot": f"{TITLE} {found.months} – {MARK}",
                "signatures": [
                    {"role": "Người lập", "hint": SIGN, "name": str(found.created_by)},
                    {"role": "Kế toán", "hint": SIGN, "name": ""},
                    {"role": "Thủ trưởng đơn vị", "hint": "Ký, ghi rõ họ tên, đóng dấu", "name": ""},
                ],
            },
            "facts": [
                {"label": "Chi từ nhiệm vụ", "value": f"{found.project.code} – {found.project.name}"},
                {"label": "Duyệt", "value": format_date(found.approved_on) if found.approved_on else "chưa duyệt"},
            ],
            "before": [],
            "columns": [
                {"title": "STT", "share": 5, "number": True},
                {"title": "Họ và tên", "share": 20, "number": False},
                {"title": "Xã, phường", "share": 18, "number": False},
                {"title": "Tháng", "share": 9, "number": False},
                {"title": "Số tiền (đồng)", "share": 13, "number": True},
                {"title": "Căn cứ, ghi chú", "share": 22, "number": False},
                {"title": "Ký nhận", "share": 13, "number": False},
            ],
            "rows": [
                [
                    str(at),
                    one.line.collaborator.name,
                    str(one.line.term.commune),
                    f"{one.line.month:%m/%Y}",
                    UNKNOWN if one.line.amount is None else format_dong(one.line.amount),
                    _basis(one),
                    "",
                ]
                for at, one in enumerate(lines, start=1)
            ],
            "totals": ["", "Cộng", "", "", format_dong(total), "", ""],
            "notes": [f"Bằng chữ: {money_in_words(total)}."],
        },
    )


def list_workbook(found: AllowanceList, lines: Sequence[ShownLine]) -> bytes:
    """The list as an .xlsx file; money in whole đồng."""
    columns = [
        Column("STT", "int", 6),
        Column("Họ và tên", "text", 30),
        Column("Xã, phường", "text", 28),
        Column("Tháng", "text", 10),
        Column("Số tiền (đồng)", "dong", 18),
        Column("Căn cứ, ghi chú", "text", 50),
    ]
    rows = [
        (
            at,
            one.line.collaborator.name,
            str(one.line.term.commune),
            f"{one.line.month:%m/%Y}",
            one.line.amount,
            _basis(one),
        )
        for at, one in enumerate(lines, start=1)
    ]
    approved = f"Duyệt ngày {format_date(found.approved_on)}" if found.approved_on else "Chưa duyệt"
    sheet = Sheet(
        name="Thù lao",
        title=f"{TITLE}, {found.months}",
        columns=columns,
        rows=rows,
        subtitle_lines=[found.agency.name, f"{found.project.code} – {found.project.name}", f"{approved}; {MARK}"],
        totals=("Cộng", None, None, None, _total(lines), None),
    )
    return workbook([sheet])


def _total(lines: Sequence[ShownLine]) -> int:
    return sum(one.line.amount or 0 for one in lines)


def _basis(one: ShownLine) -> str:
    """The document of the province, and what was said about this month."""
    return "; ".join(part for part in (str(one.line.rate) if one.line.rate else "", one.line.note) if part)
