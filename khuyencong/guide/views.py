"""«Trợ giúp»: the contents with their search, one page, and the pages that open without an account."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from khuyencong.core.components import Crumb
from khuyencong.core.finding import LONGEST_QUESTION
from khuyencong.core.text import clean
from khuyencong.guide.pages import PAGES, page, pages_for, parts_with
from khuyencong.people.web import ActorRequest, public, signed_in

TITLE = "Trợ giúp"


@require_safe
@signed_in
def contents(request: ActorRequest) -> HttpResponse:
    """Every page with its tasks, those of the reader's role first; or the tasks in which some words are found."""
    text = clean(request.GET.get("q", "")[:LONGEST_QUESTION])
    role = request.actor.role
    context = {
        "q": text,
        "found": parts_with(text, role),
        "mine": [one for one in pages_for(role) if role in PAGES[one.slug]],
        "rest": [one for one in pages_for(role) if role not in PAGES[one.slug]],
    }
    return render(request, "guide/contents.html", context)


@require_safe
@signed_in
def one_page(request: ActorRequest, slug: str) -> HttpResponse:
    """One page of the guide; 404 for a name that is none."""
    if slug not in PAGES:
        raise Http404
    return _shown(request, slug)


@require_safe
@public
def open_page(request: HttpRequest, slug: str) -> HttpResponse:
    """One page of `guide.pages.PUBLIC`, also for whoever has not signed in or has no account yet."""
    if getattr(request, "actor", None) is None:
        found = page(slug)
        return render(request, "guide/public.html", {"page": found, "html": found.html_for(None)})
    acting: ActorRequest = request  # type: ignore[assignment]  # somebody is signed in: ActorMiddleware has set it all
    return _shown(acting, slug)


def _shown(request: ActorRequest, slug: str) -> HttpResponse:
    found = page(slug)
    crumbs = [Crumb(TITLE, reverse("guide")), Crumb(found.title)]
    context = {"page": found, "html": found.html_for(request.actor), "crumbs": crumbs}
    return render(request, "guide/page.html", context)
