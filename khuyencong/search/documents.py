"""Finding what the law says: documents, shipped or entered, and the pages of norms by activity."""

from __future__ import annotations

from functools import lru_cache

from django.urls import reverse

from khuyencong.core.dates import format_date
from khuyencong.core.finding import haystack, question
from khuyencong.law.catalogue import Activity, catalogue
from khuyencong.law.values import Document
from khuyencong.normbook.book import all_documents
from khuyencong.normbook.models import EnteredDocument, EntryState
from khuyencong.people.actors import Actor
from khuyencong.search.hits import Hit

WORDS_KEPT = 2_000  # haystacks of documents and activities; there are a few hundred
BEING_WRITTEN = (EntryState.DRAFT, EntryState.SENT)


def documents(actor: Actor, text: str, limit: int) -> list[Hit]:
    """Law that everybody reads, the latest first, then norms by activity, then what is being entered where the actor sees it.

    Two queries: one asks whether the book has changed, one for entered documents that do not count yet.
    """
    asked = question(text)
    law = [one for one in all_documents() if _holds(asked, one.name, one.title, one.issuer)]
    law.sort(key=_latest_first)
    norms = [one for one in catalogue().activities.values() if _holds(asked, "định mức", one.name)]
    drafts = EnteredDocument.objects.visible_to(actor).filter(state__in=BEING_WRITTEN).order_by("-changed_at")
    entered = [one for one in drafts if _holds(asked, str(one), one.title, one.issuer)]
    hits = [_of_law(one) for one in law[:limit]] + [_of_norms(one) for one in norms[:limit]]
    return [*hits, *(_of_draft(one) for one in entered)][:limit]


def _of_law(one: Document) -> Hit:
    since = f"hiệu lực từ {format_date(one.valid_from)}" if one.valid_from else ""
    about = " · ".join(part for part in (one.title, since) if part)
    return Hit(one.name, reverse("norm_document", args=[one.id]), about)


def _of_norms(one: Activity) -> Hit:
    return Hit(one.name, reverse("norm_activity", args=[one.code]), f"Định mức · {one.article}")


def _of_draft(one: EnteredDocument) -> Hit:
    return Hit(str(one), reverse("norm_entry", args=[one.pk]), f"{one.get_state_display()} · {one.title}")


def _latest_first(one: Document) -> tuple[int, str]:
    day = one.valid_from or one.issued_on
    return (-day.toordinal() if day else 0, one.name)


def _holds(asked: tuple[str, ...], *texts: str) -> bool:
    told = _words(texts)
    return all(f" {word}" in told for word in asked)


@lru_cache(maxsize=WORDS_KEPT)
def _words(texts: tuple[str, ...]) -> str:
    """The same few hundred texts are asked about at every letter that somebody types."""
    return haystack(*texts)
