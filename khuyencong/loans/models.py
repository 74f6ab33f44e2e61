"""A loan of a beneficiary, as its papers tell it: money from the bank and back, rates, times overdue."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from khuyencong.core.fields import MoneyField, NFCCharField
from khuyencong.core.finding import haystack
from khuyencong.core.text import fold
from khuyencong.law import loans as law
from khuyencong.people.models import User
from khuyencong.projects.models import Beneficiary

MOST_PERCENT = 100


class LoanTerm(models.TextChoices):
    """As the credit contract calls it."""

    SHORT = law.LoanTerm.SHORT.value, "Ngắn hạn"
    MEDIUM = law.LoanTerm.MEDIUM.value, "Trung hạn"
    LONG = law.LoanTerm.LONG.value, "Dài hạn"


def key_of(text: str) -> str:
    """What two ways of writing a bank or a number have in common: letters and digits, without marks and case."""
    return "".join(char for char in fold(text) if char.isalnum())


class Loan(models.Model):
    """One credit contract of a beneficiary, who may have several; what it comes to is reckoned, never stored."""

    beneficiary = models.ForeignKey(Beneficiary, models.CASCADE, related_name="loans")
    bank = NFCCharField("ngân hàng", max_length=200)
    contract_number = NFCCharField("số hợp đồng tín dụng", max_length=60)
    contract_on = models.DateField("ngày hợp đồng")
    term = models.CharField("loại vay theo hợp đồng", max_length=10, choices=LoanTerm)
    in_dong = models.BooleanField("vay bằng đồng Việt Nam", default=True)
    days_of_year = models.PositiveSmallIntegerField("số ngày của năm khi tính lãi", default=365)
    completed_on = models.DateField("ngày hoàn thành đầu tư", null=True, blank=True)
    interest_paid = MoneyField("lãi đã trả trong hai năm đầu, theo chứng từ (đồng)", null=True, blank=True)
    lowest_document = NFCCharField("nguồn của lãi suất thấp nhất", max_length=200, blank=True)
    bank_key = models.CharField(max_length=200, editable=False)
    number_key = models.CharField(max_length=60, editable=False)
    haystack = models.TextField(default="", editable=False)
    kept_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    kept_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["contract_on", "pk"]
        indexes = [models.Index(fields=["number_key"], name="loan_by_contract_number")]
        constraints = [
            models.UniqueConstraint(fields=["beneficiary", "bank_key", "number_key"], name="loan_contract_once"),
            models.CheckConstraint(
                condition=models.Q(days_of_year__in=law.DAYS_OF_YEAR), name="loan_days_of_year_known"
            ),
            models.CheckConstraint(
                condition=models.Q(interest_paid__isnull=True) | models.Q(interest_paid__gte=0),
                name="loan_interest_paid_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bank}, {self.contract_number}"

    def save(self, *args: object, **kwargs: object) -> None:
        """Keep the columns by which the contract is found again true to what is written."""
        self.bank_key, self.number_key = key_of(self.bank)[:200], key_of(self.contract_number)[:60]
        self.haystack = haystack(self.bank, self.contract_number)
        super().save(*args, **kwargs)  # type: ignore[arg-type]  # passes Django's own arguments through unchanged


class RowKind(models.TextChoices):
    DISBURSED = "disbursed", "Giải ngân"
    REPAID = "repaid", "Trả nợ gốc"
    RATE = "rate", "Lãi suất từ ngày"
    OVERDUE = "overdue", "Quá hạn trả nợ"


S, R = RowKind, models.Q
MONEY = (RowKind.DISBURSED, RowKind.REPAID)


class LoanRow(models.Model):
    """One line of the schedule. `percent`, `lowest`: per cent a year, of the contract and the lowest of BIDV."""

    loan = models.ForeignKey(Loan, models.CASCADE, related_name="rows")
    kind = models.CharField("loại", max_length=10, choices=RowKind)
    on = models.DateField("ngày, từ ngày")
    until = models.DateField("hết quá hạn từ ngày", null=True, blank=True)
    amount = MoneyField("số tiền (đồng)", null=True, blank=True)
    percent = models.DecimalField("lãi suất hợp đồng (%/năm)", max_digits=7, decimal_places=4, null=True, blank=True)
    lowest = models.DecimalField("lãi suất thấp nhất (%/năm)", max_digits=7, decimal_places=4, null=True, blank=True)

    class Meta:
        ordering = ["on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=R(kind__in=MONEY, amount__gt=0, percent__isnull=True, lowest__isnull=True, until__isnull=True)
                | R(kind=S.RATE, amount__isnull=True, percent__gte=0, percent__lte=MOST_PERCENT, until__isnull=True)
                | R(kind=S.OVERDUE, amount__isnull=True, percent__isnull=True, lowest__isnull=True),
                name="loan_row_has_what_its_kind_has",
            ),
            models.CheckConstraint(
                condition=R(lowest__isnull=True) | R(lowest__gte=0, lowest__lte=MOST_PERCENT),
                name="loan_row_lowest_rate_sane",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.on:%d/%m/%Y}"

    @property
    def mark(self) -> str:
        """By what a line is known again in another version of the đề án, since each writing makes the lines anew."""
        return f"{self.loan_id}-{self.kind}-{self.on.isoformat()}-{self.amount or ''}"
