"""The list of products of information as an Excel file (TT 36/2013 Đ14.8), narrowed like the page."""

from __future__ import annotations

from khuyencong.core.dates import format_date, today
from khuyencong.documents.excel import Column, Sheet, workbook
from khuyencong.outreach.queries import Filters, works_for
from khuyencong.people.actors import Actor

COLUMNS = (
    Column("Đề án", width=20),
    Column("Tên sản phẩm", width=46),
    Column("Loại", width=24),
    Column("Nơi đăng, phát", width=30),
    Column("Đơn vị làm", width=28),
    Column("Hợp đồng", width=22),
    Column("Chi phí (đồng)", "dong", 16),
    Column("Chứng từ chi", width=20),
    Column("Trạng thái", width=18),
    Column("Dự kiến", "date", 12),
    Column("Đăng, phát", "date", 12),
    Column("Số lượt", "int", 12),
    Column("Đếm gì", width=26),
    Column("Địa chỉ", width=40),
)


def works_workbook(actor: Actor, filters: Filters) -> bytes:
    """The .xlsx; what is not known is an empty cell, never 0. One query."""
    found = list(works_for(actor, filters))
    rows = [
        (
            one.project.code,
            one.title,
            one.get_kind_display(),
            one.medium,
            one.partner or None,
            one.contract or None,
            one.cost,
            one.paid_by.document if one.paid_by else None,
            one.get_state_display(),
            one.planned_on,
            one.published_on,
            one.reach,
            one.reach_of or None,
            one.link or None,
        )
        for one in found
    ]
    seen = (f"Phạm vi: {actor.agency.name}", f"Lập ngày {format_date(today())}")
    total = sum(one.cost or 0 for one in found)
    totals = ["Cộng chi phí đã biết", *[None] * 5, total, *[None] * 7]
    return workbook(
        [Sheet("Sản phẩm", "DANH SÁCH SẢN PHẨM THÔNG TIN, TUYÊN TRUYỀN", COLUMNS, rows, seen, totals=totals)]
    )
