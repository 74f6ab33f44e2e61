"""What a unit owes back to the budget, by when, and what came."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from khuyencong.core.creation import CreatedOnce
from khuyencong.core.fields import MoneyField, NFCCharField, NFCTextField
from khuyencong.finance.models import LedgerEntry
from khuyencong.people.models import Agency, User
from khuyencong.projects.models import Project


class ClaimBasis(models.TextChoices):
    """Why money is to come back."""

    UNEARNED = "unearned", "Đã chi mà không có khối lượng thanh toán"
    MISUSED = "misused", "Sử dụng sai mục đích, sai chế độ"
    DISALLOWED = "disallowed", "Không được quyết toán theo kết luận kiểm toán, thanh tra"
    REPAYABLE = "repayable", "Kinh phí hỗ trợ có thu hồi theo quy định của tỉnh"


# Repayable support is a province's own rule: the claim names it, no article of the nation's does.
ARTICLE_OF = {
    ClaimBasis.UNEARNED: "TT 36/2013 Đ12.6",
    ClaimBasis.MISUSED: "TT 36/2013 Đ12.5, Đ12.6",
    ClaimBasis.DISALLOWED: "TT 36/2013 Đ12.6",
    ClaimBasis.REPAYABLE: "",
}
# What was settled comes back; before that only what was not earned does.
AFTER_SETTLEMENT = (ClaimBasis.MISUSED, ClaimBasis.DISALLOWED, ClaimBasis.REPAYABLE)


class Claim(CreatedOnce, models.Model):
    """A decision that so many đồng come back, in instalments with days. What came is the sum of its receipts.

    A later decision may owe less or later (`revise_claim`); amount and instalments then say what is owed now, the trail
    what was owed before.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="claims")
    basis = models.CharField("căn cứ", max_length=12, choices=ClaimBasis)
    decision = NFCCharField("quyết định, kết luận", max_length=200)
    decided_on = models.DateField("ngày quyết định")
    rule = NFCCharField("quy định của tỉnh", max_length=200, blank=True)
    reason = NFCTextField("lý do", max_length=2_000, blank=True)
    amount = MoneyField("số phải hoàn trả (đồng)")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            # 0 where a later decision took it back before anything came.
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="claim_not_negative"),
            models.CheckConstraint(
                condition=~models.Q(basis=ClaimBasis.REPAYABLE) | ~models.Q(rule=""), name="claim_repayable_by_a_rule"
            ),
            models.UniqueConstraint(fields=["project", "decision"], name="claim_once_by_decision"),
        ]

    def __str__(self) -> str:
        return self.decision

    @property
    def article(self) -> str:
        """The provision it rests on; of repayable support the province's own."""
        return ARTICLE_OF[ClaimBasis(self.basis)] or self.rule


class ClaimInstalment(models.Model):
    """By which day which part of a claim is due."""

    claim = models.ForeignKey(Claim, models.CASCADE, related_name="schedule")
    due_on = models.DateField("hạn nộp")
    amount = MoneyField("số tiền (đồng)")

    class Meta:
        ordering = ["due_on"]
        constraints = [
            models.UniqueConstraint(fields=["claim", "due_on"], name="claim_instalment_once_a_day"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="claim_instalment_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.due_on}: {self.amount}"


class Receipt(models.Model):
    """Money that came back, with its row of the ledger. One number is used once by an agency in a year."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="receipts")
    claim = models.ForeignKey(Claim, models.PROTECT, related_name="receipts", null=True)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    document = NFCCharField("chứng từ nộp trả", max_length=200)
    document_key = models.CharField(max_length=200, editable=False)
    year = models.PositiveSmallIntegerField(editable=False)
    on = models.DateField("ngày nộp")
    amount = MoneyField("số tiền (đồng)")
    entry = models.OneToOneField(LedgerEntry, models.PROTECT, related_name="receipt")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["on", "pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="receipt_positive"),
            models.UniqueConstraint(fields=["agency", "year", "document_key"], name="receipt_number_once"),
        ]

    def __str__(self) -> str:
        return self.document
