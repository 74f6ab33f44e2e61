"""Norms by day, place and words; everything about one activity."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from khuyencong.core.components import Crumb
from khuyencong.core.dates import format_date, today
from khuyencong.law.catalogue import activity as find_activity
from khuyencong.normbook.book import all_documents, current_book
from khuyencong.normbook.links import correction_url, law_tabs
from khuyencong.normbook.reading.activity import activity_page, contents_of_day
from khuyencong.normbook.reading.day import norms_of_day, with_documents
from khuyencong.normbook.reading.filters import ActivityFilter, ContentsFilter, NormsFilter, asked
from khuyencong.normbook.reading.places import NATION, PlaceBook
from khuyencong.people.web import ActorRequest, signed_in


@signed_in
@require_safe
def norms(request: ActorRequest) -> HttpResponse:
    """Rate, cap, document, article and whether it was verified, for every activity on a day at a place."""
    places = PlaceBook.load()
    form = NormsFilter(asked(request.GET.dict(), on=format_date(today())), places=places)
    context = {"form": form, "tabs": law_tabs(request.actor, "norms")}
    if not form.is_valid():
        return render(request, "normbook/norms.html", context, status=422)
    values = form.cleaned_data
    place = places.find(values["province"]) or NATION
    documents = all_documents()
    page = norms_of_day(
        current_book(),
        documents,
        places,
        place,
        on=values["on"],
        content=values["content"],
        question=values["q"],
    )
    day = format_date(page.on)
    context |= {
        "page": page,
        "place": place,
        "narrowed": bool(values["content"] or values["q"]),
        "provinces": [] if place.keys else with_documents(documents, places),
        "here": f"on={day}&province={place.key}",
    }
    return render(request, "normbook/norms.html", context)


@signed_in
@require_safe
def contents(request: ActorRequest) -> HttpResponse:
    """The nine contents of NĐ 45/2012 Đ4: of each activity what it delivers, and what of it is missing or waits to be read."""
    places = PlaceBook.load()
    form = ContentsFilter(asked(request.GET.dict(), on=format_date(today())), places=places)
    context = {"form": form, "tabs": law_tabs(request.actor, "norm_contents")}
    if not form.is_valid():
        return render(request, "normbook/contents.html", context, status=422)
    on = form.cleaned_data["on"]
    context |= {"on": on, "groups": contents_of_day(current_book(), on)}
    return render(request, "normbook/contents.html", context)


@signed_in
@require_safe
def activity(request: ActorRequest, code: str) -> HttpResponse:
    """One activity: its article, its norms now and before, papers, conditions, advance and priority."""
    found = find_activity(code)
    if found is None:
        raise Http404("Không có nội dung hoạt động này.")
    places = PlaceBook.load()
    form = ActivityFilter(asked(request.GET.dict(), on=format_date(today())), places=places)
    crumbs = [Crumb("Văn bản và định mức", reverse("norms")), Crumb(found.name)]
    context = {"activity": found, "form": form, "tabs": law_tabs(request.actor), "crumbs": crumbs}
    if not form.is_valid():
        return render(request, "normbook/activity.html", context, status=422)
    place = places.find(form.cleaned_data["province"]) or NATION
    documents = all_documents()
    page = activity_page(current_book(), documents, places, found, place, on=form.cleaned_data["on"])
    by_id = {one.id: one for one in documents}
    corrections = {
        one.norm.document_id: url
        for one in (*page.history, *page.provinces)
        if (url := correction_url(request.actor, by_id.get(one.norm.document_id), places, activity=code))
    }
    context |= {"page": page, "place": place, "corrections": [(by_id[key], url) for key, url in corrections.items()]}
    return render(request, "normbook/activity.html", context)
