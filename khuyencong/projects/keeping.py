"""Keeping a file with a đề án: on the disk under a made-up name, in the database under its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile

from khuyencong.core.errors import Refused
from khuyencong.core.files import CheckedUpload, check_upload
from khuyencong.people.actors import Actor
from khuyencong.people.models import User
from khuyencong.projects.models import Attachment, Project
from khuyencong.projects.states import ProjectState

MAX_FILES = 100
CLOSED = frozenset({ProjectState.SETTLED, ProjectState.REJECTED, ProjectState.WITHDRAWN})


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
    """Store one uploaded file of a locked, permitted đề án; its path is added to `kept` (see `files_or_nothing`).

    Refused where it is empty, too large, of another type, already there, or one too many.
    """
    found = check_upload(upload)
    if project.state in CLOSED:
        raise Refused(f"Đề án ở trạng thái «{project.get_state_display()}» không nhận thêm tệp.")
    if project.attachments.filter(sha256=found.sha256).exists():
        raise Refused("Tệp này đã được đính kèm vào đề án.")
    return keep_checked(project, kind=kind, content=upload, found=found, user=by.user, kept=kept)


def keep_checked(
    project: Project, *, kind: str, content: File[bytes], found: CheckedUpload, user: User, kept: list[str]
) -> Attachment:
    """Store bytes that were looked at already. Refused where it is one file too many."""
    if project.attachments.count() >= MAX_FILES:
        raise Refused(f"Một đề án có tối đa {MAX_FILES} tệp.")
    attachment = Attachment(
        project=project,
        kind=kind,
        name=found.name,
        content_type=found.content_type,
        size=found.size,
        sha256=found.sha256,
        uploaded_by=user,
    )
    attachment.file.save(found.arrive(), content, save=False)
    kept.append(attachment.file.name or "")
    attachment.save()
    return attachment
