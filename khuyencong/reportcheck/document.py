"""What is read out of a file: its paragraphs and tables in their order, and nothing of how they look."""

from __future__ import annotations

from dataclasses import dataclass

Cells = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells as text; `uneven`: cells were merged, so that columns need not stand one below the other."""

    rows: Cells
    uneven: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A report: `paragraphs` each on one line (those in cells of a table are among them), and its tables."""

    paragraphs: tuple[str, ...]
    tables: tuple[Table, ...] = ()
