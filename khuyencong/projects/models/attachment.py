"""Files attached to a đề án."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from khuyencong.core.fields import NFCCharField
from khuyencong.people.models import User


class AttachmentKind(models.TextChoices):
    REQUEST = "request", "Công văn đề nghị"
    PROPOSAL = "proposal", "Đề án, dự toán"
    LICENCE = "licence", "Giấy chứng nhận đăng ký"
    COMMITMENT = "commitment", "Cam kết của cơ sở"
    QUOTATION = "quotation", "Báo giá"
    CONTRACT = "contract", "Hợp đồng"
    PROGRESS = "progress", "Báo cáo tiến độ"
    ACCEPTANCE = "acceptance", "Biên bản nghiệm thu"
    VOUCHER = "voucher", "Chứng từ"
    PHOTO = "photo", "Ảnh"
    OTHER = "other", "Tài liệu khác"


class Attachment(models.Model):
    """A file kept outside the web root under a made-up name; the name it came with is kept here."""

    project = models.ForeignKey("projects.Project", models.CASCADE, related_name="attachments")
    kind = models.CharField("loại tài liệu", max_length=20, choices=AttachmentKind)
    name = NFCCharField("tên tệp", max_length=255)
    file = models.FileField(upload_to="attachments/%Y/%m", max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField("dung lượng")
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-uploaded_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "sha256"],
                name="attachment_once",
                violation_error_message="Tệp này đã được đính kèm vào đề án.",
            )
        ]

    def __str__(self) -> str:
        return self.name
