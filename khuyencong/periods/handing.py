"""The table of an agency that has no records here, as an Excel file: the empty one out, the filled one back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Final

from khuyencong.core.text import fold, shown
from khuyencong.documents.incoming.cells import Read, as_text
from khuyencong.documents.incoming.kinds import ListKind, names_of
from khuyencong.documents.incoming.rows import ReadRow
from khuyencong.documents.incoming.sheet import Line, SheetColumn, read_list
from khuyencong.documents.lists import Aid, FilledList, ListColumn, ListValue, list_workbook
from khuyencong.documents.reading import CellValue
from khuyencong.establishments.importing.values import dong
from khuyencong.law.catalogue import catalogue
from khuyencong.periods.actions.handing import RowInput
from khuyencong.periods.models import HandRow
from khuyencong.periods.taken_in import ASKED
from khuyencong.programmes.models import FundingSource
from khuyencong.reporting.figures import FIGURES

MOST_ROWS: Final = 200
MOST_COUNT: Final = 1_000_000
MOST_PERCENT: Final = 1_000
TOTAL, SHARE = "stated_total", "stated_percent"
_OTHERS: Final[Mapping[str, tuple[str, ...]]] = {
    "planned": ("ke hoach", "kinh phi khuyen cong ke hoach"),
    "approved": ("phe duyet", "kinh phi khuyen cong", "kinh phi khuyen cong phe duyet"),
    "counterpart": ("doi ung", "von doi ung", "doi ung va nguon khac"),
    "paid_to_date": ("giai ngan", "luy ke giai ngan"),
    "planned_projects": ("so de an ke hoach",),
    "approved_projects": ("so de an", "so de an phe duyet"),
    "beneficiaries": ("so co so thu huong", "luot co so thu huong"),
    "jobs": ("so viec lam moi",),
}
_MONEY: Final = frozenset(one.code for one in FIGURES if one.is_money) | {TOTAL}
COLUMNS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "name": ("Nội dung hoạt động", ("noi dung", "hoat dong")),
    "source": ("Nguồn kinh phí", ("nguon", "nguon von")),
    **{
        one.code: (f"{one.label} (đồng)" if one.is_money else one.label, _OTHERS.get(one.code, ()))
        for one in FIGURES
        if one.code in ASKED
    },
    TOTAL: ("Tổng kinh phí (đồng)", ("tong",)),
    SHARE: ("Tỷ lệ giải ngân so với kế hoạch (%)", ("ty le giai ngan", "ty le thuc hien")),
}
_HEADINGS: Final = {key: heading for key, (heading, _) in COLUMNS.items()}
KIND: Final = ListKind(
    names=names_of(COLUMNS),
    heading_of_key=_HEADINGS.__getitem__,
    money=_MONEY,
    things="dòng số liệu",
    missing="Không thấy dòng tiêu đề: tệp phải có cột «Nội dung hoạt động», «Nguồn kinh phí» như trong tệp mẫu.",
    most_rows=MOST_ROWS,
)
_SOURCES: Final = {fold(str(one.label)): one.value for one in FundingSource} | {
    "quoc gia": FundingSource.NATIONAL.value,
    "kcqg": FundingSource.NATIONAL.value,
    "dia phuong": FundingSource.LOCAL.value,
    "kcdp": FundingSource.LOCAL.value,
}


@dataclass
class HandFile:
    """A file that was read: rows that can be taken, and those that cannot with why (cell, column, sentence)."""

    rows: list[RowInput] = field(default_factory=list)
    errors: list[tuple[str, str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_table(content: bytes) -> HandFile:
    """The table in an .xlsx file; Refused with a sentence where it holds none."""
    sheet = read_list(content, KIND)
    found = HandFile(notes=list(sheet.notes))
    seen: dict[tuple[str, str], int] = {}
    for line in sheet.lines:
        row = _read(line, sheet.columns)
        if not row.errors:
            key = (row.values["source"], row.values["name"])
            if key in seen:
                row.refuse("name", f"Trùng với dòng {seen[key]}: một nội dung của một nguồn chỉ có một dòng.")
            seen.setdefault(key, row.number)
        found.errors += [(one.cell, one.column, one.sentence) for one in row.errors]
        if not row.errors:
            found.rows.append(_input(row))
    return found


def _read(line: Line, columns: Sequence[SheetColumn]) -> ReadRow:
    row = ReadRow(line, columns={column.key: column for column in columns if column.key})
    for key, column in row.columns.items():
        value = line.cells.get(column.index)
        if value is None:
            continue
        read = row.read(key, value, partial(_reader(key), column.unit))
        if read is not None:
            row.values[key] = read.value
    for key in ("name", "source"):
        if key not in row.values and not row.failed(key):
            row.refuse(key, f"Thiếu «{_HEADINGS[key]}».")
    return row


def _reader(key: str) -> Callable[[int, CellValue], Read]:
    if key in _MONEY:
        return lambda unit, value: dong(value, unit=unit)
    match key:
        case "name":
            return lambda _unit, value: _activity(value)
        case "source":
            return lambda _unit, value: _source(value)
        case "stated_percent":
            return lambda _unit, value: _percent(value)
        case _:
            return lambda _unit, value: _count(value)


def _activity(value: CellValue) -> Read:
    words = " ".join(fold(as_text(value)).split())
    for one in catalogue().activities.values():
        if words in {" ".join(fold(one.name).split()), one.code}:
            return Read(one.code)
    raise ValueError(f"Không có nội dung «{shown(as_text(value), 60)}»: hãy chọn trong trang «Danh mục» của tệp mẫu.")


def _source(value: CellValue) -> Read:
    found = _SOURCES.get(" ".join(fold(as_text(value)).split()))
    if found is None:
        offered = " hoặc ".join(f"«{one.label}»" for one in FundingSource)
        raise ValueError(f"Không có nguồn «{shown(as_text(value), 40)}»: hãy ghi {offered}.")
    return Read(found)


def _count(value: CellValue) -> Read:
    words = as_text(value).replace(".", "").removesuffix(",0")
    if not (words.isascii() and words.isdigit() and int(words[:9]) <= MOST_COUNT):
        raise ValueError(f"«{shown(as_text(value), 30)}» không phải là số đếm: hãy ghi một số nguyên không âm.")
    return Read(int(words))


def _percent(value: CellValue) -> Read:
    words = as_text(value).replace("%", "").replace(",", ".").strip()
    try:
        found = Decimal(words)
    except InvalidOperation:
        raise ValueError(f"«{shown(as_text(value), 30)}» không phải là tỷ lệ: hãy ghi ví dụ 93,5.") from None
    if not found.is_finite() or not 0 <= found <= MOST_PERCENT:
        raise ValueError("Tỷ lệ phải từ 0 đến 1.000 %.")
    return Read(found.quantize(Decimal("0.01")))


def _input(row: ReadRow) -> RowInput:
    values = row.values
    return RowInput(
        source=values["source"],
        activity=values["name"],
        values={code: values[code] for code in ASKED if values.get(code)},
        stated_total=values.get(TOTAL),
        stated_percent=values.get(SHARE),
    )


def template(rows: Sequence[HandRow] = ()) -> bytes:
    """The table to fill in, with what is kept of it already and the activities and sources to choose from."""
    names = {one.code: one.name for one in catalogue().activities.values()}
    columns = [
        ListColumn(
            (heading,),
            kind="text" if key in {"name", "source", SHARE} else "dong" if key in _MONEY else "int",
            width={"name": 44, "source": 24}.get(key, 18),
            choices={"name": "Danh mục!A", "source": "Danh mục!B"}.get(key, ""),
        )
        for key, (heading, _) in COLUMNS.items()
    ]
    sources = [str(one.label) for one in FundingSource]
    offered = [(name, sources[number] if number < len(sources) else "") for number, name in enumerate(names.values())]
    # Other headings than the table's, so that this sheet is never taken for it.
    aid = Aid("Danh mục", ("Chọn một nội dung", "Chọn một nguồn"), offered, (60, 30))
    return list_workbook(FilledList("Số liệu", columns, [_values(row, names) for row in rows]), (aid,), room=MOST_ROWS)


def _values(row: HandRow, names: Mapping[str, str]) -> list[ListValue]:
    share = "" if row.stated_percent is None else format(row.stated_percent.normalize(), "f").replace(".", ",")
    known: dict[str, ListValue] = {
        "name": names.get(row.activity, row.activity),
        "source": str(FundingSource(row.source).label),
        TOTAL: row.stated_total,
        SHARE: share or None,
        **{code: row.values.get(code) for code in ASKED},
    }
    return [known[key] for key in COLUMNS]
