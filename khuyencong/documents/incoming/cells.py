"""What every list reads alike in a cell, whatever way Excel has kept it."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from khuyencong.core.dates import format_date
from khuyencong.core.money import format_dong
from khuyencong.core.text import clean
from khuyencong.documents.reading import CellValue, Unreadable


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


def text(value: CellValue, *, longest: int) -> Read:
    """One line of text; ValueError with the sentence for the cell where it is too long."""
    read = as_text(value)
    if len(read) > longest:
        raise ValueError(f"Nhiều nhất {longest} ký tự (đang có {format_dong(len(read))}).")
    return Read(read)
