"""What a kind of list is made of: the columns it knows, and how its sentences speak of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final

from khuyencong.core.text import fold

# Columns that any list may have and that say nothing of what it lists.
IGNORED: Final = frozenset({"stt", "tt", "so tt", "so thu tu", "loi", "ghi chu", "no"})
_BRACKETS = re.compile(r"\([^)]*\)")
_NO_WORD = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Heading:
    """What a column means: `key` of a column of the kind, or "" where it is not read; `unit` in đồng for money."""

    key: str
    unit: int = 1


@dataclass(frozen=True, slots=True)
class ListKind:
    """A kind of list. Rows are told from headings and totals by the column "name", which every list has.

    `names`: folded words of a heading → key; `heading_of_key`: key → heading; `money`: the keys whose headings may name a
    unit; `further`: what words that `names` does not have mean, with the unit they name. `missing` is the sentence where
    no headings are found, `things` what the rows are («cơ sở»). `plain`: plain text tables (.csv) are taken as well.
    """

    names: Mapping[str, str]
    heading_of_key: Callable[[str], str]
    money: Collection[str]
    things: str
    missing: str
    most_rows: int
    further: Callable[[str, int], Heading | None] = lambda _words, _unit: None
    ignored: Collection[str] = IGNORED
    plain: bool = False


def words_of(text: str) -> str:
    """The words of a heading by which it is known: folded, without brackets, stars and marks."""
    return bare_words(without_brackets(fold(text)))


def without_brackets(folded: str) -> str:
    """The folded text without what stands in brackets."""
    return _BRACKETS.sub(" ", folded)


def bare_words(folded: str) -> str:
    """The words and numbers of a folded text, one blank between them."""
    return " ".join(_NO_WORD.sub(" ", folded).split())


def names_of(columns: Mapping[str, tuple[str, Collection[str]]]) -> dict[str, str]:
    """For `ListKind.names`: key → (heading, other ways to write it, folded)."""
    found = {words: key for key, (_, others) in columns.items() for words in others}
    found |= {words_of(heading): key for key, (heading, _) in columns.items()}
    return found | {bare_words(words): key for words, key in found.items()}
