"""Handing a file of an inspection out: as it came, or for those who may not read exact places without what its camera wrote."""

from __future__ import annotations

from django.http import HttpResponseBase

from khuyencong.audit import handing_out
from khuyencong.inspections.models import Inspection, InspectionFile
from khuyencong.inspections.place import sees_exactly
from khuyencong.people.actors import Actor


def hand_out(one: InspectionFile, found: Inspection, *, by: Actor) -> HttpResponseBase:
    """The file as a download under its own name, written down in the trail. Refused for a picture that cannot be made bare."""
    return handing_out.hand_out(
        handing_out.opened(one.file),
        name=one.name,
        content_type=one.content_type,
        action="inspection.download",
        by=by,
        subject=found,
        thread=found.thread,
        exact=sees_exactly(by, found),
    )
