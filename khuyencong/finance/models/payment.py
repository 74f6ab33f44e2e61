"""A payment: prepared by one person, approved by another."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from khuyencong.core.creation import CreatedOnce
from khuyencong.core.fields import MoneyField, NFCCharField
from khuyencong.people.models import User
from khuyencong.projects.models import Project


class PaymentKind(models.TextChoices):
    ADVANCE = "advance", "Tạm ứng lần một"
    FINAL = "final", "Thanh toán sau nghiệm thu"


class PaymentState(models.TextChoices):
    PREPARED = "prepared", "Chờ duyệt"
    PAID = "paid", "Đã chi"
    REFUSED = "refused", "Trả lại"


class Payment(CreatedOnce, models.Model):
    """Money to be sent to the implementing unit; it counts only from the moment it is approved."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="payments")
    kind = models.CharField("loại", max_length=10, choices=PaymentKind)
    amount = MoneyField("số tiền (đồng)")
    condition_document = NFCCharField("văn bản chứng minh điều kiện tạm ứng", max_length=200, blank=True)
    state = models.CharField("trạng thái", max_length=10, choices=PaymentState, default=PaymentState.PREPARED)
    prepared_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField(db_default=Now(), editable=False)
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    decided_as = NFCCharField("người duyệt ghi là", max_length=400, blank=True, editable=False)
    decided_at = models.DateTimeField(null=True)
    voucher_number = NFCCharField("số chứng từ", max_length=60, blank=True)
    voucher_on = models.DateField("ngày chứng từ", null=True, blank=True)
    reason = NFCCharField("lý do trả lại", max_length=500, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="payment_positive"),
            models.CheckConstraint(
                condition=~models.Q(state=PaymentState.PAID)
                | (~models.Q(voucher_number="") & models.Q(voucher_on__isnull=False, decided_by__isnull=False)),
                name="payment_paid_by_voucher",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True) | ~models.Q(decided_by=models.F("prepared_by")),
                name="payment_prepared_and_approved_by_two",
            ),
            models.UniqueConstraint(
                fields=["project"], condition=models.Q(state=PaymentState.PREPARED), name="payment_one_waiting"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.amount}"
