"""Keeps a person who must have a second factor, and has none, on the pages where it is set up."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, resolve_url

from khuyencong.people.actors import signed_in_user
from khuyencong.signin.rules import ROLES
from khuyencong.signin.sessions import FACTOR, note_seen

# What is open until then: setting it up, proving who one is, and leaving.
OPEN = frozenset(
    {
        "login", "people:logout", "my_factors", "my_app", "my_passkey", "my_passkey_options", "my_recovery_codes",
        "my_confirm",
    }
)  # fmt: skip
SET_UP = "my_factors"
NEXT = "after_set_up"  # where the session remembers what was asked for


def must_set_up(request: HttpRequest) -> bool:
    """Whether any hat of this person asks for a second factor, and this session was begun without one."""
    if not settings.REQUIRE_SECOND_FACTOR or request.session.get(FACTOR):
        return False
    return any(one.role in ROLES for one in getattr(request, "memberships", ()))


class SecondFactorMiddleware:
    """Stands after ActorMiddleware, which knows the hats; asks the database nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if signed_in_user(request) is not None:
            note_seen(request)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponseBase | None:
        """Answer in place of the view where the person must set up a second factor first."""
        here = request.resolver_match.view_name if request.resolver_match else ""
        if here in OPEN or signed_in_user(request) is None or not must_set_up(request):
            return None
        if request.method == "GET" and request.headers.get("HX-Request") != "true":
            request.session[NEXT] = request.get_full_path()
        if request.headers.get("HX-Request") == "true":
            return HttpResponse(status=204, headers={"HX-Redirect": resolve_url(SET_UP)})
        return redirect(SET_UP)
