"""What changes a signed contract: annexes, and decisions about another advance ratio. Rows are only added."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models.functions import Now

from khuyencong.core.creation import CreatedOnce
from khuyencong.core.fields import MoneyField, NFCCharField
from khuyencong.finance.models.bank import BankAccount
from khuyencong.finance.models.contract import Contract, ContractPart
from khuyencong.people.models import User

WHOLE = Decimal(100)


class Annex(CreatedOnce, models.Model):
    """An annex (phụ lục) to a contract: TT 36/2013 Đ11.2.b. What it changes of each đề án is an `AnnexPart`."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="annexes")
    ordinal = models.PositiveSmallIntegerField("lần")
    number = NFCCharField("số phụ lục", max_length=60)
    signed_on = models.DateField("ngày ký")
    reason = NFCCharField("lý do", max_length=500)
    ends_before = models.DateField("thời hạn trước", null=True)
    ends_after = models.DateField("thời hạn sau", null=True)
    account_before = models.ForeignKey(BankAccount, models.PROTECT, related_name="+", null=True)
    account_after = models.ForeignKey(
        BankAccount, models.PROTECT, verbose_name="tài khoản nhận mới", related_name="+", null=True
    )
    signed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    signed_as = NFCCharField("người ký ghi là", max_length=400, blank=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["contract", "ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["contract", "ordinal"], name="annex_ordinal_once"),
            models.UniqueConstraint(
                fields=["contract", "number"],
                name="annex_number_once",
                violation_error_message="Phụ lục số này đã có.",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def changes_term(self) -> bool:
        return self.ends_before != self.ends_after


class AnnexPart(models.Model):
    """What an annex changes of one đề án, before and after, in đồng."""

    annex = models.ForeignKey(Annex, models.PROTECT, related_name="parts")
    part = models.ForeignKey(ContractPart, models.PROTECT, related_name="changes")
    value_before = MoneyField("giá trị trước")
    value_after = MoneyField("giá trị sau")
    counterpart_after = MoneyField("đóng góp sau")
    other_after = MoneyField("nguồn khác sau")
    ceiling_before = MoneyField("tạm ứng tối đa trước")
    ceiling_after = MoneyField("tạm ứng tối đa sau")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["annex", "part"], name="annex_part_once"),
            models.CheckConstraint(
                condition=models.Q(value_after__gt=0) & ~models.Q(value_after=models.F("value_before")),
                name="annex_part_changes_value",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.annex_id}: {self.value_before} → {self.value_after}"

    @property
    def difference(self) -> int:
        """Đồng more (or, negative, less)."""
        return self.value_after - self.value_before


class AdvanceDecision(models.Model):
    """Another advance ratio for one đề án by a recorded decision: TT 36/2013 Đ16. The latest one counts."""

    part = models.ForeignKey(ContractPart, models.PROTECT, related_name="advance_decisions")
    percent = models.DecimalField("tỷ lệ tạm ứng (%)", max_digits=5, decimal_places=2)
    document = NFCCharField("số quyết định", max_length=200)
    decided_on = models.DateField("ngày quyết định")
    decided_by = NFCCharField("người quyết định", max_length=200)
    condition = NFCCharField("hồ sơ, điều kiện tạm ứng", max_length=500, blank=True)
    ceiling_before = MoneyField("tạm ứng tối đa trước (đồng)")
    ceiling_after = MoneyField("tạm ứng tối đa sau (đồng)")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["part", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(percent__gte=0, percent__lte=WHOLE), name="advance_decision_is_a_share"
            ),
            models.UniqueConstraint(fields=["part", "document"], name="advance_decision_once"),
        ]

    def __str__(self) -> str:
        return self.document
