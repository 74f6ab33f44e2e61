"""From the bytes of an Excel file to the rows of one list under known headings."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from khuyencong.core.errors import Refused
from khuyencong.core.money import format_dong
from khuyencong.core.text import fold, shown
from khuyencong.documents.incoming.cells import as_text
from khuyencong.documents.incoming.headings import Header, find_header, heading_of, is_ordinals
from khuyencong.documents.incoming.kinds import Heading, ListKind
from khuyencong.documents.reading import (
    CellValue,
    Merge,
    Row,
    SheetInfo,
    Table,
    Unreadable,
    Workbook,
    address,
    letters,
    open_workbook,
)
from khuyencong.documents.reading.archive import is_plain
from khuyencong.documents.reading.delimited import DelimitedBook, open_delimited

_ABOVE: Final = 100  # rows of titles, headings and totals that do not count
_NAMED: Final = 5  # how many cells or rows a note names
_TOTALS = frozenset({"tong", "cong", "tong cong", "tong so", "tong cong toan tinh", "cong toan tinh"})
MERGED: Final = "ô này gộp qua nhiều cột nên không rõ giá trị thuộc cột nào: hãy bỏ gộp ô"


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column of the file: its place from 0, its headings as they are written (one or two), and what it means."""

    index: int
    headings: tuple[str, ...]
    key: str
    unit: int = 1

    @property
    def letter(self) -> str:
        return letters(self.index)

    @property
    def title(self) -> str:
        """How a person calls it."""
        return " – ".join(text for text in self.headings if text) or self.letter


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the list: its number in the file, and its cells by the place of their column."""

    number: int
    cells: dict[int, CellValue]


@dataclass(slots=True)
class SheetRead:
    """A list as it was read; `notes` are sentences about how (Vietnamese)."""

    name: str
    columns: tuple[SheetColumn, ...]
    lines: list[Line]
    notes: list[str] = field(default_factory=list)


def read_list(content: bytes, kind: ListKind) -> SheetRead:
    """The list of that kind in an .xlsx file, or in plain text where the kind is `plain`.

    Raises Refused with a Vietnamese sentence where there is none to read.
    """
    book = open_delimited(content) if kind.plain and is_plain(content) else open_workbook(content)
    info, notes = _choose(book, kind)
    table = book.table(info, most_rows=kind.most_rows + _ABOVE)
    header = find_header(table.rows[:_ABOVE], kind, table.merges)
    if header is None:
        raise Refused(kind.missing)
    columns = _columns(header, kind)
    rows = [row for row in table.rows if row.number > header.rows[-1].number]
    if rows and is_ordinals(rows[0]):
        rows = rows[1:]
    lines = _lines(rows, table.merges, columns, notes)
    if len(lines) > kind.most_rows:
        raise Refused(f"Danh sách có hơn {format_dong(kind.most_rows)} dòng: hãy chia thành nhiều tệp.")
    if not lines:
        raise Refused(f"Trang «{shown(info.name)}» chỉ có dòng tiêu đề, chưa có {kind.things} nào.")
    notes += _notes_on(table, columns, kind)
    return SheetRead(info.name, columns, lines, notes)


def _choose(book: Workbook | DelimitedBook, kind: ListKind) -> tuple[SheetInfo, list[str]]:
    """The one sheet that holds a list; the others are named in a note."""
    found = [(info, header, rows) for info in book.sheets if (header := find_header(rows := book.head(info), kind))]
    open_ones = [(info, header, rows) for info, header, rows in found if not info.hidden]
    full = [info for info, header, rows in open_ones if rows[-1].number > header.rows[-1].number]
    if len(full) > 1:
        names = ", ".join(f"«{shown(info.name)}»" for info in full[:_NAMED])
        raise Refused(
            f"Có nhiều trang tính cùng có danh sách {kind.things} ({names}): hãy để lại một trang, mỗi trang nhập một lần."
        )
    if not open_ones and found:
        raise Refused(
            f"Danh sách nằm ở trang đang ẩn «{shown(found[0][0].name)}»: hãy bỏ ẩn trang ấy (Unhide) rồi lưu lại."
        )
    if not open_ones:
        raise Refused(kind.missing)
    chosen = full[0] if full else open_ones[0][0]
    others = [f"«{shown(info.name)}»" for info in book.sheets if info is not chosen and not info.hidden]
    return chosen, ([f"Chỉ đọc trang «{shown(chosen.name)}», bỏ qua {', '.join(others[:_NAMED])}."] if others else [])


def _columns(header: Header, kind: ListKind) -> tuple[SheetColumn, ...]:
    width = max(column for row in header.rows for column in row.cells) + 1
    columns = []
    taken: dict[str, int] = {}
    for index in range(width):
        meaning = header.columns.get(index, Heading(""))
        if meaning.key in taken:
            raise Refused(
                f"Cột {letters(taken[meaning.key])} và cột {letters(index)} cùng là «{kind.heading_of_key(meaning.key)}»: "
                "hãy bỏ một cột hoặc đổi tiêu đề."
            )
        if meaning.key:
            taken[meaning.key] = index
        headings = tuple(as_text(row.cells[index]) if index in row.cells else "" for row in header.rows)
        columns.append(SheetColumn(index, headings, meaning.key, meaning.unit))
    return tuple(columns)


def _lines(
    rows: Sequence[Row], merges: Iterable[Merge], columns: Sequence[SheetColumn], notes: list[str]
) -> list[Line]:
    """The rows of data: merged cells opened, totals and headings of groups left out with a note."""
    width = len(columns)
    known = [column.index for column in columns if column.key]
    lines = [Line(row.number, {at: value for at, value in row.cells.items() if at < width}) for row in rows]
    groups, filled = _open_merges([line for line in lines if line.cells], merges, known)
    if filled:
        notes.append(f"Ô gộp theo chiều dọc được đọc là cùng một giá trị cho mọi dòng: {_some(filled)}.")
    kept, left_out = [], []
    for line in lines:
        if not any(at in line.cells for at in known):
            continue
        if line.number in groups or _is_total(line, columns):
            left_out.append(f"dòng {line.number}")
        else:
            kept.append(line)
    if left_out:
        notes.append(f"Bỏ qua dòng tiêu đề nhóm và dòng tổng cộng: {_some(left_out)}.")
    return kept


def _open_merges(lines: Sequence[Line], merges: Iterable[Merge], known: Sequence[int]) -> tuple[set[int], list[str]]:
    """Write the value of cells merged downwards into each row; gives the rows that head a group, and what was filled."""
    numbers = [line.number for line in lines]
    groups: set[int] = set()
    filled: list[str] = []
    covered: dict[int, int] = {}  # column → last row that a merge has taken: overlapping ones are left alone
    for merge in sorted(merges, key=lambda one: (one.first_row, one.first_column)):
        first = bisect_left(numbers, merge.first_row)
        if (
            first == len(lines)
            or numbers[first] != merge.first_row
            or merge.first_row <= covered.get(merge.first_column, 0)
        ):
            continue
        top = lines[first]
        if merge.first_column not in top.cells:
            continue
        covered[merge.first_column] = merge.last_row
        across = [at for at in known if merge.first_column <= at <= merge.last_column]
        if merge.last_column > merge.first_column and len(across) > 1:
            if set(top.cells) == {merge.first_column}:
                groups.add(top.number)
            else:
                top.cells[merge.first_column] = Unreadable(MERGED)
        elif merge.last_row > merge.first_row:
            below = lines[first + 1 : bisect_right(numbers, merge.last_row)]
            for line in below:
                line.cells.setdefault(merge.first_column, top.cells[merge.first_column])
            if below:
                corner = address(merge.last_row, merge.first_column)
                filled.append(f"{address(merge.first_row, merge.first_column)}:{corner}")
    return groups, filled


def _is_total(line: Line, columns: Sequence[SheetColumn]) -> bool:
    """«Tổng cộng» at the foot: the word stands where the name or the number of the row would."""
    name = next(column.index for column in columns if column.key == "name")
    for at, value in line.cells.items():
        if at <= name and isinstance(value, str) and fold(as_text(value)).rstrip(":. ") in _TOTALS:
            return True
    return False


def _notes_on(table: Table, columns: Sequence[SheetColumn], kind: ListKind) -> list[str]:
    notes = []
    unread = [
        f"{column.letter} «{shown(column.title, 40)}»"
        for column in columns
        if not column.key and any(column.headings) and not _is_expected(column, kind)
    ]
    if unread:
        notes.append(f"Cột không có trong tệp mẫu nên không đọc: {_some(unread)}.")
    if table.formula_count:
        notes.append(
            f"Có {format_dong(table.formula_count)} ô công thức: đọc kết quả Excel đã lưu ({_some(table.formulas)})."
        )
    if table.hidden_rows:
        notes.append(f"Có {format_dong(table.hidden_rows)} dòng đang ẩn hoặc bị lọc trong tệp: vẫn được đọc.")
    return notes


def _is_expected(column: SheetColumn, kind: ListKind) -> bool:
    return any(heading_of(text, kind) is not None for text in (column.title, *column.headings) if text)


def _some(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" và {format_dong(more)} chỗ khác" if more > 0 else "")
