"""Finding by words: the question and the column that is searched, brought into one form.

A row has a *haystack*, the words of its names, folded, with a blank before each. A word that was typed finds every word
that begins with it, in any order: "duc co khi" finds «Cơ khí Đúc Thành Phương», "an" finds «Ánh» but not «Thanh».
Being bound to the beginning of a word, even a question of two letters can use an index of trigrams (PostgreSQL).
"""

import unicodedata
from collections.abc import Iterator, Sequence

from django.db.models import Q

from khuyencong.core.text import fold

LONGEST_QUESTION = 200
MOST_WORDS = 10
LONGEST_WORD = 40
LONGEST_HAYSTACK = 2_000
SHORTEST_NUMBER = 8  # fewer digits are a word like others: too many telephones begin with them
AT_ONCE = 200  # haystacks read and written in one statement: SQLite takes no deeper expression
_BETWEEN_DIGITS = frozenset(" .-+()/")


def words(text: str) -> list[str]:
    """The folded words of a text, letters and digits only: "Cty A&B, số 2" gives ["cty", "a", "b", "so", "2"]."""
    return "".join(sign if sign.isalnum() else " " for sign in fold(text)).split()


def haystack(*texts: str, longest: int = LONGEST_HAYSTACK) -> str:
    """What is stored to be searched: every word of the texts once, a blank before each; "" of nothing."""
    found = dict.fromkeys(word for text in texts for word in words(text))
    return "".join(f" {word}" for word in found)[:longest]


def in_parts(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    """The keys in parts that one statement can take."""
    for start in range(0, len(keys), AT_ONCE):
        yield keys[start : start + AT_ONCE]


def question(text: str) -> tuple[str, ...]:
    """The words that are looked for, each once; what is typed beyond any sense is cut off."""
    typed = (word[:LONGEST_WORD] for word in words(text[:LONGEST_QUESTION]))
    return tuple(dict.fromkeys(typed))[:MOST_WORDS]


def holds(asked: tuple[str, ...], *, field: str = "haystack") -> Q:
    """Condition: each word begins a word of the haystack; always true without words."""
    condition = Q()
    for word in asked:
        condition &= Q(**{f"{field}__contains": f" {word}"})
    return condition


def number_in(text: str) -> str:
    """The digits of a question that is nothing but a number, as tax codes and telephones are; else "".

    "0912 345.678", "+84 912 345 678" and "0312345678-001" are numbers; "số 7" and "031234" are words.
    """
    text = unicodedata.normalize("NFKC", text[:LONGEST_QUESTION]).strip()
    digits = "".join(sign for sign in text if sign.isascii() and sign.isdigit())
    is_number = all(sign in _BETWEEN_DIGITS or (sign.isascii() and sign.isdigit()) for sign in text)
    return digits[:LONGEST_WORD] if is_number and len(digits) >= SHORTEST_NUMBER else ""


def begins_with(field: str, digits: str) -> Q:
    """Condition: the column, of digits only, begins with these; written as a range, which every index can answer."""
    return Q(**{f"{field}__gte": digits, f"{field}__lte": f"{digits}{'9' * LONGEST_WORD}"})
