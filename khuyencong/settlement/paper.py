"""The forms of the end of money as papers: one shape for the page, the PDF file and the Excel file.

How the official forms (Mẫu số 6 to 10, Phụ lục 1 TT 36/2013) are laid out could not be read: every paper says «mẫu tạm», and
its columns are those that Đ17 to Đ19 imply.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from khuyencong.core import components
from khuyencong.core.components import Fact
from khuyencong.core.dates import format_date
from khuyencong.core.money import format_dong
from khuyencong.documents import pdf
from khuyencong.documents.excel import Column, Sheet, Value, workbook
from khuyencong.people.models import Agency
from khuyencong.projects.paper import date_in_words

DRAFT_FORM = "mẫu tạm: bố cục của mẫu chính thức chờ xác minh"
KINDS = ("pdf", "xlsx")  # of files that `content_of` writes
FORM = "Mẫu số {}, Phụ lục 1 TT 36/2013"
SIGN = "Ký, ghi rõ họ tên"


@dataclass(frozen=True)
class MoneyPaper:
    """A paper around one table. Amounts are whole đồng in columns of kind "dong"; `shares` are widths on A4."""

    form: str
    title: str
    subject: str
    organ: Agency
    on: date
    number: str
    facts: Sequence[Fact]
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]
    shares: Sequence[int]
    totals: Sequence[Value] = ()
    before: Sequence[str] = ()
    notes: Sequence[str] = ()
    signs: Sequence[tuple[str, str]] = field(default_factory=tuple)  # role, name ("" where nobody has signed yet)

    @property
    def mark(self) -> str:
        return f"{FORM.format(self.form)}; {DRAFT_FORM}"

    @property
    def heading(self) -> components.Paper:
        """The heading for the page (`document_header.html`)."""
        return components.Paper(
            organ=self.organ.name_on(self.on),
            organ_above=self.organ.parent.name_on(self.on) if self.organ.parent else "",
            place=self.organ.province.short_name if self.organ.province else "Hà Nội",
            on=self.on,
            number=self.number,
            title=self.title,
            subtitle=self.subject,
        )

    @property
    def shown_columns(self) -> list[components.Column]:
        """For `table_card.html`."""
        return [components.Column(one.title, num=one.kind == "dong") for one in self.columns]

    @property
    def shown_rows(self) -> list[components.Row]:
        """For `table_card.html`."""
        return [components.Row(tuple(components.Cell(text) for text in self.texts(row))) for row in self.rows]

    @property
    def shown_totals(self) -> list[str]:
        """For `table_card.html`."""
        return self.texts(self.totals) if self.totals else []

    @property
    def signatures(self) -> list[dict[str, str]]:
        return [{"role": role, "hint": SIGN, "name": name} for role, name in self.signs]

    def texts(self, row: Sequence[Value]) -> list[str]:
        """The values of a row as they are read."""
        return [text_of(value, dong=column.kind == "dong") for column, value in zip(self.columns, row, strict=True)]


def sum_of(rows: Sequence[Sequence[Value]], at: int) -> int:
    """The total of a money column, in đồng."""
    return sum(value for row in rows if isinstance(value := row[at], int))


def text_of(value: Value, *, dong: bool) -> str:
    """One value as it is read on paper."""
    if value is None:
        return ""
    if isinstance(value, date):
        return format_date(value)
    return format_dong(value) if dong and isinstance(value, int) else str(value)


def pdf_of(paper: MoneyPaper) -> bytes:
    """The paper as a PDF file: equal records give equal bytes."""
    return pdf.render("money_table", data_of(paper))


def data_of(paper: MoneyPaper) -> dict[str, Any]:
    """What `documents/typst/money_table.typ` and the Word papers ask for: texts written the Vietnamese way."""
    heading = paper.heading
    return {
        "paper": {
            "title": heading.title,
            "subject": heading.subtitle,
            "organ_above": heading.organ_above,
            "organ": heading.organ,
            "number": heading.number or "……………",
            "place_and_date": f"{heading.place}, {date_in_words(heading.on)}",
            "date": [heading.on.year, heading.on.month, heading.on.day],
            "mark": paper.mark,
            "stamp": "",
            "foot": f"{paper.title} – {paper.subject} – {DRAFT_FORM}",
            "signatures": paper.signatures,
        },
        "facts": [{"label": one.label, "value": one.value} for one in paper.facts],
        "before": list(paper.before),
        "columns": [
            {"title": one.title, "share": share, "number": one.kind == "dong"}
            for one, share in zip(paper.columns, paper.shares, strict=True)
        ],
        "rows": [paper.texts(row) for row in paper.rows],
        "totals": paper.shown_totals,
        "notes": list(paper.notes),
    }


def xlsx_of(paper: MoneyPaper) -> bytes:
    """The paper as an Excel file."""
    lines = [f"({paper.mark})", *(f"{one.label}: {one.value}" for one in paper.facts), *paper.before, *paper.notes]
    sheet = Sheet(
        name=f"Mẫu {paper.form}",
        title=f"{paper.title}: {paper.subject}",
        columns=paper.columns,
        rows=paper.rows,
        subtitle_lines=lines,
        totals=paper.totals or None,
    )
    return workbook([sheet])


def content_of(paper: MoneyPaper, kind: str) -> bytes:
    """The paper as a file of that kind, one of KINDS."""
    return pdf_of(paper) if kind == "pdf" else xlsx_of(paper)
