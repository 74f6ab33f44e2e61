"""The minutes of an acceptance: who was there, what follows from it, its files, and the paper that takes it back."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from khuyencong.core.fields import MoneyField, NFCCharField, NFCTextField
from khuyencong.core.findings import Finding, from_dicts
from khuyencong.people.models import Agency, User
from khuyencong.projects.models import Attachment, Beneficiary, Project


class MinutesForm(models.TextChoices):
    """Which form of Phụ lục 1 TT 36/2013 the minutes follow (Đ14, Đ19); see `delivery.minutes`."""

    SITE = "5a", "Mẫu số 5a"
    WHOLE = "5b", "Mẫu số 5b"
    NATIONAL = "5c", "Mẫu số 5c"


class AcceptanceQuerySet(models.QuerySet["Acceptance"]):
    """Acceptances, whether they stand or not."""


class StandingAcceptances(models.Manager.from_queryset(AcceptanceQuerySet)):  # type: ignore[misc]  # made by Django at run time
    """Those that nothing has taken back: what every list, sum and rule speaks of."""

    def get_queryset(self) -> AcceptanceQuerySet:
        found: AcceptanceQuerySet = super().get_queryset()
        return found.filter(annulment__isnull=True)


class Acceptance(models.Model):
    """Nghiệm thu cơ sở of one beneficiary (or of a đề án that has none): Mẫu 5a/5b/5c, TT 36/2013 Đ21.1.

    A part may be accepted several times; `is_last` closes it. A row is never changed: a wrong one is taken back by an
    `Annulment`. `objects` (and every relation) has those that stand, `all_ever` also those that were taken back.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="acceptances")
    beneficiary = models.ForeignKey(Beneficiary, models.PROTECT, related_name="acceptances", null=True)
    round = models.PositiveSmallIntegerField("lần nghiệm thu", default=1)
    form = models.CharField("mẫu biên bản", max_length=2, choices=MinutesForm, default=MinutesForm.SITE)
    form_reason = NFCCharField("vì sao dùng mẫu ấy", max_length=400, blank=True)
    form_article = NFCCharField("điều khoản về mẫu", max_length=120, blank=True)
    number = NFCCharField("số biên bản nghiệm thu", max_length=60)
    accepted_on = models.DateField("ngày nghiệm thu")
    place = NFCCharField("địa điểm nghiệm thu", max_length=300, blank=True)
    latitude = models.DecimalField("vĩ độ", max_digits=8, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField("kinh độ", max_digits=8, decimal_places=5, null=True, blank=True)
    comment = NFCTextField("nhận xét", max_length=10_000, blank=True)
    is_last = models.BooleanField("lần cuối của phần này", default=True)
    undelivered = NFCTextField("phần không thực hiện và lý do", max_length=2_000, blank=True)
    # What the rules found when it was recorded, and what the recorder answered.
    findings = models.JSONField(default=list)
    explanation = NFCTextField("giải trình các điểm phải xác nhận", max_length=2_000, blank=True)
    payable = MoneyField("được thanh toán (đồng)")
    calculation = models.JSONField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = StandingAcceptances()
    all_ever = AcceptanceQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["project", "beneficiary", "round"], name="acceptance_round_once"),
            models.UniqueConstraint(
                fields=["project", "round"],
                condition=models.Q(beneficiary__isnull=True),
                name="acceptance_round_once_without_beneficiary",
            ),
            models.UniqueConstraint(fields=["project", "beneficiary", "number"], name="acceptance_number_once"),
            models.UniqueConstraint(
                fields=["project", "number"],
                condition=models.Q(beneficiary__isnull=True),
                name="acceptance_number_once_without_beneficiary",
            ),
            models.CheckConstraint(
                condition=models.Q(latitude__isnull=True, longitude__isnull=True)
                | models.Q(latitude__isnull=False, longitude__isnull=False)
                & models.Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
                name="acceptance_place_whole",
            ),
            models.CheckConstraint(condition=models.Q(round__gte=1, payable__gte=0), name="acceptance_sane"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def document(self) -> str:
        """As the ledger names it."""
        return f"Biên bản {self.number}"

    @property
    def found(self) -> list[Finding]:
        """What the rules found when it was recorded."""
        return from_dicts(self.findings)

    @property
    def taken_back(self) -> Annulment | None:
        """The paper that took it back, if any."""
        return getattr(self, "annulment", None)


class ParticipantRole(models.TextChoices):
    """For whom somebody takes part in an acceptance (TT 36/2013 Đ18.4, Đ21.1, Đ22.1)."""

    CHAIR = "chair", "Chủ trì"
    COMMUNE = "commune", "UBND cấp xã"
    UNIT = "unit", "Đơn vị thực hiện"
    BENEFICIARY = "beneficiary", "Đơn vị thụ hưởng"
    OTHER = "other", "Thành phần khác"


class Participant(models.Model):
    """Somebody who took part, or was asked to and did not come."""

    acceptance = models.ForeignKey(Acceptance, models.CASCADE, related_name="participants")
    position = models.PositiveSmallIntegerField("thứ tự")
    role = models.CharField("thành phần", max_length=12, choices=ParticipantRole)
    name = NFCCharField("họ tên", max_length=120)
    title = NFCCharField("chức vụ", max_length=160, blank=True)
    organisation = NFCCharField("cơ quan, đơn vị", max_length=300, blank=True)
    present = models.BooleanField("có mặt", default=True)
    opinion = NFCTextField("ý kiến", max_length=2_000, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["acceptance", "position"], name="participant_position_once"),
            models.UniqueConstraint(
                fields=["acceptance"], condition=models.Q(role="chair"), name="participant_one_chair"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AcceptanceFile(models.Model):
    """A signed scan or a photo of an acceptance; of a photo also when and where the camera says it was taken."""

    acceptance = models.ForeignKey(Acceptance, models.PROTECT, related_name="files")
    attachment = models.OneToOneField(Attachment, models.PROTECT, related_name="+")
    taken_at = models.CharField("chụp lúc (giờ của máy ảnh)", max_length=19, blank=True)
    latitude = models.DecimalField("vĩ độ", max_digits=8, decimal_places=5, null=True)
    longitude = models.DecimalField("kinh độ", max_digits=8, decimal_places=5, null=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.attachment)

    @property
    def is_photo(self) -> bool:
        return self.attachment.content_type.startswith("image/") and self.attachment.kind == "photo"


class Annulment(models.Model):
    """The document that takes an acceptance back, with its reason; only while nothing was paid on it."""

    acceptance = models.OneToOneField(Acceptance, models.PROTECT, related_name="annulment")
    number = NFCCharField("số văn bản", max_length=60)
    on = models.DateField("ngày văn bản")
    reason = NFCTextField("lý do", max_length=2_000)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.number
