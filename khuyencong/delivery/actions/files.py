"""The files of an acceptance: signed scans, and photos with the time and place that the camera wrote."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.core.errors import Refused
from khuyencong.delivery.keeping import keep_all
from khuyencong.delivery.models import Acceptance, AcceptanceFile, Annulment
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission
from khuyencong.projects.door import lock_project, touch
from khuyencong.projects.keeping import files_or_nothing
from khuyencong.projects.models import AttachmentKind


def attach_to_acceptance(
    *,
    acceptance_id: int,
    by: Actor,
    version: int,
    scans: Sequence[UploadedFile[bytes]] = (),
    photos: Sequence[UploadedFile[bytes]] = (),
) -> list[AcceptanceFile]:
    """Keep the signed minutes and photos with an acceptance; they become files of the đề án and are never replaced.

    Raises NotAllowed, Stale, Refused. When the database refuses, the files are removed from the disk again.
    """
    with files_or_nothing() as kept, transaction.atomic():
        project_id = Acceptance.all_ever.values_list("project", flat=True).get(pk=acceptance_id)
        project = lock_project(project_id, by=by, permission=Permission.ACCEPTANCE_RECORD, version=version)
        acceptance = Acceptance.all_ever.select_related("project").get(pk=acceptance_id)
        acceptance.project = project
        if Annulment.objects.filter(acceptance=acceptance).exists():
            raise Refused("Biên bản này đã được hủy: không đính kèm thêm.")
        if not scans and not photos:
            raise Refused("Hãy chọn bản ký hoặc ảnh.")
        files = keep_all(acceptance, scans, kind=AttachmentKind.ACCEPTANCE, by=by, kept=kept)
        files += keep_all(acceptance, photos, kind=AttachmentKind.PHOTO, by=by, kept=kept)
        touch(project)
        record(
            action="project.acceptance_attach",
            by=by,
            subject=project,
            thread=project.thread,
            after={"biên bản": acceptance.number, "tệp": [str(one.attachment) for one in files]},
        )
        return files
