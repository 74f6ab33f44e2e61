"""Photos of a report: files of the đề án, with the time and place that the camera wrote."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.core.errors import Refused
from khuyencong.core.exif import Shot, shot_of
from khuyencong.monitoring.door import lock_to_write
from khuyencong.monitoring.models import ProgressReport, ReportPhoto
from khuyencong.people.actors import Actor
from khuyencong.projects.keeping import files_or_nothing, keep_file
from khuyencong.projects.models import AttachmentKind

MOST_PHOTOS = 20


def add_photos(
    *, report_id: int, by: Actor, version: int, photos: Sequence[UploadedFile[bytes]], caption: str = ""
) -> list[ReportPhoto]:
    """Keep the photos with a draft or returned report. When the database refuses, the files leave the disk again.

    Raises NotAllowed, Stale, Refused: too many, no photo, already a file of the đề án.
    """
    with files_or_nothing() as kept:
        with transaction.atomic():
            report = lock_to_write(report_id, by=by, version=version)
            if not photos:
                raise Refused("Hãy chọn ít nhất một ảnh.")
            if report.photos.count() + len(photos) > MOST_PHOTOS:
                raise Refused(f"Mỗi báo cáo có nhiều nhất {MOST_PHOTOS} ảnh.")
            made = [_keep(report, upload, caption.strip(), by, kept) for upload in photos]
            report.version += 1
            report.save(update_fields=["version"])
            record(
                action="monthly.photo", by=by, subject=report, thread=report.thread,
                after={"tháng": f"{report.month:%m/%Y}", "ảnh": [str(one) for one in made], "chú thích": caption.strip()},
            )  # fmt: skip
        return made


def _keep(report: ProgressReport, upload: UploadedFile[bytes], caption: str, by: Actor, kept: list[str]) -> ReportPhoto:
    attachment = keep_file(report.project, kind=AttachmentKind.PHOTO, upload=upload, by=by, kept=kept)
    if not attachment.content_type.startswith("image/"):
        raise Refused(f"Tệp «{attachment.name}» không phải ảnh (JPEG, PNG).")
    upload.seek(0)
    shot = shot_of(upload.file) if upload.file is not None else Shot()
    return ReportPhoto.objects.create(
        report=report, attachment=attachment, caption=caption,
        taken_at=shot.taken_at, latitude=shot.latitude, longitude=shot.longitude,
    )  # fmt: skip


@transaction.atomic
def remove_photo(*, report_id: int, photo_id: int, by: Actor, version: int) -> None:
    """Take a photo off a draft or returned report; it stays a file of the đề án. Raises NotAllowed, Stale, Refused."""
    report = lock_to_write(report_id, by=by, version=version)
    photo = report.photos.select_related("attachment").filter(pk=photo_id).first()
    if photo is None:
        raise Refused("Ảnh này không còn trong báo cáo.")
    name = str(photo)
    photo.delete()
    report.version += 1
    report.save(update_fields=["version"])
    record(action="monthly.photo_remove", by=by, subject=report, thread=report.thread, before={"ảnh": name})
