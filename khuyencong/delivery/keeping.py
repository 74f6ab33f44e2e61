"""Files kept with an acceptance; what a camera wrote is kept beside a photo."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.files.uploadedfile import UploadedFile

from khuyencong.core.errors import Refused
from khuyencong.delivery.models import Acceptance, AcceptanceFile
from khuyencong.people.actors import Actor
from khuyencong.projects.photos import keep_shot

MOST_FILES = 20


def keep_all(
    acceptance: Acceptance, uploads: Sequence[UploadedFile[bytes]], *, kind: str, by: Actor, kept: list[str]
) -> list[AcceptanceFile]:
    """Store the files of a locked đề án with the acceptance. Refused where there are too many, or a photo is none."""
    if len(uploads) > MOST_FILES:
        raise Refused(f"Mỗi lần đính kèm nhiều nhất {MOST_FILES} tệp.")
    found = []
    for upload in uploads:
        attachment, shot = keep_shot(acceptance.project, kind=kind, upload=upload, by=by, kept=kept)
        found.append(
            AcceptanceFile.objects.create(
                acceptance=acceptance,
                attachment=attachment,
                taken_at=shot.taken_at,
                latitude=shot.latitude,
                longitude=shot.longitude,
            )
        )
    return found
