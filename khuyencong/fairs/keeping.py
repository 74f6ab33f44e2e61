"""Keeping the files of a fair: on the disk under a made-up name, gone again where the step fails."""

from __future__ import annotations

from django.core.files.uploadedfile import UploadedFile
from PIL import Image, UnidentifiedImageError

from khuyencong.core.errors import Refused
from khuyencong.core.files import JPEG, PNG, check_upload
from khuyencong.fairs.models import Fair, FairFile, FairFileKind
from khuyencong.people.models import User

MOST_FILES = 400  # of one fair: a contract for each booth, and more
PICTURES = (JPEG.content_type, PNG.content_type)


def keep_file(fair: Fair, upload: UploadedFile[bytes], *, kind: FairFileKind, user: User, kept: list[str]) -> FairFile:
    """Store one file of a locked fair; its path is added to `kept` (see `projects.keeping.files_or_nothing`).

    Refused where it is empty, too large, of another type, there already, or one too many; a plan must be a picture.
    """
    found = check_upload(upload)
    if fair.files.count() >= MOST_FILES:
        raise Refused(f"Một hội chợ có tối đa {MOST_FILES} tệp.")
    if fair.files.filter(sha256=found.sha256).exists():
        raise Refused(f"Tệp «{found.name[:100]}» đã có trong hội chợ này.")
    width = height = 0
    if kind == FairFileKind.PLAN:
        width, height = _size(upload, found.content_type, found.name)
    row = FairFile(
        fair=fair,
        kind=kind,
        name=found.name,
        content_type=found.content_type,
        size=found.size,
        sha256=found.sha256,
        width=width,
        height=height,
        uploaded_by=user,
    )
    row.file.save(found.arrive(), upload, save=False)
    kept.append(row.file.name or "")
    row.save()
    return row


def _size(upload: UploadedFile[bytes], content_type: str, name: str) -> tuple[int, int]:
    if content_type not in PICTURES or upload.file is None:
        raise Refused(f"Tệp «{name[:100]}» không phải ảnh (JPEG, PNG): chụp hoặc xuất mặt bằng thành ảnh.")
    try:
        with Image.open(upload.file) as picture:
            size: tuple[int, int] = picture.size
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        raise Refused(f"Ảnh «{name[:100]}» không đọc được: hãy lưu lại rồi gửi tệp khác.") from None
    finally:
        upload.seek(0)
    return size
