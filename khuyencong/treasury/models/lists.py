"""A list of approved payments that goes to the Treasury together (bảng kê)."""

from __future__ import annotations

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.urls import reverse

from khuyencong.core.creation import CreatedOnce
from khuyencong.core.fields import NFCCharField
from khuyencong.finance.models import Payment, PaymentState
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, User
from khuyencong.people.relations import Relation
from khuyencong.programmes.models import FundingSource


class ListState(models.TextChoices):
    DRAFT = "draft", "Đang lập"
    SENT = "sent", "Đã gửi kho bạc"
    CANCELLED = "cancelled", "Đã hủy"


class PaymentListQuerySet(models.QuerySet["PaymentList"]):
    def visible_to(self, actor: Actor) -> PaymentListQuerySet:
        """Those of the actor's own agency."""
        return self.filter(agency__in=actor.agency_ids)

    def with_waiting(self) -> PaymentListQuerySet:
        """Each with `waits`: whether one of its payments is at the Treasury and neither paid nor returned."""
        rows = ListedPayment.objects.filter(of=OuterRef("pk"), payment__state=PaymentState.SENT)
        return self.annotate(waits=Exists(rows))


class PaymentList(CreatedOnce, models.Model):
    """Approved payments of one payer, source and budget year under one number of that payer and year.

    Sent with all its payments; closed once each of them is paid or returned, which is not stored.
    """

    agency = models.ForeignKey(Agency, models.PROTECT, verbose_name="đơn vị chi", related_name="payment_lists")
    source = models.CharField("nguồn kinh phí", max_length=10, choices=FundingSource)
    year = models.PositiveSmallIntegerField("năm ngân sách")
    number = models.PositiveIntegerField("số thứ tự")
    state = models.CharField("trạng thái", max_length=10, choices=ListState, default=ListState.DRAFT, editable=False)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    sent_on = models.DateField("ngày gửi", null=True, blank=True)
    sent_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    sent_as = NFCCharField("người gửi ghi là", max_length=400, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = PaymentListQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "year", "number"], name="payment_list_number_once"),
            models.CheckConstraint(
                condition=~Q(state=ListState.SENT) | Q(sent_on__isnull=False, sent_by__isnull=False),
                name="payment_list_sent_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("payment_list", args=[self.pk])

    @property
    def code(self) -> str:
        """The number as it is written: BK-003/2026."""
        return f"BK-{self.number:03}/{self.year}"

    @property
    def thread(self) -> str:
        return f"payment-list:{self.pk}"

    def related_agency_id(self, relation: Relation) -> int | None:
        """It belongs to the agency that pays."""
        return self.agency_id if relation is Relation.OWN else None

    def is_in_scope(self, actor: Actor) -> bool:
        """The same answer as `visible_to`, for one record."""
        return self.agency_id in actor.agency_ids


class ListedPayment(models.Model):
    """A payment in a list; while the list is being made it may be taken out again, and then the row goes."""

    of = models.ForeignKey(PaymentList, models.CASCADE, related_name="rows")
    payment = models.OneToOneField(Payment, models.PROTECT, related_name="listed")

    class Meta:
        ordering = ["payment__project__code"]

    def __str__(self) -> str:
        return f"{self.of_id}: {self.payment_id}"
