"""The last resort for a domain error that no form took up: a page with its sentence instead of a crash."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from khuyencong.core.errors import DomainError, NotAllowed


class DomainErrorMiddleware:
    """NotAllowed becomes 403, any other DomainError 409; nothing was written in either case."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

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
