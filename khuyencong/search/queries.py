"""The one question that the box asks: the first of every kind, in a constant number of queries."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from khuyencong.core.finding import LONGEST_QUESTION, question
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import allowed
from khuyencong.search.hits import Group
from khuyencong.search.providers import KINDS, Kind

FEW, SOME, MANY = 4, 10, 50  # under the box, on the page, on the page of one kind
FEWEST_LETTERS = 2


def is_enough(text: str) -> bool:
    """Whether there is something to look for: two letters or digits."""
    return sum(len(word) for word in question(text)) >= FEWEST_LETTERS


def kinds_for(actor: Actor) -> list[Kind]:
    """What this actor may look for."""
    return [one for one in KINDS if one.permission is None or allowed(actor, one.permission)]


def found(actor: Actor, text: str, *, limit: int, only: str = "") -> list[Group]:
    """The first `limit` of every kind that has any, or of the kind `only`; nothing where too little was asked.

    How many there are in all is not counted: a group says that there are more, and leads to them.
    """
    if not is_enough(text):
        return []
    groups = []
    for kind in kinds_for(actor):
        if only and kind.key != only:
            continue
        hits = kind.find(actor, text, limit + 1)
        if hits:
            more = _all_url(kind, text) if len(hits) > limit and not (only and not kind.url_name) else ""
            groups.append(Group(kind.key, kind.label, kind.icon, tuple(hits[:limit]), more))
    return groups


def _all_url(kind: Kind, text: str) -> str:
    asked = {"q": text[:LONGEST_QUESTION].strip()}
    if kind.url_name:
        return f"{reverse(kind.url_name)}?{urlencode(asked)}"
    return f"{reverse('search')}?{urlencode(asked | {'loai': kind.key})}"
