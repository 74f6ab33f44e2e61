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
    DELEGATED = "delegated", "Giao lại cấp dưới"
    CARRIED = "carried", "Chuyển sang năm sau"
    RETURNED = "returned", "Hủy, nộp trả ngân sách"
    PLANNED = "planned", "Đưa vào kế hoạch"
    APPROVED = "approved", "Phê duyệt"
    REDUCED = "reduced", "Điều chỉnh giảm"  # approved, and taken back by a decision
    CONTRACTED = "contracted", "Ký hợp đồng"
    ADVANCED = "advanced", "Tạm ứng"
    ACCEPTED = "accepted", "Nghiệm thu"
    ANNULLED = "annulled", "Hủy nghiệm thu"  # answers one row of ACCEPTED, and takes all of it back
    PAID = "paid", "Thanh toán"
    RECOVERED = "recovered", "Thu hồi"
    RELEASED = "released", "Hoàn lại hạn mức"  # approved and, after settlement, not needed
    SETTLED = "settled", "Quyết toán"
    REPAID = "repaid", "Hoàn trả sau quyết toán"  # settled, and given back by a later decision


# What happens to an envelope as a whole; everything else is about a đề án.
OF_ENVELOPE = (EntryKind.GIVEN, EntryKind.DELEGATED, EntryKind.CARRIED, EntryKind.RETURNED)
# What leaves an envelope for another one, where it arrives as GIVEN.
MOVED = (EntryKind.DELEGATED, EntryKind.CARRIED)
# What leaves the Treasury. A payment that never arrived, or was entered by mistake, is answered by the same amount below 0.
CASH = (EntryKind.ADVANCED, EntryKind.PAID)
# What is taken back by a row with the opposite sign; all else has a kind that answers it.
# What a contract is worth becomes less by an annex.
SHRINKING = (*OF_ENVELOPE, EntryKind.PLANNED, EntryKind.CONTRACTED)


class LedgerEntry(models.Model):
    """One movement of support money, in whole đồng; a correction is a new row with the opposite sign.

    The database refuses UPDATE and DELETE (triggers, see `core.append_only`). Balances are queries over these rows:
    `finance.ledger.balances`.
    """

    kind = models.CharField(max_length=12, choices=EntryKind)
    amount = models.BigIntegerField("số tiền (đồng)")
    # Without an index of its own: the two below begin with it, and answer without reading the rows.
    envelope = models.ForeignKey(Envelope, models.PROTECT, related_name="entries", db_index=False)
    # The other end of money that moves between two envelopes: each end has its row.
    other_envelope = models.ForeignKey(Envelope, models.PROTECT, related_name="+", null=True)
    project = models.ForeignKey(Project, models.PROTECT, related_name="entries", null=True, db_index=False)  # likewise
    beneficiary = models.ForeignKey(Beneficiary, models.PROTECT, related_name="+", null=True)
    payment = models.ForeignKey("finance.Payment", models.PROTECT, related_name="entries", null=True)
    # Of an annulment, and of cash below 0: the row that it takes back.
    answers = models.OneToOneField("self", models.PROTECT, related_name="answered_by", null=True)
    on = models.DateField("ngày chứng từ")
    # The day on which it counts: that of the document, or the first day after what was closed when it came.
    booked_on = models.DateField("ngày ghi sổ", editable=False)
    document = NFCCharField("chứng từ", max_length=200)
    note = NFCCharField("ghi chú", max_length=300, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    posted_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["pk"]
        indexes = [
            # With all that is added up as columns: SQLite knows no other way to answer a sum from the index alone.
            models.Index(
                fields=["envelope", "kind", "amount", "project", "booked_on", "beneficiary"], name="ledger_by_envelope"
            ),
            models.Index(fields=["project", "kind", "amount"], name="ledger_by_project"),
            # The figures of a period: every đề án of a budget year by the day of booking (`reporting.figures`).
            models.Index(fields=["envelope", "project", "kind", "booked_on", "amount"], name="ledger_by_period"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(amount=0) & models.Q(amount__gte=-MAX_DONG, amount__lte=MAX_DONG),
                name="ledger_amount_is_real",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=OF_ENVELOPE, project__isnull=True)
                | (~models.Q(kind__in=OF_ENVELOPE) & models.Q(project__isnull=False, other_envelope__isnull=True)),
                name="ledger_of_envelope_or_of_project",
            ),
            models.CheckConstraint(
                condition=models.Q(amount__gt=0)
                | models.Q(kind__in=SHRINKING)
                | models.Q(kind__in=CASH, answers__isnull=False),
                name="ledger_only_some_kinds_shrink",
            ),
            models.CheckConstraint(
                condition=models.Q(kind=EntryKind.ANNULLED, answers__isnull=False)
                | models.Q(kind__in=CASH, amount__lt=0, answers__isnull=False, payment__isnull=True)
                | (~models.Q(kind=EntryKind.ANNULLED) & models.Q(answers__isnull=True)),
                name="ledger_annulment_answers_a_row",
            ),
            models.CheckConstraint(
                condition=(~models.Q(kind__in=MOVED) | models.Q(other_envelope__isnull=False))
                & (~models.Q(kind=EntryKind.RETURNED) | models.Q(other_envelope__isnull=True))
                & (models.Q(other_envelope__isnull=True) | ~models.Q(other_envelope=models.F("envelope"))),
                name="ledger_moved_money_has_two_ends",
            ),
            models.CheckConstraint(
                condition=models.Q(booked_on__gte=models.F("on")), name="ledger_booked_no_earlier_than_its_document"
            ),
            models.UniqueConstraint(
                fields=["envelope", "kind", "document"],
                condition=models.Q(kind__in=[EntryKind.GIVEN, EntryKind.CARRIED, EntryKind.RETURNED]),
                name="ledger_once_by_decision",
            ),
            # One decision may delegate to several agencies.
            models.UniqueConstraint(
                fields=["envelope", "other_envelope", "document"],
                condition=models.Q(kind=EntryKind.DELEGATED),
                name="ledger_delegated_once_by_decision",
            ),
            models.UniqueConstraint(
                fields=["payment"], condition=models.Q(payment__isnull=False), name="ledger_payment_once"
            ),
            # A đề án of several years is settled year by year, each by a paper of its own.
            models.UniqueConstraint(
                fields=["project", "envelope", "document"],
                condition=models.Q(kind=EntryKind.SETTLED),
                name="ledger_settled_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.amount}"

    def save(self, *args: object, **kwargs: object) -> None:
        """Add the row; an existing one is never saved again. Without a day of its own it is booked on its document's."""
        if self.pk is not None:
            self._refuse()
        if self.booked_on is None:
            self.booked_on = self.on
        super().save(*args, **kwargs)

    def delete(self, *_args: object, **_kwargs: object) -> NoReturn:
        self._refuse()

    @property
    def is_of_earlier_period(self) -> bool:
        """Whether its document lies in a period that was closed before it came: «điều chỉnh kỳ trước»."""
        return self.booked_on != self.on

    def _refuse(self) -> NoReturn:
        raise TypeError("Sổ kinh phí chỉ ghi thêm: sửa bằng một dòng mới.")
