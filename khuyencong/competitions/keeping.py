"""Keeping files of a round or a product: on the disk under a made-up name, gone again where the step fails.

Photos lose what the camera wrote beside the picture before they are stored: nobody here needs to know where it was taken.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile

from khuyencong.competitions.likeness import photo_hash
from khuyencong.competitions.models import Entry, EntryPaper, EntryPhoto, Round, RoundPaper, RoundPaperKind
from khuyencong.core.errors import Refused
from khuyencong.core.exif import without_notes
from khuyencong.core.files import JPEG, PNG, CheckedUpload, check_upload
from khuyencong.people.models import User

MOST_PHOTOS, MOST_PAPERS = 12, 40  # of one product
MOST_ROUND_PAPERS = 60
MOST_OF_A_LOGO = 2 * 1024 * 1024
Uploads: TypeAlias = "Sequence[UploadedFile[bytes]]"
HEIC = (".heic", ".heif")
NO_HEIC = "Ảnh HEIC của iPhone chưa đọc được ở đây: hãy chọn «Tương thích nhất» trong Cài đặt > Camera rồi chụp lại."


def keep_photo(entry: Entry, upload: UploadedFile[bytes], *, angle: str, user: User, kept: list[str]) -> EntryPhoto:
    """Store one photo of a locked product; its path is added to `kept` (see `projects.keeping.files_or_nothing`).

    Refused where it is no picture, cannot be opened, is there already, or one too many.
    """
    found = _check(upload)
    if found.content_type not in {JPEG.content_type, PNG.content_type}:
        raise Refused(f"Tệp «{found.name[:100]}» không phải ảnh (JPEG, PNG).")
    if entry.photos.count() >= MOST_PHOTOS:
        raise Refused(f"Một sản phẩm có tối đa {MOST_PHOTOS} ảnh.")
    likeness = photo_hash(upload.read())
    upload.seek(0)
    try:
        content = without_notes(upload.read())
    except ValueError:
        raise Refused(f"Ảnh «{found.name[:100]}» không đọc được đến hết: hãy chụp lại.") from None
    # The hash of what is kept: the same picture sent with another place written into it is the same picture.
    digest = hashlib.sha256(content).hexdigest()
    if entry.photos.filter(sha256=digest).exists():
        raise Refused(f"Ảnh «{found.name[:100]}» đã có trong hồ sơ.")
    row = EntryPhoto(
        entry=entry,
        angle=angle,
        name=found.name,
        content_type=found.content_type,
        size=len(content),
        sha256=digest,
        likeness=likeness,
        uploaded_by=user,
    )
    row.file.save(found.arrive(), ContentFile(content), save=False)
    kept.append(row.file.name or "")
    row.save()
    return row


def keep_paper(entry: Entry, upload: UploadedFile[bytes], *, kind: str, user: User, kept: list[str]) -> EntryPaper:
    """Store one paper of a locked product; as `keep_photo`."""
    found = _check(upload)
    if entry.papers.count() >= MOST_PAPERS:
        raise Refused(f"Một hồ sơ có tối đa {MOST_PAPERS} giấy tờ.")
    if entry.papers.filter(sha256=found.sha256).exists():
        raise Refused(f"Tệp «{found.name[:100]}» đã có trong hồ sơ.")
    row = EntryPaper(entry=entry, kind=kind, uploaded_by=user, **_columns(found))
    row.file.save(found.arrive(), upload, save=False)
    kept.append(row.file.name or "")
    row.save()
    return row


def keep_round_papers(
    round_: Round, uploads: Iterable[UploadedFile[bytes]], *, kind: str, user: User, kept: list[str]
) -> list[RoundPaper]:
    """Store the scans of one step of a locked round; as `keep_photo`."""
    rows = []
    for upload in uploads:
        found = _check(upload)
        if kind == RoundPaperKind.LOGO:
            _check_logo(found, upload)
        if round_.papers.count() >= MOST_ROUND_PAPERS:
            raise Refused(f"Một kỳ bình chọn có tối đa {MOST_ROUND_PAPERS} tệp.")
        if round_.papers.filter(sha256=found.sha256).exists():
            raise Refused(f"Tệp «{found.name[:100]}» đã có trong kỳ bình chọn.")
        row = RoundPaper(round=round_, kind=kind, uploaded_by=user, **_columns(found))
        row.file.save(found.arrive(), upload, save=False)
        kept.append(row.file.name or "")
        row.save()
        rows.append(row)
    return rows


def _check(upload: UploadedFile[bytes]) -> CheckedUpload:
    if (upload.name or "").lower().endswith(HEIC):
        raise Refused(NO_HEIC)
    return check_upload(upload)


def _check_logo(found: CheckedUpload, upload: UploadedFile[bytes]) -> None:
    """Refused unless it is a small picture that opens; what is printed is drawn anew from it (`outcome.logo`)."""
    if found.content_type not in {JPEG.content_type, PNG.content_type}:
        raise Refused(f"Logo phải là ảnh PNG hoặc JPEG: «{found.name[:100]}» không phải ảnh.")
    if found.size > MOST_OF_A_LOGO:
        raise Refused(f"Ảnh logo không quá {MOST_OF_A_LOGO // 1024 // 1024} MB.")
    photo_hash(upload.read())
    upload.seek(0)


def _columns(found: CheckedUpload) -> dict[str, str | int]:
    return {"name": found.name, "content_type": found.content_type, "size": found.size, "sha256": found.sha256}
