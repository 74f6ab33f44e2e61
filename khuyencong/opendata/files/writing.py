"""Rows in, files out: each written line by line, the same bytes from the same rows."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import IO, Any, Final

from khuyencong.documents.comma import write_table
from khuyencong.documents.excel import Column, Sheet, Value, long_workbook
from khuyencong.opendata.files import grants
from khuyencong.opendata.files.columns import LICENCE, LICENCE_NAME, Dataset

Write = Callable[[IO[bytes], Dataset, Iterable[Sequence[Any]], date], None]


def write_csv(file: IO[bytes], dataset: Dataset, rows: Iterable[Sequence[Any]], _made_on: date) -> None:
    """The table as CSV."""
    write_table(file, [field.code for field in dataset.fields], rows)


def write_json(file: IO[bytes], dataset: Dataset, rows: Iterable[Sequence[Any]], made_on: date) -> None:
    """The table as one JSON object: what it is, its licence, and its rows as objects under «du_lieu»."""
    codes = [field.code for field in dataset.fields]
    heading = {"ten": dataset.title, "ngay_lap": made_on.isoformat(), "giay_phep": LICENCE}
    _write_object(file, heading, "du_lieu", (dict(zip(codes, row, strict=True)) for row in rows))


def write_xlsx(file: IO[bytes], dataset: Dataset, rows: Iterable[Sequence[Any]], made_on: date) -> None:
    """The table as an Excel file."""
    columns = [Column(field.label, field.excel, 40 if field.code in _WIDE else 16) for field in dataset.fields]
    lines = (f"Bản ngày {made_on:%d/%m/%Y}. Giấy phép: {LICENCE_NAME}.", dataset.explained)
    sheet = Sheet(dataset.title, dataset.title, columns, (), subtitle_lines=lines)
    values = ([_value(column, cell) for column, cell in zip(columns, row, strict=True)] for row in rows)
    file.write(long_workbook(sheet, values, made_on=made_on))


def write_grants(file: IO[bytes], rows: Iterable[Mapping[str, Any]], made_on: date) -> None:
    """The package of the 360Giving standard."""
    _write_object(file, grants.heading(made_on), "grants", rows)


WRITERS: Final[Mapping[str, Write]] = {"csv": write_csv, "xlsx": write_xlsx, "json": write_json}
_WIDE: Final = frozenset({"ten", "noi_dung", "tom_tat", "ket_qua", "ten_co_so", "san_pham", "co_quan"})


def _write_object(file: IO[bytes], heading: Mapping[str, Any], name: str, rows: Iterable[Mapping[str, Any]]) -> None:
    file.write(f"{compact(heading)[:-1]},{compact(name)}:[".encode())
    for line in _separated(rows):
        file.write(line.encode())
    file.write(b"\n]}\n")


def _separated(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    before = "\n"
    for row in rows:
        yield before + compact(row)
        before = ",\n"


def compact(data: Any) -> str:
    """JSON in one line, letters as they are."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _value(column: Column, cell: Any) -> Value:
    if cell in {"", None}:
        return None
    return date.fromisoformat(cell) if column.kind == "date" else cell
