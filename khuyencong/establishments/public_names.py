"""Whom the public may read of by name: the one rule of it, for published đề án, products, search and files alike.

An enterprise or a cooperative bears a name that stands in public registers. A household, an artisan, a group and whoever has
no known kind is a person, or nearly one, and is named only where that one has agreed in writing. (A rule of the system: what
Nghị định 13/2023/NĐ-CP says of it was not held against its text.)
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from khuyencong.establishments.keys import name_key, words_key
from khuyencong.establishments.models import Establishment, EstablishmentKind

K = EstablishmentKind
NAMED = frozenset({K.SME, K.COOPERATIVE, K.COOPERATIVE_UNION, K.CLUSTER_INVESTOR})
NOBODY = "một cơ sở"
SHORTEST_NAME = 2  # words; one word alone names nobody


def may_be_named(kind: str, *, consent: bool = False) -> bool:
    """Whether the public may read the name of an establishment of this kind."""
    return consent or kind in NAMED


def public_name(establishment: Establishment, *, agreed: Collection[int] = ()) -> str:
    """The name under which the public reads of it, "" where it may not; an entry that was merged is read through the other.

    `agreed`: keys of those who have agreed to be named.
    """
    whole = establishment.merged_into or establishment
    return whole.name if may_be_named(whole.kind, consent=whole.pk in agreed) else ""


def named_in(text: str, hidden: Iterable[Establishment]) -> list[Establishment]:
    """Those of `hidden` whom the text names, by establishment, owner or contact; forms of business and diacritics left aside."""
    hidden = list(hidden)
    if not hidden or not text:
        return []
    told = f" {words_key(text)} "
    return [
        one
        for one in hidden
        if any(
            len(key.split()) >= SHORTEST_NAME and f" {key} " in told
            for key in (name_key(one.name), *(words_key(name) for name in _persons(one)))
        )
    ]


def without_names(text: str, hidden: Iterable[Establishment]) -> str:
    """The text with «một cơ sở» where one of `hidden` is named as the registry writes it."""
    for one in hidden:
        for name in (one.name, *_persons(one)):
            words = name.split()
            if len(words) >= SHORTEST_NAME:
                pattern = r"(?<!\w)" + r"\s+".join(re.escape(word) for word in words) + r"(?!\w)"
                text = re.sub(pattern, NOBODY, text, flags=re.IGNORECASE)
    return text


def _persons(one: Establishment) -> list[str]:
    """Owner and whom to call; what is written there of an office («phòng kế toán») names nobody."""
    return [name for name in (one.owner_name, one.contact) if all(word[:1].isupper() for word in name.split())]
