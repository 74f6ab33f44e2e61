"""What the department and the national agency write to each other about one đề án."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from khuyencong.core.fields import NFCTextField
from khuyencong.people.models import Agency, User
from khuyencong.projects.models import Project


class Remark(models.Model):
    """One remark; only ever added (see the migration)."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="appraisal_remarks")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    text = NFCTextField("ý kiến", max_length=5_000)
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text[:80]
