"""Two days or two places side by side; what changes on which day."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from khuyencong.core.dates import format_date, today
from khuyencong.law.values import NATIONAL
from khuyencong.normbook.book import all_documents, current_book
from khuyencong.normbook.links import law_tabs
from khuyencong.normbook.reading.calendar import days_off, load_calendar
from khuyencong.normbook.reading.comparing import Look, compare_looks
from khuyencong.normbook.reading.filters import SAME_PLACE, ChangesFilter, CompareFilter, asked
from khuyencong.normbook.reading.places import NATION, Place, PlaceBook
from khuyencong.people.web import ActorRequest, signed_in


@signed_in
@require_safe
def compare(request: ActorRequest) -> HttpResponse:
    """What differs first, in words, then what is the same."""
    places = PlaceBook.load()
    form = CompareFilter(asked(request.GET.dict(), first=format_date(today())), places=places)
    context = {"form": form, "tabs": law_tabs(request.actor, "norm_compare")}
    if not form.is_valid():
        return render(request, "normbook/compare.html", context, status=422)
    values = form.cleaned_data
    place = _place(places, values["place"])
    other = place if values["other"] == SAME_PLACE else _place(places, values["other"])
    before, after = Look(place, values["first"]), Look(other, values["second"] or values["first"])
    documents = all_documents()
    context |= {
        "comparison": compare_looks(current_book(), before, after),
        "passed_over": [look.place for look in (before, after) if look.passes_over(documents)],
    }
    return render(request, "normbook/compare.html", context)


@signed_in
@require_safe
def changes(request: ActorRequest) -> HttpResponse:
    """The days on which anything changes: those to come, then the past; or one day with everything that changes."""
    places = PlaceBook.load()
    form = ChangesFilter(asked(request.GET.dict()), places=places)
    context = {"form": form, "tabs": law_tabs(request.actor, "norm_changes")}
    if not form.is_valid():
        return render(request, "normbook/changes.html", context, status=422)
    values, now = form.cleaned_data, today()
    place = _place(places, values["province"]) if values["province"] else None
    calendar = load_calendar(current_book(), all_documents(), places, place=place)
    days = calendar.days()
    year = (values["day"] or now).year
    context |= {"place": place, "year": str(year), "days_off": days_off(year)}
    if chosen := values["day"]:
        context |= {
            "chosen": calendar.day(chosen),
            "previous": max((day for day in days if day < chosen), default=None),
            "following": min((day for day in days if day > chosen), default=None),
        }
    else:
        context |= {
            "coming": [found for day in days if day > now if not (found := calendar.day(day)).is_empty],
            "past": [found for day in reversed(days) if day <= now if not (found := calendar.day(day)).is_empty],
        }
    return render(request, "normbook/changes.html", context)


def _place(places: PlaceBook, key: str) -> Place:
    return NATION if key in {"", NATIONAL} else places.find(key) or NATION
