"""Mẫu 3a and 3b as PDF and Excel, made of what was recorded.

TT 36/2013 names Mẫu số 3b for the monthly report (Đ23.3.a) and for the report of volume done and money of a contract that
goes with advances and settlement (Đ13.3, Đ14, Đ15). That 3a is the unit's monthly report over all its đề án is inferred:
no article names it. The layout of neither could be read: both follow what the articles imply and say «mẫu tạm».
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Sum

from khuyencong.core.dates import format_date
from khuyencong.core.money import format_dong, format_percent
from khuyencong.documents import excel, pdf
from khuyencong.monitoring.models import ProgressReport, ReportState
from khuyencong.monitoring.months import MonthRow
from khuyencong.monitoring.shown import parts_of
from khuyencong.monitoring.tell import confirming_agency
from khuyencong.people.models import Agency
from khuyencong.projects.models import Project
from khuyencong.projects.paper import date_in_words

PROVISIONAL = "mẫu tạm: bố cục của mẫu chính thức chờ xác minh"
NOTE_3A = (
    "TT 36/2013 Đ23.3.a gọi báo cáo tháng là Mẫu số 3b; không điều nào nêu tên Mẫu số 3a. Dùng Mẫu 3a cho báo cáo tháng của "
    "đơn vị về mọi đề án là suy ra, chờ xác minh."
)
NOTE_3B = (
    "Mẫu số 3b: báo cáo khối lượng hoàn thành và kinh phí thực hiện hợp đồng (TT 36/2013 Đ13.3, Đ14, Đ15, Đ23.3). Xác nhận "
    "của Sở Công Thương: TT 36/2013 Đ21.4, Đ23.3.a."
)
SIGN_AND_SEAL = "Ký tên, đóng dấu"
NOT_CONFIRMED = "Chưa có xác nhận"


@dataclass(frozen=True)
class Table:
    """A table of a paper: titles, widths as Typst has them, which columns are numbers, rows as texts."""

    titles: Sequence[str]
    widths: Sequence[str]
    numbers: Sequence[int]
    rows: Sequence[Sequence[str]]
    caption: str = ""

    def as_dict(self) -> dict[str, Any]:
        return {
            "caption": self.caption,
            "titles": list(self.titles),
            "widths": list(self.widths),
            "numbers": list(self.numbers),
            "rows": [list(row) for row in self.rows],
        }


# --- 3b: one đề án ----------------------------------------------------------------------------------------------------


def form_3b_pdf(report: ProgressReport) -> bytes:
    """Volume and money of one đề án, with the confirmation of Sở: equal records give equal bytes. A few queries."""
    return pdf.render("progress_report", form_3b_data(report))


def form_3b_data(report: ProgressReport) -> dict[str, Any]:
    """What `documents/typst/progress_report.typ` and the Word paper ask for: texts written the Vietnamese way."""
    project, on = report.project, report.submitted_on or report.month
    unit = project.implementing_unit
    mark = f"Mẫu số 3b, Phụ lục 1 TT 36/2013; {PROVISIONAL}"
    return {
        "paper": {
            **_head(unit, on),
            "title": "Báo cáo khối lượng hoàn thành và kinh phí thực hiện",
            "subject": f"{project.name}, tháng {report.month:%m/%Y}",
            "mark": mark,
            "foot": f"{project.code} – tháng {report.month:%m/%Y}, bản {report.number} – {PROVISIONAL}",
            "signatures": [
                {"role": unit.short_name, "hint": SIGN_AND_SEAL, "name": ""},
                _confirmation(report),
            ],
        },
        "facts": [{"label": label, "value": value} for label, value in _facts_3b(report)],
        "tables": [_money_3b(report).as_dict(), _work_3b(report).as_dict()],
        "texts": [
            {"title": title, "text": text}
            for title, text in (
                ("Khó khăn, vướng mắc", report.difficulties),
                ("Kiến nghị, đề xuất", report.proposals),
                ("Kế hoạch tháng tới", report.next_month),
                ("Lý do thấp hơn số đã xác nhận", report.decrease_reason),
                ("Lý do đính chính", report.correction_reason),
            )
            if text
        ],
        "note": NOTE_3B,
    }


def _head(unit: Agency, on: date) -> dict[str, Any]:
    return {
        "organ_above": unit.parent.name_on(on) if unit.parent else "",
        "organ": unit.name_on(on),
        "number": "……………",
        "place_and_date": f"{unit.province.short_name if unit.province else 'Hà Nội'}, {date_in_words(on)}",
        "date": [on.year, on.month, on.day],
        "stamp": "",
    }


def _confirmation(report: ProgressReport) -> dict[str, str]:
    agency = confirming_agency(report.project)
    role = f"Xác nhận của {agency.short_name}" if agency else "Xác nhận"
    if report.state != ReportState.CONFIRMED or report.confirmed_on is None:
        return {"role": role, "hint": NOT_CONFIRMED, "name": ""}
    return {
        "role": role,
        "hint": f"Đã xác nhận ngày {format_date(report.confirmed_on)}; {SIGN_AND_SEAL.lower()}",
        "name": str(report.decided_by or ""),
    }


def _facts_3b(report: ProgressReport) -> list[tuple[str, str]]:
    project = report.project
    part = getattr(project, "contract_part", None)
    contract = f"{part.contract.number} ngày {format_date(part.contract.signed_on)}" if part else ""
    sums = money_of([project])[project.pk]
    rows = [
        ("Mã đề án", project.code),
        ("Nguồn kinh phí, năm", f"{project.get_source_display()}, {project.year}"),
        ("Hợp đồng", contract),
        ("Kinh phí theo hợp đồng", f"{format_dong(part.value)} đồng" if part else ""),
        ("Khối lượng công việc đã thực hiện", report.volume_text),
        (
            "Giá trị khối lượng đã thực hiện",
            _of_all(report),
        ),
        ("Kinh phí đã tạm ứng, thanh toán theo sổ", f"{format_dong(sums.paid_out)} đồng"),
        ("Kinh phí đã nhận", f"{format_dong(report.support_received)} đồng"),
        ("Kinh phí đã sử dụng", f"{format_dong(report.support_used)} đồng"),
    ]
    return [(label, value) for label, value in rows if value]


def _of_all(report: ProgressReport) -> str:
    done, whole = format_dong(report.investment_done), format_dong(report.investment_total)
    return f"{done} / {whole} đồng ({format_percent(report.investment_percent)} tổng vốn đầu tư)"


def _money_3b(report: ProgressReport) -> Table:
    rows = [
        [
            str(number),
            one.name,
            format_dong(one.total),
            format_dong(one.done),
            format_percent(one.percent),
            one.note,
        ]
        for number, one in enumerate(parts_of(report), start=1)
    ]
    rows.append(
        [
            "",
            "Tổng cộng",
            format_dong(report.investment_total),
            format_dong(report.investment_done),
            format_percent(report.investment_percent),
            "",
        ]
    )
    titles = ("STT", "Đơn vị thụ hưởng", "Tổng vốn đầu tư (đồng)", "Giá trị đã thực hiện (đồng)", "Tỷ lệ", "Ghi chú")
    return Table(
        titles, ("1cm", "1fr", "3cm", "3cm", "1.6cm", "2.6cm"), (2, 3, 4), rows, "I. Khối lượng theo đơn vị thụ hưởng"
    )


def _work_3b(report: ProgressReport) -> Table:
    rows = [
        [str(number), one.content, format_date(one.ends_on) if one.ends_on else "", one.get_state_display(), one.note]
        for number, one in enumerate(report.works.all(), start=1)
    ]
    titles = ("STT", "Nội dung công việc", "Phải xong ngày", "Tình trạng", "Ghi chú")
    return Table(titles, ("1cm", "1fr", "2.4cm", "2.2cm", "3.4cm"), (), rows, "II. Nội dung công việc")


def form_3b_xlsx(report: ProgressReport) -> bytes:
    """The same as an Excel file."""
    project = report.project
    lines = [
        f"{project.code} – {project.name}, tháng {report.month:%m/%Y}",
        *(f"{label}: {value}" for label, value in _facts_3b(report)),
        _confirmed(report),
        f"Mẫu số 3b; {PROVISIONAL}",
    ]
    money = excel.Sheet(
        name="Khối lượng, kinh phí",
        title="Báo cáo khối lượng hoàn thành và kinh phí thực hiện",
        columns=[
            excel.Column("STT", "int", 6),
            excel.Column("Đơn vị thụ hưởng", width=40),
            excel.Column("Tổng vốn đầu tư (đồng)", "dong", 20),
            excel.Column("Giá trị đã thực hiện (đồng)", "dong", 20),
            excel.Column("Tỷ lệ", "percent", 9),
            excel.Column("Ghi chú", width=30),
        ],
        rows=[
            [number, one.name, one.total, one.done, one.percent, one.note]
            for number, one in enumerate(parts_of(report), start=1)
        ],
        subtitle_lines=lines,
        totals=[None, "Tổng cộng", report.investment_total, report.investment_done, report.investment_percent, None],
    )
    works = excel.Sheet(
        name="Công việc",
        title="Nội dung công việc",
        columns=[
            excel.Column("STT", "int", 6),
            excel.Column("Nội dung công việc", width=50),
            excel.Column("Phải xong ngày", "date", 14),
            excel.Column("Tình trạng", width=14),
            excel.Column("Ghi chú", width=30),
        ],
        rows=[
            [number, one.content, one.ends_on, one.get_state_display(), one.note]
            for number, one in enumerate(report.works.all(), start=1)
        ],
    )
    return excel.workbook([money, works])


def _confirmed(report: ProgressReport) -> str:
    agency = confirming_agency(report.project)
    if report.confirmed_on is None:
        return f"{agency.short_name if agency else 'Cơ quan xác nhận'}: {NOT_CONFIRMED.lower()}"
    return (
        f"{agency.short_name if agency else ''} xác nhận ngày {format_date(report.confirmed_on)}: {report.decided_as}"
    )


# --- 3a: all đề án of a unit --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sums:
    """What the ledger says of one đề án, in đồng."""

    approved: int = 0
    advanced: int = 0
    paid: int = 0
    recovered: int = 0

    @property
    def paid_out(self) -> int:
        return self.advanced + self.paid - self.recovered


def money_of(projects: Sequence[Project]) -> dict[int, Sums]:
    """The ledger's sums of each; one query for all of them."""
    found: dict[int, dict[str, int]] = defaultdict(dict)
    rows = Project.objects.filter(pk__in=[one.pk for one in projects]).order_by().values_list("pk", "entries__kind")
    for key, kind, amount in rows.annotate(sum=Sum("entries__amount")):
        found[key][kind] = amount or 0
    return {one.pk: _sums(found[one.pk]) for one in projects}


def _sums(kinds: dict[str, int]) -> Sums:
    approved = kinds.get("approved", 0) - kinds.get("reduced", 0) - kinds.get("released", 0)
    return Sums(approved, kinds.get("advanced", 0), kinds.get("paid", 0), kinds.get("recovered", 0))


TITLES_3A = (
    "STT", "Đề án", "Kinh phí được duyệt (đồng)", "Khối lượng đã thực hiện", "Đã tạm ứng (đồng)", "Đã thanh toán (đồng)",
    "Khó khăn, vướng mắc",
)  # fmt: skip


def form_3a_pdf(unit: Agency, month: date, rows: Sequence[MonthRow], on: date) -> bytes:
    """The unit's monthly report over all its đề án; expects `parent` and `province` of the unit. A few queries."""
    return pdf.render("progress_report", form_3a_data(unit, month, rows, on))


def form_3a_data(unit: Agency, month: date, rows: Sequence[MonthRow], on: date) -> dict[str, Any]:
    """The same for the report of the unit; expects `parent` and `province` of the unit. A few queries."""
    sums = money_of([one.project for one in rows])
    lines = [
        [
            str(number),
            f"{one.project.code} – {one.project.name}",
            format_dong(sums[one.project.pk].approved),
            one.told.volume_text if one.told else "chưa nộp báo cáo",
            format_dong(sums[one.project.pk].advanced),
            format_dong(sums[one.project.pk].paid),
            one.told.difficulties if one.told else "",
        ]
        for number, one in enumerate(rows, start=1)
    ]
    whole = list(sums.values())
    lines.append(
        [
            "",
            f"Tổng cộng {len(rows)} đề án",
            format_dong(sum(one.approved for one in whole)),
            "",
            format_dong(sum(one.advanced for one in whole)),
            format_dong(sum(one.paid for one in whole)),
            "",
        ]
    )
    table = Table(TITLES_3A, ("0.9cm", "1fr", "2.5cm", "1.9cm", "2.4cm", "2.4cm", "2.8cm"), (2, 3, 4, 5), lines)
    return {
        "paper": {
            **_head(unit, on),
            "title": "Báo cáo tiến độ thực hiện các đề án khuyến công",
            "subject": f"Tháng {month:%m/%Y}",
            "mark": f"Mẫu số 3a, Phụ lục 1 TT 36/2013; {PROVISIONAL}",
            "foot": f"{unit.short_name} – tháng {month:%m/%Y} – {PROVISIONAL}",
            "signatures": [
                {"role": "Người lập", "hint": "Ký, ghi rõ họ tên", "name": ""},
                {"role": unit.short_name, "hint": SIGN_AND_SEAL, "name": ""},
            ],
        },
        "facts": [],
        "tables": [table.as_dict()],
        "texts": [],
        "note": NOTE_3A,
    }


def form_3a_xlsx(unit: Agency, month: date, rows: Sequence[MonthRow], on: date) -> bytes:
    """The same as an Excel file."""
    sums = money_of([one.project for one in rows])
    sheet = excel.Sheet(
        name=f"Mẫu 3a {month:%m-%Y}",
        title=f"Báo cáo tiến độ thực hiện các đề án khuyến công, tháng {month:%m/%Y}",
        columns=[
            excel.Column("STT", "int", 6),
            excel.Column("Mã đề án", width=18),
            excel.Column("Đề án", width=44),
            excel.Column("Kinh phí được duyệt (đồng)", "dong", 18),
            excel.Column("Khối lượng đã thực hiện", "percent", 12),
            excel.Column("Giá trị đã thực hiện (đồng)", "dong", 18),
            excel.Column("Đã tạm ứng (đồng)", "dong", 18),
            excel.Column("Đã thanh toán (đồng)", "dong", 18),
            excel.Column("Khó khăn, vướng mắc", width=44),
        ],
        rows=[_row_3a(number, one, sums[one.project.pk]) for number, one in enumerate(rows, start=1)],
        subtitle_lines=[
            unit.name_on(on),
            f"Lập ngày {format_date(on)}; số lũy kế",
            NOTE_3A,
            f"Mẫu số 3a; {PROVISIONAL}",
        ],
        totals=[
            None,
            "Tổng cộng",
            None,
            sum(one.approved for one in sums.values()),
            None,
            sum(one.told.investment_done for one in rows if one.told),
            sum(one.advanced for one in sums.values()),
            sum(one.paid for one in sums.values()),
            None,
        ],
    )
    return excel.workbook([sheet])


def _row_3a(number: int, one: MonthRow, sums: Sums) -> list[excel.Value]:
    told = one.told
    return [
        number,
        one.project.code,
        one.project.name,
        sums.approved,
        told.volume if told else None,
        told.investment_done if told else None,
        sums.advanced,
        sums.paid,
        told.difficulties if told else "chưa nộp báo cáo",
    ]
