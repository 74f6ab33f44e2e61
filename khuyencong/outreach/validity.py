"""Whether the documents that a text explains still say what they said on the day it was written for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from khuyencong.core.dates import format_date
from khuyencong.law.values import Document
from khuyencong.normbook.book import all_documents
from khuyencong.outreach.models import PolicyArticle
from khuyencong.people.actors import Actor
from khuyencong.places.models import Province


@dataclass(frozen=True)
class Explained:
    """One document beside a text; `doubt` is a sentence where it ended, was amended, or is not known any more."""

    name: str
    url: str
    doubt: str = ""


def explained_by(articles: Iterable[PolicyArticle], on: date) -> dict[int, list[Explained]]:
    """The documents of each text, which must come with `documents`; one query for all of them together."""
    book = all_documents()
    return {
        one.pk: [_explained(row.document, book, as_of=one.as_of, on=on) for row in one.documents.all()]
        for one in articles
    }


def _explained(key: str, book: Sequence[Document], *, as_of: date, on: date) -> Explained:
    found = next((one for one in book if one.id == key), None)
    if found is None:
        return Explained(key, "", "không còn trong sổ văn bản")
    url = reverse("norm_document", args=[found.id])
    if found.valid_to is not None and found.valid_to < on:
        after = next((one for one in book if key in one.replaces), None)
        instead = f", thay bằng {after.name}" if after else ""
        return Explained(found.name, url, f"hết hiệu lực sau ngày {format_date(found.valid_to)}{instead}")
    later = [one for one in book if key in one.amends and one.valid_from and as_of < one.valid_from <= on]
    if later:
        names = ", ".join(f"{one.name} (từ {format_date(one.valid_from)})" for one in later if one.valid_from)
        return Explained(found.name, url, f"đã được sửa đổi sau ngày viết bài: {names}")
    if found.valid_from is not None and found.valid_from > on:
        return Explained(found.name, url, f"chưa có hiệu lực, từ ngày {format_date(found.valid_from)}")
    return Explained(found.name, url)


def document_choices(actor: Actor) -> list[tuple[str, str]]:
    """Every document that counts for the nation or the actor's province, the latest first, as a form offers it."""
    own = set(Province.objects.filter(pk__in=actor.province_ids).values_list("key", flat=True))
    here = [one for one in all_documents() if one.scope is None or one.scope in own or actor.is_national]
    book = sorted(here, key=lambda one: one.valid_from or one.issued_on or date.min, reverse=True)
    return [(one.id, f"{one.name}: {one.title}" if one.title else one.name) for one in book]
