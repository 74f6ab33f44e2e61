"""A statement of the Treasury or the bank: what left the account, line by line, and which payment each line is."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse

from khuyencong.core.creation import CreatedOnce
from khuyencong.core.fields import MoneyField, NFCCharField
from khuyencong.finance.models import Payment
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, User
from khuyencong.people.relations import Relation


class StatementState(models.TextChoices):
    READ = "read", "Đã nhập"
    APPLYING = "applying", "Đang ghi chi"


class StatementQuerySet(models.QuerySet["Statement"]):
    def visible_to(self, actor: Actor) -> StatementQuerySet:
        """Those of the actor's own agency."""
        return self.filter(agency__in=actor.agency_ids)


class Statement(CreatedOnce, models.Model):
    """One file, brought in once. `applied` counts lines of `to_apply`, so that a page can go on after a stop."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="statements")
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    file_name = NFCCharField("tên tệp", max_length=200)
    sha256 = models.CharField(max_length=64)
    state = models.CharField("trạng thái", max_length=10, choices=StatementState, default=StatementState.READ)
    rows = models.PositiveIntegerField(default=0)
    to_apply = models.PositiveIntegerField(default=0)
    applied = models.PositiveIntegerField(default=0)
    sheet_name = NFCCharField("trang tính", max_length=100, blank=True)
    columns = models.JSONField("các cột", default=list)  # see `documents.incoming.stored`
    notes = models.JSONField("lưu ý khi đọc", default=list)  # sentences
    version = models.PositiveIntegerField(default=1, editable=False)  # changes with every line that is decided on

    objects = StatementQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "sha256"], name="statement_file_once"),
            models.CheckConstraint(condition=Q(applied__lte=F("to_apply")), name="statement_applies_what_it_has"),
        ]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("statement", args=[self.pk])

    @property
    def thread(self) -> str:
        return f"statement:{self.pk}"

    def related_agency_id(self, relation: Relation) -> int | None:
        """It belongs to the agency whose account it is of."""
        return self.agency_id if relation is Relation.OWN else None

    def is_in_scope(self, actor: Actor) -> bool:
        """The same answer as `visible_to`, for one record."""
        return self.agency_id in actor.agency_ids


class LineOutcome(models.TextChoices):
    OUT = "out", "Tiền chi"
    INCOMING = "incoming", "Tiền vào"
    REPEATED = "repeated", "Đã nhập trước đó"
    REFUSED = "refused", "Không đọc được"


class LineQuerySet(models.QuerySet["StatementLine"]):
    def unmatched(self) -> LineQuerySet:
        """Money that left the account and is neither a payment nor set aside."""
        return self.filter(outcome=LineOutcome.OUT, payment__isnull=True, set_aside="")


class StatementLine(models.Model):
    """One row of the file. `fingerprint` knows the same line again in another file of the agency."""

    of = models.ForeignKey(Statement, models.CASCADE, related_name="lines")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")  # the statement's, for the database to compare
    number = models.PositiveIntegerField("dòng")  # as the spreadsheet counts, from 1
    outcome = models.CharField("kết quả", max_length=10, choices=LineOutcome)
    on = models.DateField("ngày", null=True)
    amount = MoneyField("số tiền (đồng)", default=0)
    account = NFCCharField("tài khoản nhận", max_length=120, blank=True)
    holder = NFCCharField("đơn vị nhận", max_length=300, blank=True)
    reference = NFCCharField("số chứng từ", max_length=60, blank=True)
    text = NFCCharField("nội dung", max_length=500, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    cells = models.JSONField(default=dict)  # of a refused row, to be taken back; see `documents.incoming.stored`
    errors = models.JSONField(default=list)  # [{"cell": "C7", "column": "Ngày", "sentence": "…"}]
    # Chosen to be marked paid by this line, while the statement is at it; `told`: why that did not go.
    wanted = models.ForeignKey(Payment, models.SET_NULL, related_name="+", null=True)
    told = NFCCharField("vì sao chưa ghi", max_length=1000, blank=True)
    payment = models.OneToOneField(Payment, models.PROTECT, related_name="statement_line", null=True)
    set_aside = NFCCharField("lý do để riêng", max_length=300, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    decided_at = models.DateTimeField(null=True)

    objects = LineQuerySet.as_manager()

    class Meta:
        ordering = ["of", "number"]
        constraints = [
            models.UniqueConstraint(fields=["of", "number"], name="statement_line_once"),
            models.UniqueConstraint(
                fields=["agency", "fingerprint"],
                condition=Q(outcome=LineOutcome.OUT),
                name="statement_line_known_once",
            ),
            models.CheckConstraint(
                condition=~Q(outcome=LineOutcome.OUT) | Q(on__isnull=False, amount__gt=0),
                name="statement_line_has_day_and_amount",
            ),
            models.CheckConstraint(
                condition=Q(payment__isnull=True) | Q(outcome=LineOutcome.OUT, set_aside=""),
                name="statement_line_matched_is_money_out",
            ),
        ]
        indexes = [
            models.Index(
                fields=["agency", "amount"], condition=Q(outcome=LineOutcome.OUT), name="statement_line_amount"
            )
        ]

    def __str__(self) -> str:
        return f"dòng {self.number}"
