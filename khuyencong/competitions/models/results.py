"""What the council chose, the decision, certificates and prizes, and what comes afterwards."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models.functions import Now
from django.urls import reverse

from khuyencong.competitions.models.entries import Entry
from khuyencong.competitions.models.round import Round
from khuyencong.core.creation import CreatedOnce
from khuyencong.core.fields import MoneyField, NFCCharField, NFCTextField
from khuyencong.establishments.models import Certificate as RegistryCertificate
from khuyencong.finance.models import LedgerEntry, Payment
from khuyencong.people.actors import Actor
from khuyencong.people.models import User
from khuyencong.people.relations import Relation
from khuyencong.projects.models import Project


class CouncilChoice(models.Model):
    """Whether the council lays a product before whoever decides (TT 26/2014 Đ10.2, Đ17.1), with its result as it was.

    `mean` is the exact mean as a fraction in text, "1234/15": it is compared, never rounded.
    """

    entry = models.OneToOneField(Entry, models.PROTECT, related_name="choice")
    mean = models.CharField("điểm bình quân", max_length=40)
    sheets = models.PositiveSmallIntegerField("số phiếu")
    rank = models.PositiveSmallIntegerField("thứ hạng")
    chosen = models.BooleanField("đề nghị công nhận")
    reason = NFCTextField("lý do", max_length=1_000, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["rank", "pk"]

    def __str__(self) -> str:
        return "Đề nghị công nhận" if self.chosen else "Không đề nghị"


class Decision(models.Model):
    """The decision that recognises products (TT 26/2014 Đ17.2), with the minutes it rests on; never changed."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="decisions")
    number = NFCCharField("số quyết định", max_length=60)
    decided_on = models.DateField("ngày quyết định")
    signed_by = NFCCharField("người ký", max_length=200)
    minutes_number = NFCCharField("số biên bản của Hội đồng", max_length=60, blank=True)
    minutes_on = models.DateField("ngày biên bản")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["decided_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["round", "number"], name="competition_decision_once"),
            models.CheckConstraint(
                condition=models.Q(minutes_on__lte=models.F("decided_on")),
                name="competition_decided_after_the_minutes",
                violation_error_message="Ngày quyết định không được trước ngày biên bản.",
            ),
        ]

    def __str__(self) -> str:
        return f"Quyết định {self.number} ngày {self.decided_on:%d/%m/%Y}"


class CertificateState(models.TextChoices):
    """Expired is no state: it follows from the day."""

    VALID = "valid", "Đã cấp"
    WITHDRAWN = "withdrawn", "Đã thu hồi"


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def valid_on(self, on: date) -> CertificateQuerySet:
        """Those in force on the day, both ends included; withdrawn ones only before the day of withdrawal."""
        return self.filter(issued_on__lte=on, valid_until__gte=on).filter(
            models.Q(withdrawn_on__isnull=True) | models.Q(withdrawn_on__gt=on)
        )

    def with_all(self) -> CertificateQuerySet:
        return self.select_related(
            "entry__establishment__province__current",
            "entry__establishment__commune__current",
            "decision__round__agency__province__current",
            "decision__round__province__current",
            "decision__round__commune__current",
        )


class Certificate(models.Model):
    """Giấy chứng nhận sản phẩm công nghiệp nông thôn tiêu biểu (TT 26/2014 Đ17.3, Phụ lục 6).

    `record` is the same certificate in the register of the establishment, which other rooms read (ranking, expiry).
    """

    entry = models.OneToOneField(Entry, models.PROTECT, related_name="certificate")
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="certificates")
    number = NFCCharField("số giấy chứng nhận", max_length=60)
    issued_on = models.DateField("ngày cấp")
    valid_until = models.DateField("có giá trị đến hết ngày")
    state = models.CharField(
        "trạng thái", max_length=10, choices=CertificateState, default=CertificateState.VALID, editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    # What the QR code leads to; whoever holds the paper may know it.
    secret = models.CharField(max_length=32, unique=True, editable=False)
    withdrawal_number = NFCCharField("số quyết định thu hồi", max_length=60, blank=True)
    withdrawn_on = models.DateField("ngày thu hồi", null=True, blank=True)
    withdrawal_reason = NFCTextField("lý do thu hồi", max_length=2_000, blank=True)
    record = models.OneToOneField(
        RegistryCertificate, models.PROTECT, related_name="competition_certificate", null=True, editable=False
    )

    objects = CertificateQuerySet.as_manager()

    class Meta:
        ordering = ["number", "pk"]
        indexes = [models.Index(fields=["valid_until"], name="competition_cert_by_day")]
        constraints = [
            models.UniqueConstraint(fields=["decision", "number"], name="competition_cert_number_once"),
            models.CheckConstraint(
                condition=models.Q(valid_until__gte=models.F("issued_on")), name="competition_cert_days_in_order"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state=CertificateState.VALID, withdrawn_on__isnull=True, withdrawal_number="", withdrawal_reason=""
                )
                | (
                    models.Q(state=CertificateState.WITHDRAWN, withdrawn_on__isnull=False)
                    & ~models.Q(withdrawal_number="")
                    & ~models.Q(withdrawal_reason="")
                ),
                name="competition_cert_withdrawn_by_document",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def is_valid_on(self, on: date) -> bool:
        """The same answer as `valid_on`, for one record."""
        inside = self.issued_on <= on <= self.valid_until
        return inside and (self.withdrawn_on is None or on < self.withdrawn_on)

    def related_agency_id(self, relation: Relation) -> int | None:
        return self.entry.related_agency_id(relation)

    def is_in_scope(self, actor: Actor) -> bool:
        return self.entry.is_in_scope(actor)


class Prize(models.Model):
    """Money for a recognised product (TT 26/2014 Đ21.2): owed by the norm, paid through the ledger of a đề án."""

    certificate = models.OneToOneField(Certificate, models.PROTECT, related_name="prize")
    amount = MoneyField("mức thưởng (đồng)")
    basis = NFCCharField("căn cứ mức thưởng", max_length=300)
    project = models.ForeignKey(Project, models.PROTECT, related_name="competition_prizes", null=True)
    # One payment may hold the prizes of several products of an establishment, or of all of them.
    posting = models.ForeignKey(
        LedgerEntry, models.PROTECT, related_name="competition_prizes", null=True, editable=False
    )
    # Prepared from here: whether and when it was paid is told by the payment itself.
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="competition_prizes", null=True, editable=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=models.Q(amount__gt=0), name="competition_prize_is_money")]

    def __str__(self) -> str:
        return f"Thưởng {self.certificate_id}"


class ComplaintResult(models.TextChoices):
    UPHELD = "upheld", "Chấp nhận"
    DISMISSED = "dismissed", "Không chấp nhận"
    OUT_OF_TIME = "out_of_time", "Quá thời hiệu"
    WITHDRAWN = "withdrawn", "Người khiếu nại rút"


class Complaint(CreatedOnce, models.Model):
    """A complaint about the result (TT 26/2014 Đ20): `last_on` is the last day to file, `answer_by` the last to answer."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="complaints")
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="complaints", null=True, blank=True)
    complainant = NFCCharField("người khiếu nại", max_length=300)
    text = NFCTextField("nội dung", max_length=5_000)
    received_on = models.DateField("ngày nhận đơn")
    last_on = models.DateField("ngày cuối của thời hiệu")
    answer_by = models.DateField("hạn giải quyết")
    result = models.CharField("kết quả", max_length=12, choices=ComplaintResult, blank=True)
    answered_on = models.DateField("ngày trả lời", null=True, blank=True)
    answer_number = NFCCharField("số văn bản trả lời", max_length=60, blank=True)
    answer = NFCTextField("trả lời", max_length=5_000, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-received_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(result="", answered_on__isnull=True, answer="")
                | (~models.Q(result="") & models.Q(answered_on__isnull=False) & ~models.Q(answer="")),
                name="competition_complaint_answered_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(answered_on__gte=models.F("received_on")),
                name="competition_complaint_days_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"Khiếu nại của {self.complainant}"

    def get_absolute_url(self) -> str:
        return reverse("award_complaint", args=[self.pk])

    def related_agency_id(self, relation: Relation) -> int | None:
        """It is the business of whoever runs the round."""
        return self.round.related_agency_id(relation)

    def is_in_scope(self, actor: Actor) -> bool:
        return self.round.is_in_scope(actor)

    @property
    def is_late(self) -> bool:
        """Whether it came after the last day to file."""
        return self.received_on > self.last_on


class HolderReport(CreatedOnce, models.Model):
    """What a holder reports each year (TT 26/2014 Đ22.2): how production goes, and what support it received."""

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="reports")
    year = models.PositiveSmallIntegerField("năm")
    production = NFCTextField("tình hình sản xuất, kinh doanh", max_length=5_000)
    support = NFCTextField("kết quả được hỗ trợ", max_length=5_000, blank=True)
    revenue = MoneyField("doanh thu của sản phẩm (đồng)", null=True, blank=True)
    workers = models.PositiveIntegerField("số lao động", null=True, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-year", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["certificate", "year"],
                name="competition_holder_report_once",
                violation_error_message="Đã có báo cáo của năm này.",
            ),
            models.CheckConstraint(
                condition=models.Q(year__gte=2012, year__lte=2100), name="competition_holder_report_year_sane"
            ),
        ]

    def __str__(self) -> str:
        return f"Báo cáo năm {self.year}"
