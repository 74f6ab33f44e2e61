"""What a collaborator or officer found on the spot: a survey of an establishment and what it needs."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.urls import reverse

from khuyencong.core.creation import CreatedOnce
from khuyencong.core.fields import MoneyField, NFCCharField, NFCTextField
from khuyencong.core.text import fold
from khuyencong.establishments.models import Establishment, EstablishmentKind
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, User
from khuyencong.people.relations import Relation
from khuyencong.people.scope import is_inside, province_scope
from khuyencong.places.models import Commune, Province


class SurveyState(models.TextChoices):
    SENT = "sent", "Chờ xử lý"
    TAKEN_IN = "taken_in", "Đã đưa vào hồ sơ cơ sở"
    REJECTED = "rejected", "Không dùng"


class SurveyQuerySet(models.QuerySet["Survey"]):
    def visible_to(self, actor: Actor) -> SurveyQuerySet:
        """Those of the actor's province, region or commune; the national agency sees all."""
        return self.filter(province_scope(actor, commune="commune"))


class Survey(CreatedOnce, models.Model):
    """One visit. The key is made where the form is filled, so that a form kept without network is stored once."""

    establishment = models.ForeignKey(
        Establishment, models.PROTECT, verbose_name="cơ sở", null=True, blank=True, related_name="surveys"
    )
    province = models.ForeignKey(Province, models.PROTECT, verbose_name="tỉnh, thành phố", related_name="+")
    commune = models.ForeignKey(Commune, models.PROTECT, verbose_name="xã, phường, đặc khu", related_name="+")
    surveyed_on = models.DateField("ngày khảo sát")
    name = NFCCharField("tên cơ sở", max_length=300)
    kind = models.CharField("loại hình", max_length=20, choices=EstablishmentKind, blank=True)
    tax_code = models.CharField("mã số thuế", max_length=14, blank=True)
    place_text = NFCCharField("địa chỉ", max_length=300, blank=True)
    owner_name = NFCCharField("chủ cơ sở", max_length=120, blank=True)
    phone = models.CharField("điện thoại", max_length=20, blank=True)
    sector = models.CharField("ngành nghề", max_length=40, blank=True)
    workers = models.PositiveIntegerField("số lao động", null=True, blank=True)
    activity = models.CharField("nội dung hoạt động cần hỗ trợ", max_length=40, blank=True)
    need = NFCTextField("nhu cầu", max_length=2_000, blank=True)
    estimated_cost = MoneyField("dự kiến chi phí (đồng)", null=True, blank=True)
    wanted_year = models.PositiveSmallIntegerField("năm mong muốn", null=True, blank=True)
    note = NFCTextField("ghi chú", max_length=2_000, blank=True)
    latitude = models.FloatField("vĩ độ", null=True, blank=True)
    longitude = models.FloatField("kinh độ", null=True, blank=True)
    kept_offline = models.BooleanField("ghi khi không có mạng", default=False)
    state = models.CharField("trạng thái", max_length=10, choices=SurveyState, default=SurveyState.SENT)
    version = models.PositiveIntegerField(default=1, editable=False)
    surveyed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    surveyed_for = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    received_at = models.DateTimeField(db_default=Now(), editable=False)
    handled_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)
    handled_on = models.DateField("ngày xử lý", null=True, editable=False)
    reason = NFCCharField("lý do không dùng", max_length=300, blank=True)
    folded = models.CharField(max_length=300, editable=False)

    objects = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = "phiếu khảo sát"
        verbose_name_plural = "phiếu khảo sát"
        ordering = ["-surveyed_on", "-pk"]
        indexes = [models.Index(fields=["province", "state"], name="survey_by_state")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(latitude__isnull=True, longitude__isnull=True)
                | models.Q(latitude__range=(4, 24), longitude__range=(101, 119)),
                name="survey_point_in_viet_nam",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="taken_in") | models.Q(establishment__isnull=False),
                name="survey_taken_into_an_establishment",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        """Keep the search column true to the name."""
        self.folded = fold(self.name)[:300]
        super().save(*args, **kwargs)  # type: ignore[arg-type]  # passes Django's own arguments through unchanged

    def get_absolute_url(self) -> str:
        return reverse("survey", args=[self.pk])

    @property
    def thread(self) -> str:
        """The name of its timeline in the audit log."""
        return f"survey:{self.pk}"

    def related_agency_id(self, relation: Relation) -> int | None:
        return self.surveyed_for_id if relation is Relation.OWN else None

    def is_in_scope(self, actor: Actor) -> bool:
        return is_inside(actor, province=self.province, commune=self.commune)
