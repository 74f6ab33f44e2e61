"""Plain data in, a Word file out: a report of text and tables in the layout of Nghị định 30/2020/NĐ-CP, to be edited further.

Equal data give equal bytes. What people typed is always text.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from khuyencong.core.text import nfc

FONT = "Times New Roman"
_BODY, _SMALL = Pt(13), Pt(10)
_EPOCH = (1980, 1, 1, 0, 0, 0)
# What XML cannot hold.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Part:
    """A heading with its paragraphs."""

    title: str
    paragraphs: Sequence[str]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table under its title; the first column holds names, all others numbers. It stands on a page laid across."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    totals: Sequence[str] = ()


@dataclass(frozen=True)
class WordPaper:
    """The whole paper. `recipients` stand at the left of its foot, who signs at the right."""

    organ_above: str
    organ: str
    number: str
    place_and_date: str
    title: str
    subject: str
    mark: str
    on: date
    parts: Sequence[Part] = field(default_factory=tuple)
    grids: Sequence[Grid] = field(default_factory=tuple)
    recipients: Sequence[str] = field(default_factory=tuple)
    signer: str = ""
    foot: str = ""


def word_file(paper: WordPaper) -> bytes:
    """The paper as a .docx file."""
    made: Any = docx.Document()
    _styles(made)
    _heading(made, paper)
    for part in paper.parts:
        _line(made, part.title, bold=True)
        for text in part.paragraphs:
            _line(made, text, first=True)
    _signatures(made, paper)
    if paper.grids:
        section = made.add_section()
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = section.page_height, section.page_width
        for grid in paper.grids:
            _grid(made, grid)
    if paper.foot:
        for section in made.sections:
            section.footer.is_linked_to_previous = False
            _run(section.footer.paragraphs[0], paper.foot, size=Pt(9))
    moment = datetime(paper.on.year, paper.on.month, paper.on.day, tzinfo=UTC)
    core = made.core_properties
    core.author, core.title, core.last_modified_by = _clean(paper.organ)[:255], _clean(paper.title)[:255], ""
    core.created = core.modified = moment
    core.comments, core.revision = "", 1
    return _same_bytes(made)


def _styles(made: Any) -> None:
    style = made.styles["Normal"]
    style.font.name, style.font.size = FONT, _BODY
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    style.paragraph_format.space_after = Pt(6)
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(20), Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)


def _heading(made: Any, paper: WordPaper) -> None:
    """Quốc hiệu, tiêu ngữ, the agency, number, place and date, then the title."""
    table = made.add_table(rows=2, cols=2)
    left, right = table.rows[0].cells
    if paper.organ_above:
        _centred(left, paper.organ_above.upper(), size=Pt(12))
    _centred(left, paper.organ.upper(), bold=True, size=Pt(12))
    _centred(right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", bold=True, size=Pt(12))
    _centred(right, "Độc lập - Tự do - Hạnh phúc", bold=True)
    _centred(table.rows[1].cells[0], f"Số: {paper.number}")
    _centred(table.rows[1].cells[1], paper.place_and_date, italic=True)
    for cell in (*table.rows[0].cells, *table.rows[1].cells):
        cell._element.remove(cell.paragraphs[0]._element)  # noqa: SLF001  # a cell begins with an empty paragraph
    made.add_paragraph()
    _line(made, paper.title.upper(), bold=True, align=WD_ALIGN_PARAGRAPH.CENTER)
    _line(made, paper.subject, bold=True, align=WD_ALIGN_PARAGRAPH.CENTER)
    if paper.mark:
        _line(made, f"({paper.mark})", italic=True, align=WD_ALIGN_PARAGRAPH.CENTER)


def _signatures(made: Any, paper: WordPaper) -> None:
    if not paper.signer and not paper.recipients:
        return
    made.add_paragraph()
    left, right = made.add_table(rows=1, cols=2).rows[0].cells
    _run(left.paragraphs[0], "Nơi nhận:", bold=True, italic=True, size=Pt(12))
    for one in paper.recipients:
        _run(left.add_paragraph(), f"- {one};", size=Pt(11))
    right.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(right.paragraphs[0], paper.signer.upper(), bold=True)


def _grid(made: Any, grid: Grid) -> None:
    _line(made, grid.title, bold=True)
    table = made.add_table(rows=1, cols=len(grid.columns))
    table.style = "Table Grid"
    _cells(table.rows[0], grid.columns, bold=True)
    for values in grid.rows:
        _cells(table.add_row(), values)
    if grid.totals:
        _cells(table.add_row(), grid.totals, bold=True)
    # The headings are repeated on every page.
    header = table.rows[0]._tr.get_or_add_trPr()  # noqa: SLF001  # the library has no name for it
    header.append(OxmlElement("w:tblHeader"))
    made.add_paragraph()


def _cells(row: Any, values: Sequence[str], *, bold: bool = False) -> None:
    for place, (cell, text) in enumerate(zip(row.cells, values, strict=True)):
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_after = Pt(0)
        if place:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        _run(paragraph, text, bold=bold, size=_SMALL)


def _centred(cell: Any, text: str, **how: Any) -> None:
    paragraph = cell.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_after = Pt(0)
    _run(paragraph, text, **how)


def _line(made: Any, text: str, *, align: Any = None, first: bool = False, **how: Any) -> None:
    paragraph = made.add_paragraph()
    paragraph.alignment = align if align is not None else WD_ALIGN_PARAGRAPH.JUSTIFY
    if first:
        paragraph.paragraph_format.first_line_indent = Mm(10)
    _run(paragraph, text, **how)


def _run(paragraph: Any, text: str, *, bold: bool = False, italic: bool = False, size: Any = None) -> None:
    run = paragraph.add_run(_clean(text))
    run.bold, run.italic = bold, italic
    run.font.name = FONT
    if size is not None:
        run.font.size = size


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("", nfc(text))


def _same_bytes(made: Any) -> bytes:
    """The file with every part under one fixed moment, in the order of their names."""
    first = io.BytesIO()
    made.save(first)
    second = io.BytesIO()
    with zipfile.ZipFile(first) as source, zipfile.ZipFile(second, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            target.writestr(info, source.read(name))
    return second.getvalue()
