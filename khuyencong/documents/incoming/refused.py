"""The rows of a list that could not be taken, on their way back to whoever sent it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Final

from khuyencong.core.dates import format_date
from khuyencong.documents.incoming.rows import RowError
from khuyencong.documents.incoming.sheet import Line, SheetColumn
from khuyencong.documents.lists import FilledList, ListColumn, ListValue, list_workbook
from khuyencong.documents.reading import CellValue, Unreadable, position

ERROR_HEADING: Final = "Lỗi"
_FIRST_DAY_OF_EXCEL: Final = 1900
_PLAIN_WIDTH: Final = 18


def refused_list(
    sheet_name: str,
    columns: Sequence[SheetColumn],
    refused: Iterable[tuple[Line, Sequence[RowError]]],
    *,
    width_of: Callable[[str], float],
) -> bytes:
    """The rows that were refused, under the headings of the file they came in, with a column «Lỗi»; bad cells are coloured.

    `width_of`: the width of a column by its key.
    """
    error_column = next(
        (one.index for one in columns if one.title.casefold() == ERROR_HEADING.casefold()), len(columns)
    )
    depth = max((len(one.headings) for one in columns), default=1)
    shown = [ListColumn(one.headings, width=width_of(one.key) if one.key else _PLAIN_WIDTH) for one in columns]
    error_heading = ListColumn(("",) * (depth - 1) + (ERROR_HEADING,), width=70)
    shown[error_column:] = [error_heading, *shown[error_column + 1 :]]
    rows: list[list[ListValue]] = []
    marked: set[tuple[int, int]] = set()
    for line, errors in refused:
        values = [_written(line.cells.get(one.index)) for one in columns]
        told = " ".join(dict.fromkeys(f"{error.column}: {error.sentence}" for error in errors))
        values[error_column:] = [told, *values[error_column + 1 :]]
        places = [place for error in errors if (place := position(error.cell)) is not None]
        marked |= {(len(rows), column) for _, column in places if column < len(columns)}
        rows.append(values)
    return list_workbook(FilledList(sheet_name, shown, rows, marked))


def _written(value: CellValue | None) -> ListValue:
    """A cell as it came; one that could not be read comes back empty, a day before Excel's first as text."""
    if isinstance(value, Unreadable):
        return None
    if isinstance(value, date) and value.year < _FIRST_DAY_OF_EXCEL:
        return format_date(value)
    return value
