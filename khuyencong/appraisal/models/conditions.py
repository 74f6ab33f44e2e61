"""What an agreement with conditions asks for, and how each condition was met or waived."""

from __future__ import annotations

from django.db import models

from khuyencong.appraisal.models.appraisal import Appraisal
from khuyencong.core.fields import NFCTextField
from khuyencong.people.models import User
from khuyencong.projects.models import Attachment


class ConditionState(models.TextChoices):
    OPEN = "open", "Chưa đáp ứng"
    ANSWERED = "answered", "Chờ xác nhận"
    MET = "met", "Đã đáp ứng"
    WAIVED = "waived", "Được miễn"


STILL_OPEN = (ConditionState.OPEN, ConditionState.ANSWERED)


class AppraisalCondition(models.Model):
    """One condition of an agreement: the unit answers it, an appraiser of that level says whether it is met.

    The law names no deadline for conditions; `due_on` is what the appraiser wrote.
    """

    appraisal = models.ForeignKey(Appraisal, models.PROTECT, related_name="requirements")
    number = models.PositiveSmallIntegerField("số")
    text = NFCTextField("điều kiện", max_length=2_000)
    due_on = models.DateField("hạn đáp ứng", null=True, blank=True)
    state = models.CharField("trạng thái", max_length=10, choices=ConditionState, default=ConditionState.OPEN)
    answer = NFCTextField("trả lời của đơn vị", max_length=5_000, blank=True)
    evidence = models.ForeignKey(
        Attachment, models.PROTECT, verbose_name="tệp chứng minh", related_name="+", null=True, blank=True
    )
    answered_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    answered_at = models.DateTimeField("trả lời lúc", null=True)
    reason = NFCTextField("kết luận, lý do", max_length=5_000, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    decided_at = models.DateTimeField("kết luận lúc", null=True)

    class Meta:
        ordering = ["appraisal", "number"]
        constraints = [
            models.UniqueConstraint(fields=["appraisal", "number"], name="condition_number_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=STILL_OPEN) | models.Q(decided_by__isnull=False),
                name="condition_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=ConditionState.WAIVED) | ~models.Q(reason=""), name="condition_waived_why"
            ),
            models.CheckConstraint(
                condition=~models.Q(state=ConditionState.ANSWERED) | ~models.Q(answer=""),
                name="condition_answered_with_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.text}"

    @property
    def is_open(self) -> bool:
        return self.state in STILL_OPEN
