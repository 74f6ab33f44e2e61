"""Attaching files to a đề án."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.core.errors import Refused
from khuyencong.core.files import check_upload
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission
from khuyencong.projects.door import lock_draft, lock_project, touch
from khuyencong.projects.models import Attachment, Project
from khuyencong.projects.states import ProjectState

MAX_FILES = 100
CLOSED = frozenset({ProjectState.SETTLED, ProjectState.REJECTED, ProjectState.WITHDRAWN})


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


@contextmanager
def files_or_nothing() -> Iterator[list[str]]:
    """Around a transaction that keeps files: where it fails, the files named in the list are taken off the disk again."""
    kept: list[str] = []
    try:
        yield kept
    except Exception:
        storage = Attachment._meta.get_field("file").storage  # noqa: SLF001  # Django's documented way to a field
        for path in kept:
            storage.delete(path)
        raise


def keep_file(project: Project, *, kind: str, upload: UploadedFile[bytes], by: Actor, kept: list[str]) -> Attachment:
    """Store one file of a locked, permitted đề án; its path is added to `kept` (see `files_or_nothing`).

    Refused where it is empty, too large, of another type, already there, or one too many.
    """
    found = check_upload(upload)
    _check_room(project, found.sha256)
    attachment = Attachment(
        project=project,
        kind=kind,
        name=found.name,
        content_type=found.content_type,
        size=found.size,
        sha256=found.sha256,
        uploaded_by=by.user,
    )
    attachment.file.save(found.stored_name, upload, save=False)
    kept.append(attachment.file.name or "")
    attachment.save()
    return attachment


def _check_room(project: Project, sha256: str) -> None:
    if project.state in CLOSED:
        raise Refused(f"Đề án ở trạng thái «{project.get_state_display()}» không nhận thêm tệp.")
    if project.attachments.filter(sha256=sha256).exists():
        raise Refused("Tệp này đã được đính kèm vào đề án.")
    if project.attachments.count() >= MAX_FILES:
        raise Refused(f"Một đề án có tối đa {MAX_FILES} tệp.")


@transaction.atomic
def remove_file(*, project_id: int, by: Actor, version: int, attachment_id: int) -> None:
    """Take a file out of a draft; what has once been submitted stays. Raises NotAllowed, Stale, Refused."""
    project = lock_draft(project_id, by=by, version=version)
    attachment = project.attachments.filter(pk=attachment_id).first()
    if attachment is None:
        raise Refused("Tệp này không còn trong hồ sơ.")
    if project.submission:
        raise Refused("Hồ sơ đã từng gửi: tệp được giữ lại để đối chiếu, hãy đính kèm thêm bản mới.")
    path, storage = attachment.file.name or "", attachment.file.storage
    name = attachment.name
    attachment.delete()
    touch(project)
    transaction.on_commit(lambda: storage.delete(path), robust=True)
    record(action="project.remove_file", by=by, subject=project, thread=project.thread, before={"tệp": name})
