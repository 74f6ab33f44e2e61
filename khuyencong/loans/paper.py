"""The interest of a loan as a printed sheet. No article that could be read gives a form of it: «mẫu tạm»."""

from __future__ import annotations

from khuyencong.core.dates import format_date, today
from khuyencong.core.money import format_dong
from khuyencong.core.text import money_in_words
from khuyencong.documents import pdf
from khuyencong.law.loans import span_text
from khuyencong.law.values import percent_text
from khuyencong.loans.reckoning import Shown
from khuyencong.projects.models import Project
from khuyencong.projects.paper import date_in_words

MARK = "mẫu tạm: văn bản đọc được không quy định mẫu bảng tính lãi vay"
TITLE = "Bảng tính lãi vay làm căn cứ hỗ trợ"
SIGN = "Ký, ghi rõ họ tên"


def loan_pdf(project: Project, shown: Shown) -> bytes:
    """The sheet as a PDF file: equal records give equal bytes on one day. Expects a recorded loan."""
    loan, interest = shown.loan, shown.interest
    if loan is None or interest is None:
        raise ValueError("the beneficiary has no loan")
    on, unit = today(), project.implementing_unit
    eligible = "chưa tính được" if interest.eligible is None else f"{format_dong(interest.eligible)} đồng"
    facts = [
        ("Đề án", f"{project.code} – {project.name}"),
        ("Cơ sở", str(shown.beneficiary.establishment)),
        ("Hợp đồng tín dụng", f"{loan}, ngày {format_date(loan.contract_on)}"),
        ("Loại vay", f"{loan.get_term_display()}, {'bằng đồng Việt Nam' if loan.in_dong else 'bằng ngoại tệ'}"),
        ("Hoàn thành đầu tư", format_date(loan.completed_on) if loan.completed_on else "chưa ghi"),
        ("Lãi đã trả", "chưa ghi" if loan.interest_paid is None else f"{format_dong(loan.interest_paid)} đồng"),
        ("Lãi suất thấp nhất", loan.lowest_document or "chưa ghi nguồn"),
    ]
    words = "" if interest.eligible is None else f" (Bằng chữ: {money_in_words(interest.eligible)}.)"
    return pdf.render(
        "money_table",
        {
            "paper": {
                "title": TITLE,
                "subject": str(shown.beneficiary.establishment),
                "organ_above": unit.parent.name_on(on) if unit.parent else "",
                "organ": unit.name_on(on),
                "number": "……………",
                "place_and_date": f"{unit.province.short_name if unit.province else '……………'}, {date_in_words(on)}",
                "date": [on.year, on.month, on.day],
                "mark": MARK,
                "stamp": "",
                "foot": f"{project.code} – {TITLE} – {MARK}",
                "signatures": [
                    {"role": "Người lập", "hint": SIGN, "name": ""},
                    {"role": "Thủ trưởng đơn vị", "hint": "Ký tên, đóng dấu", "name": ""},
                ],
            },
            "facts": [{"label": label, "value": value} for label, value in facts],
            "before": [],
            "columns": [
                {"title": "Từ ngày", "share": 11, "number": False},
                {"title": "Đến trước ngày", "share": 11, "number": False},
                {"title": "Dư nợ (đồng)", "share": 15, "number": True},
                {"title": "Lãi suất tính", "share": 9, "number": True},
                {"title": "Số ngày", "share": 7, "number": True},
                {"title": "Lãi (đồng, bỏ phần lẻ khi in)", "share": 47, "number": False},
            ],
            "rows": [
                [
                    format_date(span.starts_on),
                    format_date(span.ends_on),
                    format_dong(span.balance),
                    percent_text(span.rate.counted),
                    str(span.days),
                    span_text(span, loan.days_of_year),
                ]
                for span in interest.spans
            ],
            "totals": [
                "Cộng",
                "",
                "",
                "",
                str(sum(span.days for span in interest.spans)),
                format_dong(interest.reckoned),
            ]
            if interest.spans
            else [],
            "notes": [
                f"Lãi làm căn cứ tính hỗ trợ: {eligible}.{words} Mức hỗ trợ theo tỷ lệ và trần của định mức ở bảng tính mức hỗ trợ.",
                *(f"{one.label}: {one.sentence}" for one in interest.findings),
            ],
        },
    )
