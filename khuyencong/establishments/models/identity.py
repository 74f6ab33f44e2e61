"""Which entries are one and the same establishment: what was suspected, and what a person decided."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from khuyencong.core.fields import NFCCharField
from khuyencong.establishments.models.registry import Establishment
from khuyencong.people.models import User


class SuspicionState(models.TextChoices):
    OPEN = "open", "Chờ xem"
    DISMISSED = "dismissed", "Không phải một cơ sở"
    MERGED = "merged", "Đã gộp"


class Suspicion(models.Model):
    """Two entries that look like one establishment; `first` has the smaller key, so a pair stands once."""

    first = models.ForeignKey(Establishment, models.CASCADE, related_name="+")
    second = models.ForeignKey(Establishment, models.CASCADE, related_name="+")
    reasons = models.JSONField("lý do", default=list)  # codes of `identity.Reason`
    state = models.CharField("trạng thái", max_length=10, choices=SuspicionState, default=SuspicionState.OPEN)
    found_at = models.DateTimeField(db_default=Now(), editable=False)
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)
    decided_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["-found_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="suspicion_once"),
            models.CheckConstraint(condition=models.Q(first__lt=models.F("second")), name="suspicion_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} = {self.second_id}?"


class Merge(models.Model):
    """That `dropped` was merged into `kept`, by whom and why; undone, the row stays and says by whom."""

    kept = models.ForeignKey(Establishment, models.PROTECT, related_name="+")
    dropped = models.ForeignKey(Establishment, models.PROTECT, related_name="+")
    reason = NFCCharField("lý do", max_length=300)
    # The entries that pointed at `dropped` before, and were pointed on; undoing gives them back.
    carried = models.JSONField(default=list, editable=False)
    merged_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    merged_at = models.DateTimeField(db_default=Now(), editable=False)
    undone_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)
    undone_at = models.DateTimeField(null=True, editable=False)
    undone_reason = NFCCharField("lý do hủy gộp", max_length=300, blank=True)

    class Meta:
        ordering = ["-merged_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dropped"], condition=models.Q(undone_at__isnull=True), name="merge_in_force_once"
            ),
            models.CheckConstraint(condition=~models.Q(kept=models.F("dropped")), name="merge_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.dropped_id} → {self.kept_id}"
