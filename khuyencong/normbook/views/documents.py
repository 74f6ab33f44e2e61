"""The documents: a list to search, and the page of one."""

from __future__ import annotations

import re

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from khuyencong.core.components import Crumb
from khuyencong.core.dates import today
from khuyencong.normbook.book import all_documents, as_law
from khuyencong.normbook.links import correction_url, law_tabs
from khuyencong.normbook.models import EnteredDocument
from khuyencong.normbook.reading.day import standing
from khuyencong.normbook.reading.filters import DocumentsFilter, asked
from khuyencong.normbook.reading.library import (
    entries_of,
    facts_of,
    find,
    links,
    paper_lists,
    rows_of,
    source_url,
    waiting,
)
from khuyencong.normbook.reading.places import PlaceBook
from khuyencong.people.web import ActorRequest, signed_in

PER_PAGE = 50
ENTERED = re.compile(r"e([0-9]{1,18})")


@signed_in
@require_safe
def documents(request: ActorRequest) -> HttpResponse:
    """Every document that counts, shipped or entered and confirmed."""
    places = PlaceBook.load()
    form = DocumentsFilter(asked(request.GET.dict()), places=places)
    context = {"form": form, "tabs": law_tabs(request.actor, "norm_documents")}
    if not form.is_valid():
        return render(request, "normbook/documents.html", context, status=422)
    values = form.cleaned_data
    rows = find(
        rows_of(all_documents(), places),
        places,
        question=values["q"],
        level=values["level"],
        on=values["on"],
        verified=values["verified"],
    )
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context |= {"page": page, "filtered": any(values.values())}
    return render(request, "normbook/documents.html", context)


@signed_in
@require_safe
def document(request: ActorRequest, document_id: str) -> HttpResponse:
    """One document with all that was read of it; an entered one that does not count yet only for who may see it."""
    places = PlaceBook.load()
    counting = all_documents()
    entered = _entered(request, document_id)
    found = next((one for one in counting if one.id == document_id), None)
    if found is None:
        if entered is None:
            raise Http404("Không có văn bản này.")
        found = as_law(entered)
    context = {
        "document": found,
        "entered": entered,
        "counts": any(one.id == document_id for one in counting),
        "facts": facts_of(found, places),
        "source_url": source_url(found),
        "entries": entries_of(found),
        "papers": paper_lists(found),
        "links": links(found, counting),
        "standing": standing(found, today()),
        "waiting": waiting(found),
        "correction_url": correction_url(request.actor, found, places),
        "tabs": law_tabs(request.actor),
        "crumbs": [Crumb("Văn bản và định mức", reverse("norm_documents")), Crumb(found.name)],
    }
    return render(request, "normbook/document.html", context)


def _entered(request: ActorRequest, document_id: str) -> EnteredDocument | None:
    """The record behind an id like «e12», within sight of the actor; None for a shipped document. Raises Http404."""
    match = ENTERED.fullmatch(document_id)
    if match is None:
        return None
    visible = EnteredDocument.objects.visible_to(request.actor)
    records = visible.select_related("province", "agency", "entered_by", "confirmed_by")
    return get_object_or_404(records.prefetch_related("norms__tiers"), pk=int(match[1]))
