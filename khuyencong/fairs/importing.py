"""A list of booths from an Excel file: read whole, and taken whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from khuyencong.core.text import fold, shown
from khuyencong.documents.incoming.cells import Read, as_text, text
from khuyencong.documents.incoming.kinds import ListKind, names_of
from khuyencong.documents.incoming.rows import ReadRow
from khuyencong.documents.incoming.sheet import Line, SheetColumn, read_list
from khuyencong.documents.lists import Aid, FilledList, ListColumn, list_workbook
from khuyencong.documents.reading import CellValue
from khuyencong.establishments.importing.values import dong
from khuyencong.fairs.actions import BoothInput
from khuyencong.fairs.models import MOST_SIDE, Booth, Participant
from khuyencong.fairs.plan import booth_number

MOST_ROWS: Final = 1_200
# Key → heading, and what else people write (folded). "name" is the column by which rows are told from totals.
COLUMNS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "name": ("Số gian", ("gian", "gian so", "ma gian", "gian hang", "so hieu gian")),
    "row": ("Hàng", ("hang so", "day")),
    "column": ("Cột", ("cot so",)),
    "price": ("Giá thuê (đồng)", ("gia thue", "gia", "gia gian hang", "don gia", "gia thue gian hang")),
    "supported": ("Được hỗ trợ", ("ho tro", "khuyen cong ho tro")),
    "tax": ("Mã số thuế", ("mst", "ma so thue co so")),
    "who": ("Cơ sở", ("ten co so", "don vi thue", "co so tham gia", "don vi", "don vi dung gian")),
}
_HEADINGS: Final = {key: heading for key, (heading, _) in COLUMNS.items()}
KIND: Final = ListKind(
    names=names_of(COLUMNS),
    heading_of_key=_HEADINGS.__getitem__,
    money=("price",),
    things="gian hàng",
    missing="Không thấy dòng tiêu đề: tệp phải có cột «Số gian» và ít nhất một cột nữa như trong tệp mẫu.",
    most_rows=MOST_ROWS,
)
_YES: Final = frozenset({"co", "x", "1", "yes", "duoc"})
_NO: Final = frozenset({"khong", "0", "no"})
_SIDE_WORDS: Final = {"row": "Hàng", "column": "Cột"}


@dataclass
class BoothList:
    """A file that was read: rows that can be taken, and those that cannot with why (row, cell, column, sentence)."""

    rows: list[BoothInput] = field(default_factory=list)
    errors: list[tuple[int, str, str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class _Coming:
    """Who may stand in a booth, by tax code and by name."""

    def __init__(self, participants: Iterable[Participant]) -> None:
        self.by_tax: dict[str, int] = {}
        self.by_name: dict[str, list[int]] = {}
        for one in participants:
            if one.establishment.tax_code:
                self.by_tax[one.establishment.tax_code] = one.pk
            self.by_name.setdefault(_words(one.establishment.name), []).append(one.pk)


def read_booths(content: bytes, participants: Iterable[Participant]) -> BoothList:
    """The booths in an .xlsx file; Refused where it holds no such list. `participants` with `establishment` loaded."""
    sheet = read_list(content, KIND)
    found = BoothList(notes=list(sheet.notes))
    coming, seen = _Coming(participants), dict[str, int]()
    places: dict[tuple[int, int], int] = {}
    for line in sheet.lines:
        row = _read(line, sheet.columns, coming)
        _check_once(row, seen, places)
        found.errors += [(row.number, one.cell, one.column, one.sentence) for one in row.errors]
        if not row.errors:
            found.rows.append(_booth(row))
    return found


def _read(line: Line, columns: Sequence[SheetColumn], coming: _Coming) -> ReadRow:
    row = ReadRow(line, columns={column.key: column for column in columns if column.key})
    for key, column in row.columns.items():
        value = line.cells.get(column.index)
        if value is None:
            continue
        read = row.read(key, value, partial(_reader(key), column.unit))
        if read is not None:
            row.values[key] = read.value
    if "name" in row.values:
        row.values["name"] = booth_number(row.values["name"])
    elif not row.failed("name"):
        row.refuse("name", "Hãy ghi số gian.")
    if ("row" in row.values) != ("column" in row.values) and not (row.failed("row") or row.failed("column")):
        row.refuse("row" if "row" in row.columns else "column", "Ghi cả hàng và cột, hoặc để trống cả hai.")
    _settle_who(row, coming)
    return row


def _reader(key: str) -> Callable[[int, CellValue], Read]:
    if key == "price":
        return lambda unit, value: dong(value, unit=unit)
    if key in _SIDE_WORDS:
        return lambda _unit, value: _side(key, value)
    if key == "supported":
        return lambda _unit, value: _yes(value)
    longest = {"name": 20, "tax": 20, "who": 300}[key]
    return lambda _unit, value: text(value, longest=longest)


def _side(key: str, value: CellValue) -> Read:
    words = as_text(value)
    if not (words.isascii() and words.isdigit() and 1 <= int(words[:4]) <= MOST_SIDE):
        raise ValueError(f"{_SIDE_WORDS[key]} là một số từ 1 đến {MOST_SIDE}.")
    return Read(int(words))


def _yes(value: CellValue) -> Read:
    words = fold(as_text(value)).strip()
    if words in _YES:
        return Read(value=True)
    if words in _NO:
        return Read(value=False)
    raise ValueError("Hãy ghi «Có» hoặc «Không».")


def _settle_who(row: ReadRow, coming: _Coming) -> None:
    """Which establishment is meant: by tax code, else by name; a name that is none of them is refused."""
    tax, name = row.values.get("tax"), row.values.get("who")
    if tax:
        found = coming.by_tax.get("".join(tax.split()))
        if found is None:
            row.refuse("tax", f"Không có cơ sở mã số thuế {shown(tax, 20)} trong danh sách đăng ký tham gia.")
            return
        row.values["participant"] = found
    elif name:
        same = coming.by_name.get(_words(name), [])
        if len(same) > 1:
            row.refuse("who", "Có nhiều cơ sở cùng tên trong danh sách tham gia: hãy ghi mã số thuế.")
        elif not same:
            row.refuse(
                "who",
                f"«{shown(name, 60)}» không có trong danh sách đăng ký tham gia: chép đúng tên, hoặc ghi đăng ký trước.",
            )
        else:
            row.values["participant"] = same[0]


def _check_once(row: ReadRow, seen: dict[str, int], places: dict[tuple[int, int], int]) -> None:
    """A number or a cell that another row of the file has already."""
    number = row.values.get("name")
    if number is not None:
        before = seen.setdefault(number, row.number)
        if before != row.number:
            row.refuse("name", f"Gian {number} đã có ở dòng {before}.")
    if "row" in row.values and "column" in row.values:
        cell = (row.values["row"], row.values["column"])
        before = places.setdefault(cell, row.number)
        if before != row.number:
            row.refuse("row", f"Ô hàng {cell[0]}, cột {cell[1]} đã có gian ở dòng {before}.")


def _booth(row: ReadRow) -> BoothInput:
    values = row.values
    return BoothInput(
        number=values["name"],
        row=values.get("row"),
        column=values.get("column"),
        price=values.get("price"),
        supported=values.get("supported"),
        participant_id=values.get("participant"),
    )


def _words(name: str) -> str:
    return " ".join(fold(name).split())


def template(booths: Iterable[Booth], participants: Iterable[Participant]) -> bytes:
    """The list to fill in: the booths that are there already, with the establishments to choose from."""
    choices = {"who": "Cơ sở!A", "supported": "Có, không!A"}
    columns = [
        ListColumn(
            (heading,),
            kind="dong" if key == "price" else "text",
            width=40 if key == "who" else 16,
            choices=choices.get(key, ""),
        )
        for key, (heading, _) in COLUMNS.items()
    ]
    rows = [
        [
            one.number,
            str(one.row) if one.row else None,
            str(one.column) if one.column else None,
            one.price,
            "Có" if one.supported else "Không",
            None,
            str(one.participant) if one.participant else None,
        ]
        for one in booths
    ]
    aids = (
        Aid("Cơ sở", ("Cơ sở đăng ký tham gia",), [(one.establishment.name,) for one in participants], (50,)),
        Aid("Có, không", ("Được hỗ trợ",), [("Có",), ("Không",)], (16,)),
    )
    return list_workbook(FilledList("Gian hàng", columns, rows), aids, room=500)
