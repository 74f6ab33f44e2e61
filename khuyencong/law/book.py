"""The book of norms that count: shipped documents, and those entered by users, put together. Pure.

An entered document takes part in three ways, which `replaces` and `corrects` tell apart:

- by itself: its norms hold from its own first day to its own last day;
- it *replaces* others: what of them is still open ends the day before, and what had not begun never begins;
- it *corrects* one other: its values stand in place of the same activities of that document, new activities are added
  to it, and the days stay those of that document.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from khuyencong.law.norms import NormBook
from khuyencong.law.regulations import with_basis
from khuyencong.law.values import Document, Norm

_ONE_DAY = timedelta(days=1)


def book_of(documents: Iterable[Document], *, strict: bool = True) -> NormBook:
    """The book of documents that `combine` gave: what corrects another document counts there, not by itself.

    Raises DomainError where two norms of one activity and scope would be in force at once, naming both; a book that is
    not `strict` answers `NoNorm` on the days when both hold, see `NormBook`.
    """
    known = {document.id: document for document in documents}
    counting = [document for document in known.values() if target_of(document, known) is None]
    return NormBook((norm for document in counting for norm in document.norms), counting, strict=strict)


def combine(shipped: Iterable[Document], entered: Sequence[Document]) -> tuple[Document, ...]:
    """Every document with the days and norms that count: replaced ones ended, corrected ones with the new values.

    `entered` stand in the order in which they were confirmed. A correction carries the days of the document it corrects, and those of its norms that still stand there. A
    document whose last day lies before its first was replaced before it began and never counts.
    """
    known = {document.id: document for document in (*shipped, *entered)}
    corrections = [(one, target) for one in entered if (target := target_of(one, known)) is not None]
    for correction, target in corrections:
        known[target] = _corrected(known[target], correction)
    for document in entered:
        if target_of(document, known) is None:
            for replaced in document.replaces:
                if replaced in known and replaced != document.id:
                    known[replaced] = _ended(known[replaced], document.valid_from)
    for correction, target in corrections:
        known[correction.id] = _as_counted(correction, known[target])
    return tuple(with_basis(document, known) for document in known.values())


def target_of(document: Document, known: dict[str, Document]) -> str | None:
    """The id of the document whose norms `document` corrects, through other corrections; None where it stands alone.

    It stands alone, too, where the document it corrects is not there any more: its values are never dropped.
    """
    seen = {document.id}
    found = document
    while found.corrects:
        if found.corrects not in known or found.corrects in seen:
            return None
        seen.add(found.corrects)
        found = known[found.corrects]
    return None if found is document else found.id


def _corrected(document: Document, correction: Document) -> Document:
    """The same document with the values of the correction; every norm keeps its days, an added one takes the document's."""
    put = {norm.activity: _placed(norm, document) for norm in correction.norms}
    norms: list[Norm] = []
    for norm in document.norms:
        if norm.activity not in put or put[norm.activity] not in norms:
            norms.append(put.get(norm.activity, norm))
    norms += [norm for norm in put.values() if norm not in norms]
    return replace(document, norms=tuple(norms))


def _placed(norm: Norm, document: Document) -> Norm:
    """The entered norm where the old one of its activity stood in the document."""
    old = [one for one in document.norms if one.activity == norm.activity]
    dated = old[0] if len(old) == 1 else document
    return replace(
        norm,
        scope=document.scope,
        valid_from=dated.valid_from,
        valid_to=dated.valid_to,
        common=not norm.has_numbers and not norm.tiers and any(one.common for one in old),
    )


def _ended(document: Document, successor_from: date | None) -> Document:
    """The document as it stands once another replaces it from that day on."""
    if successor_from is None:
        return document
    last = successor_from - _ONE_DAY
    norms = tuple(
        replace(norm, valid_to=_earlier(norm.valid_to, last))
        for norm in document.norms
        if norm.valid_from is None or norm.valid_from <= last
    )
    return replace(document, valid_to=_earlier(document.valid_to, last), norms=norms)


def _as_counted(correction: Document, target: Document) -> Document:
    standing = tuple(norm for norm in target.norms if norm.document_id == correction.id)
    return replace(correction, valid_from=target.valid_from, valid_to=target.valid_to, norms=standing)


def _earlier(one: date | None, other: date) -> date:
    return other if one is None else min(one, other)
