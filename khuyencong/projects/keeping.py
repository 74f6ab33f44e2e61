"""Keeping a file with a đề án: on the disk under a made-up name, in the database under its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.files.uploadedfile import UploadedFile

from khuyencong.core.errors import Refused
from khuyencong.core.files import check_upload
from khuyencong.people.actors import Actor
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
