"""The settlement of a đề án, and of one year of a đề án of several."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from khuyencong.core.fields import MoneyField, NFCCharField, NFCTextField
from khuyencong.people.models import User
from khuyencong.projects.models import Project


class Way(models.TextChoices):
    """Which file the unit hands in: TT 36/2013 Đ19."""

    OWN = "own", "Không lập hóa đơn cho cơ quan (Đ19.1)"
    INVOICED = "invoiced", "Có lập hóa đơn cho cơ quan (Đ19.2)"


class Basis(models.TextChoices):
    """On what the figure rests: TT 36/2013 Đ18."""

    FILE = "file", "Theo hồ sơ quyết toán"
    LATE = "late", "Theo biên bản nghiệm thu và Mẫu số 9, do lập hồ sơ chậm (Đ18.3)"
    VOLUME = "volume", "Theo khối lượng đã thực hiện, do bất khả kháng (Đ18.4)"


class _Settled(models.Model):
    """What a settlement says, whole or of a year. `findings` are what was known when it was made."""

    number = NFCCharField("số văn bản quyết toán", max_length=60)
    settled_on = models.DateField("ngày quyết toán")
    amount = MoneyField("số quyết toán (đồng)")
    late = models.BooleanField("chậm so với thời hạn", default=False)
    way = models.CharField("hồ sơ", max_length=10, choices=Way, default=Way.OWN)
    invoice = NFCCharField("hóa đơn của đơn vị", max_length=120, blank=True)
    basis = models.CharField("căn cứ", max_length=10, choices=Basis, default=Basis.FILE)
    reason = NFCTextField("lý do", max_length=2_000, blank=True)
    findings = models.JSONField(default=list, editable=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.number


class Settlement(_Settled):
    """The figure that the auditors will read, of the whole đề án: TT 36/2013 Đ18-19.

    Where it rests on what could be done before force majeure, the papers of Đ18.4 stand with it.
    """

    project = models.OneToOneField(Project, models.PROTECT, related_name="settlement")
    explanation = NFCCharField("văn bản giải trình của đơn vị", max_length=200, blank=True)
    volume_record = NFCCharField("biên bản xác nhận khối lượng", max_length=200, blank=True)
    confirmed_by = NFCCharField("cơ quan xác nhận khối lượng", max_length=300, blank=True)
    decision = NFCCharField("quyết định", max_length=200, blank=True)
    decision_on = models.DateField("ngày quyết định", null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(basis=Basis.LATE) | ~models.Q(reason=""), name="settlement_late_has_reason"
            ),
            models.CheckConstraint(
                condition=~models.Q(basis=Basis.VOLUME)
                | (
                    ~models.Q(explanation="")
                    & ~models.Q(volume_record="")
                    & ~models.Q(confirmed_by="")
                    & ~models.Q(decision="")
                    & models.Q(decision_on__isnull=False)
                ),
                name="settlement_by_volume_has_papers",
            ),
        ]


class Instalment(_Settled):
    """What was settled of one year of a đề án of several, before its last one: never twice of the same year."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="instalments")
    year = models.PositiveSmallIntegerField("năm")

    class Meta:
        ordering = ["year"]
        constraints = [
            models.UniqueConstraint(fields=["project", "year"], name="instalment_once_a_year"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="instalment_positive"),
            models.CheckConstraint(
                condition=~models.Q(basis=Basis.LATE) | ~models.Q(reason=""), name="instalment_late_has_reason"
            ),
        ]
