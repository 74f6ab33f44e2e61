"""What money there is for a year, and the plan that decides what it is for."""

from __future__ import annotations

from typing import Self, TypeVar

from django.db import models
from django.db.models.functions import Now
from django.urls import reverse

from khuyencong.core.fields import NFCCharField
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, User
from khuyencong.people.relations import Relation
from khuyencong.people.scope import is_inside, province_scope

FIRST_YEAR, LAST_YEAR = 2013, 2100


class Spending(models.TextChoices):
    """The kind of budget money: TT 28/2018 as amended by TT 64/2024 draws up the two apart."""

    RECURRENT = "recurrent", "Chi thường xuyên"
    INVESTMENT = "investment", "Chi đầu tư phát triển"


M = TypeVar("M", bound=models.Model)


class FundingSource(models.TextChoices):
    """Whose money: NĐ 45/2012 Đ11."""

    NATIONAL = "national", "Khuyến công quốc gia"
    LOCAL = "local", "Khuyến công địa phương"


class AgencyOwnedQuerySet(models.QuerySet[M]):
    """Rows that belong to one agency (`agency`)."""

    def visible_to(self, actor: Actor) -> Self:
        """The national agency sees all; a province its own agencies' rows; anyone else the agency's own."""
        return self.filter(province_scope(actor, province="agency__province", implementing_unit="agency"))


class AgencyOwned(models.Model):
    """An agency's row of one year and source of money."""

    agency = models.ForeignKey(Agency, models.PROTECT, verbose_name="cơ quan", related_name="+")
    year = models.PositiveSmallIntegerField("năm")
    source = models.CharField("nguồn", max_length=10, choices=FundingSource)

    class Meta:
        abstract = True

    def related_agency_id(self, relation: Relation) -> int | None:
        return self.agency_id if relation in {Relation.OWN, Relation.FUNDER} else None

    def is_in_scope(self, actor: Actor) -> bool:
        return is_inside(actor, province=self.agency.province, implementing_unit_id=self.agency_id)


class Envelope(AgencyOwned):
    """Money of an agency for a year, source and kind of spending; its amounts are rows of the ledger, never columns here."""

    spending = models.CharField("tính chất chi", max_length=10, choices=Spending, default=Spending.RECURRENT)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = AgencyOwnedQuerySet["Envelope"].as_manager()

    class Meta:
        ordering = ["-year", "source", "spending", "agency"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "year", "source", "spending"], name="envelope_once"),
            models.CheckConstraint(condition=models.Q(spending__in=Spending.values), name="envelope_spending_known"),
            models.CheckConstraint(
                condition=models.Q(year__gte=FIRST_YEAR, year__lte=LAST_YEAR), name="envelope_year_sane"
            ),
        ]

    def __str__(self) -> str:
        kind = "" if self.spending == Spending.RECURRENT else f", {self.get_spending_display().lower()}"
        return f"{self.get_source_display()} {self.year}{kind}"

    def get_absolute_url(self) -> str:
        return reverse("envelope", args=[self.pk])

    @property
    def thread(self) -> str:
        """The name of this envelope's timeline in the audit log."""
        return f"envelope:{self.pk}"


class PlanState(models.TextChoices):
    DRAFT = "draft", "Dự thảo"
    APPROVED = "approved", "Đã phê duyệt"
    RECORDED = "recorded", "Ghi lại từ hồ sơ cũ"  # a plan of a past year whose decision is not at hand


class AnnualPlan(AgencyOwned):
    """A plan of one agency, year, source and round (đợt): TT 36/2013 Đ6, NĐ 45/2012 Đ2.2."""

    round = models.PositiveSmallIntegerField("đợt", default=1)
    title = NFCCharField("tên kế hoạch", max_length=300)
    state = models.CharField("trạng thái", max_length=10, choices=PlanState, default=PlanState.DRAFT)
    version = models.PositiveIntegerField(default=1, editable=False)
    decision_number = NFCCharField("số quyết định", max_length=60, blank=True)
    decision_on = models.DateField("ngày quyết định", null=True, blank=True)
    decided_by = NFCCharField("người ký", max_length=120, blank=True)
    decision_file = models.FileField("quyết định (tệp)", upload_to="plans/%Y/%m", max_length=200, blank=True)
    decision_file_name = NFCCharField(max_length=255, blank=True, editable=False)
    decision_file_type = models.CharField(max_length=100, blank=True, editable=False)
    decision_file_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    approved_as = NFCCharField("người ghi phê duyệt", max_length=400, blank=True, editable=False)
    # Criterion code → points, where this plan ranks proposals otherwise than the law room's table; empty: that table.
    priority_weights = models.JSONField("trọng số ưu tiên", default=dict, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = AgencyOwnedQuerySet["AnnualPlan"].as_manager()

    class Meta:
        ordering = ["-year", "source", "agency", "round"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "year", "source", "round"],
                name="plan_round_once",
                violation_error_message="Đã có kế hoạch của năm, nguồn và đợt này.",
            ),
            models.CheckConstraint(
                condition=models.Q(year__gte=FIRST_YEAR, year__lte=LAST_YEAR), name="plan_year_sane"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[PlanState.DRAFT, PlanState.RECORDED])
                | (~models.Q(decision_number="") & models.Q(decision_on__isnull=False)),
                name="plan_approved_by_decision",
            ),
            models.CheckConstraint(
                condition=models.Q(decision_file="") | ~models.Q(decision_file_name="", decision_file_sha256=""),
                name="plan_decision_file_described",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("plan", args=[self.pk])

    @property
    def thread(self) -> str:
        """The name of this plan's timeline in the audit log."""
        return f"plan:{self.pk}"
