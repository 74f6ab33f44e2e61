"""Pages that belong to no room: errors and the gallery of components."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template

from khuyencong.core.logs import current_id


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400, or 413 where more was sent than the system takes."""
    if isinstance(exception, RequestDataTooBig):
        return render(request, "413.html", status=413)
    return render(request, "400.html", status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: the page must need nothing that may be broken; it shows the id under which the log tells what happened."""
    del request
    page = get_template("500.html").render({"request_id": current_id.get()})
    return HttpResponse(page, status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its key: an old tab, or a forged request. `reason` is for developers and not shown."""
    del reason
    return render(request, "403_csrf.html", status=403)
