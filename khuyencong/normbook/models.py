"""Documents and norms entered by users, beside the shipped ones: draft, sent, confirmed by a second person."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse

from khuyencong.core.creation import CreatedOnce
from khuyencong.core.fields import MoneyField, NFCCharField, NFCTextField
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, User
from khuyencong.people.relations import Relation
from khuyencong.people.scope import is_inside, province_scope
from khuyencong.places.models import Province

LONG_TEXT = 2_000


class EntryState(models.TextChoices):
    """The life of an entered document; only a confirmed one counts, from its own date on."""

    DRAFT = "draft", "Dự thảo"
    SENT = "sent", "Chờ xác nhận"
    CONFIRMED = "confirmed", "Đã xác nhận"
    REVOKED = "revoked", "Đã hủy bỏ"


class DocumentKind(models.TextChoices):
    RESOLUTION = "Nghị quyết", "Nghị quyết"
    DECISION = "Quyết định", "Quyết định"
    CIRCULAR = "Thông tư", "Thông tư"
    JOINT_CIRCULAR = "Thông tư liên tịch", "Thông tư liên tịch"
    DECREE = "Nghị định", "Nghị định"


class TierBy(models.TextChoices):
    """The quantity that chooses a tier; empty: a tier is chosen by its name."""

    CHARTER_CAPITAL = "charter_capital", "Vốn điều lệ"


class EnteredDocumentQuerySet(models.QuerySet["EnteredDocument"]):
    def visible_to(self, actor: Actor) -> EnteredDocumentQuerySet:
        """Confirmed ones are law and everybody reads them; drafts only within the scope of whoever entered them."""
        return self.filter(
            models.Q(state__in=[EntryState.CONFIRMED, EntryState.REVOKED])
            | province_scope(actor, implementing_unit="agency")
        )


class EnteredDocument(CreatedOnce, models.Model):
    """A resolution, decision or circular with the norms that a user read in it.

    `replaces` and `corrects` hold ids of documents: the file name of a shipped one, 'e12' for an entered one. A
    replaced document ends the day before this one begins; a corrected one keeps its dates and has the values entered
    here in place of its own.
    """

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", editable=False)
    province = models.ForeignKey(
        Province, models.PROTECT, verbose_name="tỉnh, thành phố", related_name="+", null=True, blank=True
    )
    number = NFCCharField("số, ký hiệu", max_length=60)
    kind = models.CharField("loại văn bản", max_length=20, choices=DocumentKind)
    title = NFCCharField("trích yếu", max_length=500)
    issuer = NFCCharField("cơ quan ban hành", max_length=200)
    issued_on = models.DateField("ngày ban hành")
    valid_from = models.DateField("có hiệu lực từ")
    valid_to = models.DateField("hết hiệu lực sau ngày", null=True, blank=True)
    replaces = models.JSONField("thay thế", default=list, blank=True)
    corrects = models.CharField("đính chính cho", max_length=80, blank=True)
    note = NFCTextField("ghi chú", max_length=LONG_TEXT, blank=True)

    file = models.FileField("văn bản (tệp)", upload_to="norms/%Y/%m", max_length=200, blank=True)
    file_name = NFCCharField("tên tệp", max_length=255, blank=True, editable=False)
    file_type = models.CharField(max_length=100, blank=True, editable=False)
    file_size = models.PositiveBigIntegerField("dung lượng", default=0, editable=False)
    file_sha256 = models.CharField(max_length=64, blank=True, editable=False)

    state = models.CharField("trạng thái", max_length=10, choices=EntryState, default=EntryState.DRAFT, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    sent_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)
    confirmed_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)
    confirmed_at = models.DateTimeField("lúc xác nhận", null=True, editable=False)
    reason = NFCCharField("lý do trả lại hoặc hủy bỏ", max_length=500, blank=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    changed_at = models.DateTimeField(auto_now=True, editable=False)

    objects = EnteredDocumentQuerySet.as_manager()

    class Meta:
        ordering = ["-valid_from", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
                name="entered_document_days_in_order",
                violation_error_message="Ngày hết hiệu lực không được trước ngày có hiệu lực.",
            ),
            models.CheckConstraint(
                condition=models.Q(issued_on__lte=models.F("valid_from")),
                name="entered_document_issued_first",
                violation_error_message="Ngày có hiệu lực không được trước ngày ban hành.",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=EntryState.CONFIRMED)
                | (
                    models.Q(confirmed_by__isnull=False, confirmed_at__isnull=False)
                    & ~models.Q(confirmed_by=models.F("entered_by"))
                    & ~models.Q(confirmed_by=models.F("sent_by"))
                ),
                name="entered_document_confirmed_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("norm_document", args=[self.document_id])

    @property
    def document_id(self) -> str:
        """Its id among all documents, beside the file names of the shipped ones."""
        return f"e{self.pk}"

    @property
    def thread(self) -> str:
        """The name of its timeline in the audit log."""
        return f"norm:{self.pk}"

    def related_agency_id(self, relation: Relation) -> int | None:
        return self.agency_id if relation is Relation.OWN else None

    def is_in_scope(self, actor: Actor) -> bool:
        """The same answer as `visible_to`, for one record."""
        return self.state in {EntryState.CONFIRMED, EntryState.REVOKED} or is_inside(
            actor, province=self.province, implementing_unit_id=self.agency_id
        )


class EnteredNorm(models.Model):
    """One norm of an entered document: at most `percent` of the cost base and at most `cap` đồng per unit."""

    document = models.ForeignKey(EnteredDocument, models.CASCADE, related_name="norms")
    position = models.PositiveSmallIntegerField(default=0)
    activity = models.CharField("nội dung hoạt động", max_length=40)
    percent = models.DecimalField(
        "tỷ lệ tối đa (%)",
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01")), MaxValueValidator(Decimal(100))],
    )
    cap = MoneyField("mức tối đa (đồng)", null=True, blank=True)
    unit = NFCCharField("đơn vị tính", max_length=40)
    article = NFCCharField("điều, khoản", max_length=100)
    cost_base = NFCCharField("chi phí làm căn cứ", max_length=LONG_TEXT, blank=True)
    recoverable = models.BooleanField("có thu hồi", default=False)
    by_price = models.BooleanField("theo giá đấu thầu hoặc giá được duyệt", default=False)
    tier_by = models.CharField("chia bậc theo", max_length=20, choices=TierBy, blank=True)
    note = NFCCharField("ghi chú", max_length=500, blank=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "activity"],
                name="entered_norm_once",
                violation_error_message="Mỗi nội dung hoạt động chỉ có một định mức trong một văn bản.",
            ),
            models.CheckConstraint(
                condition=models.Q(percent__isnull=True) | models.Q(percent__gt=0, percent__lte=100),
                name="entered_norm_percent_sane",
            ),
            models.CheckConstraint(
                condition=models.Q(cap__isnull=True) | models.Q(cap__gt=0), name="entered_norm_cap_positive"
            ),
        ]

    def __str__(self) -> str:
        return self.activity


class EnteredTier(models.Model):
    """One step of an entered norm: holds for above < quantity <= up_to, in đồng, or is chosen by its name."""

    norm = models.ForeignKey(EnteredNorm, models.CASCADE, related_name="tiers")
    position = models.PositiveSmallIntegerField(default=0)
    name = NFCCharField("tên bậc", max_length=100)
    above = MoneyField("trên (đồng)", null=True, blank=True)
    up_to = MoneyField("đến (đồng)", null=True, blank=True)
    percent = models.DecimalField("tỷ lệ tối đa (%)", max_digits=5, decimal_places=2, null=True, blank=True)
    cap = MoneyField("mức tối đa (đồng)", null=True, blank=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["norm", "name"],
                name="entered_tier_once",
                violation_error_message="Tên bậc viết hai lần.",
            ),
            models.CheckConstraint(
                condition=(models.Q(percent__isnull=True) | models.Q(percent__gt=0, percent__lte=100))
                & (models.Q(cap__isnull=True) | models.Q(cap__gt=0)),
                name="entered_tier_values_sane",
            ),
            models.CheckConstraint(
                condition=models.Q(above__isnull=True)
                | models.Q(up_to__isnull=True)
                | models.Q(up_to__gt=models.F("above")),
                name="entered_tier_bounds_in_order",
                violation_error_message="Giới hạn trên của bậc phải lớn hơn giới hạn dưới.",
            ),
        ]

    def __str__(self) -> str:
        return self.name
