"""Long work that goes on turn by turn: each request does a part of it, and the page asks again by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from khuyencong.core.again import once_more
from khuyencong.core.errors import DomainError, NotAllowed, Stale

M = TypeVar("M", bound=Model)


def turn_page(
    request: HttpRequest,
    found: M,
    take: Callable[[], M],
    *,
    address: str,
    runs: Callable[[M], bool],
    template: str,
    progress: Callable[[M, str], Mapping[str, Any]],
) -> HttpResponse:
    """Take one turn of `found` by `take`, then show how far it is.

    Without script the page at `address` comes again; with htmx the part `template` filled by `progress(found, sentence)`,
    or `address` once it no longer `runs`. Raises NotAllowed.
    """
    htmx, sentence = bool(getattr(request, "htmx", False)), ""
    try:
        found = once_more(take)
    except NotAllowed:
        raise
    except Stale as error:
        # Another page works on it too: this one goes on from where the other has come.
        found.refresh_from_db()
        sentence = "" if htmx else str(error)
    except DomainError as error:
        found.refresh_from_db()
        sentence = str(error)
    if not htmx:
        if sentence:
            messages.error(request, sentence)
        return HttpResponseRedirect(address)
    if not runs(found):
        return HttpResponse(headers={"HX-Redirect": address})
    return render(request, template, dict(progress(found, sentence)))
