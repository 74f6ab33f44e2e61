"""Attaching files to a đề án."""

from __future__ import annotations

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.core.errors import Refused
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission
from khuyencong.projects.door import lock_draft, lock_project, touch
from khuyencong.projects.keeping import files_or_nothing, keep_file
from khuyencong.projects.models import Attachment


def attach_file(*, project_id: int, by: Actor, version: int, kind: str, upload: UploadedFile[bytes]) -> Attachment:
    """Keep `upload` with the đề án under a made-up name, outside the web root.

    Raises NotAllowed, Stale, and Refused where it is empty, too large, of another type or already there. When the
    database refuses, the file on disk is removed again.
    """
    with files_or_nothing() as kept:
        with transaction.atomic():
            project = lock_project(project_id, by=by, permission=Permission.PROJECT_EDIT, version=version)
            attachment = keep_file(project, kind=kind, upload=upload, by=by, kept=kept)
            touch(project)
            record(
                action="project.attach",
                by=by,
                subject=project,
                thread=project.thread,
                after={"tệp": attachment.name, "dung lượng": attachment.size, "sha256": attachment.sha256},
            )
        return attachment


@transaction.atomic
def remove_file(*, project_id: int, by: Actor, version: int, attachment_id: int) -> None:
    """Take a file out of a draft; what has once been submitted stays. Raises NotAllowed, Stale, Refused."""
    project = lock_draft(project_id, by=by, version=version)
    attachment = project.attachments.filter(pk=attachment_id).first()
    if attachment is None:
        raise Refused("Tệp này không còn trong hồ sơ.")
    if project.submission:
        raise Refused("Hồ sơ đã từng gửi: tệp được giữ lại để đối chiếu, hãy đính kèm thêm bản mới.")
    if attachment.papers.exists() or attachment.letters.exists():
        raise Refused("Tệp này là một phiên bản của giấy tờ hoặc một văn bản đã ghi số: hãy nộp bản mới thay cho nó.")
    path, storage = attachment.file.name or "", attachment.file.storage
    name = attachment.name
    attachment.delete()
    touch(project)
    transaction.on_commit(lambda: storage.delete(path), robust=True)
    record(action="project.remove_file", by=by, subject=project, thread=project.thread, before={"tệp": name})
