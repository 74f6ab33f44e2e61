"""One row of a list: what its cells say, or why they cannot be taken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from khuyencong.documents.incoming.cells import Read, as_text
from khuyencong.documents.incoming.sheet import Line, SheetColumn
from khuyencong.documents.reading import CellValue, Unreadable, address, position


@dataclass(frozen=True, slots=True)
class RowError:
    """Why a row is refused: the cell, the heading of its column as the file has it, and a sentence (Vietnamese)."""

    cell: str
    column: str
    sentence: str

    def as_json(self) -> dict[str, str]:
        return {"cell": self.cell, "column": self.column, "sentence": self.sentence}


@dataclass(slots=True)
class ReadRow:
    """A row that was read: `values` by key of the column, only of cells that hold something; `notes` are sentences."""

    line: Line
    values: dict[str, Any] = field(default_factory=dict)
    errors: list[RowError] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    columns: dict[str, SheetColumn] = field(default_factory=dict)

    @property
    def number(self) -> int:
        return self.line.number

    @property
    def name(self) -> str:
        """The name it gives, as far as it can be read."""
        value = self.values.get("name")
        return value if isinstance(value, str) else ""

    def refuse(self, key: str, sentence: str) -> None:
        """Say that the cell of a column cannot be taken; where the file has no such column, the cell of the name is named."""
        column = self.columns.get(key) or self.columns["name"]
        self.errors.append(RowError(address(self.number, column.index), column.title, sentence))
        self.errors.sort(key=lambda error: position(error.cell) or (0, 0))  # as they stand in the row

    def failed(self, key: str) -> bool:
        """Whether the cell of a column was refused."""
        column = self.columns.get(key)
        return column is not None and any(error.column == column.title for error in self.errors)

    def read(self, key: str, value: CellValue, reader: Callable[[CellValue], Read]) -> Read | None:
        """What the cell of a column means; None where it says nothing, or was refused with the reader's sentence."""
        if isinstance(value, Unreadable):
            self.refuse(key, f"{value.sentence[0].upper()}{value.sentence[1:]}.")
            return None
        if not as_text(value):
            return None
        try:
            found = reader(value)
        except ValueError as error:
            self.refuse(key, str(error))
            return None
        if found.note:
            self.notes.append(found.note)
        return found
