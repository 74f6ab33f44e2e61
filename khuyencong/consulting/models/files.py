"""Contracts, minutes of acceptance, and what a consultant has delivered."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from khuyencong.consulting.models.advice import Advice
from khuyencong.consulting.models.jobs import Job
from khuyencong.core.fields import NFCCharField
from khuyencong.people.models import User


class ConsultingFile(models.Model):
    """A file of a job or of an advice, as it came, outside the web root under a made-up name; never replaced."""

    job = models.ForeignKey(Job, models.PROTECT, related_name="files", null=True)
    advice = models.ForeignKey(Advice, models.PROTECT, related_name="files", null=True)
    name = NFCCharField("tên tệp", max_length=255)
    file = models.FileField(upload_to="consulting/%Y/%m", max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField("dung lượng")
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(job__isnull=False, advice__isnull=True)
                | models.Q(job__isnull=True, advice__isnull=False),
                name="consulting_file_of_one_thing",
            ),
            models.UniqueConstraint(fields=["job", "sha256"], name="consulting_job_file_once"),
            models.UniqueConstraint(fields=["advice", "sha256"], name="consulting_advice_file_once"),
        ]

    def __str__(self) -> str:
        return self.name
