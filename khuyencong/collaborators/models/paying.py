"""The list by which allowances of a month or a quarter are paid."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.models.functions import Now
from django.urls import reverse

from khuyencong.collaborators.models.people import FIRST_DAY, AllowanceRate, Collaborator, Term
from khuyencong.core.creation import CreatedOnce
from khuyencong.core.fields import MoneyField, NFCCharField
from khuyencong.finance.models import LedgerEntry
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, User
from khuyencong.people.relations import Relation
from khuyencong.people.roles import Role
from khuyencong.people.scope import NOTHING, is_inside, province_scope
from khuyencong.places.models import Province
from khuyencong.projects.models import Project


class AllowanceState(models.TextChoices):
    DRAFT = "draft", "Đang lập"
    APPROVED = "approved", "Đã duyệt"
    CANCELLED = "cancelled", "Đã hủy"


class AllowanceListQuerySet(models.QuerySet["AllowanceList"]):
    def visible_to(self, actor: Actor) -> AllowanceListQuerySet:
        """Those of the actor's province; a collaborator sees no list, only the own months."""
        return self.filter(NOTHING if actor.role == Role.COLLABORATOR else province_scope(actor))

    def with_all(self) -> AllowanceListQuerySet:
        """With what its page and its permissions ask for, in the same query."""
        return self.select_related(
            "agency__parent", "province__current", "project", "posting__answered_by", "approved_by", "created_by"
        )

    def with_sums(self) -> AllowanceListQuerySet:
        """With `total` (đồng), `people` and `unknown` (lines without an amount); the model names their types."""
        sums: dict[str, Any] = {
            "total": models.functions.Coalesce(models.Sum("lines__amount"), 0),
            "people": models.Count("lines__collaborator", distinct=True),
            "unknown": models.Count("lines", filter=models.Q(lines__amount__isnull=True)),
        }
        return self.annotate(**sums)


class AllowanceList(CreatedOnce, models.Model):
    """Allowances of some months, paid from a task for the capacity of the system (NĐ 45/2012 Đ4.9.c, TTLT 26/2014 Đ5.9.c)."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    province = models.ForeignKey(Province, models.PROTECT, related_name="+")
    project = models.ForeignKey(Project, models.PROTECT, related_name="allowance_lists", verbose_name="nhiệm vụ chi")
    first_month = models.DateField("từ tháng")
    last_month = models.DateField("đến tháng")
    state = models.CharField("trạng thái", max_length=10, choices=AllowanceState, default=AllowanceState.DRAFT)
    version = models.PositiveIntegerField(default=1, editable=False)
    approved_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)
    approved_on = models.DateField("ngày duyệt", null=True, editable=False)
    cancelled_because = NFCCharField("lý do hủy", max_length=300, blank=True, editable=False)
    # The row of the ledger that paid it; nothing is posted here.
    posting = models.ForeignKey(LedgerEntry, models.PROTECT, related_name="+", null=True, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    # Where the query has added them up (`with_sums`): đồng, persons, lines without an amount.
    total: int
    people: int
    unknown: int

    objects = AllowanceListQuerySet.as_manager()

    class Meta:
        ordering = ["-first_month", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(first_month__day=1, last_month__day=1, last_month__gte=models.F("first_month")),
                name="allowance_list_of_months",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=AllowanceState.APPROVED)
                | models.Q(approved_by__isnull=False, approved_on__isnull=False),
                name="allowance_list_approved_by_somebody",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=AllowanceState.CANCELLED) | ~models.Q(cancelled_because=""),
                name="allowance_list_cancelled_with_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(posting__isnull=True) | models.Q(state=AllowanceState.APPROVED),
                name="allowance_list_paid_after_approval",
            ),
        ]

    def __str__(self) -> str:
        return f"Thù lao cộng tác viên {self.months}"

    def get_absolute_url(self) -> str:
        return reverse("allowance_list", args=[self.pk])

    @property
    def months(self) -> str:
        """«tháng 03/2026», or «tháng 01/2026 – 03/2026»."""
        first = f"tháng {self.first_month:%m/%Y}"
        return first if self.first_month == self.last_month else f"{first} – {self.last_month:%m/%Y}"

    @property
    def is_taken_back(self) -> bool:
        """Whether the payment to which it is tied was taken back in the ledger afterwards."""
        posting: Any = self.posting
        return posting is not None and getattr(posting, "answered_by", None) is not None

    @property
    def is_paid(self) -> bool:
        """Whether a payment that stands has paid it."""
        return self.posting_id is not None and not self.is_taken_back

    @property
    def thread(self) -> str:
        return f"allowance_list:{self.pk}"

    def related_agency_id(self, relation: Relation) -> int | None:
        return self.agency_id if relation is Relation.OWN else None

    def is_in_scope(self, actor: Actor) -> bool:
        """The same answer as `visible_to`, for one record."""
        return actor.role != Role.COLLABORATOR and is_inside(actor, province=self.province)


class AllowanceLine(models.Model):
    """One person and month of a list. `amount` None: not known, until somebody says what the province's document gives."""

    allowance_list = models.ForeignKey(AllowanceList, models.PROTECT, related_name="lines")
    collaborator = models.ForeignKey(Collaborator, models.PROTECT, related_name="allowances")
    term = models.ForeignKey(Term, models.PROTECT, related_name="+")
    month = models.DateField("tháng")
    rate = models.ForeignKey(AllowanceRate, models.PROTECT, related_name="lines", null=True)
    amount = MoneyField("số tiền (đồng)", null=True, blank=True)
    note = NFCCharField("ghi chú", max_length=300, blank=True)
    # False once the list was cancelled: then the month may be paid by another one.
    counts = models.BooleanField(default=True, editable=False)
    # Where the month was paid and the person turned out not to have served all of it: why. The money is to come back, or
    # where the payment did not stand the amount is to be said anew.
    recover_because = NFCCharField("lý do thu hồi", max_length=300, blank=True, editable=False)

    class Meta:
        ordering = ["collaborator__sort_key", "collaborator_id", "month"]
        constraints = [
            models.UniqueConstraint(
                fields=["collaborator", "month"],
                condition=models.Q(counts=True),
                name="allowance_once_a_month",
                violation_error_message="Tháng này của cộng tác viên đã nằm trong một bảng kê.",
            ),
            models.CheckConstraint(condition=FIRST_DAY, name="allowance_line_of_a_month"),
            models.CheckConstraint(
                condition=models.Q(amount__isnull=True) | models.Q(amount__gte=0), name="allowance_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.collaborator}, {self.month:%m/%Y}"


def first_of(day: date) -> date:
    """The first day of the month in which the day lies."""
    return day.replace(day=1)
