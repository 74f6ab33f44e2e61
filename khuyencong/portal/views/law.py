"""The law for everybody: norms of a day at a place, documents, and one document."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from khuyencong.core.dates import format_date, today
from khuyencong.core.web import kept_briefly
from khuyencong.normbook.book import all_documents, current_book
from khuyencong.normbook.reading.day import norms_of_day, standing
from khuyencong.normbook.reading.filters import DocumentsFilter, NormsFilter, asked
from khuyencong.normbook.reading.library import facts_of, find, links, rows_of, source_url, waiting
from khuyencong.normbook.reading.places import NATION, PlaceBook
from khuyencong.people.web import public
from khuyencong.portal.web import crumbs_to, meta_of

PER_PAGE = 50
NORMS, DOCUMENTS = "Định mức hỗ trợ", "Văn bản khuyến công"


@public
@kept_briefly
@require_safe
def norms(request: HttpRequest) -> HttpResponse:
    """How much of what is paid on a day, by which article, and what of it nobody has compared with the text."""
    places = PlaceBook.load()
    form = NormsFilter(asked(request.GET.dict(), on=format_date(today())), places=places)
    context = {
        "form": form,
        "crumbs": crumbs_to(NORMS),
        "meta": meta_of(request, NORMS, "Mức hỗ trợ khuyến công theo ngày, theo tỉnh, kèm điều khoản."),
    }
    if form.is_valid():
        values = form.cleaned_data
        context["page"] = norms_of_day(
            current_book(),
            all_documents(),
            places,
            places.find(values["province"]) or NATION,
            on=values["on"],
            content=values["content"],
            question=values["q"],
        )
    return render(request, "portal/norms.html", context)


@public
@kept_briefly
@require_safe
def documents(request: HttpRequest) -> HttpResponse:
    """Every document that counts; of a day only those in force."""
    places = PlaceBook.load()
    form = DocumentsFilter(asked(request.GET.dict()), places=places)
    context = {
        "form": form,
        "crumbs": crumbs_to(DOCUMENTS),
        "meta": meta_of(request, DOCUMENTS, "Nghị định, thông tư, nghị quyết về khuyến công và ngày có hiệu lực."),
    }
    if form.is_valid():
        values = form.cleaned_data
        rows = find(
            rows_of(all_documents(), places),
            places,
            question=values["q"],
            level=values["level"],
            on=values["on"],
            verified=values["verified"],
        )
        context["page"] = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "portal/documents.html", context)


@public
@kept_briefly
@require_safe
def document(request: HttpRequest, document_id: str) -> HttpResponse:
    """One document: how it stands today, what it holds, which others it is tied to."""
    places, counting = PlaceBook.load(), all_documents()
    found = next((one for one in counting if one.id == document_id), None)
    if found is None:
        raise Http404("Không có văn bản này.")
    data = {"@type": "Legislation", "legislationIdentifier": found.number, "legislationPassedBy": found.issuer}
    context = {
        "document": found,
        "facts": facts_of(found, places),
        "standing": standing(found, today()),
        "waiting": waiting(found),
        "links": links(found, counting),
        "source_url": source_url(found),
        "crumbs": crumbs_to((DOCUMENTS, reverse("portal_documents")), found.name),
        "meta": meta_of(request, found.name, found.title, kind="article", data=data),
    }
    return render(request, "portal/document.html", context)
