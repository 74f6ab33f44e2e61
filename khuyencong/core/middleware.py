"""What happens around every request: its size, where it came from, and domain errors that no form took up."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from khuyencong.core.errors import DomainError, NotAllowed
from khuyencong.core.rates import is_here


class BodySizeMiddleware:
    """Turns away a request that announces more than the system takes, before anything of it is read or stored."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.headers.get("Content-Length", "")
        if length.isascii() and length.isdigit() and int(length[:15]) > settings.MAX_REQUEST_BYTES:
            return HttpResponse(render_to_string("413.html"), status=413)
        return self.get_response(request)


class ProxyMiddleware:
    """Behind the site's own TLS proxy the visitor's address is the last one of X-Forwarded-For, which that proxy wrote.

    Installed only where HTTPS is on; anywhere else the header is written by whoever likes and is not read. The proxy stands on this very
    machine: what comes from another one is nobody's word but its own.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        last = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        if last and is_here(request.META.get("REMOTE_ADDR", "")):
            with suppress(ValueError):  # not an address: the proxy's own stays
                request.META["REMOTE_ADDR"] = str(ip_address(last))
        return self.get_response(request)


class SafeHeadersMiddleware:
    """What browsers are told besides the security policy, on every answer; pages of somebody signed in are kept by nobody.

    Stands after ActorMiddleware, which has asked who it is. An answer that says itself how long it may be kept stays so.
    """

    # What no page uses; where the telephone stands is asked by our own pages alone.
    permissions = "camera=(), geolocation=(self), microphone=(), payment=(), usb=()"

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        answer.headers.setdefault("Permissions-Policy", self.permissions)
        answer.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if request.user.is_authenticated:
            answer.headers.setdefault("Cache-Control", "private, no-store")
        return answer


class DomainErrorMiddleware:
    """NotAllowed becomes 403, any other DomainError 409; nothing was written in either case. An empty 405 gets a page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        if request.method == "GET" and answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            # The address of a form's answer, opened again after a reload or a new login: Django's answer is empty.
            page = render(request, "405.html", status=HTTPStatus.METHOD_NOT_ALLOWED)
            page.headers["Allow"] = answer.headers.get("Allow", "POST")
            return page
        return answer

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer domain errors; everything else goes on to Django."""
        if not isinstance(exception, DomainError):
            return None
        if isinstance(exception, NotAllowed):
            return render(
                request, "403.html", {"sentence": exception.sentence, "article": exception.article}, status=403
            )
        context = {
            "title": "Chưa thực hiện được",
            "sentence": exception.sentence,
            "article": exception.article,
            "findings": exception.findings,
            "back_url": request.headers.get("Referer", "") if request.method == "POST" else "",
        }
        return render(request, "error.html", context, status=409)
