"""What every list reads alike in a cell, whatever way Excel has kept it."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any, Final, NamedTuple

from khuyencong.core.dates import format_date, parse_vn_date
from khuyencong.core.money import format_dong
from khuyencong.core.text import clean
from khuyencong.documents.reading import CellValue, Unreadable

_FIRST_SERIAL: Final = 10_000  # days from 1927 to 2064, as Excel counts them
_LAST_SERIAL: Final = 60_000


class Read(NamedTuple):
    """What a cell means, and what the person should know about how it was understood ("" nothing)."""

    value: Any
    note: str = ""


def as_text(value: CellValue) -> str:
    """A cell as it reads: composed, without invisible characters, one blank between words (also the unbreakable one)."""
    if isinstance(value, str):
        return _tidy(value)
    if isinstance(value, Unreadable):
        return ""
    if isinstance(value, bool):
        return "Có" if value else "Không"
    if isinstance(value, date):
        return format_date(value)
    return repr(value).replace(".", ",") if isinstance(value, float) else str(value)


@lru_cache(maxsize=4_096)
def _tidy(text: str) -> str:
    """Cells of one column repeat each other, and each is looked at more than once."""
    return " ".join((text if text.isascii() and text.isprintable() else clean(text)).split())


def day(value: CellValue) -> Read:
    """A day of any form: kept as a day, written dd/mm/yyyy, or the number by which Excel keeps one."""
    if isinstance(value, date):
        return Read(value)
    if isinstance(value, int) and not isinstance(value, bool) and _FIRST_SERIAL <= value <= _LAST_SERIAL:
        found = date.fromordinal(date(1899, 12, 30).toordinal() + value)
        return Read(found, f"Số {value} được đọc là ngày {format_date(found)}.")
    return Read(parse_vn_date(as_text(value).replace("-", "/").replace(".", "/")))


def long_text(value: CellValue, *, longest: int) -> Read:
    """A text of several paragraphs; ValueError with the sentence for the cell where it is too long."""
    read = clean(value, multiline=True) if isinstance(value, str) else as_text(value)
    if len(read) > longest:
        raise ValueError(f"Nhiều nhất {format_dong(longest)} ký tự (đang có {format_dong(len(read))}).")
    return Read(read)


def text(value: CellValue, *, longest: int) -> Read:
    """One line of text; ValueError with the sentence for the cell where it is too long."""
    read = as_text(value)
    if len(read) > longest:
        raise ValueError(f"Nhiều nhất {longest} ký tự (đang có {format_dong(len(read))}).")
    return Read(read)
