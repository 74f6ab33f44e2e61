"""Idempotency-Key: a POST that was sent again, because the answer got lost, does nothing again and is answered alike."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.utils import timezone

from khuyencong.api.door import ApiRequest
from khuyencong.api.models import KeptAnswer
from khuyencong.api.problems import ProblemError
from khuyencong.core.again import once_more

HEADER = "Idempotency-Key"
LONGEST = 100
PATTERN = r"^[!-~]{1,100}$"
KEPT_FOR = timedelta(days=7)
_OURS = UUID("6f2f4f0e-3d0b-4a53-9a53-6a1f8c3c2b10")


class _UndoneError(Exception):
    """Nothing is to be kept of a question that was refused."""

    def __init__(self, answer: HttpResponse) -> None:
        super().__init__()
        self.answer = answer


def answer_once(request: ApiRequest, run: Callable[[], HttpResponse]) -> HttpResponse:
    """Answer a POST: with what was kept for its key, or by `run`, whose answer is kept in the same transaction.

    Of two that come at once, the second waits for the first and gets its answer. What was refused is not kept: the same
    key may be sent again once the ground has gone. Raises ProblemError: 400 without a key, 422 for a key of another question.
    """
    key = _key(request)
    question = request.question = _question(request)

    def attempt() -> HttpResponse:
        with transaction.atomic():
            row = KeptAnswer.objects.create(token=request.api_token, key=key, question=question)
            found = run()
            if not 200 <= found.status_code < 300:  # noqa: PLR2004  # the range has no other name
                raise _UndoneError(found)
            row.status, row.body = found.status_code, found.content.decode()
            row.save(update_fields=["status", "body"])
            return found

    kept = _kept(request, key)
    if kept is None:
        try:
            return once_more(attempt)
        except _UndoneError as undone:
            return undone.answer
        except IntegrityError:
            kept = _kept(request, key)
            if kept is None:
                raise
    if kept.question != question:
        sentence = f"{HEADER} này đã được dùng cho một yêu cầu khác: hãy dùng giá trị mới cho yêu cầu mới."
        raise ProblemError(422, "key_used", sentence)
    headers = {"Idempotent-Replayed": "true"}
    content_type = "application/json; charset=utf-8" if kept.body else ""
    return HttpResponse(kept.body, status=kept.status, content_type=content_type or None, headers=headers)


def creation_key(request: ApiRequest) -> UUID:
    """The key by which the action itself knows the same question, also when its answer was forgotten.

    Another question under a key that was forgotten is another one: it never gets the record of the first.
    """
    return uuid5(_OURS, f"{request.api_token.pk} {_key(request)} {request.question}")


def forget_old() -> int:
    """Take away what nobody will ask for again; how many rows."""
    return KeptAnswer.objects.filter(made_at__lt=timezone.now() - KEPT_FOR).delete()[0]


def _kept(request: ApiRequest, key: str) -> KeptAnswer | None:
    return KeptAnswer.objects.filter(token=request.api_token, key=key).first()


def _key(request: ApiRequest) -> str:
    key = request.headers.get(HEADER, "")
    if not re.fullmatch(PATTERN, key):
        sentence = f"Mỗi yêu cầu POST cần đầu mục {HEADER}: một giá trị mới (ví dụ UUID), 1 đến {LONGEST} ký tự ASCII."
        raise ProblemError(400, "no_idempotency_key", sentence)
    return key


def _question(request: ApiRequest) -> str:
    """What was asked, in 64 digits. Of a form its fields and files: the line between them is another each time."""
    digest = hashlib.sha256()
    for part in (request.method or "", request.get_full_path(), request.headers.get("If-Match", "")):
        digest.update(part.encode() + b"\n")
    if request.content_type != "multipart/form-data":
        digest.update(request.body)
        return digest.hexdigest()
    for name, values in sorted(request.POST.lists()):
        digest.update(repr((name, values)).encode())
    for name, uploads in sorted(request.FILES.lists()):
        for upload in uploads:
            digest.update(repr((name, upload.name)).encode())
            for chunk in upload.chunks():
                digest.update(chunk)
            upload.seek(0)
    return digest.hexdigest()
