"""What must be mended, by whom and until when, and what became of it."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models.functions import Now
from django.urls import reverse

from khuyencong.core.fields import MoneyField, NFCTextField
from khuyencong.establishments.models import Establishment
from khuyencong.inspections.models.inspection import AFTER_CONCLUSION, Inspection
from khuyencong.inspections.models.visits import Visit
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, AgencyKind, User
from khuyencong.people.relations import Relation


class FindingKind(models.TextChoices):
    MISSING = "machine_missing", "Máy, thiết bị không có tại cơ sở"
    WRONG_USE = "wrong_use", "Sử dụng không đúng mục đích"
    NOT_RUNNING = "not_running", "Máy, thiết bị không hoạt động"
    PROGRESS = "progress_late", "Chậm tiến độ"
    MONEY = "money_use", "Sử dụng kinh phí, chứng từ"
    PAPERS = "papers", "Hồ sơ, báo cáo"
    OTHER = "other_finding", "Nội dung khác"


class Severity(models.TextChoices):
    MINOR = "minor", "Cần khắc phục"
    SERIOUS = "serious", "Nghiêm trọng"


class FindingState(models.TextChoices):
    OPEN = "open", "Chờ khắc phục"
    ANSWERED = "answered", "Đã trả lời, chờ xem"
    CLOSED = "closed", "Đã khắc phục"


class FollowUpStep(models.TextChoices):
    ANSWER = "answer", "Trả lời"
    SEND_BACK = "send_back", "Chưa đạt"
    CLOSE = "close", "Đã khắc phục"


class FindingQuerySet(models.QuerySet["InspectionFinding"]):
    def visible_to(self, actor: Actor) -> FindingQuerySet:
        """Those of the inspections that the actor may know of; the inspected see them once they are concluded.

        An owner sees those that his or her own establishment is to mend.
        """
        concluded = models.Q(inspection__state__in=AFTER_CONCLUSION)
        if actor.is_national:
            return self
        if actor.agency.kind == AgencyKind.ESTABLISHMENT:
            return self.filter(concluded, establishment__account=actor.agency.pk)
        own = models.Q(inspection__agency__in=actor.agency_ids)
        seen = models.Q(inspection__in=Inspection.objects.visible_to(actor).order_by())
        return self.filter(own | (concluded & seen))

    def overdue(self, on: date) -> FindingQuerySet:
        """Not mended, and the day has passed; nobody is late with what nobody has been told."""
        return self.filter(due_on__lt=on, inspection__state__in=AFTER_CONCLUSION).exclude(state=FindingState.CLOSED)

    def with_all(self) -> FindingQuerySet:
        """With what its page and its permissions ask for, in the same query."""
        return self.select_related(
            "visit",
            "establishment__commune__current",
            "establishment__province__current",
            "inspection__agency",
            "inspection__lead",
            "inspection__plan",
            "inspection__created_by",
            "inspection__establishment__commune__current",
            "inspection__establishment__province__current",
            "inspection__project__province__current",
            "inspection__project__implementing_unit",
            "inspection__project__funder",
            "inspection__project__payer",
        )


class InspectionFinding(models.Model):
    """One finding. `establishment`: who must mend it; None: the implementing unit of the đề án."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="findings")
    visit = models.ForeignKey(Visit, models.PROTECT, related_name="findings")
    number = models.PositiveSmallIntegerField("số")
    kind = models.CharField("loại", max_length=20, choices=FindingKind)
    severity = models.CharField("mức độ", max_length=10, choices=Severity)
    text = NFCTextField("nội dung", max_length=5_000)
    demand = NFCTextField("yêu cầu khắc phục", max_length=5_000)
    due_on = models.DateField("hạn khắc phục")
    establishment = models.ForeignKey(Establishment, models.PROTECT, related_name="inspection_findings", null=True)
    # What the finding proposes to ask back; nothing is posted by it.
    amount = MoneyField("đề nghị thu hồi (đồng)", null=True)
    state = models.CharField(
        "trạng thái", max_length=10, choices=FindingState, default=FindingState.OPEN, editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    closed_on = models.DateField("ngày xong", null=True, editable=False)

    objects = FindingQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        indexes = [models.Index(fields=["state", "due_on"], name="inspection_finding_by_day")]
        constraints = [
            models.UniqueConstraint(fields=["inspection", "number"], name="inspection_finding_number_once"),
            models.CheckConstraint(
                condition=models.Q(amount__isnull=True) | models.Q(amount__gt=0, severity=Severity.SERIOUS),
                name="inspection_finding_money_is_serious",
            ),
            models.CheckConstraint(
                condition=models.Q(state=FindingState.CLOSED, closed_on__isnull=False)
                | (~models.Q(state=FindingState.CLOSED) & models.Q(closed_on__isnull=True)),
                name="inspection_finding_closed_on_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"Kiến nghị {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("inspection_finding", args=[self.pk])

    @property
    def owed_by(self) -> str:
        """Who must mend it, by name; expects inspection, đề án and establishment loaded."""
        if self.establishment is not None:
            return str(self.establishment)
        project = self.inspection.project
        return str(project.implementing_unit) if project else ""

    @property
    def is_concluded(self) -> bool:
        """Whether the inspected know of it."""
        return self.inspection.state in AFTER_CONCLUSION

    @property
    def thread(self) -> str:
        return self.inspection.thread

    def is_overdue(self, on: date) -> bool:
        """The same answer as `overdue`, for one record."""
        return self.is_concluded and self.state != FindingState.CLOSED and self.due_on < on

    def related_agency_id(self, relation: Relation) -> int | None:
        if relation is Relation.ACCOUNT:
            return self.establishment.account_id if self.establishment else None
        return self.inspection.related_agency_id(relation)

    def is_in_scope(self, actor: Actor) -> bool:
        """The same answer as `visible_to`, for one record."""
        if self.inspection.is_run_by(actor):
            return True
        if not self.is_concluded:
            return False
        if actor.agency.kind == AgencyKind.ESTABLISHMENT:
            return self.related_agency_id(Relation.ACCOUNT) == actor.agency.pk
        return self.inspection.is_in_scope(actor)


class FollowUp(models.Model):
    """One step on the way to mending: what somebody wrote; added and never changed."""

    finding = models.ForeignKey(InspectionFinding, models.PROTECT, related_name="follow_ups")
    step = models.CharField("việc", max_length=10, choices=FollowUpStep)
    text = NFCTextField("nội dung", max_length=5_000)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.get_step_display()
