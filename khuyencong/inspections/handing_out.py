"""Handing a file of an inspection out: as it came, or for those who may not read exact places without what its camera wrote."""

from __future__ import annotations

from typing import IO

from django.http import FileResponse, Http404, HttpResponseBase

from khuyencong.audit.actions import record
from khuyencong.inspections.models import Inspection, InspectionFile
from khuyencong.inspections.place import sees_exactly
from khuyencong.people.actors import Actor
from khuyencong.projects.places_seen import bare, is_picture


def hand_out(one: InspectionFile, found: Inspection, *, by: Actor) -> HttpResponseBase:
    """The file as a download under its own name, written down in the trail. Refused for a picture that cannot be made bare."""
    try:
        stream: IO[bytes] = one.file.open("rb")
    except FileNotFoundError:
        raise Http404("Tệp không còn trên máy chủ.") from None
    hidden = is_picture(one.content_type) and not sees_exactly(by, found)
    if hidden:
        stream = bare(stream)
    record(
        action="inspection.download",
        by=by,
        subject=found,
        thread=found.thread,
        after={"tệp": one.name, "bỏ vị trí": hidden},
    )
    return FileResponse(stream, as_attachment=True, filename=one.name, content_type=one.content_type)
