"""Why a row of a list cannot be taken."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RowError:
    """Why a row is refused: the cell, the heading of its column as the file has it, and a sentence (Vietnamese)."""

    cell: str
    column: str
    sentence: str

    def as_json(self) -> dict[str, str]:
        return {"cell": self.cell, "column": self.column, "sentence": self.sentence}
