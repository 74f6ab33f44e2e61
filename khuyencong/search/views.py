"""The page of results, and the suggestions under the box, at one address."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from khuyencong.core.finding import LONGEST_QUESTION
from khuyencong.core.text import clean
from khuyencong.people.permissions import Permission
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.search.queries import FEW, MANY, SOME, found, is_enough, kinds_for


@opens_to(Permission.SEARCH_VIEW)
@require_safe
def search(request: ActorRequest) -> HttpResponse:
    """What was found of every kind; for the box in the header only the list under it."""
    text = clean(request.GET.get("q", "")[:LONGEST_QUESTION])
    if request.htmx and request.htmx.target == "tim-goi-y":
        groups = found(request.actor, text, limit=FEW)
        return render(request, "search/suggestions.html", {"groups": groups, "q": text, "enough": is_enough(text)})
    kinds = kinds_for(request.actor)
    wanted = request.GET.get("loai", "")
    only = wanted if wanted in {one.key for one in kinds} else ""
    context = {
        "q": text,
        "searched_for": text,  # in the box of the header
        "enough": is_enough(text),
        "kinds": kinds,
        "only": only,
        "groups": found(request.actor, text, limit=MANY if only else SOME, only=only),
    }
    return render(request, "search/results.html", context)
