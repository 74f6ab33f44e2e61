"""Headings as people write them: which column of the list is meant, in which unit, and where in the sheet they stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from khuyencong.core.text import fold
from khuyencong.documents.reading import CellValue, Merge, Row
from khuyencong.establishments.importing.fields import BY_KEY, FIELDS, YEARLY, yearly_key
from khuyencong.establishments.importing.values import as_text

# Columns that a list may have and that say nothing of the establishment.
IGNORED: Final = frozenset({"stt", "tt", "so tt", "so thu tu", "loi", "ghi chu", "no"})
LEAST_COLUMNS: Final = 2
_FIRST_YEAR, _LAST_YEAR = 2000, 2100
_UNITS = (
    (re.compile(r"\b(ty|ti)( dong| d| vnd)?\b"), 10**9),
    (re.compile(r"\b(trieu( dong| d| vnd)?|trd|tr dong|tr d)\b"), 10**6),
    (re.compile(r"\b(nghin|ngan|1000|1\.000) ?(dong|d|vnd)\b"), 1_000),
)
_UNIT_TOLD = re.compile(r"\b(dvt|don vi tinh)\b.*$")
_UNIT_WORDS = (" ty dong", " trieu dong", " nghin dong", " dong", " trd", " nguoi")
_BRACKETS = re.compile(r"\([^)]*\)")
_NO_WORD = re.compile(r"[^a-z0-9]+")
_YEAR = re.compile(r"\b(?:nam )?(20[0-9]{2})\b")
_ORDINAL = re.compile(r"\(?([0-9]{1,3}|[A-Z])\)?")

_NAMES = {words: field.key for field in FIELDS for words in field.also}


@dataclass(frozen=True, slots=True)
class Heading:
    """What a column means: `key` of a field, or "" where it is not read; `unit` in đồng for money."""

    key: str
    unit: int = 1


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
        """Whether a list of establishments can stand under it."""
        return self.known >= LEAST_COLUMNS and any(heading.key == "name" for heading in self.columns.values())


def heading_of(text: str) -> Heading | None:
    """What a heading means; None where nobody knows it. Marks, case, brackets and stars do not count."""
    folded = fold(text)
    unit = next((factor for pattern, factor in _UNITS if pattern.search(folded)), 1)
    words = _words(_BRACKETS.sub(" ", _UNIT_TOLD.sub(" ", folded)))
    if words in IGNORED:
        return Heading("")
    bare = next((words.removesuffix(end) for end in _UNIT_WORDS if words.endswith(end)), words)
    key = _NAMES.get(words) or _NAMES.get(bare)
    if key:
        return Heading(key, unit if BY_KEY[key].kind == "dong" else 1)
    return _yearly(bare, unit)


def _words(folded: str) -> str:
    return " ".join(_NO_WORD.sub(" ", folded).split())


def _yearly(words: str, unit: int) -> Heading | None:
    match = _YEAR.search(words)
    if match is None or not _FIRST_YEAR <= int(match[1]) <= _LAST_YEAR:
        return None
    rest = " ".join(_YEAR.sub(" ", words).split())
    figure = next((key for key, (_, names) in YEARLY.items() if rest in names), "")
    return Heading(yearly_key(figure, int(match[1])), unit) if figure else None


# The usual headings, with and without what their brackets say.
_NAMES |= {_words(_BRACKETS.sub(" ", fold(field.heading))): field.key for field in FIELDS}
_NAMES |= {_words(words): key for words, key in list(_NAMES.items())}


def find_header(rows: Sequence[Row], merges: Iterable[Merge] = ()) -> Header | None:
    """The headings among the first rows, in one row or two; None where there are none that are enough.

    Two rows count where they say more than one, or where a heading is merged over both.
    """
    tall = {merge.first_row for merge in merges if merge.last_row == merge.first_row + 1}
    best: Header | None = None
    for index, row in enumerate(rows):
        below = rows[index + 1] if index + 1 < len(rows) and rows[index + 1].number == row.number + 1 else None
        one = Header((row,), _one_row(row))
        two = Header((row, below), _two_rows(row, below)) if below else None
        found = two if two and (two.known > one.known or (row.number in tall and two.known == one.known)) else one
        if found.is_enough and (best is None or found.known > best.known):
            best = found
    return best


def _one_row(row: Row) -> dict[int, Heading]:
    found = {column: heading_of(as_text(value)) for column, value in row.cells.items()}
    return {column: heading for column, heading in found.items() if heading is not None}


def _two_rows(upper: Row, lower: Row) -> dict[int, Heading]:
    """A heading over several columns is that of each of them: «Lao động» over «Tổng số» and «Nữ»."""
    found: dict[int, Heading] = {}
    over = ""
    for column in range(max({*upper.cells, *lower.cells}) + 1):
        own, below = _at(upper.cells, column), _at(lower.cells, column)
        over = own or (over if below else "")
        for words in (f"{over} {below}" if below else "", below if not own else "", own):
            heading = heading_of(words) if words else None
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
