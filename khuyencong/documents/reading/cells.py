"""What the cells of a worksheet hold: read from its XML as a stream, row by row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from khuyencong.core.errors import Refused
from khuyencong.core.money import format_dong
from khuyencong.documents.reading.archive import BROKEN, Archive, XmlReader

MAX_COLUMNS: Final = 200
MAX_ROW_ELEMENTS: Final = 200_000
MAX_CELL_ELEMENTS: Final = 4_000_000
MAX_MERGES: Final = 20_000
MAX_TEXT: Final = 40_000  # Excel itself keeps 32.767 characters in a cell
_KEPT_ADDRESSES: Final = 1_000
_LETTERS: Final = 26
_LAST_DAY: Final = 2_958_465  # 31/12/9999
_EXACT: Final = 10**15

NOT_CALCULATED: Final = (
    "ô có công thức chưa có kết quả: hãy mở tệp bằng Excel rồi lưu lại, hoặc dán giá trị thay cho công thức"
)
ERROR_VALUE: Final = "ô đang báo lỗi {}: hãy sửa công thức hoặc ghi giá trị"
TOO_MANY_CELLS: Final = "Trang tính có quá nhiều ô: hãy chép riêng danh sách sang một tệp mới."
NO_NUMBER: Final = "số trong ô không đọc được"

_ADDRESS = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})")
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_WHOLE = re.compile(r"[+-]?[0-9]{1,15}")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A cell whose content is not known; `sentence` says why (Vietnamese, begins small, no full stop)."""

    sentence: str


CellValue = str | int | float | bool | date | Unreadable


@dataclass(frozen=True, slots=True)
class Row:
    """One row that holds something: `number` as the spreadsheet counts, `cells` by column from 0."""

    number: int
    cells: dict[int, CellValue]


@dataclass(frozen=True, slots=True)
class Merge:
    """Merged cells, first and last row (from 1) and column (from 0), both included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(slots=True)
class Table:
    """All of a sheet that was asked for. `formulas` are the addresses of the first formulas, in all `formula_count`."""

    rows: list[Row] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    formulas: list[str] = field(default_factory=list)
    formula_count: int = 0
    hidden_rows: int = 0


@dataclass(frozen=True, slots=True)
class Book:
    """What the cells need of their workbook: shared texts, which styles show days, and how days are counted."""

    texts: Sequence[str]
    day_styles: Sequence[bool]
    from_1904: bool
    recalculated: bool  # the writer asks for the formulas to be calculated on opening: a 0 there means nothing


def letters(column: int) -> str:
    """The letters of a column counted from 0: 0 is A, 26 is AA."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, _LETTERS)
        text = chr(ord("A") + rest) + text
    return text


def address(row: int, column: int) -> str:
    """A cell as people name it, e.g. "C7"; rows from 1, columns from 0."""
    return f"{letters(column)}{row}"


def position(text: str) -> tuple[int, int] | None:
    """Row (from 1) and column (from 0) of "C7", None where the text is no address."""
    match = _ADDRESS.fullmatch(text)
    if match is None:
        return None
    column = 0
    for letter in match[1]:
        column = column * _LETTERS + ord(letter) - ord("A") + 1
    return int(match[2]), column - 1


class SheetReader:
    """Reads one worksheet: `rows()` gives those that hold something, `table` fills with the rest as it comes by."""

    def __init__(self, archive: Archive, part: str, book: Book) -> None:
        self._book = book
        self._reader = XmlReader(archive, part, start=self._start, end=self._end, text=self._hear)
        self.table = Table()
        self._ready: list[Row] = []
        self._row, self._column = 0, -1
        self._row_elements = self._cell_elements = 0
        self._cells: dict[int, CellValue] = {}
        self._type, self._style = "", 0
        self._formula = self._listening = self._phonetic = False
        self._heard: list[str] = []
        self._length = 0

    def rows(self) -> Iterator[Row]:
        """The rows from the top down. Raises Refused with a sentence where the sheet is too large or broken."""
        for _ in self._reader.steps():
            yield from self._ready
            self._ready = []
        yield from self._ready

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._start_cell(attributes)
        elif name in {"v", "t"}:
            self._listening = not self._phonetic
        elif name == "f":
            self._formula = True
        elif name == "row":
            self._start_row(attributes)
        elif name == "rPh":
            self._phonetic = True
        elif name == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def _end(self, name: str) -> None:
        if name in {"v", "t"}:
            self._listening = False
        elif name == "c":
            self._end_cell()
        elif name == "row":
            if self._cells:
                self._ready.append(Row(self._row, self._cells))
                self._cells = {}
        elif name == "rPh":
            self._phonetic = False

    def _hear(self, text: str) -> None:
        if not self._listening:
            return
        self._length += len(text)
        if self._length > MAX_TEXT:
            raise Refused(BROKEN)
        self._heard.append(text)

    def _start_row(self, attributes: dict[str, str]) -> None:
        self._row_elements += 1
        if self._row_elements > MAX_ROW_ELEMENTS:
            raise Refused(
                f"Trang tính có hơn {format_dong(MAX_ROW_ELEMENTS)} dòng, kể cả dòng trống có định dạng: "
                "hãy chép danh sách sang một tệp mới, hoặc xóa các dòng trống ở cuối."
            )
        number = _int(attributes.get("r", ""), self._row + 1)
        if number <= self._row:
            raise Refused(BROKEN)
        self._row, self._column, self._cells = number, -1, {}
        self.table.hidden_rows += attributes.get("hidden") in {"1", "true"}

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self._cell_elements += 1
        if self._cell_elements > MAX_CELL_ELEMENTS:
            raise Refused(TOO_MANY_CELLS)
        found = position(attributes["r"]) if "r" in attributes else (self._row, self._column + 1)
        if found is None or found[0] != self._row:
            raise Refused(BROKEN)
        self._column = found[1]
        self._type, self._style = attributes.get("t", "n"), _int(attributes.get("s", ""), 0)
        self._formula, self._heard, self._length = False, [], 0

    def _end_cell(self) -> None:
        text = "".join(self._heard)
        value = self._value(text) if text else None
        if self._formula:
            self.table.formula_count += 1
            if len(self.table.formulas) < _KEPT_ADDRESSES:
                self.table.formulas.append(address(self._row, self._column))
            if self._type != "str" and (value is None or (self._book.recalculated and value == 0)):
                value = Unreadable(NOT_CALCULATED)
        if value is None or (isinstance(value, str) and not value.strip()):
            return
        if self._column >= MAX_COLUMNS:
            raise Refused(f"Trang tính rộng hơn {MAX_COLUMNS} cột: hãy chép riêng danh sách sang một tệp mới.")
        self._cells[self._column] = value

    def _value(self, text: str) -> CellValue:
        match self._type:
            case "s":
                return self._shared(_int(text, -1))
            case "inlineStr" | "str":
                return unescaped(text)
            case "b":
                return text.strip() == "1"
            case "e":
                return Unreadable(ERROR_VALUE.format(text[:20]))
            case "d":
                return _iso_day(text)
        return self._number(_read_number(text))

    def _shared(self, number: int) -> str:
        if not 0 <= number < len(self._book.texts):
            raise Refused(BROKEN)
        return self._book.texts[number]

    def _number(self, number: float | Unreadable) -> CellValue:
        """The number, or the day where the cell shows one."""
        styles = self._book.day_styles
        shows_days = 0 <= self._style < len(styles) and styles[self._style]
        if isinstance(number, Unreadable) or not shows_days:
            return number
        return day_of(number, from_1904=self._book.from_1904) or number

    def _merge(self, ref: str) -> None:
        if len(self.table.merges) >= MAX_MERGES:
            raise Refused("Trang tính có quá nhiều ô gộp: hãy bỏ gộp ô trong danh sách rồi lưu lại.")
        first, _, last = ref.partition(":")
        start, end = position(first), position(last or first)
        if start is not None and end is not None:
            self.table.merges.append(Merge(*start, *end))


def unescaped(text: str) -> str:
    """Text in which Excel's way of writing a control character (_x000D_) stands for the character again."""
    return _ESCAPED.sub(_character, text) if "_x" in text else text


def _character(match: re.Match[str]) -> str:
    """The character meant; nothing for what no database keeps: NUL and halves of a pair."""
    code = int(match[1], 16)
    return "" if code == 0 or 0xD800 <= code <= 0xDFFF else chr(code)  # noqa: PLR2004  # the surrogates


def day_of(number: float, *, from_1904: bool) -> date | None:
    """The day that Excel shows for a number, None where there is none. Excel believes in 29/02/1900 (number 60)."""
    days = int(number)
    if not 1 <= days <= _LAST_DAY:
        return None
    if from_1904:
        return date(1904, 1, 1) + timedelta(days=days) if days <= _LAST_DAY - 1462 else None
    return date(1899, 12, 30 if days > 60 else 31) + timedelta(days=days)  # noqa: PLR2004  # the day that never was


def _read_number(text: str) -> int | float | Unreadable:
    """A number as the file writes it, which is in full even where the cell shows 1,5E+09."""
    text = text.strip()
    if _WHOLE.fullmatch(text):
        return int(text)
    if not _NUMBER.fullmatch(text):
        return Unreadable(NO_NUMBER)
    number = float(text)
    if abs(number) >= _EXACT:  # a number this large has lost its last digits
        return Unreadable(NO_NUMBER)
    return int(number) if number.is_integer() else number


def _iso_day(text: str) -> CellValue:
    try:
        return datetime.fromisoformat(text.strip()).date()
    except ValueError:
        return text


def _int(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else otherwise  # noqa: PLR2004  # more than any sheet has
