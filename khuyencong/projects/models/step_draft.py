"""What a person has typed on one step of a đề án and not yet written into it."""

from __future__ import annotations

from django.db import models

from khuyencong.people.models import User


class StepDraft(models.Model):
    """The fields of one step as the browser sent them, valid or not, until they become part of the đề án.

    It belongs to one person: nobody else sees it, and it is no record of the State. What it holds enters the đề án, and
    the audit trail, when that person saves the step; `version` is that of the đề án on which it was begun.
    """

    project = models.ForeignKey("projects.Project", models.CASCADE, related_name="step_drafts")
    user = models.ForeignKey(User, models.CASCADE, related_name="step_drafts")
    step = models.CharField("bước", max_length=20)
    version = models.PositiveIntegerField("phiên bản khi mở")
    fields = models.JSONField("nội dung")
    saved_at = models.DateTimeField("giữ lúc")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "user", "step"], name="step_draft_once")]

    def __str__(self) -> str:
        return f"{self.project_id}: {self.step}"
