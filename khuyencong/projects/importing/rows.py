"""One row of a list of proposals: what its cells mean together, or why they cannot be taken."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from khuyencong.core.money import format_dong
from khuyencong.documents.incoming.cells import Read
from khuyencong.documents.incoming.rows import ReadRow
from khuyencong.documents.incoming.sheet import Line, SheetColumn
from khuyencong.documents.reading import CellValue
from khuyencong.establishments.importing.lists import Lists
from khuyencong.establishments.importing.rows import settle_names, settle_place
from khuyencong.projects.importing.fields import FIELD

MONEY = ("support", "counterpart", "other")
NOTE_NOT_KEPT = "Dòng này không có kinh phí nên không có dòng dự toán để giữ cột «Ghi chú» và «Nội dung chi»."


def read_row(line: Line, columns: Sequence[SheetColumn], lists: Lists, *, year: int) -> ReadRow:
    """What a row says of a đề án of that plan year. Nothing is asked of the database: the lists are at hand."""
    row = ReadRow(line, columns={column.key: column for column in columns if column.key})
    for key, column in row.columns.items():
        value = line.cells.get(column.index)
        if value is None:
            continue
        read = row.read(key, value, partial(_read, key, lists, column.unit))
        if read is not None:
            row.values[key] = read.value
    settle_place(row, lists)
    settle_names(row, lists)
    _check_together(row, year)
    return row


def _read(key: str, lists: Lists, unit: int, value: CellValue) -> Read:
    return FIELD[key].read(value, lists, unit)


def _check_together(row: ReadRow, year: int) -> None:
    values = row.values
    if values.get("year", year) != year:
        row.refuse("year", f"Tệp này gửi cho năm {year}, dòng này ghi năm {values['year']}: mỗi năm một tệp.")
    starts, ends = values.get("starts_on"), values.get("ends_on")
    if starts and ends and ends < starts:
        row.refuse("ends_on", "Ngày kết thúc không được trước ngày bắt đầu.")
    _settle_money(row)


def _settle_money(row: ReadRow) -> None:
    """Total = support + counterpart + other (Mẫu số 1); an empty total is their sum."""
    values = row.values
    if any(row.failed(key) for key in (*MONEY, "total")):
        return
    parts = sum(values.get(key, 0) for key in MONEY)
    if "total" not in values:
        if any(key in values for key in MONEY):
            values["total"] = parts
    elif values["total"] != parts:
        row.refuse(
            "total",
            f"Tổng kinh phí {format_dong(values['total'])} đồng khác tổng các nguồn {format_dong(parts)} đồng, lệch "
            f"{format_dong(abs(values['total'] - parts))} đồng (Mẫu số 1).",
        )
    if "total" not in values and ("note" in values or "item" in values):
        row.notes.append(NOTE_NOT_KEPT)
