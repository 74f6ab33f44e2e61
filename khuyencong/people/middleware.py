"""Sets `request.actor` (Actor | None) and `request.memberships` (the hats to choose from): one query for who is signed in."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from khuyencong.people.actors import SESSION_KEY, as_actor, choose, memberships_of, origin_of, signed_in_user


class ActorMiddleware:
    """Stands after AuthenticationMiddleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = signed_in_user(request)
        memberships = memberships_of(user) if user else []
        current = choose(memberships, request.session.get(SESSION_KEY)) if memberships else None
        actor = as_actor(current, user=current.user, origin=origin_of(request)) if current else None
        # Plain attributes, not a lazy object: views ask `request.actor is None`.
        request.memberships = memberships  # type: ignore[attr-defined]  # declared on web.ActorRequest
        request.membership = current  # type: ignore[attr-defined]  # declared on web.ActorRequest
        request.actor = actor  # type: ignore[attr-defined]  # declared on web.ActorRequest
        return self.get_response(request)
