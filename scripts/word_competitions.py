"""Templates of competitions of products: the registration, the list of products, the letter to the level above."""

from __future__ import annotations

from collections.abc import Callable

from docx.document import Document as Word
from word_parts import MONEY, Column, begin, signer, signers, table
from word_style import CENTER, each, heading, paragraph, tag

NUMBER = Column("TT", 10, "number")


def registration() -> Word:
    """Phụ lục 1 with the description of Phụ lục 2."""
    doc = begin("Phiếu đăng ký tham gia bình chọn")
    tag(doc, "{%p for part in sections %}")
    heading(doc, "{{ part.title }}")
    each(doc, "one in part.facts", "{{ one.label }}: {{ one.value }}", empty="Chưa ghi.")
    tag(doc, "{%p endfor %}")
    each(doc, "one in closing", "{{ one }}")
    signers(doc)
    return doc


def list_of_products() -> Word:
    """Phụ lục 5."""
    doc = begin("Danh sách trích ngang sản phẩm đăng ký tham gia bình chọn", landscape=True)
    paragraph(
        doc,
        "Kỳ bình chọn {{ round.level }}, {{ round.place }}, năm {{ round.year }}: {{ count }} sản phẩm.",
        indent=True,
    )
    table(
        doc,
        [
            NUMBER,
            Column("Tên sản phẩm", 36, "product"),
            Column("Nhóm", 26, "group"),
            Column("Cơ sở", 32, "maker"),
            Column("Địa chỉ", 34, "address"),
            Column("Đặc điểm, công dụng", 37, "features"),
            Column("Giá bán (đồng)", 20, "price", number=True),
            Column("Doanh thu năm trước (đồng)", 22, "revenue", number=True),
            Column("Lao động", 12, "workers", number=True),
            Column("Giấy chứng nhận cấp dưới, văn bản đề nghị", 18, "basis"),
        ],
        "one in rows",
        size=MONEY,
    )
    signers(doc, landscape=True)
    return doc


def letter() -> Word:
    """The letter to the level above with its list."""
    doc = begin("Văn bản đề nghị tham gia bình chọn")
    paragraph(doc, "Kính gửi: {{ to }}.", align=CENTER)
    paragraph(
        doc,
        "Căn cứ kết quả {{ round.name }} ({{ round.place }}), {{ paper.organ }} đề nghị cho {{ count }} sản phẩm có giấy chứng"
        " nhận {{ round.level }} còn giá trị đến ngày {{ on }} được đăng ký tham gia bình chọn {{ above }}. Danh sách trích ngang:",
        indent=True,
    )
    table(
        doc,
        [
            NUMBER,
            Column("Tên sản phẩm", 34, "product"),
            Column("Nhóm", 26, "group"),
            Column("Cơ sở", 30, "maker"),
            Column("Địa chỉ", 27, "address"),
            Column("Giấy chứng nhận", 20, "certificate"),
            Column("Có giá trị đến", 18, "valid_until"),
        ],
        "one in rows",
        size=MONEY,
    )
    paragraph(doc, "Hồ sơ của từng sản phẩm gửi kèm theo (Điều 12 Thông tư 26/2014/TT-BCT)./.", indent=True)
    signer(doc, ["Như trên;", "Lưu: VT."])
    return doc


TEMPLATES: dict[str, Callable[[], Word]] = {
    "phu-luc-1": registration,
    "phu-luc-5": list_of_products,
    "de-nghi-binh-chon": letter,
}
