"""The list of the products of a round as an Excel file (TT 26/2014 Phụ lục 5; its layout could not be read: mẫu tạm)."""

from __future__ import annotations

from khuyencong.competitions.models import EntryState, Round
from khuyencong.competitions.queries import entries_of
from khuyencong.core.dates import format_date, today
from khuyencong.documents.excel import Column, Sheet, workbook
from khuyencong.people.actors import Actor

COLUMNS = (
    Column("Số hồ sơ", "int", 8),
    Column("Mã số bình chọn", width=12),
    Column("Tên sản phẩm", width=36),
    Column("Nhóm", width=28),
    Column("Bộ sản phẩm", width=10),
    Column("Cơ sở", width=34),
    Column("Địa chỉ", width=34),
    Column("Xã, phường", width=22),
    Column("Đặc điểm, công dụng", width=50),
    Column("Giá bán (đồng)", "dong", 16),
    Column("Doanh thu năm trước (đồng)", "dong", 20),
    Column("Số lao động", "int", 10),
    Column("Trạng thái", width=18),
    Column("Văn bản đề nghị", width=22),
)
MARK = "Mẫu tạm: bố cục Phụ lục 5 Thông tư 26/2014/TT-BCT chưa đọc được."


def entries_workbook(round_: Round, actor: Actor) -> bytes:
    """Every product handed in, in the order of the dossiers; two queries."""
    rows = [
        (
            one.number,
            one.code or None,
            one.product,
            one.get_group_display(),
            "x" if one.is_set else None,
            one.establishment.name,
            one.establishment.place_text or None,
            str(one.establishment.commune) if one.establishment.commune else None,
            one.features or None,
            one.price,
            one.revenue,
            one.workers,
            one.get_state_display(),
            one.letter_number or None,
        )
        for one in entries_of(round_, actor).exclude(state=EntryState.DRAFT)
    ]
    seen = (round_.name, f"{round_.get_level_display()}, {round_.place}", f"Lập ngày {format_date(today())}", MARK)
    return workbook([Sheet("Sản phẩm", "Danh sách trích ngang sản phẩm đăng ký bình chọn", COLUMNS, rows, seen)])
