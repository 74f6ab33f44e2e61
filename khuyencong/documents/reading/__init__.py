"""Excel files that somebody sends us: bytes in, plain cells out, with every limit checked on the way."""

from khuyencong.documents.reading.archive import MAX_FILE_BYTES
from khuyencong.documents.reading.cells import (
    MAX_COLUMNS,
    CellValue,
    Merge,
    Row,
    Table,
    Unreadable,
    address,
    letters,
    position,
)
from khuyencong.documents.reading.workbook import SheetInfo, Workbook, open_workbook

__all__ = [
    "MAX_COLUMNS",
    "MAX_FILE_BYTES",
    "CellValue",
    "Merge",
    "Row",
    "SheetInfo",
    "Table",
    "Unreadable",
    "Workbook",
    "address",
    "letters",
    "open_workbook",
    "position",
]
