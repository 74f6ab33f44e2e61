"""A list that somebody fills in, corrects and sends back: one plain table from the first row on, with notes and choices.

Unlike `excel.py`, whose tables are to be read and printed, nothing stands above the headings.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from typing import Any, Literal

import xlsxwriter

from khuyencong.core.text import nfc

CellKind = Literal["text", "int", "dong", "degrees"]
ListValue = str | int | float | bool | date | None
_FORMATS: dict[str, str] = {"text": "@", "int": "0", "dong": "#,##0", "degrees": "0.000000"}
_LONGEST_TEXT = 32_767
_LONGEST_NAME = 31
_FORBIDDEN_IN_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f]+")
_SURROGATES = re.compile("[\ud800-\udfff]")
_LONGEST_HINT = 255  # what Excel takes as the text of a validation


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column: `headings` from the top (one for each row of headings); `choices` names a column of a list as "sheet!letter"."""

    headings: Sequence[str]
    kind: CellKind = "text"
    width: float = 16
    note: str = ""
    choices: str = ""


@dataclass(frozen=True, slots=True)
class Aid:
    """A sheet beside the list: what may be chosen, or how to fill it in."""

    name: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[float] = ()


@dataclass(frozen=True, slots=True)
class FilledList:
    """The list itself: `marked` are cells to look at (row from 0 below the headings, column from 0)."""

    name: str
    columns: Sequence[ListColumn]
    rows: Iterable[Sequence[ListValue]] = ()
    marked: Collection[tuple[int, int]] = field(default_factory=frozenset)


def list_workbook(filled: FilledList, aids: Sequence[Aid] = (), *, room: int = 0) -> bytes:
    """The list and its aids as one .xlsx file; choices and formats reach `room` rows further than what is filled in.

    Text is always text: a name that begins with "=" never becomes a formula. ValueError where a row does not fit.
    """
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    _write_list(book, filled, aids, room)
    for aid in aids:
        _write_aid(book, aid)
    book.close()
    return buffer.getvalue()


def _write_list(book: Any, filled: FilledList, aids: Sequence[Aid], room: int) -> None:
    page = book.add_worksheet(_sheet_name(filled.name))
    header = book.add_format(
        {"bold": True, "border": 1, "text_wrap": True, "align": "center", "valign": "vcenter", "bg_color": "#E6EEF5"}
    )
    bad = {kind: book.add_format({"num_format": code, "bg_color": "#FBD9D3"}) for kind, code in _FORMATS.items()}
    plain = {kind: book.add_format({"num_format": code}) for kind, code in _FORMATS.items()}
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    depth = max(len(column.headings) for column in filled.columns)
    for at, column in enumerate(filled.columns):
        page.set_column(at, at, column.width, plain[column.kind])
        for level in range(depth):
            text = column.headings[level] if level < len(column.headings) else ""
            _write(page, level, at, text or None, header)
        if column.note:
            page.write_comment(depth - 1, at, nfc(column.note), {"x_scale": 2, "y_scale": 1.2})
    row = depth - 1
    for number, values in enumerate(filled.rows):
        row = depth + number
        if len(values) != len(filled.columns):
            raise ValueError(f"{len(values)} values for {len(filled.columns)} columns")
        for at, (column, value) in enumerate(zip(filled.columns, values, strict=True)):
            shown = bad if (number, at) in filled.marked else plain
            _write(page, row, at, value, day if isinstance(value, date) else shown[column.kind])
    for at, column in enumerate(filled.columns):
        if column.choices:
            page.data_validation(depth, at, max(depth, row + room), at, _choices(column, aids))
    page.freeze_panes(depth, 1)
    page.autofilter(depth - 1, 0, max(row, depth), len(filled.columns) - 1)


def _choices(column: ListColumn, aids: Sequence[Aid]) -> dict[str, Any]:
    """A list to choose from that may be overruled: what the cell holds is judged when the file is read."""
    name, _, letter = column.choices.partition("!")
    aid = next(one for one in aids if one.name == name)
    place = ord(letter) - ord("A")
    last = 1 + sum(1 for row in aid.rows if place < len(row) and row[place])
    return {
        "validate": "list",
        "source": f"='{name}'!${letter}$2:${letter}${max(last, 2)}",
        "error_type": "warning",
        "error_title": "Không có trong danh sách",
        "error_message": f"Giá trị này không có trong danh sách của trang «{name}». Vẫn ghi?"[:_LONGEST_HINT],
    }


def _write_aid(book: Any, aid: Aid) -> None:
    page = book.add_worksheet(_sheet_name(aid.name))
    header = book.add_format({"bold": True, "bg_color": "#E6EEF5"})
    text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    for at, heading in enumerate(aid.headings):
        page.set_column(at, at, aid.widths[at] if at < len(aid.widths) else 24)
        _write(page, 0, at, heading, header)
    for number, row in enumerate(aid.rows, start=1):
        for at, value in enumerate(row):
            _write(page, number, at, value or None, text)
    page.freeze_panes(1, 0)


def _write(page: Any, row: int, at: int, value: ListValue, cell_format: Any) -> None:
    if value is None or value == "":
        code = page.write_blank(row, at, None, cell_format)
    elif isinstance(value, bool):
        code = page.write_boolean(row, at, value, cell_format)
    elif isinstance(value, str):
        code = page.write_string(row, at, _SURROGATES.sub("", nfc(value))[:_LONGEST_TEXT], cell_format)
    elif isinstance(value, date):
        code = page.write_datetime(row, at, value, cell_format)
    else:
        code = page.write_number(row, at, value, cell_format)
    if code:
        raise ValueError("the list is larger than an Excel sheet can hold")


def _sheet_name(name: str) -> str:
    """The name made fit for Excel; "Danh sách" where nothing is left of it."""
    base = " ".join(_FORBIDDEN_IN_NAMES.sub(" ", _SURROGATES.sub("", nfc(name))).split())
    return base[:_LONGEST_NAME].strip("' ") or "Danh sách"
