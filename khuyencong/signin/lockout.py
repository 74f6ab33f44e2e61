"""The answer to too many failed logins, and under which name they are counted (django-axes calls both)."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from khuyencong.core.rates import network_of
from khuyencong.people.models import UserManager
from khuyencong.signin.forms import LoginForm
from khuyencong.signin.queries import ways_to_sign_in

SENTENCE = "Tạm khóa đăng nhập 15 phút vì nhập sai nhiều lần. Hãy thử lại sau, hoặc đặt lại mật khẩu qua thư điện tử."
TOO_MANY_REQUESTS = 429


def locked_out(
    request: HttpRequest,
    response: HttpResponse | None = None,  # noqa: ARG001 - django-axes passes what would have been answered
    credentials: Mapping[str, object] | None = None,  # noqa: ARG001 - and with which credentials
) -> HttpResponse:
    """AXES_LOCKOUT_CALLABLE: the login page again, with status 429 and the sentence, whatever was typed."""
    return locked_page(request, SENTENCE)


def locked_page(request: HttpRequest, sentence: str) -> HttpResponse:
    """The login page with status 429 and why no password is taken now; the other ways to sign in stay open."""
    context = {
        "form": LoginForm(request),
        "lockout_sentence": sentence,
        "next": request.POST.get("next", ""),
        **ways_to_sign_in(request),
    }
    return render(request, "registration/login.html", context, status=TOO_MANY_REQUESTS)


def place_of(request: HttpRequest) -> str:
    """AXES_CLIENT_IP_CALLABLE, and the key of our own counts: an address of IPv4, the first of the customer's network of IPv6.

    Every customer has 2^64 addresses of IPv6: counting them one by one would count nothing.
    """
    return network_of(request.META.get("REMOTE_ADDR", "")).partition("/")[0]


def counted_name(request: HttpRequest | None, credentials: Mapping[str, object] | None = None) -> str:
    """AXES_USERNAME_CALLABLE: the name as it is stored, so that «An.NV» and «an.nv» share one count of failures."""
    typed = (credentials or {}).get("username")
    if typed is None and request is not None:
        typed = request.POST.get("username", "")
    return UserManager.normalize_username(str(typed or ""))[:255]
