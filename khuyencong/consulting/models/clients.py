"""Who orders consulting of a centre, and what the centre is to earn in a year."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.urls import reverse

from khuyencong.core.creation import CreatedOnce
from khuyencong.core.fields import MoneyField, NFCCharField, NFCTextField
from khuyencong.core.finding import holds, question
from khuyencong.establishments.models import Establishment
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, User
from khuyencong.people.relations import Relation
from khuyencong.people.scope import is_inside, province_scope


class JobKind(models.TextChoices):
    """What a centre is asked for; the software's own list, no law fixes one."""

    INVESTMENT = "investment", "Lập dự án, báo cáo đầu tư"
    DESIGN = "design", "Khảo sát, thiết kế, giám sát công trình"
    ENERGY = "energy", "Kiểm toán, tiết kiệm năng lượng"
    CLEANER = "cleaner", "Sản xuất sạch hơn, môi trường"
    MARKET = "market", "Thương hiệu, bao bì, thị trường"
    PLANNING = "planning", "Quy hoạch, cụm công nghiệp"
    OTHER = "other", "Tư vấn khác"


def own_scope(actor: Actor) -> models.Q:
    """Rows that belong to an agency: the nation sees all, a province its own, others what is theirs."""
    return province_scope(actor, province="agency__province", implementing_unit="agency")


class OwnRecord(CreatedOnce, models.Model):
    """What an agency keeps for itself; no đề án and no money of the programme is named here (ADR 0030)."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", verbose_name="đơn vị")
    version = models.PositiveIntegerField(default=1, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        abstract = True

    def related_agency_id(self, relation: Relation) -> int | None:
        return self.agency_id if relation is Relation.OWN else None

    def is_in_scope(self, actor: Actor) -> bool:
        """The same answer as `visible_to`, for one record."""
        return is_inside(actor, province=self.agency.province, implementing_unit_id=self.agency_id)


class ClientQuerySet(models.QuerySet["Client"]):
    def visible_to(self, actor: Actor) -> ClientQuerySet:
        return self.filter(own_scope(actor))

    def search(self, text: str) -> ClientQuerySet:
        """Those of whose words every word of `text` begins one; see `core.finding`."""
        asked = question(text)
        if not asked:
            return self.none() if text.strip() else self
        return self.filter(holds(asked))


class Client(OwnRecord):
    """Whoever orders consulting: an establishment of the registry, or anybody else."""

    establishment = models.ForeignKey(Establishment, models.PROTECT, related_name="+", null=True, blank=True)
    name = NFCCharField("tên khách hàng", max_length=300)
    address = NFCCharField("địa chỉ", max_length=300, blank=True)
    tax_code = NFCCharField("mã số thuế", max_length=20, blank=True)
    contact = NFCCharField("người liên hệ", max_length=120, blank=True)
    phone = NFCCharField("điện thoại", max_length=40, blank=True)
    note = NFCTextField("ghi chú", max_length=2_000, blank=True)
    haystack = models.TextField(default="", editable=False)

    objects = ClientQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(name=""), name="client_has_a_name"),
            models.UniqueConstraint(
                fields=["agency", "establishment"],
                name="client_once_for_an_establishment",
                violation_error_message="Cơ sở này đã có trong danh sách khách hàng.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("consulting_client", args=[self.pk])

    @property
    def thread(self) -> str:
        return f"consulting_client:{self.pk}"


class TargetQuerySet(models.QuerySet["Target"]):
    def visible_to(self, actor: Actor) -> TargetQuerySet:
        return self.filter(own_scope(actor))


class Target(OwnRecord):
    """What a centre is to do and to earn in a year, by kind; `kind` "" for what is not divided by kind.

    A year has rows by kind, or one that is not divided: its target is the sum of its rows. Money in đồng without VAT, as revenue is counted.
    """

    year = models.PositiveSmallIntegerField("năm")
    kind = models.CharField("loại việc", max_length=12, choices=JobKind, blank=True)
    jobs = models.PositiveIntegerField("số việc")
    revenue = MoneyField("doanh thu kế hoạch")
    cost = MoneyField("chi phí kế hoạch", null=True, blank=True)
    document = NFCCharField("văn bản giao chỉ tiêu", max_length=200)

    objects = TargetQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "agency", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "year", "kind"],
                name="consulting_target_once",
                violation_error_message="Năm ấy đã có chỉ tiêu cho loại việc này.",
            ),
            models.CheckConstraint(
                condition=models.Q(year__gte=2013, year__lte=2100), name="consulting_target_year_sane"
            ),
            models.CheckConstraint(
                condition=models.Q(revenue__gte=0) & (models.Q(cost__isnull=True) | models.Q(cost__gte=0)),
                name="consulting_target_not_negative",
            ),
            models.CheckConstraint(condition=~models.Q(document=""), name="consulting_target_by_document"),
        ]

    def __str__(self) -> str:
        return f"Chỉ tiêu tư vấn {self.year}: {self.kind_label}"

    @property
    def kind_label(self) -> str:
        return self.get_kind_display() if self.kind else "Không chia theo loại"

    @property
    def thread(self) -> str:
        return f"consulting_target:{self.pk}"
