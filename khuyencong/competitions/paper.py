"""The registration of a product with its description, to be printed and signed (TT 26/2014 Phụ lục 1, 2), as PDF and as Word.

The layout of both could not be read: the paper says «mẫu tạm», and holds what the articles ask for.
"""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from khuyencong.competitions.models import Entry
from khuyencong.competitions.shown import entry_facts
from khuyencong.core.dates import today
from khuyencong.documents import pdf
from khuyencong.projects.paper import date_in_words

MARK = "mẫu tạm: bố cục Phụ lục 1, Phụ lục 2 Thông tư 26/2014/TT-BCT chưa đọc được"
CLOSING = (
    "Cơ sở tự nguyện tham gia bình chọn và chịu trách nhiệm trước pháp luật về tính chính xác, trung thực của các thông "
    "tin liên quan đến sản phẩm của mình (khoản 4 Điều 6 Thông tư 26/2014/TT-BCT)."
)
SIGN = {"hint": "Ký, ghi rõ họ tên, đóng dấu (nếu có)", "name": ""}


def registration_pdf(entry: Entry) -> bytes:
    """The paper as a PDF file. Expects what `EntryQuerySet.with_all` loads; two queries more."""
    return pdf.render("product_registration", registration_data(entry))


def registration_data(entry: Entry) -> dict[str, Any]:
    """What the paper says; loaded and asked as `registration_pdf`."""
    on = timezone.localtime(entry.submitted_at).date() if entry.submitted_at else today()
    one = entry.establishment
    photos = [f"{photo.get_angle_display()}: {photo.name}" for photo in entry.photos.all()]
    papers = [f"{paper.get_kind_display()}: {paper.name}" for paper in entry.papers.all()]
    sections = [
        {"title": title, "facts": [{"label": fact.label, "value": fact.value} for fact in facts]}
        for title, facts in entry_facts(entry)
    ]
    kept = [
        {"label": "Ảnh", "value": "; ".join(photos) or "chưa có"},
        {"label": "Giấy tờ", "value": "; ".join(papers) or "chưa có"},
    ]
    return {
        "paper": {
            "title": "Phiếu đăng ký tham gia bình chọn",
            "subject": f"Sản phẩm công nghiệp nông thôn tiêu biểu {entry.level.lower()} năm {entry.round.year}",
            "organ_above": "",
            "organ": one.name,
            "number": "……………",
            "place_and_date": f"{one.province.short_name}, {date_in_words(on)}",
            "date": [on.year, on.month, on.day],
            "mark": MARK,
            "stamp": "" if entry.submitted_at else "BẢN NHÁP",
            "foot": f"{entry.product} – {one.name} – {MARK}",
            "signatures": [{**SIGN, "role": "Đại diện cơ sở", "name": one.owner_name}],
        },
        "sections": [*sections, {"title": "Kèm theo", "facts": kept}],
        "closing": [CLOSING],
    }
