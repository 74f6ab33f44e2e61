"""The norms that count: the shipped documents with the confirmed ones of the database, kept in memory between changes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

from django.db import connection
from django.db.models import Count, Max, Sum

from khuyencong.law.book import book_of, combine
from khuyencong.law.norms import NormBook
from khuyencong.law.regulations import regulations
from khuyencong.law.values import LOCAL, NATIONAL, Document, Norm, Tier
from khuyencong.law.yamlfile import squeeze
from khuyencong.normbook.models import EnteredDocument, EnteredNorm, EnteredTier, EntryState
from khuyencong.places.models import Province

_PERCENT = 100


@dataclass(frozen=True)
class _Shelf:
    """Everything that counts, as of one state of the database."""

    book: NormBook
    documents: tuple[Document, ...]


def current_book() -> NormBook:
    """The book to compute with today; one query where nothing was confirmed or revoked since the last call.

    Where two norms came to be in force at once (a release brought what a user had entered) the book says so for that
    activity and still answers for all others.
    """
    return _shelf(_fingerprint()).book


def all_documents() -> tuple[Document, ...]:
    """Shipped and confirmed documents with the days and norms that count, see `law.book.combine`; queries as above."""
    return _shelf(_fingerprint()).documents


def confirmed_documents() -> list[EnteredDocument]:
    """The entered documents that count, in the order of their confirmation, with norms and tiers: three queries."""
    return list(
        EnteredDocument.objects.filter(state=EntryState.CONFIRMED)
        .select_related("province")
        .prefetch_related("norms__tiers")
        .order_by("confirmed_at", "pk")
    )


def as_law(document: EnteredDocument) -> Document:
    """An entered document as the law room knows documents; expects `province`, norms and tiers loaded.

    Its values are verified: two people have read them in the text.
    """
    province: Province | None = document.province
    number, issuer = squeeze(document.number), squeeze(document.issuer)
    name = f"{document.kind} {number}"
    found = Document(
        id=document.document_id,
        number=number,
        kind=document.kind,
        title=squeeze(document.title),
        issuer=issuer,
        issued_on=document.issued_on,
        valid_from=document.valid_from,
        valid_to=document.valid_to,
        dates_verified=True,
        scope=province.key if province else None,
        source=f"tệp «{document.file_name}»" if document.file_name else "chưa có tệp văn bản",
        name=f"{name} của {issuer}" if province else name,
        replaces=tuple(document.replaces),
        corrects=document.corrects,
        note=squeeze(document.note),
    )
    return replace(found, norms=tuple(_norm(one, found) for one in document.norms.all()))


def _norm(norm: EnteredNorm, document: Document) -> Norm:
    """One entered norm with the days and the scope of its document; the steps of a quantity go up."""
    rows = list(norm.tiers.all())
    if norm.tier_by:
        rows.sort(key=lambda tier: tier.above or 0)
    return Norm(
        activity=norm.activity,
        rate=_share(norm),
        cap=norm.cap,
        unit=norm.unit,
        document=document.name,
        article=squeeze(norm.article),
        verified=True,
        cost_base=squeeze(norm.cost_base),
        source=LOCAL if document.scope else NATIONAL,
        scope=document.scope,
        valid_from=document.valid_from,
        valid_to=document.valid_to,
        recoverable=norm.recoverable,
        note=squeeze(norm.note),
        by_price=norm.by_price,
        tiers=tuple(Tier(squeeze(one.name), _share(one), one.cap, one.above, one.up_to) for one in rows),
        tier_by=norm.tier_by,
        document_id=document.id,
    )


def _share(values: EnteredNorm | EnteredTier) -> Fraction | None:
    return None if values.percent is None else Fraction(values.percent) / _PERCENT


def _fingerprint() -> tuple[object, ...]:
    """What tells one state of the confirmed documents from any other; one query.

    Confirming adds a row, and both steps count up a version, so that no later state has the sums of an earlier one;
    the moment and the key tell apart what a rolled-back transaction has seen.
    """
    once_confirmed = EnteredDocument.objects.filter(state__in=[EntryState.CONFIRMED, EntryState.REVOKED])
    seen = once_confirmed.aggregate(
        rows=Count("pk"), versions=Sum("version"), changed=Max("changed_at"), newest=Max("pk")
    )
    return (connection.settings_dict["NAME"], *seen.values())


@lru_cache(maxsize=2)
def _shelf(fingerprint: tuple[object, ...]) -> _Shelf:
    """The documents of the database in the state that `fingerprint` names; read anew for every new one."""
    del fingerprint  # only tells whether to read again
    entered = [as_law(one) for one in confirmed_documents()]
    documents = combine(regulations().documents.values(), entered)
    return _Shelf(book_of(documents, strict=False), documents)
