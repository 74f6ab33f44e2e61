"""Tables as CSV (RFC 4180), for Excel of an office: UTF-8 with a byte order mark, without which it misreads Vietnamese letters.

A text that a spreadsheet would take for a formula gets an apostrophe before it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import IO, Any, Final

DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def harmless(cell: Any) -> Any:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(DANGEROUS) else cell


def write_table(file: IO[bytes], headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Heading and rows, line by line; None is an empty cell."""
    file.write("\ufeff".encode())
    writer = csv.writer(_Lines(file))
    writer.writerow(headings)
    for row in rows:
        writer.writerow([harmless(cell) for cell in row])


def table(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """The same as bytes, for tables of a few rows."""
    file = BytesIO()
    write_table(file, headings, rows)
    return file.getvalue()


class _Lines:
    """A file of bytes for a writer of text."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file

    def write(self, text: str) -> int:
        return self.file.write(text.encode())
