"""Who asks: the token of the request, and the actor that the pages would have."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja.security import HttpBearer

from khuyencong.api.models import ApiToken
from khuyencong.api.problems import ProblemError
from khuyencong.core import rates
from khuyencong.core.dates import today
from khuyencong.people.actors import Actor, as_actor, memberships_of

BEGINS = "kc_"
LONGEST = 200


class ApiRequest(HttpRequest):
    """The request as an endpoint gets it: a token was accepted."""

    actor: Actor
    api_token: ApiToken
    expected_version: int  # of If-Match, where the operation asks for it
    question: str  # of a POST: what was asked, in 64 digits
    parsed: Any  # its body, where that is JSON


def new_secret() -> str:
    """A secret that nobody guesses: 256 bits."""
    return f"{BEGINS}{secrets.token_urlsafe(32)}"


def hash_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


class TokenAuth(HttpBearer):
    """For the description of the API; the token itself was judged by `operations.guarded` before."""

    openapi_bearerFormat = "kc_…"  # noqa: N815  # the name is OpenAPI's

    def __call__(self, request: HttpRequest) -> Any:
        return getattr(request, "api_token", None)

    def authenticate(self, request: HttpRequest, _token: str) -> Any:
        """Not asked: see above."""
        return self(request)


def let_in(request: HttpRequest) -> None:
    """Find whose token this is and set `actor` and `api_token`, whoever is signed in besides; two queries.

    Raises ProblemError (401): without a token, and alike for a wrong, an ended and a revoked one; 429 where that comes too often
    from one place, which hinders nobody there who has a good one.
    """
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    secret = secret.strip()
    address = request.META.get("REMOTE_ADDR", "")
    if scheme.lower() != "bearer" or not secret:
        raise _no(address, "Hãy gửi mã truy cập ở đầu mục Authorization: Bearer …")
    token = _find(secret)
    actor = actor_of(token) if token is not None and token.is_open(today()) else None
    if token is None or actor is None:
        raise _no(address, "Mã truy cập không đúng, đã hết hạn hoặc đã bị thu hồi.")
    origin = f"api {token.shown} {address}".strip()
    request.actor = replace(actor, origin=origin)  # type: ignore[attr-defined]  # declared on ApiRequest
    request.api_token = token  # type: ignore[attr-defined]  # declared on ApiRequest


def actor_of(token: ApiToken) -> Actor | None:
    """The account of the system in the role of its token; None where the role or the agency has ended. One query."""
    user = token.membership.user
    for hat in memberships_of(user):
        if hat.pk == token.membership_id:
            return as_actor(hat, user=user, origin=f"api {token.shown}")
    return None


def _find(secret: str) -> ApiToken | None:
    if len(secret) > LONGEST or not secret.isascii():
        return None
    rows = ApiToken.objects.filter(token_hash=hash_of(secret))
    return rows.select_related("membership__user").first()


def _no(address: str, sentence: str) -> ProblemError:
    wait = 0
    if settings.RATE_LIMITS and not rates.is_here(address):
        wait = rates.count(rates.NO_TOKEN, rates.network_of(address))
    if wait:
        return ProblemError(429, "too_many", rates.NO_TOKEN.sentence, headers={"Retry-After": str(wait)})
    return ProblemError(401, "no_token", sentence, headers={"WWW-Authenticate": 'Bearer realm="khuyencong"'})
