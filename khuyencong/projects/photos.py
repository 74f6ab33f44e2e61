"""A photo kept with a đề án, with the time and place that its camera wrote."""

from __future__ import annotations

from django.core.files.uploadedfile import UploadedFile

from khuyencong.core.errors import Refused
from khuyencong.core.exif import Shot, shot_of
from khuyencong.people.actors import Actor
from khuyencong.projects.keeping import keep_file
from khuyencong.projects.models import Attachment, AttachmentKind, Project


def keep_shot(
    project: Project, *, kind: str, upload: UploadedFile[bytes], by: Actor, kept: list[str]
) -> tuple[Attachment, Shot]:
    """As `keep_file`, with what the camera wrote; a scan of another kind says nothing. Refused where a photo is none."""
    attachment = keep_file(project, kind=kind, upload=upload, by=by, kept=kept)
    if kind != AttachmentKind.PHOTO:
        return attachment, Shot()
    if not attachment.content_type.startswith("image/"):
        raise Refused(f"Tệp «{attachment.name}» không phải ảnh (JPEG, PNG).")
    upload.seek(0)
    return attachment, shot_of(upload.file) if upload.file is not None else Shot()
