"""The ledger and the year's end as Excel files: the same rows as on the pages."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone

from khuyencong.core.dates import format_date
from khuyencong.core.errors import Refused
from khuyencong.core.money import format_dong
from khuyencong.documents.excel import Column, Sheet, Value, workbook
from khuyencong.finance.book import ORDER, Line, shown, upwards
from khuyencong.finance.models import LedgerEntry
from khuyencong.finance.year_end import OpenProject, YearEnd
from khuyencong.people.actors import Actor

MOST_ROWS = 50_000
LEDGER_COLUMNS = [
    Column("Số", "int", 9),
    Column("Ngày ghi sổ", "date", 12),
    Column("Ngày chứng từ", "date", 13),
    Column("Điều chỉnh kỳ trước", "text", 12),
    Column("Cơ quan", "text", 28),
    Column("Hạn mức", "text", 30),
    Column("Bút toán", "text", 20),
    Column("Số tiền (đồng)", "dong", 18),
    Column("Lũy kế bút toán (đồng)", "dong", 20),
    Column("Còn lại (đồng)", "dong", 18),
    Column("Mã đề án", "text", 18),
    Column("Đề án", "text", 40),
    Column("Cơ sở thụ hưởng", "text", 32),
    Column("Chứng từ", "text", 28),
    Column("Ghi chú", "text", 28),
    Column("Người ghi", "text", 24),
]
PROJECT_COLUMNS = [
    Column("Mã đề án", "text", 18),
    Column("Đề án", "text", 40),
    Column("Đơn vị thực hiện", "text", 26),
    Column("Trạng thái", "text", 16),
    Column("Hợp đồng", "text", 18),
    Column("Thời hạn hợp đồng", "date", 13),
    Column("Đã phê duyệt (đồng)", "dong", 18),
    Column("Chưa chi (đồng)", "dong", 18),
    Column("Tạm ứng chưa nghiệm thu (đồng)", "dong", 18),
    Column("Nghiệm thu chưa thanh toán (đồng)", "dong", 18),
    Column("Phải thu hồi (đồng)", "dong", 18),
    Column("Chờ duyệt chi (đồng)", "dong", 18),
    Column("Quyết toán chậm nhất", "date", 13),
    Column("Việc tiếp theo", "text", 20),
]
ENVELOPE_COLUMNS = [
    Column("Hạn mức", "text", 36),
    Column("Cơ quan", "text", 28),
    Column("Được sử dụng (đồng)", "dong", 20),
    Column("Đã phê duyệt (đồng)", "dong", 20),
    Column("Đã chi (đồng)", "dong", 20),
    Column("Chưa phê duyệt (đồng)", "dong", 20),
    Column("Việc tiếp theo", "text", 34),
]


def ledger_workbook(rows: QuerySet[LedgerEntry], *, count: int, whole: bool, by: Actor) -> bytes:
    """The .xlsx of these rows, oldest first. Refused above MOST_ROWS: narrowing is better than a file nobody opens."""
    if count > MOST_ROWS:
        raise Refused(f"Có {format_dong(count)} dòng, một tệp nhận tối đa {format_dong(MOST_ROWS)}: hãy lọc rồi tải.")
    found = shown(rows).order_by(*ORDER).iterator(chunk_size=2_000)
    lines = [f"{format_dong(count)} dòng; {_taken(by)}", "Lũy kế là tổng các dòng cùng bút toán tính đến dòng ấy."]
    return workbook(
        [
            Sheet(
                name="Sổ kinh phí",
                title="Sổ kinh phí",
                columns=LEDGER_COLUMNS,
                rows=[_ledger_row(line) for line in upwards(found, whole=whole)],
                subtitle_lines=lines,
            )
        ]
    )


def _ledger_row(line: Line) -> list[Value]:
    entry = line.entry
    return [
        entry.pk,
        entry.booked_on,
        entry.on,
        "có" if entry.is_of_earlier_period else "",
        entry.envelope.agency.name,
        str(entry.envelope),
        entry.get_kind_display(),
        entry.amount,
        line.running,
        line.free,
        entry.project.code if entry.project else "",
        entry.project.name if entry.project else "",
        str(entry.beneficiary or ""),
        entry.document,
        entry.note,
        str(entry.by),
    ]


def year_end_workbook(found: YearEnd, *, by: Actor) -> bytes:
    """The .xlsx of the year's end: đề án that are open, and what envelopes have left."""
    lines = [f"{found.agency.name}, năm {found.year}; {_taken(by)}"]
    blank: list[Value] = [None] * 5
    sums = [found.total(one) for one in (_approved, _unspent, _unaccepted, _payable, _to_recover, _waiting)]
    return workbook(
        [
            Sheet(
                name="Đề án còn mở",
                title=f"Việc cuối năm {found.year}: đề án còn mở",
                columns=PROJECT_COLUMNS,
                rows=[_project_row(one) for one in found.projects],
                subtitle_lines=lines,
                totals=["Tổng cộng", *blank, *sums, None, None],
            ),
            Sheet(
                name="Hạn mức",
                title=f"Việc cuối năm {found.year}: hạn mức",
                columns=ENVELOPE_COLUMNS,
                rows=[
                    [
                        str(one.envelope),
                        one.envelope.agency.name,
                        one.balance.disposable,
                        one.balance.committed,
                        one.balance.paid_out,
                        one.balance.free,
                        "; ".join(step.label for step in one.steps),
                    ]
                    for one in found.envelopes
                ],
                subtitle_lines=lines,
            ),
        ]
    )


def _approved(one: OpenProject) -> int:
    return one.here.committed


def _unspent(one: OpenProject) -> int:
    return one.unspent


def _unaccepted(one: OpenProject) -> int:
    return one.unaccepted


def _payable(one: OpenProject) -> int:
    return one.whole.still_payable


def _to_recover(one: OpenProject) -> int:
    return one.to_recover


def _waiting(one: OpenProject) -> int:
    return one.waiting.amount if one.waiting else 0


def _project_row(one: OpenProject) -> list[Value]:
    contract = one.part.contract if one.part else None
    return [
        one.project.code,
        one.project.name,
        str(one.project.implementing_unit),
        one.project.get_state_display(),
        contract.number if contract else "",
        contract.ends_on if contract else None,
        _approved(one),
        one.unspent,
        one.unaccepted,
        one.whole.still_payable,
        one.to_recover,
        _waiting(one),
        one.deadline.on if one.deadline else None,
        one.step.label,
    ]


def _taken(by: Actor) -> str:
    made = timezone.localtime()
    return f"tải lúc {made:%H:%M} ngày {format_date(made.date())} bởi {by}"
