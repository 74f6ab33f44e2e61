"""Attaching files to a đề án."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.core.errors import Refused
from khuyencong.core.files import CheckedUpload, check_upload
from khuyencong.people.actors import Actor
from khuyencong.people.models import User
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
    found = check_upload(upload)
    with kept_files() as stored, transaction.atomic():
        project = lock_project(project_id, by=by, permission=Permission.PROJECT_EDIT, version=version)
        _check_room(project, found.sha256)
        attachment = keep_file(project, kind=kind, upload=upload, found=found, uploaded_by=by.user, stored=stored)
        touch(project)
        record(
            action="project.attach",
            by=by,
            subject=project,
            thread=project.thread,
            after={"tệp": found.name, "dung lượng": found.size, "sha256": found.sha256},
        )
    return attachment


@contextmanager
def kept_files() -> Iterator[list[str]]:
    """A list for the names of files written inside the block: all are deleted again when anything in it fails.

    Stands around the transaction, so that a commit that fails leaves nothing on disk either.
    """
    storage = Attachment._meta.get_field("file").storage  # noqa: SLF001  # Django's documented way to a field
    stored: list[str] = []
    try:
        yield stored
    except Exception:
        for name in stored:
            storage.delete(name)
        raise


def keep_file(
    project: Project, *, kind: str, upload: File[bytes], found: CheckedUpload, uploaded_by: User, stored: list[str]
) -> Attachment:
    """Write the checked bytes to disk and their row to the database; call it inside `kept_files` and a transaction."""
    attachment = Attachment(
        project=project,
        kind=kind,
        name=found.name,
        content_type=found.content_type,
        size=found.size,
        sha256=found.sha256,
        uploaded_by=uploaded_by,
    )
    attachment.file.save(found.stored_name, upload, save=False)
    stored.append(attachment.file.name or "")
    attachment.save()
    return attachment


def _check_room(project: Project, sha256: str) -> None:
    if project.state in CLOSED:
        raise Refused(f"Đề án ở trạng thái «{project.get_state_display()}» không nhận thêm tệp.")
    if project.attachments.filter(sha256=sha256).exists():
        raise Refused("Tệp này đã được đính kèm vào đề án.")
    check_count(project)


def check_count(project: Project) -> None:
    """Refused where the đề án holds as many files as it may."""
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
    if attachment.papers.exists() or attachment.letters.exists():
        raise Refused("Tệp này là một phiên bản của giấy tờ hoặc một văn bản đã ghi số: hãy nộp bản mới thay cho nó.")
    path, storage = attachment.file.name or "", attachment.file.storage
    name = attachment.name
    attachment.delete()
    touch(project)
    transaction.on_commit(lambda: storage.delete(path), robust=True)
    record(action="project.remove_file", by=by, subject=project, thread=project.thread, before={"tệp": name})
