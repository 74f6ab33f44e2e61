"""The columns that a statement may have, and what a row of it says.

No official layout of a statement could be read: columns are known by their headings, as the Treasury and banks write them.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import partial
from typing import Final, NamedTuple

from khuyencong.core.dates import today
from khuyencong.core.money import MAX_DONG, format_dong
from khuyencong.core.text import fold, shown
from khuyencong.documents.incoming.cells import Read, as_text, day, text
from khuyencong.documents.incoming.kinds import IGNORED, ListKind, names_of
from khuyencong.documents.incoming.rows import ReadRow
from khuyencong.documents.incoming.sheet import SheetColumn, SheetRead, read_list
from khuyencong.documents.reading import CellValue
from khuyencong.finance.payment_rules import account_key
from khuyencong.treasury.models import LineOutcome

MAX_ROWS: Final = 20_000
_FIRST_YEAR: Final = 2000
# 1.234.567 or 1,234,567 with or without zeros after the other sign; 1234567.
_GROUPED = re.compile(r"([0-9]{1,3}(?:([.,  ])[0-9]{3})(?:\2[0-9]{3})*)(?:[.,]0{1,2})?")
_PLAIN = re.compile(r"([0-9]+)(?:[.,]0{1,2})?")
_UNIT = re.compile(r"(vnd|vnđ|đồng|đ|dong)\.?$", re.IGNORECASE)


class Column(NamedTuple):
    """One column: how it is headed, other ways to write it (folded), how a cell of it is read."""

    heading: str
    also: tuple[str, ...]
    read: Callable[[CellValue, int], Read]
    width: float


def _one_line(longest: int) -> Callable[[CellValue, int], Read]:
    return lambda value, _unit: text(value, longest=longest)


def _cut(longest: int) -> Callable[[CellValue, int], Read]:
    """What a bank writes is kept as far as there is room: its end says nothing that is asked for."""
    return lambda value, _unit: Read(as_text(value)[:longest])


def _account(value: CellValue, _unit: int) -> Read:
    if isinstance(value, float):
        raise ValueError("Số tài khoản đã bị Excel rút gọn nên mất chữ số: hãy để cột này ở dạng chữ (Text).")  # noqa: TRY004  # a sentence for a cell, like the others
    return text(value, longest=120)


def _day(value: CellValue, _unit: int) -> Read:
    # A time of the day after the date says nothing here.
    if isinstance(value, str):
        value = re.sub(r"[ T]+[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?.*$", "", as_text(value))
    iso = re.fullmatch(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})", value) if isinstance(value, str) else None
    read = Read(date(int(iso[1]), int(iso[2]), int(iso[3]))) if iso else day(value)
    if not isinstance(read.value, date) or read.value.year < _FIRST_YEAR:
        raise ValueError(f"«{shown(as_text(value), 30)}» không phải là ngày: hãy ghi ngày/tháng/năm.")
    if read.value > today():
        raise ValueError("Ngày ở tương lai: sao kê chỉ có các ngày đã qua.")
    return read


def _dong(value: CellValue, unit: int) -> Read:
    """Whole đồng; a figure may group its digits by points or by commas."""
    if isinstance(value, bool | date):
        raise ValueError(f"«{as_text(value)}» không phải là số tiền.")  # noqa: TRY004  # a sentence for a cell, like the others
    if isinstance(value, int | float):
        amount = Fraction(str(value)) * unit
    else:
        bare = _UNIT.sub("", as_text(value)).strip().removeprefix("+")
        if bare in {"-", "–", ""}:
            return Read(0)
        match = _GROUPED.fullmatch(bare) or _PLAIN.fullmatch(bare)
        if match is None:
            if bare.startswith(("-", "(")):
                raise ValueError("Số tiền âm: hãy dùng cột «Ghi nợ» cho tiền chi, không ghi số âm.")
            raise ValueError(f"«{shown(bare, 30)}» không phải là số tiền.")
        amount = Fraction(re.sub(r"[^0-9]", "", match[1])) * unit
    if amount < 0:
        raise ValueError("Số tiền âm: hãy dùng cột «Ghi nợ» cho tiền chi, không ghi số âm.")
    if amount.denominator != 1:
        raise ValueError("Số tiền phải là số đồng nguyên.")
    if amount > MAX_DONG:
        raise ValueError(f"Số tiền không quá {format_dong(MAX_DONG)} đồng.")
    return Read(int(amount))


COLUMNS: Final[Mapping[str, Column]] = {
    "on": Column("Ngày giao dịch", (
        "ngay", "ngay gd", "ngay hach toan", "ngay hieu luc", "ngay chung tu", "ngay thang", "ngay ct", "ngay ghi so",
        "ngay thanh toan", "date", "transaction date", "thoi gian giao dich",
    ), _day, 14),
    "reference": Column("Số chứng từ", (
        "so ct", "so hieu chung tu", "so but toan", "so giao dich", "ma giao dich", "so tham chieu", "chung tu",
        "so hieu", "reference", "ref no", "chung tu so", "so uy nhiem chi", "so unc",
    ), _one_line(60), 18),
    "debit": Column("Ghi nợ", (
        "no", "phat sinh no", "so tien ghi no", "so tien no", "so tien chi", "tien chi", "chi", "rut", "debit", "tien ra",
        "so tien rut", "so phat sinh no", "so phat sinh no tk",
    ), _dong, 18),
    "credit": Column("Ghi có", (
        "co", "phat sinh co", "so tien ghi co", "so tien co", "so tien thu", "tien thu", "thu", "credit", "tien vao",
        "so tien gui", "so phat sinh co",
    ), _dong, 18),
    "amount": Column("Số tiền", ("so tien giao dich", "so tien thanh toan", "amount", "gia tri"), _dong, 18),
    "account": Column("Tài khoản nhận", (
        "so tai khoan", "tai khoan doi ung", "tk doi ung", "so tk doi ung", "so tai khoan doi ung", "tk nhan",
        "so tai khoan nhan", "tai khoan thu huong", "so tai khoan thu huong", "tai khoan don vi nhan tien", "tai khoan",
        "so tk nhan", "so tai khoan nguoi nhan", "tk thu huong", "account",
    ), _account, 22),
    "holder": Column("Đơn vị nhận", (
        "don vi nhan tien", "ten don vi nhan", "don vi thu huong", "ten tai khoan doi ung", "nguoi thu huong",
        "ten nguoi nhan", "don vi huong", "ten don vi huong", "ten nguoi thu huong", "doi tac",
    ), _cut(300), 30),
    "name": Column("Nội dung", (
        "dien giai", "noi dung giao dich", "noi dung thanh toan", "noi dung chi", "mo ta", "description",
        "noi dung chuyen tien", "dien giai noi dung",
    ), _cut(500), 50),
}  # fmt: skip

STATEMENT: Final = ListKind(
    names=names_of({key: (one.heading, one.also) for key, one in COLUMNS.items()}),
    heading_of_key=lambda key: COLUMNS[key].heading,
    money=frozenset({"debit", "credit", "amount"}),
    things="dòng sao kê",
    missing=(
        "Không tìm thấy dòng tiêu đề của sao kê: cần có cột «Nội dung» (hoặc «Diễn giải»), cột ngày và cột số tiền"
        " («Ghi nợ» hoặc «Số tiền»)."
    ),
    most_rows=MAX_ROWS,
    # Balances are not read; «Nợ» and «Có» are columns of a statement.
    ignored=(IGNORED - {"no"})
    | {"so du", "so du cuoi", "du no", "du co", "balance", "so du sau giao dich", "loai tien"},
    plain=True,
)


@dataclass(frozen=True)
class LineRead:
    """One row: what it says and its outcome; `row` has the errors of a refused one."""

    row: ReadRow
    outcome: LineOutcome
    on: date | None = None
    amount: int = 0
    account: str = ""
    holder: str = ""
    reference: str = ""
    text: str = ""
    fingerprint: str = ""


def read_statement(content: bytes) -> tuple[SheetRead, list[LineRead]]:
    """The lines of a statement in an .xlsx file or a plain table. Raises Refused with a Vietnamese sentence."""
    sheet = read_list(content, STATEMENT)
    columns = {column.key: column for column in sheet.columns if column.key}
    lines = [
        found for line in sheet.lines if (found := _line(ReadRow(line, columns=columns), sheet.columns)) is not None
    ]
    skipped = len(sheet.lines) - len(lines)
    if skipped:
        sheet.notes.append(f"Bỏ qua {format_dong(skipped)} dòng không có số tiền (số dư, ghi chú).")
    return sheet, list(_known_by(lines))


def _line(row: ReadRow, columns: Sequence[SheetColumn]) -> LineRead | None:
    """What a row says; None where it names no amount at all."""
    for column in columns:
        value = row.line.cells.get(column.index)
        if not column.key or value is None:
            continue
        read = row.read(column.key, value, partial(_read, column.key, column.unit))
        if read is not None:
            row.values[column.key] = read.value
    values = row.values
    out, back = values.get("debit", 0) or values.get("amount", 0), values.get("credit", 0)
    if not row.errors and not out and not back:
        return None
    if out and back:
        row.refuse("debit" if "debit" in row.columns else "amount", "Một dòng vừa có tiền chi vừa có tiền vào.")
    if "on" not in values and not row.failed("on"):
        row.refuse("on", "Thiếu ngày giao dịch.")
    if row.errors:
        return LineRead(row, LineOutcome.REFUSED, text=row.name[:500])
    return LineRead(
        row,
        LineOutcome.OUT if out else LineOutcome.INCOMING,
        values["on"],
        out or back,
        values.get("account", ""),
        values.get("holder", ""),
        values.get("reference", ""),
        values.get("name", ""),
    )


def _read(key: str, unit: int, value: CellValue) -> Read:
    return COLUMNS[key].read(value, unit)


def _known_by(lines: Iterable[LineRead]) -> Iterable[LineRead]:
    """Each with its fingerprint: two equal lines of one file are two payments, the first of them is the first of another file."""
    seen: Counter[tuple[object, ...]] = Counter()
    for one in lines:
        if one.outcome is not LineOutcome.OUT:
            yield one
            continue
        said = (one.on, one.amount, account_key(one.account), fold(one.reference), fold(one.text))
        seen[said] += 1
        written = "|".join(map(str, (*said, seen[said])))
        yield LineRead(
            one.row, one.outcome, one.on, one.amount, one.account, one.holder, one.reference, one.text,
            hashlib.sha256(written.encode()).hexdigest(),
        )  # fmt: skip
