"""What the unit must put right before a returned đề án comes back."""

from __future__ import annotations

from datetime import date

from django.db import models

from khuyencong.appraisal.models.appraisal import Appraisal
from khuyencong.core.fields import NFCTextField
from khuyencong.people.models import User
from khuyencong.projects.models import Project


class CompletionRequest(models.Model):
    """The request that goes with a return: numbered items, and the day that the appraiser gave.

    The law names no number of days; `working_days` is the appraiser's, `due_on` is counted from it by the calendar of
    working days. The appraiser's clock stands still until the đề án is handed in again.
    """

    appraisal = models.OneToOneField(Appraisal, models.PROTECT, related_name="completion")
    project = models.ForeignKey(Project, models.PROTECT, related_name="completion_requests")
    submission = models.PositiveSmallIntegerField("lần gửi bị trả lại")
    asked_on = models.DateField("ngày yêu cầu")
    working_days = models.PositiveSmallIntegerField("số ngày làm việc", null=True, blank=True)
    due_on = models.DateField("hạn hoàn thiện", null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(due_on__isnull=True) | models.Q(due_on__gte=models.F("asked_on")),
                name="completion_due_after_asking",
            )
        ]

    def __str__(self) -> str:
        return f"Yêu cầu hoàn thiện lần gửi {self.submission}"

    def is_late(self, on: date) -> bool:
        """Whether the day has passed on the day `on`; without a day never."""
        return self.due_on is not None and self.due_on < on


class CompletionItem(models.Model):
    """One thing to put right, and what the unit says it has done."""

    request = models.ForeignKey(CompletionRequest, models.PROTECT, related_name="items")
    number = models.PositiveSmallIntegerField("số")
    text = NFCTextField("điểm phải hoàn thiện", max_length=2_000)
    answer = NFCTextField("đã hoàn thiện thế nào", max_length=5_000, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    answered_at = models.DateTimeField("trả lời lúc", null=True)

    class Meta:
        ordering = ["request", "number"]
        constraints = [
            models.UniqueConstraint(fields=["request", "number"], name="completion_item_once"),
            models.CheckConstraint(
                condition=models.Q(answer="") | models.Q(answered_by__isnull=False), name="completion_item_answered_by"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.text}"
