"""Plain tables (.csv, .txt) in the ways in which banks and offices keep them, read as if they were one sheet.

The letters are UTF-8, UTF-16 or Windows-1258; the columns are parted by whatever parts most of the first rows alike.
"""

from __future__ import annotations

import codecs
import csv
import io
from dataclasses import dataclass
from typing import Final

from khuyencong.core.errors import Refused
from khuyencong.core.money import format_dong
from khuyencong.core.text import nfc
from khuyencong.documents.reading.archive import MAX_FILE_BYTES, TOO_LARGE
from khuyencong.documents.reading.cells import TOO_MANY_CELLS, Row, Table
from khuyencong.documents.reading.workbook import HEAD_ROWS, MAX_CELLS, SheetInfo

NAME: Final = "tệp văn bản"
UNREADABLE: Final = "Không đọc được bảng mã của tệp này: hãy lưu lại ở dạng .xlsx, hoặc CSV với bảng mã UTF-8."
_SIGNS: Final = (";", ",", "\t", "|")
_BINARY: Final = "\x00\x01\x02\x03\x04\x05\x06\x0e\x0f\x10"
_LOOKED_AT: Final = 20
_MOST_COLUMNS: Final = 200
_LONGEST_CELL: Final = 32_767
_EVERY: Final = 2  # UTF-16: two bytes a letter, one of them empty for Latin ones
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class DelimitedBook:
    """One table under the same names as a `Workbook`."""

    rows: tuple[Row, ...]
    sheets: tuple[SheetInfo, ...] = (SheetInfo(NAME, hidden=False, part=""),)

    def head(self, _sheet: SheetInfo) -> list[Row]:
        """The first rows that hold something."""
        return list(self.rows[:HEAD_ROWS])

    def table(self, _sheet: SheetInfo, *, most_rows: int) -> Table:
        """All rows that hold something; Refused with a sentence where there are more than `most_rows`."""
        if len(self.rows) > most_rows:
            raise Refused(f"Tệp có hơn {format_dong(most_rows)} dòng có dữ liệu: hãy chia thành nhiều tệp.")
        return Table(rows=[Row(one.number, dict(one.cells)) for one in self.rows])


def open_delimited(content: bytes) -> DelimitedBook:
    """Read a table of plain text; Refused with a Vietnamese sentence where it is none, or too large."""
    if len(content) > MAX_FILE_BYTES:
        raise Refused(TOO_LARGE)
    if not content:
        raise Refused("Tệp rỗng (0 byte).")
    text = decoded(content)
    rows: list[Row] = []
    cells = 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_sign(text))
    try:
        for values in reader:
            kept = {at: value.strip() for at, value in enumerate(values[:_MOST_COLUMNS]) if value.strip()}
            if any(len(value) > _LONGEST_CELL for value in kept.values()):
                raise Refused(f"Dòng {reader.line_num}: một ô dài hơn {format_dong(_LONGEST_CELL)} ký tự.")
            cells += len(kept)
            if cells > MAX_CELLS:
                raise Refused(TOO_MANY_CELLS)
            if kept:
                rows.append(Row(reader.line_num, dict(kept)))
    except csv.Error as error:
        raise Refused(f"Dòng {reader.line_num} của tệp không đọc được: dấu ngoặc kép hoặc ô quá dài.") from error
    return DelimitedBook(tuple(rows))


def decoded(content: bytes) -> str:
    """The text, composed; Refused where it is no text."""
    for mark, name in _BOMS:
        if content.startswith(mark):
            return _checked(content, name)
    if b"\x00" in content[:4_000]:  # UTF-16 without its mark: the zeros say on which side the letters stand
        head = content[:4_000]
        little = head[1::_EVERY].count(0) >= head[::_EVERY].count(0)
        return _checked(content, "utf-16-le" if little else "utf-16-be")
    try:
        return nfc(content.decode("utf-8"))
    except UnicodeDecodeError:
        return _checked(content, "cp1258")


def _checked(content: bytes, name: str) -> str:
    try:
        text = content.decode(name)
    except UnicodeDecodeError as error:
        raise Refused(UNREADABLE) from error
    if any(sign in text for sign in _BINARY):
        raise Refused(UNREADABLE)
    return nfc(text)


def _sign(text: str) -> str:
    """What parts the columns: the sign that most of the first rows have equally often."""
    lines = [line for line in text.splitlines()[:_LOOKED_AT] if line.strip()]

    def fits(sign: str) -> tuple[int, int]:
        counts = [line.count(sign) for line in lines]
        often = max(set(counts), key=lambda one: (counts.count(one) if one else 0, one), default=0)
        return (counts.count(often), often) if often else (0, 0)

    return max(_SIGNS, key=fits)
