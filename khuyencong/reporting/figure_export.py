"""Tables of a period as sheets of an Excel file: real numbers, money in whole đồng, shares as per cent."""

from __future__ import annotations

from collections.abc import Sequence

from khuyencong.documents.excel import Column, Sheet, Value
from khuyencong.reporting.figures import FIGURES, RATIOS, value_of
from khuyencong.reporting.tables import Table, TableRow


def table_sheet(table: Table, title: str, lines: Sequence[str]) -> Sheet:
    """One table with all its figures and its sum."""
    columns = [Column(table.first, "text", 36), Column("Thuộc", "text", 22)]
    columns += [
        Column(f"{one.label} (đồng)" if one.is_money else one.label, "dong" if one.is_money else "int", 16)
        for one in FIGURES
    ]
    columns += [Column(one.label, "percent", 14) for one in RATIOS]
    rows = [_values(row) for row in table.rows]
    return Sheet(table.title, title, columns, rows, subtitle_lines=lines, totals=_values(table.total))


def _values(row: TableRow) -> list[Value]:
    label = f"{row.label} ({row.note})" if row.note else row.label
    figures: list[Value] = [value_of(row.values, one.code) for one in FIGURES]
    return [label, row.group or None, *figures, *(cell.value for cell in row.shares)]
