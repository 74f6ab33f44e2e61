"""The scanned documents of an adjustment: kept with the step that brings them, gone again where the step fails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeAlias

from django.core.files.uploadedfile import UploadedFile

from khuyencong.adjustments.models import Adjustment, AdjustmentPaper, PaperKind
from khuyencong.core.files import check_upload
from khuyencong.people.actors import Actor

Upload: TypeAlias = "UploadedFile[bytes] | None"


@contextmanager
def kept(adjustment: Adjustment, kind: PaperKind, upload: Upload, *, by: Actor) -> Iterator[str]:
    """Keep `upload` (or nothing) with the adjustment while the block runs, and give its name ("" for none).

    Raises Refused where it is empty, too large or of another type. A block that fails leaves no file behind.
    """
    if upload is None:
        yield ""
        return
    found = check_upload(upload)
    paper = AdjustmentPaper(
        adjustment=adjustment,
        kind=kind,
        name=found.name,
        content_type=found.content_type,
        size=found.size,
        sha256=found.sha256,
        uploaded_by=by.user,
    )
    try:
        paper.file.save(found.arrive(), upload, save=False)
        paper.save()
        yield found.name
    except Exception:
        if paper.file.name:
            paper.file.storage.delete(paper.file.name)
        raise
