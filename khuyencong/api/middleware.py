"""Under /api/ also what Django itself refuses is answered in the form of the API."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from khuyencong.api.problems import MEDIA_TYPE, of_http_status

UNDER = "/api/"
REFUSED = 400  # this status and above


class ApiMiddleware:
    """Stands before whatever may refuse a request: an unknown address, a method that is not there, too many bytes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        if request.path.startswith(UNDER) and "json" in answer.headers.get("Content-Type", ""):
            # Opened as a page by mistake, it is saved and shown by nobody.
            answer.headers.setdefault("Content-Disposition", 'attachment; filename="api.json"')
        if not request.path.startswith(UNDER) or answer.status_code < REFUSED:
            return answer
        if answer.headers.get("Content-Type") != MEDIA_TYPE:
            said = of_http_status(answer.status_code)
            answer.status_code, answer.content = said.status_code, said.content
            answer.headers["Content-Type"] = MEDIA_TYPE
            answer.headers["Content-Length"] = str(len(answer.content))  # what was there announced the page of before
            answer.headers["Cache-Control"] = "no-store"
        return answer
