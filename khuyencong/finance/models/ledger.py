"""The ledger: rows are only ever added."""

from __future__ import annotations

from typing import NoReturn

from django.db import models
from django.db.models.functions import Now

from khuyencong.core.fields import NFCCharField
from khuyencong.core.money import MAX_DONG
from khuyencong.people.models import User
from khuyencong.programmes.models import Envelope
from khuyencong.projects.models import Beneficiary, Project


class EntryKind(models.TextChoices):
    """What happened to the money, in the order in which it happens."""

    GIVEN = "given", "Giao vào hạn mức"
    PLANNED = "planned", "Đưa vào kế hoạch"
    APPROVED = "approved", "Phê duyệt"
    CONTRACTED = "contracted", "Ký hợp đồng"
    ADVANCED = "advanced", "Tạm ứng"
    ACCEPTED = "accepted", "Nghiệm thu"
    PAID = "paid", "Thanh toán"
    RECOVERED = "recovered", "Thu hồi"
    RELEASED = "released", "Hoàn lại hạn mức"  # approved and, after settlement or stopping, no longer needed
    SETTLED = "settled", "Quyết toán"


class LedgerEntry(models.Model):
    """One movement of support money, in whole đồng; a correction is a new row with the opposite sign.

    The database refuses UPDATE and DELETE (triggers, see `core.append_only`). Balances are queries over these rows:
    `finance.ledger.balances`.
    """

    kind = models.CharField(max_length=12, choices=EntryKind)
    amount = models.BigIntegerField("số tiền (đồng)")
    envelope = models.ForeignKey(Envelope, models.PROTECT, related_name="entries")
    project = models.ForeignKey(Project, models.PROTECT, related_name="entries", null=True)
    beneficiary = models.ForeignKey(Beneficiary, models.PROTECT, related_name="+", null=True)
    payment = models.ForeignKey("finance.Payment", models.PROTECT, related_name="entries", null=True)
    on = models.DateField("ngày chứng từ")
    document = NFCCharField("chứng từ", max_length=200)
    note = NFCCharField("ghi chú", max_length=300, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    posted_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["envelope", "kind"], name="ledger_by_envelope", include=["amount"]),
            models.Index(fields=["project", "kind"], name="ledger_by_project", include=["amount"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(amount=0) & models.Q(amount__gte=-MAX_DONG, amount__lte=MAX_DONG),
                name="ledger_amount_is_real",
            ),
            models.CheckConstraint(
                condition=models.Q(kind=EntryKind.GIVEN, project__isnull=True)
                | (~models.Q(kind=EntryKind.GIVEN) & models.Q(project__isnull=False)),
                name="ledger_given_to_envelope_else_project",
            ),
            # Only what is given and planned is taken back by a negative row; all else has a kind that answers it.
            models.CheckConstraint(
                condition=models.Q(amount__gt=0) | models.Q(kind__in=[EntryKind.GIVEN, EntryKind.PLANNED]),
                name="ledger_only_given_and_planned_shrink",
            ),
            models.UniqueConstraint(
                fields=["envelope", "document"],
                condition=models.Q(kind=EntryKind.GIVEN),
                name="ledger_given_once_by_decision",
            ),
            models.UniqueConstraint(
                fields=["payment"], condition=models.Q(payment__isnull=False), name="ledger_payment_once"
            ),
            models.UniqueConstraint(
                fields=["project"], condition=models.Q(kind=EntryKind.SETTLED), name="ledger_settled_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.amount}"

    def save(self, *args: object, **kwargs: object) -> None:
        """Add the row; an existing one is never saved again."""
        if self.pk is not None:
            self._refuse()
        super().save(*args, **kwargs)

    def delete(self, *_args: object, **_kwargs: object) -> NoReturn:
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise TypeError("Sổ kinh phí chỉ ghi thêm: sửa bằng một dòng mới.")
