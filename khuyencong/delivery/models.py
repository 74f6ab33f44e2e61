"""What was delivered: acceptance by beneficiary and item."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from khuyencong.core.fields import MoneyField, NFCCharField, NFCTextField
from khuyencong.people.models import Agency, User
from khuyencong.projects.models import Beneficiary, EstimateLine, Project


class Acceptance(models.Model):
    """Nghiệm thu cơ sở of one beneficiary (or of a đề án that has none): Mẫu 5a/5b, TT 36/2013 Đ21.1."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="acceptances")
    beneficiary = models.ForeignKey(Beneficiary, models.PROTECT, related_name="acceptances", null=True)
    number = NFCCharField("số biên bản nghiệm thu", max_length=60)
    accepted_on = models.DateField("ngày nghiệm thu")
    comment = NFCTextField("nhận xét", max_length=10_000, blank=True)
    payable = MoneyField("được thanh toán (đồng)")
    calculation = models.JSONField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["project", "beneficiary"], name="acceptance_once"),
            models.UniqueConstraint(
                fields=["project"],
                condition=models.Q(beneficiary__isnull=True),
                name="acceptance_once_without_beneficiary",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class AcceptanceItem(models.Model):
    """One item of the estimate as it was found on the spot."""

    acceptance = models.ForeignKey(Acceptance, models.CASCADE, related_name="items")
    line = models.ForeignKey(EstimateLine, models.PROTECT, related_name="accepted_items")
    description = NFCCharField("tên, nhãn hiệu, nơi và năm sản xuất", max_length=300, blank=True)
    serial = NFCCharField("số máy", max_length=80, blank=True)
    quantity = models.PositiveIntegerField("số lượng", default=1)
    invoice = NFCCharField("hóa đơn", max_length=80, blank=True)
    cost = MoneyField("chi phí nghiệm thu (đồng)")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["acceptance", "line"], name="acceptance_item_once"),
            models.CheckConstraint(condition=models.Q(cost__gte=0, quantity__gte=1), name="acceptance_item_sane"),
        ]

    def __str__(self) -> str:
        return self.description or str(self.line)


class AcceptedSerial(models.Model):
    """A serial number found on an accepted item that the State pays for, as it is compared; no machine is paid for twice."""

    item = models.ForeignKey(AcceptanceItem, models.CASCADE, related_name="serials")
    folded = models.CharField(max_length=80, unique=True)

    def __str__(self) -> str:
        return self.folded
