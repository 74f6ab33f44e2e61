"""A trial of other norms over recorded đề án, and what it would change; nothing outside these tables is touched."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.urls import reverse

from khuyencong.core.creation import CreatedOnce
from khuyencong.core.fields import MoneyField, NFCCharField
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, User
from khuyencong.people.relations import Relation
from khuyencong.people.scope import is_inside, province_scope
from khuyencong.programmes.models import AnnualPlan, FundingSource
from khuyencong.projects.models import Project


class TrialState(models.TextChoices):
    RUNNING = "running", "Đang tính"
    DONE = "done", "Đã tính xong"


class Effect(models.TextChoices):
    """What the changed norms would do to one đề án."""

    INADMISSIBLE = "inadmissible", "Vượt mức mới"
    CHEAPER = "cheaper", "Mức tối đa giảm"
    DEARER = "dearer", "Mức tối đa tăng"
    ADMITTED = "admitted", "Được chấp nhận theo mức mới"


class TrialQuerySet(models.QuerySet["Trial"]):
    def visible_to(self, actor: Actor) -> TrialQuerySet:
        """Those of the actor's own agency, or of the agencies below it."""
        return self.filter(province_scope(actor, province="agency__province", implementing_unit="agency"))


class Trial(CreatedOnce, models.Model):
    """Changed norms (`changes`), the đề án they are tried on, how far the count has come and its result.

    `changes` and `result` are written and read by `whatif.changes` and `whatif.count` alone. Amounts are whole đồng.
    """

    name = NFCCharField("tên lần tính thử", max_length=200)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", editable=False)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    changes = models.JSONField("thay đổi", default=list)
    first_year = models.PositiveSmallIntegerField("từ năm")
    last_year = models.PositiveSmallIntegerField("đến năm")
    source = models.CharField("nguồn", max_length=10, choices=FundingSource, blank=True)
    plan = models.ForeignKey(AnnualPlan, models.PROTECT, related_name="+", null=True, blank=True)
    state = models.CharField(max_length=10, choices=TrialState, default=TrialState.RUNNING, editable=False)
    total = models.PositiveIntegerField("số đề án", default=0, editable=False)
    counted = models.PositiveIntegerField("đã tính", default=0, editable=False)
    last_project_id = models.BigIntegerField(default=0, editable=False)
    result = models.JSONField(default=dict, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = TrialQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_year__gte=models.F("first_year")),
                name="trial_years_in_order",
                violation_error_message="Năm cuối không được trước năm đầu.",
            ),
            models.CheckConstraint(condition=models.Q(counted__lte=models.F("total")), name="trial_counts_to_its_end"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("trial", args=[self.pk])

    @property
    def thread(self) -> str:
        return f"trial:{self.pk}"

    def related_agency_id(self, relation: Relation) -> int | None:
        return self.agency_id if relation is Relation.OWN else None

    def is_in_scope(self, actor: Actor) -> bool:
        """The same answer as `visible_to`, for one record."""
        return is_inside(actor, province=self.agency.province, implementing_unit_id=self.agency_id)


class TrialRow(models.Model):
    """One đề án for which the changed norms would make a difference; amounts in đồng, None: no number to compare."""

    trial = models.ForeignKey(Trial, models.CASCADE, related_name="rows")
    project = models.ForeignKey(Project, models.CASCADE, related_name="+")
    effect = models.CharField(max_length=12, choices=Effect)
    asked = MoneyField("đề nghị")
    allowed_before = MoneyField("mức tối đa hiện nay", null=True)
    allowed_after = MoneyField("mức tối đa thử", null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["trial", "project"], name="trial_row_once")]
        indexes = [models.Index(fields=["trial", "effect"], name="trial_row_by_effect")]

    def __str__(self) -> str:
        return f"{self.trial_id}: {self.project_id}"
