"""What is kept of a file that somebody brought: its columns in every room that keeps files as they came."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from khuyencong.core.fields import NFCCharField
from khuyencong.people.models import User


class KeptFile(models.Model):
    """A file as it came, outside the web root under a made-up name; never replaced. A room adds `file` with its folder."""

    name = NFCCharField("tên tệp", max_length=255)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField("dung lượng")
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        abstract = True
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name
