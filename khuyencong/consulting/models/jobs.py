"""One piece of consulting that a client pays for: offer, contract, phases, and the money that came and went."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.urls import reverse

from khuyencong.consulting.models.clients import Client, JobKind, OwnRecord, own_scope
from khuyencong.core.fields import MoneyField, NFCCharField, NFCTextField
from khuyencong.core.finding import holds, question
from khuyencong.core.money import MAX_DONG
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, User


class JobState(models.TextChoices):
    OFFERED = "offered", "Đã chào giá"
    SIGNED = "signed", "Đang thực hiện"
    DONE = "done", "Đã nghiệm thu"
    CLOSED = "closed", "Đã thanh lý"
    LOST = "lost", "Không ký"
    STOPPED = "stopped", "Chấm dứt"


S = JobState
FULFILLED = (S.DONE, S.CLOSED)
UNDER_WAY = (S.SIGNED, S.DONE)
BOOKABLE = (*UNDER_WAY, S.STOPPED)


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, actor: Actor) -> JobQuerySet:
        return self.filter(own_scope(actor))

    def search(self, text: str) -> JobQuerySet:
        """Those of whose words every word of `text` begins one; see `core.finding`."""
        asked = question(text)
        if not asked:
            return self.none() if text.strip() else self
        return self.filter(holds(asked))


class Job(OwnRecord):
    """A job from the offer to the end of its contract; the state changes only through `states.move`.

    `offered` and `value` are đồng without VAT. Nothing here belongs to a đề án or to the ledger.
    """

    client = models.ForeignKey(Client, models.PROTECT, related_name="jobs")
    kind = models.CharField("loại việc", max_length=12, choices=JobKind)
    title = NFCCharField("nội dung tư vấn", max_length=300)
    offer_number = NFCCharField("số báo giá", max_length=60, blank=True)
    offered_on = models.DateField("ngày chào giá")
    offered = MoneyField("giá chào, chưa thuế")
    contract_number = NFCCharField("số hợp đồng", max_length=60, blank=True)
    signed_on = models.DateField("ngày ký", null=True, blank=True)
    ends_on = models.DateField("hoàn thành chậm nhất", null=True, blank=True)
    value = MoneyField("giá trị hợp đồng, chưa thuế", null=True, blank=True)
    done_on = models.DateField("nghiệm thu xong ngày", null=True, editable=False)
    ended_on = models.DateField("ngày thanh lý, chấm dứt", null=True, blank=True)
    ended_because = NFCTextField("lý do, biên bản", max_length=2_000, blank=True)
    in_charge = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, verbose_name="người phụ trách")
    note = NFCTextField("ghi chú", max_length=5_000, blank=True)
    state = models.CharField("trạng thái", max_length=10, choices=JobState, default=S.OFFERED, editable=False)
    haystack = models.TextField(default="", editable=False)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["-offered_on", "-pk"]
        indexes = [models.Index(fields=["agency", "state", "offered_on"], name="consulting_job_by_agency")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(offered__gte=0) & (models.Q(value__isnull=True) | models.Q(value__gt=0)),
                name="consulting_job_money_not_negative",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[S.OFFERED, S.LOST])
                | (models.Q(signed_on__isnull=False, value__isnull=False) & ~models.Q(contract_number="")),
                name="consulting_job_signed_by_contract",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=FULFILLED, done_on__isnull=False)
                | (~models.Q(state__in=FULFILLED) & models.Q(done_on__isnull=True)),
                name="consulting_job_done_on_a_day",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=[S.LOST, S.STOPPED, S.CLOSED])
                | (models.Q(ended_on__isnull=False) & ~models.Q(ended_because="")),
                name="consulting_job_ended_with_reason",
            ),
            models.UniqueConstraint(
                fields=["agency", "contract_number", "signed_on"],
                condition=~models.Q(contract_number=""),
                name="consulting_contract_once",
                violation_error_message="Hợp đồng số và ngày này đã được ghi cho một việc khác.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.client})"

    def get_absolute_url(self) -> str:
        return reverse("consulting_job", args=[self.pk])

    @property
    def thread(self) -> str:
        """The name of its timeline in the audit log."""
        return f"consulting_job:{self.pk}"


class Phase(models.Model):
    """A part of the contract that is accepted by itself; the phases of a job add up to its value."""

    job = models.ForeignKey(Job, models.PROTECT, related_name="phases")
    number = models.PositiveSmallIntegerField("số")
    title = NFCCharField("giai đoạn", max_length=300)
    due_on = models.DateField("hạn", null=True, blank=True)
    amount = MoneyField("giá trị, chưa thuế")
    accepted_on = models.DateField("nghiệm thu ngày", null=True, blank=True)
    acceptance = NFCCharField("biên bản nghiệm thu", max_length=200, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["job", "number"], name="consulting_phase_number"),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="consulting_phase_not_negative"),
            models.CheckConstraint(
                condition=models.Q(accepted_on__isnull=True, acceptance="")
                | (models.Q(accepted_on__isnull=False) & ~models.Q(acceptance="")),
                name="consulting_phase_accepted_by_document",
            ),
        ]

    def __str__(self) -> str:
        return f"Giai đoạn {self.number}: {self.title}"


class JobAnnex(models.Model):
    """An annex that gave the contract another value; `before` and `value` are đồng without VAT. Never changed."""

    job = models.ForeignKey(Job, models.PROTECT, related_name="annexes")
    number = NFCCharField("số phụ lục", max_length=60)
    on = models.DateField("ngày ký phụ lục")
    before = MoneyField("giá trị trước, chưa thuế")
    value = MoneyField("giá trị mới, chưa thuế")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["job", "number"],
                name="consulting_annex_once",
                violation_error_message="Phụ lục số này của hợp đồng đã được ghi.",
            ),
            models.CheckConstraint(
                condition=models.Q(value__gt=0) & ~models.Q(number=""), name="consulting_annex_says_a_value"
            ),
        ]

    def __str__(self) -> str:
        return f"Phụ lục {self.number}"


class BookingKind(models.TextChoices):
    INVOICE = "invoice", "Hóa đơn"
    RECEIPT = "receipt", "Thu tiền"
    COST = "cost", "Chi phí"
    REFUND = "refund", "Hoàn tiền"
    WRITTEN_OFF = "written", "Xóa nợ"


class Booking(models.Model):
    """An invoice, money that came or went back, a debt given up, or a cost. Never changed: a wrong one is taken back, with a reason.

    `amount` in đồng: of an invoice without VAT (`tax` beside it), of a receipt what came, of a refund what went back to the
    client, of a debt what will never come, of a cost what was spent.
    """

    job = models.ForeignKey(Job, models.PROTECT, related_name="bookings")
    # Of the job; held here so that the database knows an invoice's number once for each agency.
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    kind = models.CharField("loại", max_length=8, choices=BookingKind)
    on = models.DateField("ngày")
    amount = MoneyField("số tiền (đồng)")
    tax = MoneyField("thuế GTGT (đồng)", default=0)
    document = NFCCharField("số chứng từ", max_length=100)
    what = NFCCharField("nội dung", max_length=300, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)
    taken_back_on = models.DateField("hủy ngày", null=True, blank=True)
    taken_back_because = NFCTextField("lý do hủy", max_length=1_000, blank=True)

    class Meta:
        ordering = ["on", "pk"]
        indexes = [models.Index(fields=["agency", "kind", "on"], name="consulting_booking_by_day")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__gt=0, amount__lte=MAX_DONG, tax__gte=0, tax__lte=MAX_DONG),
                name="consulting_booking_amount_is_real",
            ),
            models.CheckConstraint(
                condition=models.Q(kind=BookingKind.INVOICE) | models.Q(tax=0),
                name="consulting_only_invoices_have_tax",
            ),
            models.CheckConstraint(condition=~models.Q(document=""), name="consulting_booking_by_document"),
            models.CheckConstraint(
                condition=models.Q(taken_back_on__isnull=True, taken_back_because="")
                | (models.Q(taken_back_on__isnull=False) & ~models.Q(taken_back_because="")),
                name="consulting_taken_back_with_reason",
            ),
            models.UniqueConstraint(
                fields=["agency", "document"],
                # One that was taken back was typed wrongly, or is void: its number may be written down anew.
                condition=models.Q(kind=BookingKind.INVOICE, taken_back_on__isnull=True),
                name="consulting_invoice_once",
                violation_error_message="Số hóa đơn này đã được ghi.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.document}"
