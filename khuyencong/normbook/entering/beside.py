"""The values of an entered document beside those they take the place of, for whoever confirms them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from khuyencong.law.catalogue import activity_name
from khuyencong.law.values import Norm
from khuyencong.law.wording import period_text, terms_text
from khuyencong.normbook.book import as_law
from khuyencong.normbook.models import EnteredDocument
from khuyencong.normbook.rules import Ground

Change = Literal["new", "same", "changed"]


@dataclass(frozen=True, slots=True)
class Told:
    """One norm in words, where it stands and since when."""

    terms: str
    article: str
    citation: str
    period: str
    document_id: str


@dataclass(frozen=True, slots=True)
class Beside:
    """One activity: what counts without the document, and what the document says. Several old norms: several old provinces."""

    activity: str
    before: tuple[Told, ...]
    after: Told
    cost_base: str
    note: str
    change: Change


def beside(document: EnteredDocument, ground: Ground) -> list[Beside]:
    """A row for each norm, in the order entered; expects norms and tiers loaded."""
    rows = []
    for norm in as_law(document).norms:
        old = list(_before(norm, document, ground))
        told = tuple(_told(one) for one in old)
        after = _told(norm)
        same = bool(told) and all(one.terms == after.terms for one in told)
        change: Change = "new" if not told else "same" if same else "changed"
        rows.append(Beside(activity_name(norm.activity), told, after, norm.cost_base, norm.note, change))
    return rows


def _before(norm: Norm, document: EnteredDocument, ground: Ground) -> Iterable[Norm]:
    if document.corrects:
        target = ground.known.get(document.corrects)
        return [one for one in target.norms if one.activity == norm.activity] if target else []
    scopes = sorted(ground.scopes, key=lambda scope: scope or "")
    found = (one for scope in scopes for one in ground.book.all_of(norm.activity, scope))
    return [one for one in found if norm.valid_from and one.in_force(norm.valid_from)]


def _told(norm: Norm) -> Told:
    return Told(
        terms_text(norm), norm.article, norm.citation, period_text(norm.valid_from, norm.valid_to), norm.document_id
    )
