"""A list of vouchers from an Excel file: read whole, and taken whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from khuyencong.core.text import fold, shown
from khuyencong.documents.incoming.cells import Read, as_text, day, text
from khuyencong.documents.incoming.kinds import ListKind, names_of
from khuyencong.documents.incoming.rows import ReadRow
from khuyencong.documents.incoming.sheet import Line, SheetColumn, read_list
from khuyencong.documents.lists import Aid, FilledList, ListColumn, list_workbook
from khuyencong.documents.reading import CellValue
from khuyencong.establishments.importing.values import dong
from khuyencong.projects.models import EstimateLine
from khuyencong.settlement.actions import VoucherInput
from khuyencong.settlement.models import VoucherKind

MOST_ROWS: Final = 1_000
MONEY: Final = ("support", "counterpart", "other")
# Key → heading, and what else people write (folded). "name" is the column by which rows are told from totals.
COLUMNS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "name": ("Số chứng từ", ("so", "so ct", "so hieu chung tu", "so hoa don", "chung tu so")),
    "kind": ("Loại chứng từ", ("loai", "loai ct", "ten chung tu")),
    "day": ("Ngày chứng từ", ("ngay", "ngay thang", "ngay ct", "ngay thang chung tu")),
    "payee": ("Người nhận tiền", ("nguoi nhan", "don vi nhan tien", "nguoi ban", "don vi ban", "ben ban")),
    "content": ("Nội dung chi", ("noi dung", "dien giai", "khoan chi")),
    "beneficiary": ("Cơ sở thụ hưởng", ("co so", "don vi thu huong", "ten co so")),
    "support": ("Kinh phí khuyến công (đồng)", ("kinh phi ho tro", "ho tro", "kpkc", "so tien", "khuyen cong")),
    "counterpart": ("Đóng góp (đồng)", ("doi ung", "co so dong gop", "don vi dong gop", "von doi ung")),
    "other": ("Nguồn khác (đồng)", ("khac",)),
}
_HEADINGS: Final = {key: heading for key, (heading, _) in COLUMNS.items()}
KIND: Final = ListKind(
    names=names_of(COLUMNS),
    heading_of_key=_HEADINGS.__getitem__,
    money=MONEY,
    things="chứng từ",
    missing="Không thấy dòng tiêu đề: tệp phải có cột «Số chứng từ» và ít nhất một cột nữa như trong tệp mẫu.",
    most_rows=MOST_ROWS,
)
_KINDS: Final = {fold(one.label): one for one in VoucherKind} | {
    "pc": VoucherKind.CASH,
    "unc": VoucherKind.TRANSFER,
    "uy nhiem chi chuyen tien": VoucherKind.TRANSFER,
    "chuyen khoan": VoucherKind.TRANSFER,
    "hd": VoucherKind.INVOICE,
    "hoa don gtgt": VoucherKind.INVOICE,
    "hoa don dien tu": VoucherKind.INVOICE,
}
OBLIGATORY: Final = ("kind", "day", "payee", "content")


@dataclass
class VoucherList:
    """A file that was read: rows that can be taken, and those that cannot with why (cell, column, sentence)."""

    rows: list[VoucherInput] = field(default_factory=list)
    errors: list[tuple[int, str, str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_vouchers(content: bytes, lines: Sequence[EstimateLine]) -> VoucherList:
    """The vouchers in an .xlsx file; Refused where it holds no such list. `lines` with `beneficiary__establishment` loaded."""
    sheet = read_list(content, KIND)
    found = VoucherList(notes=list(sheet.notes))
    for line in sheet.lines:
        row = _read(line, sheet.columns, lines)
        found.errors += [(row.number, one.cell, one.column, one.sentence) for one in row.errors]
        if not row.errors:
            found.rows.append(_voucher(row))
    return found


def _read(line: Line, columns: Sequence[SheetColumn], lines: Sequence[EstimateLine]) -> ReadRow:
    row = ReadRow(line, columns={column.key: column for column in columns if column.key})
    for key, column in row.columns.items():
        value = line.cells.get(column.index)
        if value is None:
            continue
        read = row.read(key, value, partial(_reader(key), column.unit))
        if read is not None:
            row.values[key] = read.value
    if "name" not in row.values and not row.failed("name"):
        row.refuse("name", "Hãy ghi số chứng từ.")
    for key in OBLIGATORY:
        if key not in row.values and not row.failed(key):
            row.refuse(key, f"Thiếu «{_HEADINGS[key]}».")
    _settle_line(row, lines)
    if not any(row.values.get(key) for key in MONEY) and not any(row.failed(key) for key in MONEY):
        row.refuse("support", "Hãy ghi số tiền ở ít nhất một nguồn.")
    return row


def _reader(key: str) -> Callable[[int, CellValue], Read]:
    if key in MONEY:
        return lambda unit, value: dong(value, unit=unit)
    if key == "day":
        return lambda _unit, value: day(value)
    if key == "kind":
        return lambda _unit, value: _kind(value)
    longest = {"name": 60, "payee": 200}.get(key, 500)
    return lambda _unit, value: text(value, longest=longest)


def _kind(value: CellValue) -> Read:
    found = _KINDS.get(fold(as_text(value)))
    if found is None:
        offered = ", ".join(one.label for one in VoucherKind)
        raise ValueError(f"Không có loại chứng từ «{shown(as_text(value), 40)}»: hãy ghi một trong {offered}.")
    return Read(found)


def _settle_line(row: ReadRow, lines: Sequence[EstimateLine]) -> None:
    """Which line of the estimate the content is, by its words, and by the establishment where there are several."""
    if "content" not in row.values:
        return
    words = " ".join(fold(row.values["content"]).split())
    same = [one for one in lines if " ".join(fold(one.content).split()) == words]
    whose = " ".join(fold(row.values.get("beneficiary", "")).split())
    if whose:
        same = [one for one in same if one.beneficiary and " ".join(fold(str(one.beneficiary)).split()) == whose]
    if len(same) == 1:
        row.values["line"] = same[0].pk
    elif not same:
        row.refuse(
            "content", f"Dự toán không có nội dung «{shown(row.values['content'])}» này: chép đúng như trong dự toán."
        )
    else:
        row.refuse("content", "Dự toán có nội dung này cho nhiều cơ sở: hãy ghi «Cơ sở thụ hưởng».")


def _voucher(row: ReadRow) -> VoucherInput:
    values = row.values
    return VoucherInput(
        kind=values["kind"],
        number=values["name"],
        day=values["day"],
        payee=values["payee"],
        line_id=values["line"],
        support=values.get("support", 0),
        counterpart=values.get("counterpart", 0),
        other=values.get("other", 0),
        place=f"Dòng {row.number}",
    )


def template(lines: Iterable[EstimateLine]) -> bytes:
    """An empty list to fill in, with the contents of the estimate to choose from."""
    rows = [(one.content, str(one.beneficiary or "")) for one in lines]
    widths = {"content": 44, "payee": 36, "beneficiary": 36}
    choices = {"content": "Nội dung chi!A", "kind": "Loại chứng từ!A"}
    columns = [
        ListColumn(
            (heading,),
            kind="dong" if key in MONEY else "text",
            width=widths.get(key, 20),
            choices=choices.get(key, ""),
        )
        for key, (heading, _) in COLUMNS.items()
    ]
    aids = (
        Aid("Nội dung chi", ("Nội dung chi trong dự toán", "Cơ sở thụ hưởng"), rows, (60, 40)),
        Aid("Loại chứng từ", ("Loại chứng từ",), [(one.label,) for one in VoucherKind], (40,)),
    )
    return list_workbook(FilledList("Chứng từ chi", columns), aids, room=500)
