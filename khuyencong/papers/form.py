"""What an official paper is: its number and name, the record that it is about, and the data that fill it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import models

from khuyencong.people.actors import Actor

WORD = Path(__file__).with_name("word")  # the shipped templates, <code>.docx

# Text, whole numbers, true or false, None, and lists and mappings of these; days and đồng are texts already.
Data = Mapping[str, Any]


@dataclass(frozen=True)
class Gathering:
    """How records of one kind come together, so that the papers of all of them can be made at once.

    `groups` are what the actor may choose from (key, name), `members` the records of one of them that the actor's agency may make
    papers of (key, name). `label` says what a group is: «Kế hoạch».
    """

    label: str
    groups: Callable[[Actor], Sequence[tuple[str, str]]]
    members: Callable[[Actor, str], Sequence[tuple[str, str]]]


@dataclass(frozen=True)
class Subject:
    """A kind of record that papers are about.

    `find(actor, key)` gives the record with that key in the actor's scope; it raises Http404 for any other and NotAllowed
    where the actor may see it but not its papers. `private`: then the agency that made a paper does not open it either; whoever
    names the record says nothing of it that not all may know. `thread` is the timeline in which the paper is recorded, `named` how a page calls the record,
    `gathered` how many of them are found together, None where nobody needs that.
    """

    name: str
    label: str
    find: Callable[[Actor, str], models.Model]
    thread: Callable[[Any], str]
    named: Callable[[Any], str] = str
    gathered: Gathering | None = None
    private: bool = False


@dataclass(frozen=True)
class Form:
    """One official paper.

    `code` names it in addresses and is the name of its shipped template. `official_layout` False: the printed layout was
    not at hand, the paper is a «mẫu tạm» with the columns that its articles imply. `data` reads the record in a constant
    number of queries; `sample` is made-up data of the same shape, with which a template is tried before it is used.
    """

    code: str
    number: str  # "Mẫu số 5a", "" where no circular numbers it
    title: str
    article: str
    subject: Subject
    official_layout: bool
    data: Callable[[Any, Actor], Data]
    sample: Data

    @property
    def template(self) -> Path:
        """The shipped Word template."""
        return WORD / f"{self.code}.docx"
