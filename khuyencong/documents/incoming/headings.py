"""Headings as people write them: which column of the list is meant, in which unit, and where in the sheet they stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from khuyencong.core.text import fold
from khuyencong.documents.incoming.cells import as_text
from khuyencong.documents.incoming.kinds import Heading, ListKind, bare_words, without_brackets
from khuyencong.documents.reading import CellValue, Merge, Row

LEAST_COLUMNS: Final = 2
_UNITS = (
    (re.compile(r"\b(ty|ti)( dong| d| vnd)?\b"), 10**9),
    (re.compile(r"\b(trieu( dong| d| vnd)?|trd|tr dong|tr d)\b"), 10**6),
    (re.compile(r"\b(nghin|ngan|1000|1\.000) ?(dong|d|vnd)\b"), 1_000),
)
_UNIT_TOLD = re.compile(r"\b(dvt|don vi tinh)\b.*$")
_UNIT_WORDS = (" ty dong", " trieu dong", " nghin dong", " dong", " trd", " nguoi")
_ORDINAL = re.compile(r"\(?([0-9]{1,3}|[A-Z])\)?")


@dataclass(frozen=True, slots=True)
class Header:
    """Where the headings stand: the rows they take, and what each column means."""

    rows: tuple[Row, ...]
    columns: dict[int, Heading]

    @property
    def known(self) -> int:
        """How many columns of the list it has."""
        return len({heading.key for heading in self.columns.values() if heading.key})

    @property
    def is_enough(self) -> bool:
        """Whether a list can stand under it."""
        return self.known >= LEAST_COLUMNS and any(heading.key == "name" for heading in self.columns.values())


def heading_of(text: str, kind: ListKind) -> Heading | None:
    """What a heading means; None where nobody knows it. Marks, case, brackets and stars do not count."""
    folded = fold(text)
    unit = next((factor for pattern, factor in _UNITS if pattern.search(folded)), 1)
    words = bare_words(without_brackets(_UNIT_TOLD.sub(" ", folded)))
    bare = next((words.removesuffix(end) for end in _UNIT_WORDS if words.endswith(end)), words)
    key = kind.names.get(words) or kind.names.get(bare)
    if key:
        return Heading(key, unit if key in kind.money else 1)
    if words in kind.ignored:
        return Heading("")
    return kind.further(bare, unit)


def find_header(rows: Sequence[Row], kind: ListKind, merges: Iterable[Merge] = ()) -> Header | None:
    """The headings among the first rows, in one row or two; None where there are none that are enough.

    Two rows count where they say more than one, or where a heading is merged over both.
    """
    tall = {merge.first_row for merge in merges if merge.last_row == merge.first_row + 1}
    best: Header | None = None
    for index, row in enumerate(rows):
        below = rows[index + 1] if index + 1 < len(rows) and rows[index + 1].number == row.number + 1 else None
        one = Header((row,), _one_row(row, kind))
        two = Header((row, below), _two_rows(row, below, kind)) if below else None
        found = two if two and (two.known > one.known or (row.number in tall and two.known == one.known)) else one
        if found.is_enough and (best is None or found.known > best.known):
            best = found
    return best


def _one_row(row: Row, kind: ListKind) -> dict[int, Heading]:
    found = {column: heading_of(as_text(value), kind) for column, value in row.cells.items()}
    return {column: heading for column, heading in found.items() if heading is not None}


def _two_rows(upper: Row, lower: Row, kind: ListKind) -> dict[int, Heading]:
    """A heading over several columns is that of each of them: «Lao động» over «Tổng số» and «Nữ»."""
    found: dict[int, Heading] = {}
    over = ""
    for column in range(max({*upper.cells, *lower.cells}) + 1):
        own, below = _at(upper.cells, column), _at(lower.cells, column)
        over = own or (over if below else "")
        for words in (f"{over} {below}" if below else "", below if not own else "", own):
            heading = heading_of(words, kind) if words else None
            if heading is not None:
                found[column] = heading
                break
    return found


def _at(cells: Mapping[int, CellValue], column: int) -> str:
    value = cells.get(column)
    return as_text(value) if isinstance(value, str) else ""


def is_ordinals(row: Row) -> bool:
    """Whether the row only numbers the columns, as official tables do: (1) (2) (3), or A B 1 2."""
    texts = [as_text(value) for value in row.cells.values()]
    numbers = [match[1] for text in texts if (match := _ORDINAL.fullmatch(text))]
    if len(numbers) != len(texts) or len(texts) < LEAST_COLUMNS + 1:
        return False
    counted = [int(number) for number in numbers if number.isdigit()]
    return counted == list(range(counted[0], counted[0] + len(counted))) if counted else True
