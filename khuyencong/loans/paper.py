"""The interest of the loans of a beneficiary as a printed sheet. No article that could be read gives a form of it: «mẫu tạm»."""

from __future__ import annotations

from khuyencong.core.dates import format_date, today
from khuyencong.core.money import format_dong
from khuyencong.core.text import money_in_words
from khuyencong.documents import pdf
from khuyencong.law.loans import Span, span_text
from khuyencong.law.values import percent_text
from khuyencong.loans.models import Loan
from khuyencong.loans.reckoning import OfLoan, Shown
from khuyencong.projects.models import Project
from khuyencong.projects.paper import date_in_words

MARK = "mẫu tạm: văn bản đọc được không quy định mẫu bảng tính lãi vay"
TITLE = "Bảng tính lãi vay làm căn cứ hỗ trợ"
SIGN = "Ký, ghi rõ họ tên"


def loan_pdf(project: Project, shown: Shown) -> bytes:
    """The sheet as a PDF file: equal records give equal bytes on one day. Expects a recorded loan."""
    if not shown.loans:
        raise ValueError("the beneficiary has no loan")
    on, unit = today(), project.implementing_unit
    eligible = "chưa tính được" if shown.eligible is None else f"{format_dong(shown.eligible)} đồng"
    facts = [
        ("Đề án", f"{project.code} – {project.name}"),
        ("Cơ sở", str(shown.beneficiary.establishment)),
        *(fact for one in shown.loans for fact in _facts(one.loan)),
    ]
    words = "" if shown.eligible is None else f" (Bằng chữ: {money_in_words(shown.eligible)}.)"
    spans = [(one, span) for one in shown.loans for span in one.interest.spans]
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
                    _interest_text(one, span, named=len(shown.loans) > 1),
                ]
                for one, span in spans
            ],
            "totals": [
                "Cộng",
                "",
                "",
                "",
                str(sum(span.days for _, span in spans)),
                format_dong(sum(one.interest.reckoned for one in shown.loans)),
            ]
            if spans
            else [],
            "notes": [
                f"Lãi làm căn cứ tính hỗ trợ: {eligible}.{words} Mức hỗ trợ theo tỷ lệ và trần của định mức ở bảng tính mức hỗ trợ.",
                *(f"{one.label}: {one.sentence}" for one in shown.findings),
            ],
        },
    )


def _facts(loan: Loan) -> list[tuple[str, str]]:
    return [
        ("Hợp đồng tín dụng", f"{loan}, ngày {format_date(loan.contract_on)}"),
        ("Loại vay", f"{loan.get_term_display()}, {'bằng đồng Việt Nam' if loan.in_dong else 'bằng ngoại tệ'}"),
        ("Hoàn thành đầu tư", format_date(loan.completed_on) if loan.completed_on else "chưa ghi"),
        ("Lãi đã trả", "chưa ghi" if loan.interest_paid is None else f"{format_dong(loan.interest_paid)} đồng"),
        ("Lãi suất thấp nhất", loan.lowest_document or "chưa ghi nguồn"),
    ]


def _interest_text(one: OfLoan, span: Span, *, named: bool) -> str:
    text = span_text(span, one.loan.days_of_year)
    return f"{one.loan.contract_number}: {text}" if named else text
