"""The way through signing in: the first proof, the second step where the account has one, and in.

Between the two steps nobody is signed in; the session only remembers whose password was right, for ten minutes.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from khuyencong.people.models import User
from khuyencong.signin.known import remember
from khuyencong.signin.rules import has_factor
from khuyencong.signin.sessions import FACTOR

BACKEND = "django.contrib.auth.backends.ModelBackend"
WAITING = "waiting_for_second_step"
PATIENCE = 10 * 60  # seconds


@dataclass(frozen=True, slots=True)
class Waiting:
    """Whose first proof was right, and where they want to go."""

    user: User
    go_to: str


def proceed(request: HttpRequest, user: User, go_to: str, *, factor: str = "") -> HttpResponse:
    """After the first proof: on to the second step, or in. `factor` names one that the first proof itself contained."""
    if factor or not has_factor(user):
        return finish(request, user, go_to, factor=factor)
    request.session.cycle_key()
    request.session[WAITING] = {
        "user": user.pk,
        "password": user.get_session_auth_hash(),
        "at": int(timezone.now().timestamp()),
        "go_to": go_to,
    }
    return redirect("second_step")


def finish(request: HttpRequest, user: User, go_to: str, *, factor: str) -> HttpResponse:
    """Sign the person in, with a new session key, and go on."""
    request.session.pop(WAITING, None)
    login(request, user, backend=BACKEND)
    if factor:
        request.session[FACTOR] = factor
    answer = redirect(go_to)
    remember(request, answer, user.username)
    return answer


def waiting(request: HttpRequest) -> Waiting | None:
    """Who stands at the second step; nobody after ten minutes, a new password, or when the account was closed."""
    kept = request.session.get(WAITING)
    if not kept or not 0 <= timezone.now().timestamp() - kept["at"] < PATIENCE:
        return None
    user = User.objects.filter(pk=kept["user"], is_active=True).first()
    if user is None or not secrets.compare_digest(kept["password"], user.get_session_auth_hash()):
        return None
    return Waiting(user, kept["go_to"])
