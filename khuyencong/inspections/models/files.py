"""Photos, signed minutes and evidence."""

from __future__ import annotations

from django.db import models

from khuyencong.inspections.models.findings import FollowUp
from khuyencong.inspections.models.inspection import Inspection
from khuyencong.inspections.models.visits import Visit
from khuyencong.people.kept_file import KeptFile


class FileKind(models.TextChoices):
    PHOTO = "photo", "Ảnh tại chỗ"
    MINUTES = "minutes", "Biên bản đã ký"
    CONCLUSION = "conclusion", "Văn bản kết luận"
    EVIDENCE = "evidence", "Tài liệu chứng minh"


# What can be added after the visit; the conclusion comes with its step.
ADDED_LATER = (FileKind.PHOTO, FileKind.MINUTES, FileKind.EVIDENCE)
# What the inspected may have before the conclusion: they were there.
OPEN_TO_THE_INSPECTED = (FileKind.PHOTO, FileKind.MINUTES)


class InspectionFile(KeptFile):
    """A file as it came, outside the web root under a made-up name; with what the camera wrote into a photo.

    It lies apart from the files of the đề án: a settled one takes no more, and not everybody who reads those reads these.
    """

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="files")
    visit = models.ForeignKey(Visit, models.PROTECT, related_name="files", null=True)
    follow_up = models.ForeignKey(FollowUp, models.PROTECT, related_name="files", null=True)
    kind = models.CharField("loại", max_length=10, choices=FileKind)
    file = models.FileField(upload_to="inspections/%Y/%m", max_length=200)
    taken_at = models.CharField("chụp lúc (giờ của máy ảnh)", max_length=19, blank=True)
    latitude = models.DecimalField("vĩ độ", max_digits=8, decimal_places=5, null=True)
    longitude = models.DecimalField("kinh độ", max_digits=8, decimal_places=5, null=True)

    class Meta(KeptFile.Meta):
        constraints = [
            models.UniqueConstraint(fields=["inspection", "sha256"], name="inspection_file_once"),
            models.CheckConstraint(
                condition=~models.Q(kind=FileKind.PHOTO) | models.Q(visit__isnull=False),
                name="inspection_photo_of_a_visit",
            ),
        ]
