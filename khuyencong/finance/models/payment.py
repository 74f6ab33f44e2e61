"""A payment: prepared by one person, checked by another where the payer asks for it, approved by a third, then paid."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from khuyencong.core.creation import CreatedOnce
from khuyencong.core.fields import MoneyField, NFCCharField
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, User
from khuyencong.people.relations import Relation
from khuyencong.projects.models import Beneficiary, Project


class PaymentKind(models.TextChoices):
    ADVANCE = "advance", "Tạm ứng lần một"
    NEXT_ADVANCE = "next_advance", "Tạm ứng lần tiếp theo"
    FINAL = "final", "Thanh toán sau nghiệm thu"


class PaymentState(models.TextChoices):
    PREPARED = "prepared", "Đã lập"
    CHECKED = "checked", "Đã kiểm tra"
    APPROVED = "approved", "Đã duyệt, chờ chi"
    SENT = "sent", "Đã gửi kho bạc"
    PAID = "paid", "Đã chi"
    RETURNED = "returned", "Trả lại"
    REVERSED = "reversed", "Đã hủy chi"  # marked paid, and the money never arrived or was another payment's


# Neither paid nor returned: it waits for somebody, and no other payment of the đề án is prepared beside it.
OPEN_PAYMENTS = (PaymentState.PREPARED, PaymentState.CHECKED, PaymentState.APPROVED, PaymentState.SENT)
ADVANCES = (PaymentKind.ADVANCE, PaymentKind.NEXT_ADVANCE)
_AFTER_APPROVAL = (PaymentState.APPROVED, PaymentState.SENT, PaymentState.PAID, PaymentState.REVERSED)


class Payment(CreatedOnce, models.Model):
    """Money to be sent to the implementing unit; it counts only from the moment it is marked paid.

    Its states: `finance/payment_states.py`. Amount, papers and account are judged again at every step.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="payments")
    # As they were when it was prepared; a payment that was paid has the year of the envelope that paid it.
    payer = models.ForeignKey(Agency, models.PROTECT, verbose_name="đơn vị chi", related_name="+")
    year = models.PositiveSmallIntegerField("năm ngân sách")
    kind = models.CharField("loại", max_length=12, choices=PaymentKind)
    amount = MoneyField("số tiền (đồng)")
    beneficiary = models.ForeignKey(
        Beneficiary, models.PROTECT, verbose_name="cho cơ sở", related_name="payments", null=True
    )
    account = NFCCharField("tài khoản nhận tiền", max_length=120, blank=True)
    condition_document = NFCCharField("văn bản chứng minh điều kiện tạm ứng", max_length=200, blank=True)
    state = models.CharField("trạng thái", max_length=10, choices=PaymentState, default=PaymentState.PREPARED)
    # Whether the payer's rule of that day asked for the middle step (`PaymentRule`).
    needs_check = models.BooleanField("phải kiểm tra trước khi duyệt", default=False)
    prepared_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField(db_default=Now(), editable=False)
    checked_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    checked_as = NFCCharField("người kiểm tra ghi là", max_length=400, blank=True, editable=False)
    checked_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    approved_as = NFCCharField("người duyệt ghi là", max_length=400, blank=True, editable=False)
    approved_at = models.DateTimeField(null=True)
    sent_on = models.DateField("ngày gửi kho bạc", null=True, blank=True)
    paid_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    paid_as = NFCCharField("người ghi đã chi ghi là", max_length=400, blank=True, editable=False)
    paid_at = models.DateTimeField(null=True)
    returned_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    returned_as = NFCCharField("người trả lại ghi là", max_length=400, blank=True, editable=False)
    returned_at = models.DateTimeField(null=True)
    reason = NFCCharField("lý do trả lại, hủy chi", max_length=500, blank=True)
    reversed_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    reversed_as = NFCCharField("người hủy chi ghi là", max_length=400, blank=True, editable=False)
    reversed_at = models.DateTimeField(null=True)
    reversal_document = NFCCharField("văn bản hủy chi", max_length=200, blank=True)
    reversed_on = models.DateField("ngày văn bản hủy chi", null=True)
    voucher_number = NFCCharField("số chứng từ", max_length=60, blank=True)
    voucher_on = models.DateField("ngày chứng từ", null=True, blank=True)
    # The number without case, marks and blanks, and the year of its day: a number is used once per payer and year.
    voucher_key = models.CharField(max_length=60, blank=True, editable=False)
    voucher_year = models.PositiveSmallIntegerField(null=True, editable=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_positive"),
            models.CheckConstraint(
                condition=~Q(state=PaymentState.PAID)
                | (~Q(voucher_key="") & Q(voucher_on__isnull=False, voucher_year__isnull=False, paid_by__isnull=False)),
                name="payment_paid_by_voucher",
            ),
            models.CheckConstraint(
                condition=Q(voucher_key="") | Q(state=PaymentState.PAID), name="payment_voucher_only_of_a_paid_one"
            ),
            models.CheckConstraint(
                condition=~Q(state=PaymentState.CHECKED) | Q(checked_by__isnull=False),
                name="payment_checked_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=_AFTER_APPROVAL)
                | (Q(approved_by__isnull=False) & (Q(needs_check=False) | Q(checked_by__isnull=False))),
                name="payment_approved_after_its_check",
            ),
            models.CheckConstraint(
                condition=~Q(state=PaymentState.SENT) | Q(sent_on__isnull=False), name="payment_sent_on_a_day"
            ),
            models.CheckConstraint(
                condition=~Q(state=PaymentState.RETURNED) | (~Q(reason="") & Q(returned_by__isnull=False)),
                name="payment_returned_with_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state=PaymentState.REVERSED)
                | (
                    ~Q(reason="")
                    & ~Q(reversal_document="")
                    & Q(reversed_by__isnull=False, reversed_on__isnull=False)
                    & ~Q(reversed_by=F("paid_by"))
                ),
                name="payment_reversed_by_another_with_a_document",
            ),
            models.CheckConstraint(
                condition=Q(checked_by__isnull=True) | ~Q(checked_by=F("prepared_by")),
                name="payment_prepared_and_checked_by_two",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("prepared_by")),
                name="payment_prepared_and_approved_by_two",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | Q(checked_by__isnull=True) | ~Q(approved_by=F("checked_by")),
                name="payment_checked_and_approved_by_two",
            ),
            models.CheckConstraint(
                condition=Q(paid_by__isnull=True) | ~Q(paid_by=F("approved_by")),
                name="payment_approved_and_paid_by_two",
            ),
            models.UniqueConstraint(fields=["project"], condition=Q(state__in=OPEN_PAYMENTS), name="payment_one_open"),
            models.UniqueConstraint(
                fields=["payer", "voucher_year", "voucher_key"],
                condition=~Q(voucher_key=""),
                name="payment_voucher_once_a_year",
            ),
        ]
        indexes = [models.Index(fields=["payer", "state", "year"], name="payment_by_payer_and_state")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.amount}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_PAYMENTS

    @property
    def stands(self) -> str:
        """Where it stands, for the user: a prepared one waits for its check or already for the leader."""
        if self.state == PaymentState.PREPARED:
            return "Chờ kiểm tra" if self.needs_check else "Chờ duyệt"
        if self.state == PaymentState.CHECKED:
            return "Đã kiểm tra, chờ duyệt"
        return str(self.get_state_display())


class PaymentRule(CreatedOnce, models.Model):
    """From which amount a payer has its payments checked between preparing and approving, from a day on.

    The agency's own rule, not law. The latest begun on a day counts; an agency without one asks for no check.
    """

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="payment_rules")
    # đồng; None: no check from that day on.
    from_amount = MoneyField("kiểm tra các khoản từ (đồng)", null=True, blank=True)
    starts_on = models.DateField("áp dụng từ ngày")
    document = NFCCharField("văn bản của cơ quan", max_length=200, blank=True)
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    set_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(from_amount__isnull=True) | Q(from_amount__gte=0), name="payment_rule_amount_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agency_id}: {self.starts_on}"

    @property
    def thread(self) -> str:
        return f"payment-rule:{self.agency_id}"

    def related_agency_id(self, relation: Relation) -> int | None:
        """It belongs to the agency that pays."""
        return self.agency_id if relation is Relation.OWN else None

    def is_in_scope(self, actor: Actor) -> bool:
        """Seen by the agency's own people."""
        return self.agency_id in actor.agency_ids
