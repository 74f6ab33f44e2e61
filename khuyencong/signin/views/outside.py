"""Signing in through another service, and tying one's account to it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from khuyencong.core.web import press
from khuyencong.people.actors import origin_of, signed_in_user
from khuyencong.people.models import User
from khuyencong.people.web import ActorRequest, next_or, public, signed_in
from khuyencong.signin import flow
from khuyencong.signin.actions.outside import UNKNOWN, link, recognise, unlink
from khuyencong.signin.events import tell_of
from khuyencong.signin.oidc import UNTRUSTED, OutsideError, Question, address_to_ask, who_came_back
from khuyencong.signin.queries import provider
from khuyencong.signin.sessions import is_fresh

ASKED = "outside_question"
CANCELLED = "Bạn chưa đăng nhập xong ở hệ thống ấy."


@public
@require_safe
def outside_begin(request: HttpRequest) -> HttpResponse:
    """Send the browser to the other service; of somebody signed in, to tie the two accounts together."""
    service = provider()
    if service is None:
        raise Http404("Không có hệ thống đăng nhập nào khác.")
    user = signed_in_user(request)
    if user and not is_fresh(request):
        return redirect(f"{reverse('my_confirm')}?next={reverse('my_account')}")
    asked = Question.new(_address_of_return(request))
    try:
        address = address_to_ask(service, asked)
    except OutsideError as error:
        return _refuse(request, error)
    request.session[ASKED] = {
        "question": asdict(asked),
        "go_to": next_or(request, settings.LOGIN_REDIRECT_URL),
        "user": user.pk if user else None,
    }
    return redirect(address)


@public
@require_safe
def outside_return(request: HttpRequest) -> HttpResponse:
    """The browser comes back; what it brings counts once, and only for the question that this very browser asked."""
    service = provider()
    if service is None:
        raise Http404("Không có hệ thống đăng nhập nào khác.")
    kept = request.session.pop(ASKED, None)
    user = signed_in_user(request)
    try:
        person = who_came_back(service, _question(request, kept, user), _code(request))
    except OutsideError as error:
        return _refuse(request, error)
    if user:
        press(
            request,
            lambda: link(user=user, person=person, origin=origin_of(request)),
            done=f"Đã gắn tài khoản với {service.name}.",
        )
        return redirect("my_account")
    found = recognise(person=person, origin=origin_of(request))
    if found is None:
        return render(request, "signin/outside_refused.html", {"sentence": UNKNOWN}, status=403)
    return flow.proceed(request, found, kept["go_to"], factor="outside" if service.second_factor else "")


@signed_in
@require_POST
def outside_unlink(request: ActorRequest) -> HttpResponse:
    """Cut the tie to the other service."""
    if not is_fresh(request):
        return redirect(f"{reverse('my_confirm')}?next={reverse('my_account')}")
    press(request, lambda: unlink(user=request.user, origin=origin_of(request)), done="Đã bỏ gắn.")
    return redirect("my_account")


def _question(request: HttpRequest, kept: dict[str, Any] | None, user: User | None) -> Question:
    """What this browser asked, where the answer is to that. Raises OutsideError."""
    if kept is None or request.GET.get("state") != kept["question"]["state"]:
        raise OutsideError(UNTRUSTED, "state")
    if kept["user"] != (user.pk if user else None):
        raise OutsideError(UNTRUSTED, "another person")
    return Question(**kept["question"])


def _code(request: HttpRequest) -> str:
    code = request.GET.get("code", "")
    if not code:
        raise OutsideError(CANCELLED, f"error {request.GET.get('error', '')[:60]}")
    return code


def _address_of_return(request: HttpRequest) -> str:
    path = reverse("outside_return")
    return f"{settings.PUBLIC_URL}{path}" if settings.PUBLIC_URL else request.build_absolute_uri(path)


def _refuse(request: HttpRequest, error: OutsideError) -> HttpResponse:
    tell_of("auth.sso_failed", user=signed_in_user(request), origin=origin_of(request), note=str(error))
    return render(request, "signin/outside_refused.html", {"sentence": error.sentence}, status=403)
