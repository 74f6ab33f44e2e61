"""Contracts, minutes of acceptance, and what a consultant has delivered."""

from __future__ import annotations

from django.db import models

from khuyencong.consulting.models.advice import Advice
from khuyencong.consulting.models.jobs import Job
from khuyencong.people.kept_file import KeptFile


class ConsultingFile(KeptFile):
    """A file of a job or of an advice, as it came, outside the web root under a made-up name; never replaced."""

    job = models.ForeignKey(Job, models.PROTECT, related_name="files", null=True)
    advice = models.ForeignKey(Advice, models.PROTECT, related_name="files", null=True)
    file = models.FileField(upload_to="consulting/%Y/%m", max_length=200)

    class Meta(KeptFile.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(job__isnull=False, advice__isnull=True)
                | models.Q(job__isnull=True, advice__isnull=False),
                name="consulting_file_of_one_thing",
            ),
            models.UniqueConstraint(fields=["job", "sha256"], name="consulting_job_file_once"),
            models.UniqueConstraint(fields=["advice", "sha256"], name="consulting_advice_file_once"),
        ]
