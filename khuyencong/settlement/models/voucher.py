"""Chứng từ chi: what the unit paid for a đề án, by content of its estimate and by source (TT 36/2013 Đ17, Đ19.1.d)."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from khuyencong.core.fields import MoneyField, NFCCharField
from khuyencong.people.models import Agency, User
from khuyencong.projects.models import Beneficiary, EstimateLine, Project


class VoucherKind(models.TextChoices):
    """TT 36/2013 Đ17; an invoice is the original behind the three others, or stands for itself."""

    CASH = "cash", "Phiếu chi"
    TRANSFER = "transfer", "Ủy nhiệm chi"
    ADVANCE_CLAIM = "advance_claim", "Giấy đề nghị thanh toán tạm ứng"
    INVOICE = "invoice", "Hóa đơn"


class ExpenseVoucher(models.Model):
    """One paper by which something was paid. It belongs to one đề án in the whole country: the keys are unique.

    `number_key` and `payee_key` are number and payee as they are compared (folded, without marks).
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="vouchers")
    kind = models.CharField("loại chứng từ", max_length=14, choices=VoucherKind)
    number = NFCCharField("số chứng từ", max_length=60)
    number_key = models.CharField(max_length=60, editable=False)
    day = models.DateField("ngày chứng từ")
    payee = NFCCharField("người nhận tiền", max_length=200)
    payee_key = models.CharField(max_length=200, editable=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["day", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "number_key", "payee_key", "day"], name="voucher_counted_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"


class VoucherItem(models.Model):
    """What a voucher paid of one content of the estimate, by source, in đồng.

    `content` and `beneficiary` are kept beside the line, which an adjustment may take out of the estimate.
    """

    voucher = models.ForeignKey(ExpenseVoucher, models.CASCADE, related_name="items")
    line = models.ForeignKey(EstimateLine, models.SET_NULL, related_name="voucher_items", null=True)
    content = NFCCharField("nội dung chi", max_length=500)
    beneficiary = models.ForeignKey(Beneficiary, models.PROTECT, related_name="+", null=True)
    support = MoneyField("kinh phí khuyến công", default=0)
    counterpart = MoneyField("đóng góp", default=0)
    other = MoneyField("nguồn khác", default=0)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["voucher", "line"], name="voucher_item_once"),
            models.CheckConstraint(
                condition=models.Q(support__gte=0, counterpart__gte=0, other__gte=0)
                & (models.Q(support__gt=0) | models.Q(counterpart__gt=0) | models.Q(other__gt=0)),
                name="voucher_item_pays_something",
            ),
        ]

    def __str__(self) -> str:
        return self.content

    @property
    def total(self) -> int:
        return self.support + self.counterpart + self.other
