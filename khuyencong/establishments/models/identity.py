"""Which entries are one and the same establishment: what was suspected, and what a person decided."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from khuyencong.core.fields import NFCCharField
from khuyencong.establishments.models.registry import Establishment
from khuyencong.people.models import User


class Reason(models.TextChoices):
    """Why two entries look like one establishment; see `matching`."""

    TAX_CODE = "tax_code", "Cùng mã số thuế"
    TAX_BRANCH = "tax_branch", "Mã số thuế cùng 10 chữ số đầu (đơn vị chính và đơn vị phụ thuộc)"
    NAME_PLACE = "name_place", "Cùng tên, cùng nơi"
    NAME_PROVINCE = "name_province", "Cùng tên trong một tỉnh, khác xã"
    FORMER_NAME = "former_name", "Tên cũ của hồ sơ này là tên của hồ sơ kia, cùng nơi"
    PHONE = "phone", "Cùng số điện thoại"
    SERIAL = "serial", "Cùng số máy"


class SuspicionState(models.TextChoices):
    OPEN = "open", "Chờ xem"
    DISMISSED = "dismissed", "Không phải một cơ sở"
    MERGED = "merged", "Đã gộp"


class Suspicion(models.Model):
    """Two entries that look like one establishment; `first` has the smaller key, so a pair stands once."""

    first = models.ForeignKey(Establishment, models.CASCADE, related_name="+")
    second = models.ForeignKey(Establishment, models.CASCADE, related_name="+")
    reasons = models.JSONField("lý do", default=list)  # codes of Reason
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
    # What `kept` lacked and took over from `dropped`: column and digest; undoing takes it away where it still stands.
    copied = models.JSONField(default=dict, editable=False)
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
