"""Plain data in, an Excel file out: tables that open ready to read, filter, sum and print."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from io import BytesIO
from typing import Any, Literal

import xlsxwriter
from django.utils import timezone

from khuyencong.core.money import MILLION
from khuyencong.core.text import nfc

Kind = Literal["text", "dong", "trieu", "percent", "date", "int"]
Value = str | int | Decimal | Fraction | date | None

_FORMATS: dict[str, str] = {
    "text": "@",
    "dong": "#,##0",
    "trieu": "#,##0.0##",
    "percent": "0.0%",
    "date": "dd/mm/yyyy",
    "int": "0",  # not grouped: years and ordinals are whole numbers too
}
_LONGEST_NAME = 31
_LONGEST_TEXT = 32_767
_CUT = "… (đã cắt bớt)"
_FORBIDDEN_IN_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f]+")
_SURROGATES = re.compile("[\ud800-\udfff]")
_A4 = 9


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `kind` says what its values are and how they are written, `width` is in characters.

    "dong" and "trieu" both take whole đồng, "trieu" shows them in triệu; "percent" takes per cent as
    `core.money.percent` gives it (93.5 is written as the fraction 0.935); "date" takes days or moments.
    """

    title: str
    kind: Kind = "text"
    width: float = 16


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: a title and lines under it, columns, rows of one value per column (None = empty cell).

    `totals`, when given, is one more row of one value per column, set off below; a string in it is a label.
    """

    name: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]
    subtitle_lines: Sequence[str] = ()
    totals: Sequence[Value] | None = field(default=None)


def workbook(sheets: Sequence[Sheet], *, made_on: date | None = None) -> bytes:
    """The sheets as one .xlsx file; `made_on` is written into it as the day of its making, so that equal data give equal bytes.

    ValueError when there is no sheet or a row does not fit its columns, TypeError when a value is not of its column's kind.
    """
    if not sheets:
        raise ValueError("a workbook needs at least one sheet")
    buffer = BytesIO()
    book = _book(buffer, "in_memory", made_on)
    used: set[str] = set()
    for sheet in sheets:
        _Writer(book, sheet, _sheet_name(sheet.name, used)).write()
    book.close()
    return buffer.getvalue()


def long_workbook(sheet: Sheet, rows: Iterable[Sequence[Value]], *, made_on: date | None = None) -> bytes:
    """One sheet of very many `rows` (in place of its own), none of which is kept in memory once it is written.

    `made_on`, ValueError and TypeError as `workbook`.
    """
    buffer = BytesIO()
    book = _book(buffer, "constant_memory", made_on)
    _Writer(book, sheet, _sheet_name(sheet.name, set())).write(rows)
    book.close()
    return buffer.getvalue()


def _book(buffer: BytesIO, way: str, made_on: date | None) -> Any:
    book = xlsxwriter.Workbook(buffer, {way: True})
    if made_on is not None:
        book.set_properties({"created": datetime(made_on.year, made_on.month, made_on.day, tzinfo=UTC)})
    return book


class _Writer:
    """Writes one sheet, from the top down."""

    def __init__(self, book: Any, sheet: Sheet, name: str) -> None:
        self.sheet = sheet
        self.page = book.add_worksheet(name)
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.subtitle = book.add_format({"italic": True})
        self.header = book.add_format(
            {
                "bold": True,
                "border": 1,
                "text_wrap": True,
                "align": "center",
                "valign": "vcenter",
                "bg_color": "#E6EEF5",
            }
        )
        self.cells = [_cell_format(book, column, bold=False) for column in sheet.columns]
        self.total_cells = [_cell_format(book, column, bold=True) for column in sheet.columns]
        self.total_label = book.add_format({"bold": True, "border": 1, "valign": "top"})

    def write(self, rows: Iterable[Sequence[Value]] | None = None) -> None:
        """The whole sheet; `rows` in place of its own."""
        header_row = self._write_heading()
        columns = self.sheet.columns
        for index, column in enumerate(columns):
            self.page.set_column(index, index, column.width)
            self._text(header_row, index, column.title, self.header)
        row = header_row
        for values in self.sheet.rows if rows is None else rows:
            row += 1
            self._write_row(row, values, self.cells)
        self.page.autofilter(header_row, 0, row, len(columns) - 1)
        if self.sheet.totals is not None:
            self._write_row(row + 1, self.sheet.totals, self.total_cells, label=self.total_label)
        self._set_up_page(header_row)

    def _write_heading(self) -> int:
        """Title and subtitles; gives the row where the table begins."""
        self._text(0, 0, self.sheet.title, self.title)
        for offset, line in enumerate(self.sheet.subtitle_lines, start=1):
            self._text(offset, 0, line, self.subtitle)
        return len(self.sheet.subtitle_lines) + 2

    def _set_up_page(self, header_row: int) -> None:
        self.page.freeze_panes(header_row + 1, 0)
        self.page.repeat_rows(header_row)
        self.page.set_landscape()
        self.page.set_paper(_A4)
        self.page.fit_to_pages(1, 0)
        self.page.set_footer("&CTrang &P/&N")

    def _write_row(self, row: int, values: Sequence[Value], formats: Sequence[Any], label: Any = None) -> None:
        if len(values) != len(self.sheet.columns):
            raise ValueError(f"{len(values)} values for {len(self.sheet.columns)} columns in {self.sheet.name!r}")
        for index, (column, value, cell_format) in enumerate(zip(self.sheet.columns, values, formats, strict=True)):
            if value is None:
                _done(self.page.write_blank(row, index, None, cell_format))
            elif isinstance(value, str):
                self._text(row, index, value, label or cell_format)
            elif column.kind == "text":
                self._text(row, index, str(value), cell_format)
            elif column.kind == "date":
                _done(self.page.write_datetime(row, index, _day(value), cell_format))
            else:
                _done(self.page.write_number(row, index, _number(column.kind, value), cell_format))

    def _text(self, row: int, index: int, value: str, cell_format: Any) -> None:
        """Always a string: a name that begins with "=" must not become a formula."""
        text = _SURROGATES.sub("", nfc(value))
        if len(text) > _LONGEST_TEXT:
            text = text[: _LONGEST_TEXT - len(_CUT)] + _CUT
        _done(self.page.write_string(row, index, text, cell_format))


def _cell_format(book: Any, column: Column, *, bold: bool) -> Any:
    wrap = column.kind == "text"
    return book.add_format(
        {"num_format": _FORMATS[column.kind], "border": 1, "valign": "top", "text_wrap": wrap, "bold": bold}
    )


def _number(kind: str, value: Value) -> int | float:
    """The number to write, in the unit of the kind."""
    if isinstance(value, (str, date)) or value is None:
        raise TypeError(f"a column of kind {kind!r} cannot hold {value!r}")
    if kind == "percent":
        return float(Fraction(value) / 100)
    if kind == "trieu":
        return float(Fraction(value) / MILLION)
    if not isinstance(value, int):
        raise TypeError(f"a column of kind {kind!r} holds whole numbers, got {value!r}")
    return value


def _day(value: Value) -> date:
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    if isinstance(value, date):
        return value
    raise TypeError(f"a column of kind 'date' cannot hold {value!r}")


def _done(code: int) -> None:
    """XlsxWriter reports what it left out by a number only; nothing may be left out in silence."""
    if code:
        raise ValueError("the table is larger than an Excel sheet can hold")


def _sheet_name(name: str, used: set[str]) -> str:
    """The name made fit for Excel: at most 31 characters, none forbidden, different from the others without case."""
    base = " ".join(_FORBIDDEN_IN_NAMES.sub(" ", _SURROGATES.sub("", nfc(name))).split())
    base = base[:_LONGEST_NAME].strip("' ") or "Bảng"
    if base.lower() == "history":  # Excel keeps this name for itself
        base = f"{base}_"
    candidate, number = base, 1
    while candidate.lower() in used:
        number += 1
        suffix = f" ({number})"
        candidate = base[: _LONGEST_NAME - len(suffix)].rstrip() + suffix
    used.add(candidate.lower())
    return candidate
