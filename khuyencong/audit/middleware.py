"""A refusal is an event too: who asked for what was not theirs.

What somebody may not see is not there (404), like an address that was mistyped. One of those says nothing; many within an hour are
how somebody walks through the numbers. So refusals are written down one by one, misses are not, and whoever is turned away again
and again is written down once for the hour: nobody can fill the chain by asking.
"""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from khuyencong.audit.actions import record
from khuyencong.core.rates import Rate, count
from khuyencong.people.actors import Actor

REFUSED = "access.refused"
WANDERED = "access.wandered"
TURNED_AWAY = Rate("turned_away", 30, 3600, "")
ANSWERS = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})


class RefusalMiddleware:
    """Stands between ActorMiddleware and whatever answers 403, so that it sees every refusal of somebody signed in.

    The address is written without its query: people search for names of other people.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        actor: Actor | None = getattr(request, "actor", None)
        if actor is not None and answer.status_code in ANSWERS:
            _turned_away(request, answer, actor)
        return answer


def _turned_away(request: HttpRequest, answer: HttpResponse, actor: Actor) -> None:
    who = f"u{actor.user.pk}"
    if settings.RATE_LIMITS and count(TURNED_AWAY, who):
        if cache.add(f"{TURNED_AWAY.name}:told:{who}", 1, TURNED_AWAY.seconds):
            note = f"hơn {TURNED_AWAY.most} lần trong một giờ, gần nhất {request.method} {request.path}"
            _write(WANDERED, actor, f"{note}; từ đây đến hết giờ không ghi từng lần")
    elif answer.status_code == HTTPStatus.FORBIDDEN:
        _write(REFUSED, actor, f"{request.method} {request.path}")


def _write(action: str, actor: Actor, note: str) -> None:
    record(action=action, by=actor, subject=actor.user, thread=f"user:{actor.user.pk}", note=note)
