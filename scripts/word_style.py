"""Pieces of the shipped Word templates, as Nghị định 30/2020/NĐ-CP, Phụ lục I sets an official paper.

What stands in double braces is filled by `khuyencong.papers.filling`: the data of the form, and from the engine itself `form.number`,
`form.title`, `form.mark`, `qr` (the picture) and `qr_text` (the same code to be read by people).
The frame of a paper is the mapping `paper`, the same as in `documents/typst/paper.typ`: title, subject, organ_above, organ,
number, place_and_date, mark, signatures (role, hint, name), and recipients where the paper names them.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.document import Document as Word
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from khuyencong.core.zips import steady

FONT = "Times New Roman"
BODY, SMALL, TINY = Pt(13), Pt(11), Pt(9)
A4 = (Mm(210), Mm(297))
LEFT, CENTER, RIGHT, BOTH = (
    WD_ALIGN_PARAGRAPH.LEFT,
    WD_ALIGN_PARAGRAPH.CENTER,
    WD_ALIGN_PARAGRAPH.RIGHT,
    WD_ALIGN_PARAGRAPH.JUSTIFY,
)
TEXT_WIDTH = {False: 165, True: 247}  # mm between the margins, upright and across
LETTERHEAD = (0.44, 0.56)
NO_LINES = ("top", "left", "bottom", "right", "insideH", "insideV")
MADE = datetime(2026, 1, 1)  # noqa: DTZ001  # a property of the file: every making gives the same file


def new_document(title: str, *, landscape: bool = False) -> Word:
    """An empty A4 page with the margins 20, 20, 30 and 15 mm, Times New Roman 13, and the code of the paper on every foot."""
    doc = Document()
    section = doc.sections[0]
    width, height = reversed(A4) if landscape else A4
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = width, height
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = (Mm(30), Mm(15)) if not landscape else (Mm(30), Mm(20))
    section.header_distance, section.footer_distance = Mm(10), Mm(7)
    normal = doc.styles["Normal"]
    normal.font.name, normal.font.size = FONT, BODY
    fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:eastAsia", "w:cs", "w:hAnsi"):
        fonts.set(qn(script), FONT)
    normal.paragraph_format.space_before = Pt(0)
    normal.paragraph_format.space_after = Pt(4)
    _page_numbers_and_code(doc)
    properties = doc.core_properties
    properties.title, properties.author, properties.comments, properties.language = title, "", "", "vi-VN"
    properties.created = properties.modified = MADE
    return doc


def paragraph(  # one door for all text of a page
    to: Word | _Cell,
    text: str = "",
    *,
    bold: bool = False,
    italic: bool = False,
    align: WD_ALIGN_PARAGRAPH = BOTH,
    size: Pt = BODY,
    indent: bool = False,
    after: int = 4,
) -> Paragraph:
    """One paragraph; `indent` moves its first line in by 10 mm, `after` is the space under it in points."""
    one = to.add_paragraph()
    run = one.add_run(text)
    run.bold, run.italic, run.font.size = bold, italic, size
    one.alignment = align
    one.paragraph_format.space_after = Pt(after)
    if indent:
        one.paragraph_format.first_line_indent = Mm(10)
    return one


def heading(doc: Word, text: str) -> Paragraph:
    """«Điều 1. …» or «I. …», kept with what follows."""
    one = paragraph(doc, text, bold=True, align=LEFT)
    one.paragraph_format.space_before = Pt(8)
    one.paragraph_format.keep_with_next = True
    return one


def tag(doc: Word | _Cell, text: str) -> Paragraph:
    """A line that leaves no trace: `tag(doc, "{%p for one in rows %}")`."""
    return paragraph(doc, text, after=0)


def each(doc: Word, loop: str, text: str, *, empty: str = "") -> None:
    """One paragraph for each: `each(doc, "one in grounds", "Căn cứ {{ one }};")`; `empty` stands where there are none."""
    items = loop.partition(" in ")[2]
    if empty:
        tag(doc, "{%p if " + items + " %}")
    tag(doc, "{%p for " + loop + " %}")
    paragraph(doc, text, indent=True)
    tag(doc, "{%p endfor %}")
    if empty:
        tag(doc, "{%p else %}")
        paragraph(doc, empty, indent=True)
        tag(doc, "{%p endif %}")


def letterhead(doc: Word, *, landscape: bool = False, number: bool = True) -> None:
    """Number of the form, agency and number on the left, quốc hiệu, tiêu ngữ, place and date on the right."""
    tag(doc, "{%p if form.number %}")
    paragraph(doc, "{{ form.number }}", bold=True, align=RIGHT, size=SMALL)
    tag(doc, "{%p endif %}")
    table = bare_table(doc, [TEXT_WIDTH[landscape] * share for share in LETTERHEAD])
    left, right = table.rows[0].cells
    first(left, "{%p if paper.organ_above %}")
    paragraph(left, "{{ paper.organ_above|upper }}", align=CENTER, size=Pt(12), after=0)
    tag(left, "{%p endif %}")
    paragraph(left, "{{ paper.organ|upper }}", bold=True, align=CENTER, size=Pt(12), after=0)
    paragraph(left, "_________", align=CENTER, size=Pt(8))
    if number:
        paragraph(left, "Số: {{ paper.number }}", align=CENTER)
    first(right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", bold=True, size=Pt(12))
    paragraph(right, "Độc lập - Tự do - Hạnh phúc", bold=True, align=CENTER, after=0)
    paragraph(right, "_______________________", align=CENTER, size=Pt(8))
    paragraph(right, "{{ paper.place_and_date }}", italic=True, align=CENTER)


def title(doc: Word) -> None:
    """Name of the paper, what it is about, and what to say of it where it is a draft or a «mẫu tạm»."""
    paragraph(
        doc, "{{ paper.title|upper }}", bold=True, align=CENTER, size=Pt(14), after=0
    ).paragraph_format.space_before = Pt(10)
    for field, text in (("paper.subject", "{{ paper.subject }}"), ("paper.mark", "({{ paper.mark }})")):
        tag(doc, "{%p if " + field + " %}")
        paragraph(doc, text, bold=field == "paper.subject", italic=field == "paper.mark", align=CENTER)
        tag(doc, "{%p endif %}")
    paragraph(doc, "_________", align=CENTER, size=Pt(8))


def grid(
    doc: Word,
    heads: Sequence[str],
    widths: Sequence[float],
    loop: str,
    fields: Sequence[str],
    *,
    right: Sequence[int] = (),
    totals: Sequence[str] = (),
) -> Table:
    """A table with one row for each of `loop` («one in rows»), its head repeated on every page, `totals` in its last row.

    `widths` in mm; `right`: the columns with numbers. `{{ loop.index }}` numbers the rows.
    """
    table: Table = doc.add_table(rows=0, cols=len(heads))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    _row(table, heads, bold=True, centred=range(len(heads)))
    _repeat(table.rows[0])
    _tag_row(table, "{%tr for " + loop + " %}")
    _row(table, fields, right=right)
    _tag_row(table, "{%tr endfor %}")
    if totals:
        _row(table, totals, bold=True, right=right)
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)
    paragraph(doc, after=2)
    return table


def signatures(doc: Word, count: int, *, landscape: bool = False, recipients: Sequence[str] = ()) -> None:
    """Who signs, side by side, from `paper.signatures`; with `recipients` («Nơi nhận») in a column of their own on the left."""
    columns = count + bool(recipients)
    table = bare_table(doc, [TEXT_WIDTH[landscape] / columns] * columns)
    cells = list(table.rows[0].cells)
    if recipients:
        where = cells.pop(0)
        first(where, "Nơi nhận:", bold=True, italic=True, align=LEFT, size=Pt(12))
        for one in recipients:
            paragraph(where, f"- {one}", align=LEFT, size=SMALL, after=0)
    for number, cell in enumerate(cells):
        one = f"paper.signatures[{number}]"
        first(cell, "{{ " + one + ".role|upper }}", bold=True)
        paragraph(cell, "({{ " + one + ".hint }})", italic=True, align=CENTER, after=60)
        paragraph(cell, "{{ " + one + ".name }}", bold=True, align=CENTER)


def bare_table(doc: Word | _Cell, widths: Sequence[float]) -> Table:
    """A table of one row without lines; its row is not torn across pages. `widths` in mm."""
    table: Table = doc.add_table(1, len(widths))
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    borders = OxmlElement("w:tblBorders")
    for side in NO_LINES:
        line = OxmlElement(f"w:{side}")
        line.set(qn("w:val"), "nil")
        borders.append(line)
    table._tbl.tblPr.find(qn("w:tblLayout")).addprevious(borders)  # noqa: SLF001  # python-docx has no other door to it
    _whole(table.rows[0])
    for cell, width in zip(table.rows[0].cells, widths, strict=True):
        cell.width = Mm(width)
    return table


def first(
    cell: _Cell,
    text: str,
    *,
    bold: bool = False,
    italic: bool = False,
    align: WD_ALIGN_PARAGRAPH = CENTER,
    size: Pt = BODY,
) -> None:
    """The paragraph that every cell already has."""
    one = cell.paragraphs[0]
    run = one.add_run(text)
    run.bold, run.italic, run.font.size = bold, italic, size
    one.alignment = align
    one.paragraph_format.space_after = Pt(0)


def save(doc: Word, path: Path) -> None:
    """Write the file; the same pieces give the same bytes."""
    path.write_bytes(content_of(doc))


def content_of(doc: Word) -> bytes:
    """The file as bytes."""
    stream = io.BytesIO()
    doc.save(stream)
    return steady(stream.getvalue())


def _row(
    table: Table, texts: Sequence[str], *, bold: bool = False, right: Sequence[int] = (), centred: Sequence[int] = ()
) -> None:
    row = table.add_row()
    _whole(row)
    for number, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
        align = RIGHT if number in right else CENTER if number in centred else LEFT
        first(cell, text, bold=bold, align=align, size=SMALL)


def _tag_row(table: Table, text: str) -> None:
    table.add_row().cells[0].paragraphs[0].add_run(text)


def _repeat(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001  # python-docx has no other door to it


def _whole(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001  # python-docx has no other door to it


def _page_numbers_and_code(doc: Word) -> None:
    """The page number over every page but the first; the code of the paper under all of them."""
    section = doc.sections[0]
    section.different_first_page_header_footer = True
    over = section.header.paragraphs[0]
    over.alignment = CENTER
    _field(over, "PAGE")
    for foot in (section.first_page_footer, section.footer):
        line = foot.paragraphs[0]
        line.alignment = LEFT
        line.add_run("{{ qr }}")
        text = line.add_run(" {{ qr_text }} · trang ")
        text.font.size = TINY
        _field(line, "PAGE")
        line.add_run("/").font.size = TINY
        _field(line, "NUMPAGES")


def _field(line: Paragraph, name: str) -> None:
    run = line.add_run()
    run.font.size = TINY if name == "NUMPAGES" or line.runs[0].text else BODY
    for kind in ("begin", "", "end"):
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = f" {name} "
        run._r.append(mark)  # noqa: SLF001  # python-docx has no other door to it
