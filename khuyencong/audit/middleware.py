"""A refusal is an event too: who asked for what was not theirs."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from khuyencong.audit.actions import record
from khuyencong.people.actors import Actor

REFUSED = "access.refused"


class RefusalMiddleware:
    """Stands between ActorMiddleware and whatever answers 403, so that it sees every refusal of somebody signed in.

    The address is written without its query: people search for names of other people.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        actor: Actor | None = getattr(request, "actor", None)
        if answer.status_code == HTTPStatus.FORBIDDEN and actor is not None:
            record(
                action=REFUSED,
                by=actor,
                subject=actor.user,
                thread=f"user:{actor.user.pk}",
                note=f"{request.method} {request.path}",
            )
        return answer
