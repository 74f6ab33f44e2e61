"""Finding the rows in which one person may stand, forgiving of marks, blanks and how numbers are written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from khuyencong.core.text import fold
from khuyencong.establishments.keys import phone_key
from khuyencong.people.actors import Actor
from khuyencong.persons.holding import Holding, Sort
from khuyencong.persons.keeping import Rows, rows_in_scope
from khuyencong.persons.where import BY_KEY, HOLDINGS

MOST_FOUND = 200
_NAMES = (Sort.NAME, Sort.TEXT)
_WHAT: Mapping[Sort, str] = {
    Sort.NAME: "họ tên",
    Sort.TEXT: "có nhắc họ tên",
    Sort.PHONE: "điện thoại",
    Sort.EMAIL: "thư điện tử",
    Sort.IDENTITY: "số định danh",
}


@dataclass(frozen=True)
class Asked:
    """Who is looked for; a name alone, or any of the others. Kept in the form in which they are compared."""

    name: str = ""
    birth_year: int | None = None
    phone: str = ""
    email: str = ""
    identity: str = ""

    @classmethod
    def of(cls, *, name: str, birth_year: int | None, phone: str, email: str, identity_number: str) -> Asked:
        """As people typed it."""
        digits = "".join(filter(str.isdigit, identity_number))
        return cls(_words(name), birth_year, phone_key(phone), email.strip().lower(), digits)

    @property
    def only_name(self) -> bool:
        return bool(self.name) and not (self.phone or self.email or self.identity)


@dataclass(frozen=True)
class Found:
    """One row, and by what it was found."""

    holding: Holding
    pk: int
    by: tuple[str, ...]

    @property
    def key(self) -> str:
        """How a form names it: «training.Learner:5»."""
        return f"{self.holding.key}:{self.pk}"


def find(asked: Asked, actor: Actor) -> list[Found]:
    """Rows inside the actor's scope in which this person may stand, at most MOST_FOUND; one query for each kind of row."""
    found: list[Found] = []
    for holding in HOLDINGS:
        if not holding.searched:
            continue
        for one in _look(holding, asked, rows_in_scope(holding, actor)):
            found.append(one)
            if len(found) == MOST_FOUND:
                return found
    return found


def rows_named(keys: list[str], actor: Actor) -> list[tuple[Holding, int]]:
    """The rows that a form names, inside the actor's scope; what is not there is left out."""
    wanted: dict[str, list[int]] = {}
    for key in keys:
        model, _, pk = key.partition(":")
        if model in BY_KEY and pk.isascii() and pk.isdigit() and len(pk) <= 18:  # noqa: PLR2004  # fits the column
            wanted.setdefault(model, []).append(int(pk))
    return [
        (BY_KEY[model], pk)
        for model, pks in wanted.items()
        for pk in rows_in_scope(BY_KEY[model], actor).filter(pk__in=pks).order_by("pk").values_list("pk", flat=True)
    ]


def _look(holding: Holding, asked: Asked, rows: Rows) -> Iterator[Found]:
    names = [name for name, sort in holding.fields.items() if sort in _WHAT or sort is Sort.BIRTH]
    if not names:
        return
    if asked.only_name and holding.fields.get("folded") is Sort.COPY:
        rows = rows.filter(folded__contains=asked.name)
    for pk, *values in rows.order_by("pk").values_list("pk", *names).iterator(chunk_size=2_000):
        by = _matches(holding, dict(zip(names, values, strict=True)), asked)
        if by:
            yield Found(holding, pk, by)


def _matches(holding: Holding, values: Mapping[str, Any], asked: Asked) -> tuple[str, ...]:
    """By what the row agrees with who is looked for; a known other year of birth rules a mere name out."""
    by, of_another = [], False
    for name, value in values.items():
        sort = holding.fields[name]
        if sort is Sort.BIRTH:
            of_another = bool(value and asked.birth_year and value != asked.birth_year)
        elif value and _agrees(sort, _plain(value), asked):
            by.append((sort, _WHAT[sort]))
    told = [word for sort, word in by if not (of_another and sort in _NAMES)]
    return tuple(dict.fromkeys(told))


def _agrees(sort: Sort, value: str, asked: Asked) -> bool:
    if sort in _NAMES:
        return bool(asked.name) and f" {asked.name} " in f" {_words(value)} "
    if sort is Sort.PHONE:
        return bool(asked.phone) and phone_key(value) == asked.phone
    if sort is Sort.EMAIL:
        return bool(asked.email) and value.lower() == asked.email
    return bool(asked.identity) and "".join(filter(str.isdigit, value)) == asked.identity


def _plain(value: Any) -> str:
    """A text; of cells of a spreadsheet all that is written in them."""
    if isinstance(value, dict | list):
        inside = value.values() if isinstance(value, dict) else value
        return ", ".join(_plain(one) for one in inside)
    return "" if value is None else str(value)


def _words(text: str) -> str:
    """The text folded, with signs as blanks, so that «Nguyễn Văn A, thợ» holds the name as words."""
    return " ".join("".join(sign if sign.isalnum() else " " for sign in fold(text)).split())
