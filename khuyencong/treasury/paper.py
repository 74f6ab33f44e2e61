"""The list for the Treasury as Excel and as a paper to be signed.

No form for it could be read: both say «mẫu tạm» and hold what the Treasury must know to pay (TTLT 26/2014 Đ8.2).
"""

from __future__ import annotations

from collections.abc import Sequence

from khuyencong.core.dates import format_date, today
from khuyencong.core.money import format_dong
from khuyencong.core.text import money_in_words
from khuyencong.documents import pdf
from khuyencong.documents.excel import Column, Sheet, workbook
from khuyencong.finance.models import Payment
from khuyencong.projects.paper import date_in_words
from khuyencong.treasury.models import ListState, PaymentList

DRAFT_FORM = "mẫu tạm: bố cục của mẫu chính thức chờ xác minh"
TITLE = "Bảng kê đề nghị chi kinh phí khuyến công"
PLACE = "……………"
_SIGN = "Ký, ghi rõ họ tên"


def list_workbook(found: PaymentList, payments: Sequence[Payment]) -> bytes:
    """The list as an .xlsx file; money in whole đồng."""
    columns = [
        Column("STT", "int", 6),
        Column("Mã đề án", "text", 20),
        Column("Đề án", "text", 46),
        Column("Đơn vị nhận tiền", "text", 34),
        Column("Tài khoản nhận tiền", "text", 24),
        Column("Nội dung", "text", 26),
        Column("Số tiền (đồng)", "dong", 18),
        Column("Trạng thái", "text", 22),
        Column("Chứng từ", "text", 24),
    ]
    rows = [
        (
            at,
            one.project.code,
            one.project.name,
            *payee(one),
            what_for(one),
            one.amount,
            one.stands,
            f"{one.voucher_number}, {format_date(one.voucher_on)}" if one.voucher_on else None,
        )
        for at, one in enumerate(payments, start=1)
    ]
    total = sum(one.amount for one in payments)
    sheet = Sheet(
        name=found.code,
        title=f"{TITLE} {found.code}",
        columns=columns,
        rows=rows,
        subtitle_lines=_subtitle(found),
        totals=("Cộng", None, None, None, None, None, total, None, None),
    )
    return workbook([sheet])


def list_pdf(found: PaymentList, payments: Sequence[Payment]) -> bytes:
    """The list as a PDF file: equal records give equal bytes on one day."""
    on = found.sent_on or today()
    total = sum(one.amount for one in payments)
    above = found.agency.parent.name if found.agency.parent else ""
    return pdf.render(
        "payment_list",
        {
            "paper": {
                "title": TITLE,
                "subject": f"{found.get_source_display()}, năm ngân sách {found.year}",
                "organ_above": above,
                "organ": found.agency.name,
                "number": found.code,
                "place_and_date": f"{PLACE}, {date_in_words(on)}",
                "date": [on.year, on.month, on.day],
                "mark": DRAFT_FORM,
                "stamp": "",
                "foot": f"Bảng kê {found.code} – {DRAFT_FORM}",
                "signatures": [
                    {"role": "Người lập", "hint": _SIGN, "name": ""},
                    {"role": "Kế toán", "hint": _SIGN, "name": ""},
                    {"role": "Thủ trưởng đơn vị", "hint": "Ký, ghi rõ họ tên, đóng dấu", "name": ""},
                ],
            },
            "lead": "Kính gửi: Kho bạc Nhà nước nơi giao dịch.",
            "rows": [
                [
                    str(at),
                    f"{one.project.code} – {one.project.name}",
                    *payee(one),
                    what_for(one),
                    format_dong(one.amount),
                ]
                for at, one in enumerate(payments, start=1)
            ],
            "total": format_dong(total),
            "words": money_in_words(total),
        },
    )


def payee(payment: Payment) -> tuple[str, str]:
    """Whose account it is, as the bank calls the holder, and the account with its bank; the contract names both.

    Expects the contract's account loaded. A payment to an account that the contract named before keeps its number alone.
    """
    named = payment.project.contract_part.contract.unit_account
    if named is None or named.number != payment.account:
        return str(payment.project.implementing_unit), payment.account
    return named.holder_name, f"{named.number}, {named.bank}"


def what_for(payment: Payment) -> str:
    """What a payment is, and for whose share."""
    kind = str(payment.get_kind_display())
    return f"{kind} ({payment.beneficiary})" if payment.beneficiary else kind


def _subtitle(found: PaymentList) -> list[str]:
    lines = [found.agency.name, f"{found.get_source_display()}, năm ngân sách {found.year}"]
    if found.state == ListState.SENT and found.sent_on:
        lines.append(f"Gửi kho bạc ngày {format_date(found.sent_on)}")
    return [*lines, DRAFT_FORM[0].upper() + DRAFT_FORM[1:]]
