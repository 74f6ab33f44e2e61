"""A đề án as it stood on a day, kept for good."""

from __future__ import annotations

from typing import NoReturn

from django.db import models
from django.db.models.functions import Now
from django.urls import reverse

from khuyencong.core.fields import NFCCharField
from khuyencong.people.models import User


class VersionCause(models.TextChoices):
    SUBMISSION = "submission", "Gửi thẩm định"
    APPROVAL = "approval", "Phê duyệt trong kế hoạch"
    BEFORE = "before", "Trước khi điều chỉnh"
    ADJUSTMENT = "adjustment", "Điều chỉnh"


class ProjectVersion(models.Model):
    """The whole đề án as plain data (`projects.versions`): rows are only ever added, the database refuses the rest."""

    project = models.ForeignKey("projects.Project", models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField("số")
    cause = models.CharField("vì sao", max_length=12, choices=VersionCause)
    document = NFCCharField("văn bản", max_length=300, blank=True)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_as = NFCCharField("người làm", max_length=400, blank=True)
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["project", "number"], name="project_version_once")]

    def __str__(self) -> str:
        return f"Phiên bản {self.number}: {self.get_cause_display().lower()}"

    def save(self, *args: object, **kwargs: object) -> None:
        """Add the row; an existing one is never saved again."""
        if self.pk is not None:
            self._refuse()
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("project_version", args=[self.project.code, self.number])

    def delete(self, *_args: object, **_kwargs: object) -> NoReturn:
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise TypeError("Phiên bản của đề án chỉ ghi thêm.")
