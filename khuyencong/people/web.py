"""Every view says who may open it: `@public`, `@signed_in` or `@opens_to(Permission.X)`.

The decorators leave their answer in `view.opens_to`; a test walks the URL table and reads it. `opens_to` judges role and
kind of agency only; the view fetches its record inside the actor's scope and the action asks the matrix with the record.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django_htmx.middleware import HtmxDetails

from khuyencong.core.errors import NotAllowed
from khuyencong.people.actors import Actor, signed_in_user
from khuyencong.people.models import Membership, User
from khuyencong.people.permissions import Permission, require

PUBLIC: Final = "public"
SIGNED_IN: Final = "signed_in"
TOKEN: Final = "token"  # noqa: S105  # no password: another system, whose token is for what `api/scopes.py` says


class ActorRequest(HttpRequest):
    """The request as a guarded view gets it: somebody is signed in and wears a hat."""

    actor: Actor
    membership: Membership
    memberships: list[Membership]
    htmx: HtmxDetails
    user: User


# Rooms above may know why somebody has no role yet, and on which page that is told: each is asked for an address of
# ours, "" where it knows nothing. Nothing else opens for such a person.
pages_without_role: list[Callable[[User], str]] = []

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
GuardedView = Callable[Concatenate[ActorRequest, P], HttpResponseBase]


def public(view: Callable[P, HttpResponseBase]) -> Callable[P, HttpResponseBase]:
    """Anybody may open this page, signed in or not."""
    view.opens_to = PUBLIC  # type: ignore[attr-defined]  # a function carries its declaration
    return view


def signed_in(view: GuardedView[P]) -> View[P]:
    """Whoever is signed in and belongs to an agency may open this page."""
    return _guarded(view, None)


def opens_to(permission: Permission) -> Callable[[GuardedView[P]], View[P]]:
    """Whose role has `permission` may open this page; anonymous visitors are sent to sign in and come back."""

    def decorate(view: GuardedView[P]) -> View[P]:
        return _guarded(view, permission)

    return decorate


def _guarded(view: GuardedView[P], permission: Permission | None) -> View[P]:
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        user = signed_in_user(request)
        if user is None:
            return _to_login(request)
        if getattr(request, "actor", None) is None:
            told = next(filter(None, (page(user) for page in pages_without_role)), "")
            if told and request.method in {"GET", "HEAD"}:
                return redirect(told)
            raise NotAllowed("Tài khoản chưa được giao vai trò tại cơ quan nào; hãy liên hệ người quản trị.")
        acting: ActorRequest = request  # type: ignore[assignment]  # ActorMiddleware has set what the class declares
        if permission is not None:
            require(acting.actor, permission)
        return view(acting, *args, **kwargs)

    guarded.opens_to = permission or SIGNED_IN  # type: ignore[attr-defined]  # a function carries its declaration
    return guarded


def next_or(request: HttpRequest, fallback: str) -> str:
    """The address in `next` when it is one of ours, else `fallback` (a URL name or path)."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if _is_ours(request, wanted) else resolve_url(fallback)


def _to_login(request: HttpRequest) -> HttpResponse:
    # A posted form cannot be replayed by a redirect: come back to the page that held it.
    came_from = request.get_full_path() if request.method in {"GET", "HEAD"} else _own_path(request, "HTTP_REFERER")
    if request.headers.get("HX-Request") != "true":
        return redirect_to_login(came_from)
    # htmx would put the login page into a corner of the old one; this header makes the browser go there.
    query = urlencode({"next": _own_path(request, "HTTP_HX_CURRENT_URL") or came_from})
    return HttpResponse(status=204, headers={"HX-Redirect": f"{resolve_url(settings.LOGIN_URL)}?{query}"})


def _own_path(request: HttpRequest, header: str) -> str:
    address = str(request.META.get(header, ""))
    if not address or not _is_ours(request, address):
        return resolve_url(settings.LOGIN_REDIRECT_URL)
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _is_ours(request: HttpRequest, address: str) -> bool:
    return url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )


def declared(view: Callable[..., Any]) -> str | None:
    """What a view declared about who may open it, or None: then it is a mistake."""
    value = getattr(view, "opens_to", None)
    return str(value) if value else None
