"""What a draft plan could be: a scenario, and its choice about each proposal. Nothing else is changed by them."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.urls import reverse

from khuyencong.core.creation import CreatedOnce
from khuyencong.core.fields import MoneyField, NFCCharField, NFCTextField
from khuyencong.people.actors import Actor
from khuyencong.people.models import User
from khuyencong.people.relations import Relation
from khuyencong.programmes.models import AnnualPlan
from khuyencong.projects.models import Project

LONGEST_REASON = 300


class ScenarioQuerySet(models.QuerySet["Scenario"]):
    def visible_to(self, actor: Actor) -> ScenarioQuerySet:
        """Those of the plans that the actor may see."""
        return self.filter(plan__in=AnnualPlan.objects.visible_to(actor).order_by())


class Scenario(CreatedOnce, models.Model):
    """One way of filling a plan. `version` counts every change; `plan_version` is the plan's when it was reckoned."""

    plan = models.ForeignKey(AnnualPlan, models.PROTECT, related_name="scenarios", editable=False)
    name = NFCCharField("tên phương án", max_length=120)
    note = NFCTextField("ghi chú", max_length=2000, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    plan_version = models.PositiveIntegerField(editable=False)
    reckoned_at = models.DateTimeField("tính lúc", db_default=Now(), editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    adopted_at = models.DateTimeField("áp dụng lúc", null=True, editable=False)
    adopted_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)

    objects = ScenarioQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "name"],
                name="scenario_name_once",
                violation_error_message="Kế hoạch đã có phương án tên này.",
            ),
            models.UniqueConstraint(
                fields=["plan"], condition=models.Q(adopted_at__isnull=False), name="scenario_one_adopted"
            ),
            models.CheckConstraint(
                condition=models.Q(adopted_at__isnull=True, adopted_by__isnull=True)
                | models.Q(adopted_at__isnull=False, adopted_by__isnull=False),
                name="scenario_adopted_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("scenario", args=[self.pk])

    @property
    def thread(self) -> str:
        return f"scenario:{self.pk}"

    def related_agency_id(self, relation: Relation) -> int | None:
        return self.plan.related_agency_id(relation)

    def is_in_scope(self, actor: Actor) -> bool:
        """The same answer as `visible_to`, for one record."""
        return self.plan.is_in_scope(actor)


class ScenarioChoice(models.Model):
    """One proposal in one scenario: whether it is chosen, and for how much; amounts in đồng.

    `position`: in the order of the ranking; `place`: what the ranking calls it, None where the law sets no order.
    `allowed`: the most by law, None where there is no number; `most`: the most that may be granted, share by share.
    """

    scenario = models.ForeignKey(Scenario, models.CASCADE, related_name="choices")
    project = models.ForeignKey(Project, models.CASCADE, related_name="+")
    position = models.PositiveIntegerField()
    place = models.PositiveIntegerField(null=True)
    tied = models.BooleanField(default=False)
    score = models.IntegerField()
    people = models.PositiveIntegerField("số cơ sở thụ hưởng", default=0)
    asked = MoneyField("đề nghị")
    allowed = MoneyField("tối đa theo quy định", null=True)
    most = MoneyField("được chọn tối đa")
    chosen = models.BooleanField("chọn", default=False)
    amount = MoneyField("số hỗ trợ")
    reason = NFCCharField("lý do cắt giảm", max_length=LONGEST_REASON, blank=True)
    project_version = models.PositiveIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["scenario", "project"], name="scenario_choice_once"),
            models.CheckConstraint(
                condition=models.Q(asked__gte=0, most__gte=0, amount__gte=0)
                & models.Q(most__lte=models.F("asked"), amount__lte=models.F("most")),
                name="scenario_choice_within_the_most",
                violation_error_message="Số hỗ trợ không được quá số đề nghị và mức tối đa theo quy định.",
            ),
            models.CheckConstraint(
                condition=models.Q(chosen=False) | models.Q(amount__gt=0), name="scenario_choice_gives_something"
            ),
            models.CheckConstraint(
                condition=models.Q(amount=models.F("most")) | ~models.Q(reason=""), name="scenario_cut_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scenario_id}: {self.project_id}"
