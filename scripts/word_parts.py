"""What most of the shipped Word templates share beside `word_style`: facts, lists that may be empty, tables of money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from docx.document import Document as Word
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table, _Cell, _Row
from word_style import (
    CENTER,
    LEFT,
    RIGHT,
    SMALL,
    TEXT_WIDTH,
    bare_table,
    each,
    first,
    letterhead,
    new_document,
    paragraph,
    tag,
    title,
)

MONEY = Pt(10)
ROOM_TO_SIGN = 60
GAP = Pt(4)  # under a table, so that what follows does not hang on it
WHOLE_WIDTH = "5000"  # fiftieths of a per cent


@dataclass(frozen=True)
class Column:
    """One column: its head, its width in mm, the name of its field in the row, and whether it holds numbers."""

    head: str
    width: float
    field: str
    number: bool = False


def begin(name: str, *, landscape: bool = False, number: bool = True) -> Word:
    """A page with letterhead and title."""
    doc = new_document(name, landscape=landscape)
    letterhead(doc, landscape=landscape, number=number)
    title(doc)
    return doc


def facts(doc: Word) -> None:
    """What the paper is about, one line for each."""
    each(doc, "one in facts", "{{ one.label }}: {{ one.value }}")


def grounds(doc: Word) -> None:
    """«Căn cứ …», in italics as Nghị định 30/2020/NĐ-CP asks."""
    tag(doc, "{%p for one in grounds %}")
    paragraph(doc, "Căn cứ {{ one }};", italic=True, indent=True)
    tag(doc, "{%p endfor %}")


def told(doc: Word, loop: str, lead: str) -> None:
    """A line and a list under it; nothing where the list is empty."""
    tag(doc, "{%p if " + loop.partition(" in ")[2] + " %}")
    paragraph(doc, lead, indent=True).paragraph_format.keep_with_next = True
    each(doc, loop, "- {{ " + loop.partition(" in ")[0] + " }}")
    tag(doc, "{%p endif %}")


def said(doc: Word, field: str, before: str = "", after: str = "", *, bold: bool = False) -> None:
    """One text with what stands around it; nothing where it is empty."""
    tag(doc, "{%p if " + field + " %}")
    paragraph(doc, before + "{{ " + field + " }}" + after, indent=True, bold=bold)
    tag(doc, "{%p endif %}")


def money(doc: Word, lead: str, field: str) -> None:
    """An amount in figures and in words."""
    paragraph(doc, f"{lead}: {{{{ {field}.figures }}}} đồng (Bằng chữ: {{{{ {field}.words }}}}).", indent=True)


def table(
    doc: Word,
    columns: Sequence[Column],
    loop: str,
    *,
    totals: str = "",
    total_label: str = "",
    over: tuple[int, int, str] | None = None,
    marks: Sequence[str] = (),
    size: Pt = SMALL,
) -> Table:
    """A table with one row for each of `loop` («one in rows»), its heads repeated on every page.

    `totals`: the mapping whose fields of the same names stand in a last row; `total_label` stands in its second cell
    instead of that field. `over`: from which column to which a common head stands, and that head. `marks`: the row with
    the numbers of the columns. Without a row there is a sentence instead of the table.
    """
    item, _, rows = loop.partition(" in ")
    tag(doc, "{%p if " + rows + " %}")
    found: Table = doc.add_table(rows=0, cols=len(columns))
    found.style, found.alignment, found.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    heads = [one.head for one in columns]
    if over is not None:
        upper = _row(found, ["" if over[0] <= at < over[1] else head for at, head in enumerate(heads)], size, bold=True)
        lower = _row(found, [head if over[0] <= at < over[1] else "" for at, head in enumerate(heads)], size, bold=True)
        for at in range(len(columns)):
            if not over[0] <= at < over[1]:
                upper.cells[at].merge(lower.cells[at])
        common = upper.cells[over[0]].merge(upper.cells[over[1] - 1])
        _only(common, over[2], size)
        for at in (*range(over[0]), *range(over[1], len(columns))):
            _only(upper.cells[at], heads[at], size)
        top = [upper, lower]
    else:
        top = [_row(found, heads, size, bold=True)]
    if marks:
        top.append(_row(found, marks, size))
    for row in top:
        _mark(row, "w:tblHeader")
    _tag_row(found, "{%tr for " + loop + " %}")
    numbers = [at for at, one in enumerate(columns) if one.number]
    middle = [at for at, one in enumerate(columns) if one.field == "number"]
    fields = ["{{ " + f"{item}.{one.field}" + " }}" for one in columns]
    _row(found, fields, size, body=True, right=numbers, middle=middle)
    _tag_row(found, "{%tr endfor %}")
    if totals:
        sums = ["{{ " + f"{totals}.{one.field}" + " }}" if one.number else "" for one in columns]
        sums[1] = total_label or "{{ " + f"{totals}.{columns[1].field}" + " }}"
        _row(found, sums, size, body=True, bold=True, right=numbers)
    for row in found.rows:
        for cell, one in zip(row.cells, columns, strict=True):
            cell.width = Mm(one.width)
    paragraph(doc, size=GAP, after=0)
    tag(doc, "{%p else %}")
    paragraph(doc, "Chưa có dòng nào.", indent=True)
    tag(doc, "{%p endif %}")
    return found


def signers(doc: Word, *, landscape: bool = False) -> None:
    """Who signs, side by side over the whole width, as many as the data names."""
    tag(doc, "{%p if paper.signatures %}")
    paragraph(doc, after=0)
    found = bare_table(doc, [TEXT_WIDTH[landscape] / 3] * 3)
    _over_the_whole_width(found)
    opening, signer, closing = found.rows[0].cells
    first(opening, "{%tc for one in paper.signatures %}")
    _signer(signer, "one")
    first(closing, "{%tc endfor %}")
    tag(doc, "{%p endif %}")
    paragraph(doc, size=GAP, after=0)


def signer(doc: Word, recipients: Sequence[str]) -> None:
    """The one who signs, with «Nơi nhận» on the left."""
    paragraph(doc, after=0)
    where, who = bare_table(doc, [TEXT_WIDTH[False] / 2] * 2).rows[0].cells
    first(where, "Nơi nhận:", bold=True, italic=True, align=LEFT, size=Pt(12))
    for one in recipients:
        paragraph(where, f"- {one}", align=LEFT, size=SMALL, after=0)
    _signer(who, "paper.signatures[0]")
    paragraph(doc, size=GAP, after=0)


def _signer(cell: _Cell, one: str) -> None:
    first(cell, "{{ " + one + ".role|upper }}", bold=True)
    paragraph(cell, "({{ " + one + ".hint }})", italic=True, align=CENTER, after=ROOM_TO_SIGN)
    paragraph(cell, "{{ " + one + ".name }}", bold=True, align=CENTER)


def _over_the_whole_width(found: Table) -> None:
    """Its cells share the width of the text, however many there will be."""
    found.autofit = True
    properties = found._tbl.tblPr  # noqa: SLF001  # python-docx has no other door to it
    width = properties.find(qn("w:tblW"))
    width.set(qn("w:type"), "pct")
    width.set(qn("w:w"), WHOLE_WIDTH)
    for cell in found.rows[0].cells:
        share = cell._tc.get_or_add_tcPr().find(qn("w:tcW"))  # noqa: SLF001  # as above
        share.set(qn("w:type"), "auto")
        share.set(qn("w:w"), "0")


def _row(
    found: Table,
    texts: Sequence[str],
    size: Pt,
    *,
    body: bool = False,
    bold: bool = False,
    right: Sequence[int] = (),
    middle: Sequence[int] = (),
) -> _Row:
    row: _Row = found.add_row()
    _mark(row, "w:cantSplit")
    for at, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
        align = RIGHT if at in right else CENTER if not body or at in middle else LEFT
        first(cell, text, bold=bold, align=align, size=size)
    return row


def _only(cell: _Cell, text: str, size: Pt) -> None:
    """One paragraph where merging has put several together."""
    for extra in cell.paragraphs[1:]:
        extra._p.getparent().remove(extra._p)  # noqa: SLF001  # python-docx has no other door to it
    for run in cell.paragraphs[0].runs:
        run.text = ""
    first(cell, text, bold=True, align=CENTER, size=size)


def _tag_row(found: Table, text: str) -> None:
    found.add_row().cells[0].paragraphs[0].add_run(text)


def _mark(row: Any, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))  # noqa: SLF001  # python-docx has no other door to it
