"""The page behind the address in a letter: no account, one sheet, made for a small phone."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from khuyencong.core.findings import Finding
from khuyencong.core.web import SHOW_AND_ACT
from khuyencong.effects.actions import answer_by_link
from khuyencong.effects.forms import AnswerForm
from khuyencong.effects.letters import who_helps
from khuyencong.effects.links import MISSED, OPENED, link_of, note_miss, note_use, too_many_misses
from khuyencong.effects.models import SheetState
from khuyencong.effects.web import Asking
from khuyencong.people.actors import FROM_OUTSIDE
from khuyencong.people.web import public

THANKS = "da-gui"


@public
@never_cache
@require_http_methods(SHOW_AND_ACT)
def effect_answer(request: HttpRequest, token: str) -> HttpResponse:
    """Ask, and take the answer, as often as it is given until the address expires.

    Unknown, too old, or of a sheet that is settled: the same 404.
    """
    address = request.META.get("REMOTE_ADDR", "")
    link = link_of(token)
    if link is None:
        # Only who misses waits: an office shares its address with others, and a right secret is no guess.
        if too_many_misses(address):
            return _plain(request, "effects/wait.html", {"sentence": MISSED.sentence}, HTTPStatus.TOO_MANY_REQUESTS)
        note_miss(address, token)
        return _plain(request, "effects/dead_link.html", {}, HTTPStatus.NOT_FOUND)
    if not note_use(link):
        return _plain(request, "effects/wait.html", {"sentence": OPENED.sentence}, HTTPStatus.TOO_MANY_REQUESTS)
    asking = Asking(link.sheet)
    form = asking.form(request, AnswerForm)

    def act() -> None:
        answer_by_link(link_id=link.pk, version=form.cleaned_data["version"], told=form.told, origin=FROM_OUTSIDE)

    doubts: list[Finding] = []
    if request.method == "POST":
        done, doubts = asking.tried(form, act)
        if done:
            return redirect(f"{request.path}?{THANKS}=1")
    sheet = link.sheet
    context = {
        "sheet": sheet,
        "known": asking.known,
        "form": form,
        "doubts": doubts,
        "thanks": request.method != "POST" and THANKS in request.GET and sheet.state == SheetState.ANSWERED,
        "last_day": link.expires_on,
        "helper": who_helps(sheet.project),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    return _plain(request, "effects/answer.html", context, status)


def _plain(request: HttpRequest, template: str, context: dict[str, object], status: HTTPStatus) -> HttpResponse:
    answer = render(request, template, context, status=status)
    answer["X-Robots-Tag"] = "noindex"
    # The address is a secret. «no-referrer» would hide it from ourselves as well: browsers then send a form with the
    # origin «null», which is refused as forged.
    answer["Referrer-Policy"] = "same-origin"
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        answer["Retry-After"] = "3600"
    return answer
