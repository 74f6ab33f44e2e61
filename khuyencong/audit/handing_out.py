"""Handing a kept file out: always as a download under its own name, always written down in the trail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

from django.db import models
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404

from khuyencong.audit.actions import record
from khuyencong.core.files import check_leaving
from khuyencong.people.actors import Actor


def opened(file: FieldFile) -> IO[bytes]:
    """The content, to be read. Http404 with a sentence where the file is gone from the disk; Refused while it is held back."""
    check_leaving(file.name or "")
    try:
        stream: IO[bytes] = file.open("rb")
    except FileNotFoundError:
        raise Http404("Tệp không còn trên máy chủ.") from None
    return stream


def hand_out(
    stream: IO[bytes],
    *,
    name: str,
    content_type: str,
    action: str,
    by: Actor,
    subject: models.Model,
    thread: str,
    after: Mapping[str, Any] | None = None,
) -> FileResponse:
    """The file as a download under `name`; the event `action` about `subject` says which (`after` adds to that)."""
    record(action=action, by=by, subject=subject, thread=thread, after={**(after or {}), "tệp": name})
    return FileResponse(stream, as_attachment=True, filename=name, content_type=content_type)
