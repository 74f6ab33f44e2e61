"""The plan of a year, and one inspection of a đề án or of an establishment."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse

from khuyencong.core.creation import CreatedOnce
from khuyencong.core.fields import NFCCharField, NFCTextField
from khuyencong.establishments.models import Establishment
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, User
from khuyencong.people.relations import Relation
from khuyencong.projects.models import Project

MOST_YEARS = 20


class InspectionReason(models.TextChoices):
    """Why this one was chosen; «định kỳ, đột xuất» are the words of TTLT 26/2014 Đ9.1, the rest is how offices choose."""

    PERIODIC = "periodic", "Định kỳ"
    RISK = "risk", "Theo dấu hiệu rủi ro"
    RANDOM = "random", "Chọn ngẫu nhiên"
    COMPLAINT = "complaint", "Theo phản ánh, khiếu nại"
    AFTER_END = "after_end", "Sau khi kết thúc"


class InspectionState(models.TextChoices):
    PLANNED = "planned", "Chờ kiểm tra"
    DONE = "done", "Đã kiểm tra"
    CONCLUDED = "concluded", "Đã kết luận, còn kiến nghị"
    CLOSED = "closed", "Đã kết thúc"
    CANCELLED = "cancelled", "Không thực hiện"


S = InspectionState
# What those who are inspected know of: a sudden inspection is no secret once somebody has come.
KEPT_QUIET = models.Q(plan__isnull=True, state__in=[S.PLANNED, S.CANCELLED])
AFTER_CONCLUSION = (S.CONCLUDED, S.CLOSED)
VISITED = (S.DONE, *AFTER_CONCLUSION)


class InspectionPlanQuerySet(models.QuerySet["InspectionPlan"]):
    def visible_to(self, actor: Actor) -> InspectionPlanQuerySet:
        """The plans of the actor's own agency, and all for the national one."""
        return self if actor.is_national else self.filter(agency__in=actor.agency_ids)


class InspectionPlan(CreatedOnce, models.Model):
    """What an agency decided to inspect in a year; several decisions of one year are several plans."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField("năm")
    title = NFCCharField("tên kế hoạch", max_length=300)
    decision_number = NFCCharField("số quyết định", max_length=60)
    decision_on = models.DateField("ngày quyết định")
    note = NFCTextField("ghi chú", max_length=5_000, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = InspectionPlanQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "year", "decision_number"],
                name="inspection_plan_once",
                violation_error_message="Quyết định này đã được ghi cho năm ấy.",
            ),
            models.CheckConstraint(
                condition=models.Q(year__gte=2013, year__lte=2100), name="inspection_plan_year_sane"
            ),
            models.CheckConstraint(condition=~models.Q(decision_number=""), name="inspection_plan_has_a_decision"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.decision_number})"

    def get_absolute_url(self) -> str:
        return reverse("inspection_plan", args=[self.pk])

    @property
    def thread(self) -> str:
        """The name of its timeline in the audit log."""
        return f"inspection_plan:{self.pk}"

    def related_agency_id(self, relation: Relation) -> int | None:
        return self.agency_id if relation is Relation.OWN else None

    def is_in_scope(self, actor: Actor) -> bool:
        """The same answer as `visible_to`, for one record."""
        return actor.is_national or self.agency_id in actor.agency_ids


class InspectionQuerySet(models.QuerySet["Inspection"]):
    def visible_to(self, actor: Actor) -> InspectionQuerySet:
        """Those of the actor's agency, and those of the đề án and establishments that the actor may know of.

        A sudden one is not there for the inspected until somebody has come.
        """
        if actor.is_national:
            return self
        here = models.Q(project__in=Project.objects.visible_to(actor).order_by()) | models.Q(
            project__isnull=True, establishment__in=Establishment.objects.visible_to(actor).order_by()
        )
        return self.filter(models.Q(agency__in=actor.agency_ids) | (here & ~KEPT_QUIET))

    def with_all(self) -> InspectionQuerySet:
        """With what its page and its permissions ask for, in the same query."""
        return self.select_related(
            "agency__province",
            "plan",
            "lead",
            "created_by",
            "establishment__province__current",
            "establishment__commune__current",
            "project__province__current",
            "project__commune",
            "project__implementing_unit",
            "project__department",
            "project__funder",
            "project__payer",
        )


class Inspection(CreatedOnce, models.Model):
    """One inspection: of a đề án, of an establishment, or of an establishment in a đề án (TT 36/2013 Đ20.3, Đ21).

    It stands in a plan, or rests on a decision or order of its own; the state changes only through `states.move`.
    """

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    plan = models.ForeignKey(InspectionPlan, models.PROTECT, related_name="inspections", null=True)
    order_number = NFCCharField("số quyết định, lệnh kiểm tra", max_length=60, blank=True)
    order_on = models.DateField("ngày quyết định, lệnh kiểm tra", null=True, blank=True)
    project = models.ForeignKey(Project, models.PROTECT, related_name="inspections", null=True)
    establishment = models.ForeignKey(Establishment, models.PROTECT, related_name="inspections", null=True)
    reason = models.CharField("lý do chọn", max_length=10, choices=InspectionReason)
    # Who complained and about what is for those who inspect, not for the inspected.
    why = NFCTextField("nội dung, dấu hiệu", max_length=5_000, blank=True)
    planned_on = models.DateField("kiểm tra chậm nhất ngày")
    lead = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="trưởng đoàn")
    state = models.CharField(
        "trạng thái", max_length=10, choices=InspectionState, default=InspectionState.PLANNED, editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    conclusion_number = NFCCharField("số văn bản kết luận", max_length=60, blank=True)
    concluded_on = models.DateField("ngày kết luận", null=True, blank=True)
    conclusion = NFCTextField("kết luận", max_length=10_000, blank=True)
    cancelled_because = NFCTextField("lý do không thực hiện", max_length=2_000, blank=True)
    closed_on = models.DateField("ngày kết thúc", null=True, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = InspectionQuerySet.as_manager()

    class Meta:
        ordering = ["-planned_on", "-pk"]
        indexes = [models.Index(fields=["planned_on", "state"], name="inspection_by_day")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(project__isnull=False) | models.Q(establishment__isnull=False),
                name="inspection_of_something",
            ),
            models.CheckConstraint(
                condition=models.Q(plan__isnull=False, order_number="", order_on__isnull=True)
                | (models.Q(plan__isnull=True, order_on__isnull=False) & ~models.Q(order_number="")),
                name="inspection_by_plan_or_by_order",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=AFTER_CONCLUSION)
                | (models.Q(concluded_on__isnull=False) & ~models.Q(conclusion_number="") & ~models.Q(conclusion="")),
                name="inspection_concluded_by_document",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=S.CANCELLED) | ~models.Q(cancelled_because=""),
                name="inspection_cancelled_with_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(state=S.CLOSED, closed_on__isnull=False)
                | (~models.Q(state=S.CLOSED) & models.Q(closed_on__isnull=True)),
                name="inspection_closed_on_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"Kiểm tra {self.subject_name}"

    def get_absolute_url(self) -> str:
        return reverse("inspection", args=[self.pk])

    @property
    def subject_name(self) -> str:
        """What is inspected, as a sentence names it."""
        if self.project is None:
            return str(self.establishment)
        place = f", {self.establishment}" if self.establishment else ""
        return f"đề án {self.project.code}{place}"

    @property
    def basis(self) -> str:
        """The decision on which it rests; expects `plan` loaded."""
        number, on = (
            (self.plan.decision_number, self.plan.decision_on) if self.plan else (self.order_number, self.order_on)
        )
        return f"{number} ngày {on:%d/%m/%Y}" if on else number

    @property
    def thread(self) -> str:
        """A timeline of its own: that of the đề án is read by its unit, and a sudden inspection is not announced."""
        return f"inspection:{self.pk}"

    def is_run_by(self, actor: Actor) -> bool:
        """Whether the actor's agency inspects, or stands above those who do."""
        return actor.is_national or self.agency_id in actor.agency_ids

    def related_agency_id(self, relation: Relation) -> int | None:
        match relation:
            case Relation.OWN:
                return self.agency_id
            case Relation.ACCOUNT:
                return self.establishment.account_id if self.establishment else None
            case _:
                return self.project.related_agency_id(relation) if self.project else None

    def is_in_scope(self, actor: Actor) -> bool:
        """The same answer as `visible_to`, for one record."""
        if self.is_run_by(actor):
            return True
        if self.plan_id is None and self.state in {S.PLANNED, S.CANCELLED}:
            return False
        if self.project is not None:
            return self.project.is_in_scope(actor)
        return self.establishment is not None and self.establishment.is_in_scope(actor)


class AfterCare(models.Model):
    """For how many years after settlement an agency looks whether what was supported still serves its purpose.

    No article that could be read names a number: it is the agency's own, with the paper it rests on. None: no reminders.
    """

    agency = models.OneToOneField(Agency, models.PROTECT, related_name="after_care")
    years = models.PositiveSmallIntegerField(
        "số năm theo dõi sau quyết toán",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_YEARS)],
    )
    document = NFCCharField("văn bản của cơ quan", max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)
    set_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(years__isnull=True)
                | (models.Q(years__gte=1, years__lte=MOST_YEARS) & ~models.Q(document="")),
                name="after_care_by_document",
            )
        ]

    def __str__(self) -> str:
        return f"{self.agency}: {self.years or 'không đặt'}"

    @property
    def thread(self) -> str:
        return f"after_care:{self.agency_id}"

    def related_agency_id(self, relation: Relation) -> int | None:
        return self.agency_id if relation is Relation.OWN else None

    def is_in_scope(self, actor: Actor) -> bool:
        return self.agency_id in actor.agency_ids
