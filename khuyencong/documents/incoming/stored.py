"""How a list that was read waits in the database: cells and columns as JSON and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Protocol

from khuyencong.documents.incoming.rows import RowError
from khuyencong.documents.incoming.sheet import Line, SheetColumn
from khuyencong.documents.reading import CellValue, Unreadable


def cells_as_json(cells: Mapping[int, CellValue]) -> dict[str, Any]:
    """Cells by the place of their column; a day and a cell that cannot be read say what they are."""
    return {str(at): _value_as_json(value) for at, value in cells.items()}


def line_of(number: int, cells: Mapping[str, Any]) -> Line:
    """The row again."""
    return Line(number, {int(at): _value_of(value) for at, value in cells.items()})


class StoredRow(Protocol):
    """A row that was read, with what was wrong in it as `RowError` had it."""

    number: int
    cells: Any
    errors: Any


def refused_of(rows: Iterable[StoredRow]) -> list[tuple[Line, list[RowError]]]:
    """The rows again, each with its errors, as `refused.refused_list` takes them."""
    return [(line_of(row.number, row.cells), [RowError(**error) for error in row.errors]) for row in rows]


def columns_as_json(columns: Iterable[SheetColumn]) -> list[dict[str, Any]]:
    return [
        {"index": column.index, "headings": list(column.headings), "key": column.key, "unit": column.unit}
        for column in columns
    ]


def columns_of(stored: Iterable[Mapping[str, Any]]) -> tuple[SheetColumn, ...]:
    """The columns again."""
    return tuple(SheetColumn(one["index"], tuple(one["headings"]), one["key"], one["unit"]) for one in stored)


def _value_as_json(value: CellValue) -> Any:
    if isinstance(value, Unreadable):
        return {"unreadable": value.sentence}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    return value


def _value_of(stored: Any) -> CellValue:
    if isinstance(stored, dict):
        if "date" in stored:
            return date.fromisoformat(stored["date"])
        return Unreadable(stored["unreadable"])
    value: CellValue = stored
    return value
