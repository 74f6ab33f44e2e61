"""Where files come in: each that a request brings is shown to clamd before any view sees it, whatever becomes of it later.

What clamd recognises is turned away and written down; nothing of it is kept. What it did not judge carries a mark, by which
`holding` keeps it from going out again. Pages pass through the middleware; the API asks `look_at` once the token is judged.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from khuyencong.audit.actions import record_system
from khuyencong.core.clamd import Clamd, NoAnswerError
from khuyencong.core.errors import Refused
from khuyencong.people.actors import Actor, origin_of, signed_in_user

logger = logging.getLogger(__name__)
API = "/api/"
LONGEST = 100
# What a scanned file carries from the door to where it is kept.
CLEAN, BROUGHT_BY = "kc_clean", "kc_brought_by"
SECONDS = 20  # for all files of one request together
# Where clamd was silent lately nobody waits for it; the job asks it again (`background`).
SILENT, SILENT_SECONDS = "clamd_silent", 30


class ScanMiddleware:
    """Stands after whatever says who asks and whether the form is our own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: object, _args: object, _values: object) -> HttpResponse | None:
        """Look before the view does; what was recognised ends here, with a sentence."""
        if request.method != "POST" or request.content_type != "multipart/form-data" or request.path.startswith(API):
            return None
        try:
            look_at(request)
        except Refused as refusal:
            back = request.headers.get("Referer", "")
            context = {"title": "Tệp không được nhận", "sentence": refusal.sentence, "back_url": back}
            return render(request, "error.html", context, status=422)
        return None


def look_at(request: HttpRequest) -> None:
    """Show every file of the request to clamd, if there is one. Raises Refused, already written down, for what it recognises.

    A clamd that is silent stops nobody for long: the other files of the request, and of the next requests, are held instead.
    """
    actor: Actor | None = getattr(request, "actor", None)
    end = time.monotonic() + SECONDS
    for upload in uploads_of(request):
        setattr(upload, BROUGHT_BY, actor)
        left = end - time.monotonic()
        if settings.CLAMD is None or left <= 0 or cache.get(SILENT):
            continue
        found = ask(settings.CLAMD, upload, within=left)
        if found is None:
            cache.set(SILENT, True, SILENT_SECONDS)
            continue
        if found:
            _write_down(request, actor, upload, found)
            raise Refused(sentence_of(upload.name or "", found))
        setattr(upload, CLEAN, True)


def uploads_of(request: HttpRequest) -> Iterator[UploadedFile[bytes]]:
    """Every file of the form; none where the form cannot be read, which the view will say."""
    for _, uploads in request.FILES.lists():
        yield from uploads


def ask(clamd: Clamd, upload: UploadedFile[bytes], *, within: float) -> str | None:
    """The name of what was found, "" for a clean file, None where clamd did not judge; the file is left at its start."""
    upload.seek(0)
    try:
        return clamd.scan(upload.chunks(), within=within).found
    except NoAnswerError as error:
        logger.warning("clamd did not judge a file: %s", error)
        return None
    finally:
        upload.seek(0)


def sentence_of(name: str, found: str) -> str:
    """What whoever brought the file reads."""
    return f"Tệp «{name[:LONGEST]}» có mã độc ({found[:LONGEST]}) nên không được nhận. Hãy quét máy đã tạo ra tệp này."


def _write_down(request: HttpRequest, actor: Actor | None, upload: UploadedFile[bytes], found: str) -> None:
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    after: dict[str, Any] = {
        "tệp": (upload.name or "")[:LONGEST], "dung lượng": upload.size, "SHA-256": digest.hexdigest(), "tìm thấy": found,
    }  # fmt: skip
    record_system(
        action="file.infected",
        origin=actor.origin if actor else origin_of(request),
        user=actor.user if actor else signed_in_user(request),
        agency=actor.agency if actor else None,
        after=after,
        note=f"{request.method} {request.path}",
    )
