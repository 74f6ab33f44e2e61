"""The workbook: which sheets it has, and what their cells need to be understood."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from khuyencong.core.errors import Refused
from khuyencong.core.money import format_dong
from khuyencong.documents.reading.archive import BROKEN, NOT_XLSX, Archive, XmlReader, relations_of, target_of
from khuyencong.documents.reading.cells import TOO_MANY_CELLS, Book, Row, SheetReader, Table, unescaped

MAX_SHEETS: Final = 100
MAX_TEXTS: Final = 400_000
MAX_TEXT_LETTERS: Final = 30_000_000
MAX_CELLS: Final = 1_000_000  # that hold something: twenty thousand rows of fifty columns
MAX_STYLES: Final = 70_000
HEAD_ROWS: Final = 40  # where a heading is looked for

# Formats of Excel that show a day; others are judged by their own letters.
_DAY_FORMATS: Final = frozenset({*range(14, 18), 22, *range(27, 37), *range(50, 59)})
_FIRST_OWN_FORMAT: Final = 164
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_DAY_LETTERS = re.compile("[dy]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SheetInfo:
    """A worksheet: its name on the tab, whether the tab is hidden, and the part of the archive that holds it."""

    name: str
    hidden: bool
    part: str


@dataclass(frozen=True, slots=True)
class Workbook:
    """An .xlsx file that was judged safe to read."""

    archive: Archive
    sheets: tuple[SheetInfo, ...]
    book: Book

    def head(self, sheet: SheetInfo) -> list[Row]:
        """The first rows that hold something; nothing after them is read."""
        rows: list[Row] = []
        for row in SheetReader(self.archive, sheet.part, self.book).rows():
            rows.append(row)
            if len(rows) >= HEAD_ROWS:
                break
        return rows

    def table(self, sheet: SheetInfo, *, most_rows: int) -> Table:
        """All rows that hold something; Refused with a sentence as soon as there are more than `most_rows`."""
        reader = SheetReader(self.archive, sheet.part, self.book)
        cells = 0
        for row in reader.rows():
            reader.table.rows.append(row)
            cells += len(row.cells)
            if cells > MAX_CELLS:
                raise Refused(TOO_MANY_CELLS)
            if len(reader.table.rows) > most_rows:
                raise Refused(
                    f"Trang «{sheet.name}» có hơn {format_dong(most_rows)} dòng có dữ liệu: "
                    "hãy chia danh sách thành nhiều tệp."
                )
        return reader.table


def open_workbook(content: bytes) -> Workbook:
    """Look at an .xlsx file; Refused with a Vietnamese sentence where it is another thing, broken, or too large."""
    archive = Archive(content)
    main = _main_part(archive)
    listing = _Listing()
    XmlReader(archive, main, start=listing.start, end=_nothing).run()
    relations = _Relations(main)
    if relations_of(main) in archive:
        XmlReader(archive, relations_of(main), start=relations.start, end=_nothing).run()
    sheets = tuple(
        SheetInfo(name, hidden, part)
        for name, hidden, relation in listing.sheets
        if (part := relations.worksheets.get(relation, "")) in archive
    )
    if not sheets:
        raise Refused("Tệp Excel này không có trang tính nào.")
    texts = _texts(archive, relations.parts.get("sharedStrings", ""))
    styles = _day_styles(archive, relations.parts.get("styles", ""))
    return Workbook(archive, sheets, Book(texts, styles, listing.from_1904, listing.recalculated))


def shows_days(code: str) -> bool:
    """Whether a number format written by hand shows a day, such as dd/mm/yyyy; h:mm and 0.0 do not."""
    first = code.split(";", 1)[0]
    return bool(_DAY_LETTERS.search(_QUOTED.sub("", first)))


def _main_part(archive: Archive) -> str:
    relations = _Relations("")
    if "_rels/.rels" in archive:
        XmlReader(archive, "_rels/.rels", start=relations.start, end=_nothing).run()
    main = relations.parts.get("officeDocument", "xl/workbook.xml")
    if main not in archive:
        raise Refused(NOT_XLSX)
    return main


class _Relations:
    """The relations of a part: other parts by what they are; what lies outside the file is left out."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.worksheets: dict[str, str] = {}
        self.parts: dict[str, str] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name != "Relationship" or attributes.get("TargetMode") == "External":
            return
        kind = attributes.get("Type", "").rpartition("/")[2]
        part = target_of(self.base, attributes.get("Target", ""))
        if kind == "worksheet":
            self.worksheets[attributes.get("Id", "")] = part
        else:
            self.parts[kind] = part


class _Listing:
    """What the workbook says of itself."""

    def __init__(self) -> None:
        self.sheets: list[tuple[str, bool, str]] = []
        self.from_1904 = self.recalculated = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            if len(self.sheets) >= MAX_SHEETS:
                raise Refused(f"Tệp có hơn {MAX_SHEETS} trang tính: hãy chép danh sách sang một tệp mới.")
            # The prefix of the relation's namespace is the writer's choice; the plain "id" would be another thing.
            relation = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            hidden = attributes.get("state", "visible") != "visible"
            self.sheets.append((attributes.get("name", ""), hidden, relation))
        elif name == "workbookPr":
            self.from_1904 = attributes.get("date1904") in {"1", "true"}
        elif name == "calcPr":
            self.recalculated = attributes.get("fullCalcOnLoad") in {"1", "true"}


def _texts(archive: Archive, part: str) -> list[str]:
    if part not in archive:
        return []
    shared = _SharedTexts()
    XmlReader(archive, part, start=shared.start, end=shared.end, text=shared.hear).run()
    return shared.texts


class _SharedTexts:
    """The shared texts in their order, the readings of Asian characters left out."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._heard: list[str] = []
        self._letters = 0
        self._listening = self._phonetic = False

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        if name == "si":
            self._heard = []
        elif name == "rPh":
            self._phonetic = True
        elif name == "t":
            self._listening = not self._phonetic

    def end(self, name: str) -> None:
        if name == "si":
            if len(self.texts) >= MAX_TEXTS:
                raise Refused(f"Tệp có hơn {format_dong(MAX_TEXTS)} ô chữ: hãy chia danh sách thành nhiều tệp.")
            self.texts.append(unescaped("".join(self._heard)))
        elif name == "rPh":
            self._phonetic = False
        elif name == "t":
            self._listening = False

    def hear(self, text: str) -> None:
        if self._listening:
            self._letters += len(text)
            if self._letters > MAX_TEXT_LETTERS:
                raise Refused(BROKEN)
            self._heard.append(text)


def _day_styles(archive: Archive, part: str) -> list[bool]:
    """For every style of a cell, by its number: whether it shows days."""
    if part not in archive:
        return []
    own: dict[str, bool] = {}
    styles: list[bool] = []
    inside = {"cellXfs": False}

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "numFmt":
            own[attributes.get("numFmtId", "")] = shows_days(attributes.get("formatCode", "")[:255])
        elif name == "cellXfs":
            inside["cellXfs"] = True
        elif name == "xf" and inside["cellXfs"]:
            if len(styles) >= MAX_STYLES:
                raise Refused(BROKEN)
            code = attributes.get("numFmtId", "0")
            known = code.isascii() and code.isdecimal() and int(code[:6]) in _DAY_FORMATS
            styles.append(own.get(code, known))

    def end(name: str) -> None:
        if name == "cellXfs":
            inside["cellXfs"] = False

    XmlReader(archive, part, start=start, end=end).run()
    return styles


def _nothing(_name: str) -> None:
    """Some parts are read from what their elements say at the start."""
