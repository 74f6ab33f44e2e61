"""Keeping the files of an inspection: on the disk under a made-up name, gone again where the step fails."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from django.core.files.uploadedfile import UploadedFile

from khuyencong.core.errors import Refused
from khuyencong.core.exif import Shot, shot_of
from khuyencong.core.files import JPEG, PNG, check_upload
from khuyencong.inspections.models import FileKind, FollowUp, Inspection, InspectionFile, Visit
from khuyencong.people.models import User

MOST_PHOTOS = 20  # of one visit
MOST_FILES = 100  # of one inspection
Uploads: TypeAlias = "Sequence[UploadedFile[bytes]]"


def keep_files(
    inspection: Inspection,
    uploads: Uploads,
    *,
    kind: FileKind,
    user: User,
    kept: list[str],
    visit: Visit | None = None,
    follow_up: FollowUp | None = None,
) -> list[InspectionFile]:
    """Store what was sent; paths are added to `kept` (see `projects.keeping.files_or_nothing`).

    Refused where one is empty, too large, of another type, there already, or one too many.
    """
    if len(uploads) > MOST_PHOTOS:
        raise Refused(f"Mỗi lần gửi nhiều nhất {MOST_PHOTOS} tệp.")
    if uploads and inspection.files.count() + len(uploads) > MOST_FILES:
        raise Refused(f"Một cuộc kiểm tra có tối đa {MOST_FILES} tệp.")
    return [
        _keep(inspection, one, kind=kind, user=user, kept=kept, visit=visit, follow_up=follow_up) for one in uploads
    ]


def _keep(
    inspection: Inspection,
    upload: UploadedFile[bytes],
    *,
    kind: FileKind,
    user: User,
    kept: list[str],
    visit: Visit | None,
    follow_up: FollowUp | None,
) -> InspectionFile:
    found = check_upload(upload)
    if kind == FileKind.PHOTO and found.content_type not in {JPEG.content_type, PNG.content_type}:
        raise Refused(f"Tệp «{found.name}» không phải ảnh (JPEG, PNG).")
    if inspection.files.filter(sha256=found.sha256).exists():
        raise Refused(f"Tệp «{found.name}» đã có trong cuộc kiểm tra này.")
    shot = shot_of(upload.file) if kind == FileKind.PHOTO and upload.file is not None else Shot()
    row = InspectionFile(
        inspection=inspection,
        visit=visit,
        follow_up=follow_up,
        kind=kind,
        name=found.name,
        content_type=found.content_type,
        size=found.size,
        sha256=found.sha256,
        taken_at=shot.taken_at,
        latitude=shot.latitude,
        longitude=shot.longitude,
        uploaded_by=user,
    )
    row.file.save(found.arrive(), upload, save=False)
    kept.append(row.file.name or "")
    row.save()
    return row
