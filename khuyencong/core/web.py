"""What the views of every room share: a form tried against an action, and the version that a form carries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from http import HTTPStatus
from typing import Any, Concatenate, ParamSpec

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control

from khuyencong.core.again import once_more
from khuyencong.core.errors import DomainError, NotAllowed, Stale
from khuyencong.core.files import CSV, DOCX, JSON, PDF, XLSX, ZIP
from khuyencong.core.forms import VersionedForm
from khuyencong.core.replicas import from_replica

SHOW_AND_ACT = ["GET", "HEAD", "POST"]
# What the system writes itself, by the ending of the file's name.
WRITTEN = {"xlsx": XLSX, "pdf": PDF, "docx": DOCX, "zip": ZIP, "json": JSON, "csv": CSV}
KEPT_SECONDS = 30  # how long anybody may keep a public page; `khuyencong.portal.kept` keeps it as long before that

P = ParamSpec("P")
PublicView = Callable[Concatenate[HttpRequest, P], HttpResponse]


def run(form: forms.BaseForm, act: Callable[[], Any]) -> bool:
    """Call `act`; a domain error becomes the form's own error and nothing is lost. True where it went through."""
    try:
        once_more(act)
    except NotAllowed:
        raise
    except Stale as error:
        if not isinstance(form, VersionedForm):
            form.add_error(None, str(error))
            return False
        form.meet(str(error))
        return False
    except DomainError as error:
        form.add_error(None, str(error))
        return False
    return True


def form_page(
    request: HttpRequest,
    *,
    form: forms.BaseForm,
    act: Callable[[], Any],
    done: str,
    back: Callable[[], HttpResponse],
    template: str,
    context: Mapping[str, Any],
) -> HttpResponse:
    """A form on a page of its own: show it, or act and go `back` with the sentence `done`.

    A refused form comes back with status 422 and everything that was typed.
    """
    bound = request.method == "POST"
    if bound and form.is_valid() and run(form, act):
        messages.success(request, done)
        return back()
    return render(request, template, {"form": form, **context}, status=422 if bound else 200)


def press(request: HttpRequest, act: Callable[[], Any], *, done: str) -> bool:
    """A plain button: call `act`; the next page says `done`, or the sentence of a domain error. True where it went through."""
    try:
        once_more(act)
    except NotAllowed:
        raise
    except DomainError as error:
        messages.error(request, str(error))
        return False
    messages.success(request, done)
    return True


def version_of(request: HttpRequest) -> int:
    """The version that a plain button's form carries; 0, which is never current, where it is missing or no number."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0  # noqa: PLR2004  # fits an int column


def take_away(content: bytes, name: str) -> HttpResponse:
    """A file that the system wrote, to be saved under `name`: plain letters, with one of the endings in WRITTEN."""
    kind = WRITTEN[name.rpartition(".")[2]]
    return HttpResponse(
        content,
        content_type=kind.content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def kept_briefly(view: PublicView[P]) -> PublicView[P]:
    """A public page that is the same for everybody: whoever is between may keep it for half a minute.

    For whoever is signed in the header of the page differs, so theirs is kept by nobody. Anything but a page is not kept.
    Made from a replica where there is one.
    """
    made = from_replica(view)

    @wraps(view)
    def shown(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        answer = made(request, *args, **kwargs)
        if answer.status_code == HTTPStatus.OK and not request.user.is_authenticated:
            patch_cache_control(answer, public=True, max_age=KEPT_SECONDS)
        else:
            patch_cache_control(answer, private=True, no_store=True)
        return answer

    return shown
