"""Handing a file of an inspection out: as it came, or for those who may not read exact places without what its camera wrote."""

from __future__ import annotations

from io import BytesIO
from typing import IO

from django.http import FileResponse, Http404, HttpResponseBase

from khuyencong.audit.actions import record
from khuyencong.core.errors import Refused
from khuyencong.core.exif import without_notes
from khuyencong.inspections.models import Inspection, InspectionFile
from khuyencong.inspections.place import sees_exactly
from khuyencong.people.actors import Actor


def hand_out(one: InspectionFile, found: Inspection, *, by: Actor) -> HttpResponseBase:
    """The file as a download under its own name, written down in the trail. Refused for a picture that cannot be made bare."""
    try:
        stream: IO[bytes] = one.file.open("rb")
    except FileNotFoundError:
        raise Http404("Tệp không còn trên máy chủ.") from None
    bare = one.content_type.startswith("image/") and not sees_exactly(by, found)
    if bare:
        with stream:
            try:
                stream = BytesIO(without_notes(stream.read()))
            except ValueError:
                raise Refused(
                    "Không bỏ được vị trí ghi trong ảnh này, nên chỉ người được xem dữ liệu cá nhân mới tải được."
                ) from None
    record(
        action="inspection.download",
        by=by,
        subject=found,
        thread=found.thread,
        after={"tệp": one.name, "bỏ vị trí": bare},
    )
    return FileResponse(stream, as_attachment=True, filename=one.name, content_type=one.content_type)
