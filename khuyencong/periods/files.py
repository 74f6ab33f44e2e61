"""A report as a file: PDF and Excel of the same bytes as long as what was handed in is the same, and Word to go on writing.

How the official form is laid out could not be read: every file says «mẫu tạm».
"""

from __future__ import annotations

from collections.abc import Sequence

from khuyencong.core.dates import format_date
from khuyencong.core.money import NOTHING
from khuyencong.documents import pdf
from khuyencong.documents.excel import Column, Sheet, Value, workbook
from khuyencong.documents.word import Grid, Part, WordPaper, word_file
from khuyencong.people.models import AgencyKind
from khuyencong.periods.content import Content
from khuyencong.periods.models import HANDED_IN, PeriodReport
from khuyencong.periods.node import tables_of
from khuyencong.projects.paper import date_in_words
from khuyencong.reporting.comparing import Compared, compare
from khuyencong.reporting.figure_export import table_sheet
from khuyencong.reporting.figures import FIGURES, RATIOS
from khuyencong.reporting.tables import Table, TableRow, Tables

MARK = "mẫu tạm: bố cục của mẫu chính thức chờ xác minh"
DRAFT = "bản soạn, chưa nộp"
KINDS = ("pdf", "xlsx", "docx")
_COUNTS = tuple(one for one in FIGURES if not one.is_money)
_MONEY = tuple(one for one in FIGURES if one.is_money)


def content_file(report: PeriodReport, content: Content, kind: str) -> bytes:
    """The file of that kind, one of KINDS; needs `agency__province` loaded."""
    makers = {"pdf": pdf_of, "xlsx": xlsx_of, "docx": docx_of}
    return makers[kind](report, content)


def shown_tables(report: PeriodReport, content: Content) -> list[Table]:
    """The tables of the report, made of what it holds."""
    tables = Tables(content.question, content.cells, hand=content.hand)
    return [tables.table(by) for by in tables_of(report.agency)]


def shown_compared(content: Content, *, with_links: bool = True) -> list[Compared]:
    """The main figures beside the year before."""
    linked = with_links and not content.hand and not content.by_hand
    return compare(content.question if linked else None, content.total, content.before)


def title_of(report: PeriodReport) -> tuple[str, str]:
    """Title and subject, as the paper is headed."""
    return "Báo cáo", f"Kết quả hoạt động khuyến công {report.period}"


def _mark(report: PeriodReport) -> str:
    return MARK if report.state in HANDED_IN else f"{DRAFT}; {MARK}"


def _facts(report: PeriodReport, content: Content) -> list[str]:
    found = [f"Số liệu tính đến hết ngày {format_date(report.closing_on)}."]
    if content.by_hand:
        found.append("Số liệu do cơ quan báo cáo bằng bảng, không tính từ hồ sơ trong hệ thống.")
    if content.taken_in:
        found.append(f"Gồm số báo cáo bằng bảng của: {', '.join(content.taken_in)}.")
    return found


def _notes(content: Content) -> list[str]:
    found = []
    if content.explanation:
        found.append(f"Giải trình: {content.explanation}")
    if content.sha256:
        found.append(f"Số liệu nộp lần {content.number}, mã kiểm tra SHA-256: {content.sha256}.")
    return found


def _sections(content: Content) -> list[Part]:
    found = []
    for number, one in enumerate((one for one in content.sections if not one.is_empty), 1):
        texts = [line for line in one.text.splitlines() if line.strip()]
        if one.comment:
            texts.append(f"Nhận xét: {one.comment}")
        found.append(Part(f"{number}. {one.title}", texts))
    return found


def _grids(report: PeriodReport, content: Content) -> list[Grid]:
    """Each table twice: its đề án, and its money in triệu đồng with the shares."""
    found = []
    for table in shown_tables(report, content):
        for title, codes, shares in (
            (f"{table.title}: đề án và cơ sở", [one.code for one in _COUNTS], False),
            (f"{table.title}: kinh phí (triệu đồng)", [one.code for one in _MONEY], True),
        ):
            labels = [one.label for one in FIGURES if one.code in codes]
            if shares:
                labels += [one.label for one in RATIOS]
            found.append(
                Grid(
                    title,
                    [table.first, *labels],
                    [_texts(row, codes, shares=shares) for row in table.rows],
                    _texts(table.total, codes, shares=shares),
                )
            )
    if content.indicators:
        rows = [[f"{one.label} ({one.unit})", one.text] for one in content.indicators]
        found.append(Grid("Chỉ tiêu báo cáo", ["Chỉ tiêu", "Kết quả"], rows))
    if content.others:
        rows = [[one.title, f"{one.label} ({one.unit_shown})", one.text] for one in content.others]
        found.append(Grid("Hoạt động khác", ["Hoạt động", "Chỉ tiêu", "Kết quả"], rows))
    compared = shown_compared(content, with_links=False)
    if compared:
        before = report.period.before
        rows = [
            [
                f"{one.figure.label}{' (triệu đồng)' if one.figure.is_money else ''}",
                one.shown_now,
                one.shown_before,
                one.percent_text,
            ]
            for one in compared
        ]
        found.append(Grid("So với cùng kỳ năm trước", ["Số liệu", report.period.title, before.title, "Tỷ lệ"], rows))
    return found


def _texts(row: TableRow, codes: Sequence[str], *, shares: bool) -> list[str]:
    label = f"{row.label} – {row.group}" if row.group else row.label
    label = f"{label} ({row.note})" if row.note else label
    found = [label, *(cell.shown for cell in row.cells(codes))]
    return [*found, *(cell.text for cell in row.shares)] if shares else found


def pdf_of(report: PeriodReport, content: Content) -> bytes:
    """The report as a PDF file."""
    title, subject = title_of(report)
    on = content.document_on or report.closing_on
    foot = f"{title} – {subject} – {content.agency_name}"
    if content.sha256:
        foot = f"{foot} – SHA-256 {content.sha256[:16]}…"
    return pdf.render(
        "period_report",
        {
            "paper": {
                "title": title,
                "subject": subject,
                "organ_above": content.organ_above,
                "organ": content.agency_name,
                "number": content.document or "……………",
                "place_and_date": f"{content.seat}, {date_in_words(on)}",
                "date": [on.year, on.month, on.day],
                "mark": _mark(report),
                "stamp": "" if report.state in HANDED_IN else "Bản soạn",
                "foot": foot,
                "signatures": [{"role": "Thủ trưởng cơ quan", "hint": "Ký, đóng dấu", "name": ""}],
            },
            "facts": _facts(report, content),
            "sections": [{"title": one.title, "paragraphs": list(one.paragraphs)} for one in _sections(content)],
            "tables": [
                {
                    "title": one.title,
                    "columns": list(one.columns),
                    "rows": [list(row) for row in one.rows],
                    "totals": list(one.totals),
                }
                for one in _grids(report, content)
            ],
            "notes": _notes(content),
        },
    )


def docx_of(report: PeriodReport, content: Content) -> bytes:
    """The report as a Word file, its sentences made of the same figures."""
    title, subject = title_of(report)
    on = content.document_on or report.closing_on
    parts = _sections(content)
    notes = [*_facts(report, content), *_notes(content)]
    return word_file(
        WordPaper(
            organ_above=content.organ_above,
            organ=content.agency_name,
            number=content.document or "……………",
            place_and_date=f"{content.seat}, {date_in_words(on)}",
            title=title,
            subject=subject,
            mark=_mark(report),
            on=on,
            parts=[*parts, Part("Ghi chú về số liệu", notes)],
            grids=_grids(report, content),
            recipients=recipients_of(report),
            signer="Thủ trưởng cơ quan",
            foot=f"SHA-256 {content.sha256}" if content.sha256 else DRAFT,
        )
    )


def recipients_of(report: PeriodReport) -> list[str]:
    """Who receives the paper: of a department also the committee of its province (TT 36/2013 Đ21.5)."""
    found = [report.receiver.name_on(report.closing_on)] if report.receiver_id != report.agency_id else []
    if report.agency.kind == AgencyKind.DEPARTMENT and report.agency.province is not None:
        name = report.agency.province.name
        found.append(f"Ủy ban nhân dân {name[:1].lower()}{name[1:]}")
    return [*found, "Lưu"]


def xlsx_of(report: PeriodReport, content: Content) -> bytes:
    """The report as an Excel file: real numbers, money in whole đồng."""
    title, subject = title_of(report)
    lines = [f"({_mark(report)})", content.agency_name, *_facts(report, content), *_notes(content)]
    sheets = [table_sheet(table, f"{title}: {subject}", lines) for table in shown_tables(report, content)]
    if content.indicators:
        rows: list[list[Value]] = [[one.label, one.unit, one.text, one.how] for one in content.indicators]
        columns = [
            Column("Chỉ tiêu", "text", 44),
            Column("Đơn vị tính", "text", 16),
            Column("Kết quả", "text", 16),
            Column("Cách tính", "text", 50),
        ]
        sheets.append(Sheet("Chỉ tiêu", "CHỈ TIÊU BÁO CÁO", columns, rows, subtitle_lines=lines))
    if content.others:
        done: list[list[Value]] = [[one.title, one.label, one.unit, one.value, one.how] for one in content.others]
        columns = [
            Column("Hoạt động", "text", 40),
            Column("Chỉ tiêu", "text", 36),
            Column("Đơn vị tính", "text", 14),
            Column("Kết quả", "int", 16),
            Column("Cách tính", "text", 50),
        ]
        sheets.append(Sheet("Hoạt động khác", "HOẠT ĐỘNG KHÁC", columns, done, subtitle_lines=lines))
    told = [[one.title, one.text or NOTHING, one.comment] for one in content.sections if not one.is_empty]
    columns = [Column("Phần", "text", 30), Column("Nội dung", "text", 100), Column("Nhận xét", "text", 40)]
    sheets.append(Sheet("Thuyết minh", "THUYẾT MINH", columns, told, subtitle_lines=lines))
    return workbook(sheets, made_on=content.document_on or report.closing_on)
