"""Handing a kept file out: always as a download under its own name, always written down in the trail.

A picture leaves without what its camera wrote, unless the reader may see personal data: where it was taken is a person's.
"""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import IO, Any, cast

from django.db import models
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404

from khuyencong.audit.actions import record
from khuyencong.core.errors import Refused
from khuyencong.core.exif import without_notes
from khuyencong.core.files import check_leaving
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Governed, Permission, allowed

UNREADABLE = "Không bỏ được vị trí ghi trong ảnh này, nên chỉ người được xem dữ liệu cá nhân mới tải được."


def opened(file: FieldFile) -> IO[bytes]:
    """The content, to be read. Http404 with a sentence where the file is gone from the disk; Refused while it is held back."""
    check_leaving(file.name or "")
    try:
        stream: IO[bytes] = file.open("rb")
    except FileNotFoundError:
        raise Http404("Tệp không còn trên máy chủ.") from None
    return stream


def is_picture(content_type: str) -> bool:
    """Whether a file may carry the place at which its camera stood."""
    return content_type.startswith("image/")


def bare(stream: IO[bytes]) -> BytesIO:
    """The same picture without what its camera wrote; closes `stream`. Refused where that cannot be taken out."""
    with stream:
        try:
            return BytesIO(without_notes(stream.read()))
        except ValueError:
            raise Refused(UNREADABLE) from None


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
    exact: bool | None = None,
) -> FileResponse:
    """The file as a download under `name`; the event `action` about `subject` says which (`after` adds to that).

    `exact`: whether the reader may know where a picture was taken; None asks whether personal data of `subject` are open to them.
    Raises Refused for a picture that cannot be made bare.
    """
    told = {**(after or {}), "tệp": name}
    if is_picture(content_type):
        if exact is None:
            exact = allowed(by, Permission.PERSONAL_VIEW, cast("Governed", subject))
        told["bỏ vị trí"] = not exact
        stream = stream if exact else bare(stream)
    record(action=action, by=by, subject=subject, thread=thread, after=told)
    return FileResponse(stream, as_attachment=True, filename=name, content_type=content_type)
