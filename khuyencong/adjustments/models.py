"""An adjustment of an approved đề án: what is proposed, why, and who decided."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.urls import reverse

from khuyencong.core.creation import CreatedOnce
from khuyencong.core.fields import NFCCharField, NFCTextField
from khuyencong.law import authority
from khuyencong.people.actors import Actor
from khuyencong.people.kept_file import KeptFile
from khuyencong.people.models import User
from khuyencong.people.relations import Relation
from khuyencong.projects.models import Project


class AdjustmentState(models.TextChoices):
    DRAFT = "draft", "Đang soạn"
    PROPOSED = "proposed", "Đã trình"
    ENDORSED = "endorsed", "Sở đã có ý kiến"
    DECIDED = "decided", "Đã quyết định"
    REFUSED = "refused", "Không đồng ý"
    WITHDRAWN = "withdrawn", "Đã rút"


OPEN_STATES = (AdjustmentState.DRAFT, AdjustmentState.PROPOSED, AdjustmentState.ENDORSED)


class DecidingLevel(models.TextChoices):
    """`law.authority.Level` as choices of a column."""

    DEPARTMENT = authority.Level.DEPARTMENT.value, authority.Level.DEPARTMENT.label
    AGENCY = authority.Level.AGENCY.value, authority.Level.AGENCY.label
    COMMITTEE = authority.Level.COMMITTEE.value, authority.Level.COMMITTEE.label
    MINISTRY = authority.Level.MINISTRY.value, authority.Level.MINISTRY.label


class AdjustmentQuerySet(models.QuerySet["Adjustment"]):
    def visible_to(self, actor: Actor) -> AdjustmentQuerySet:
        """Those of the đề án that the actor may know of."""
        return self.filter(Project.objects.visible_to(actor).holding())


class Adjustment(CreatedOnce, models.Model):
    """What is proposed stands in `proposal` (read and written by `adjustments.proposal` alone), whole and typed.

    `level` is set when it is proposed, from the difference to what is approved (TT 36/2013 Đ11).
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="adjustments")
    number = models.PositiveSmallIntegerField("lần điều chỉnh", editable=False)
    state = models.CharField(
        "trạng thái", max_length=10, choices=AdjustmentState, default=AdjustmentState.DRAFT, editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    reason = NFCTextField("lý do", max_length=5_000)
    proposal = models.JSONField("nội dung đề nghị", default=dict, editable=False)
    level = models.CharField("cấp quyết định", max_length=10, choices=DecidingLevel, blank=True, editable=False)
    # What changed and by how much, in words, when it was decided: the đề án goes on changing.
    outcome = models.JSONField("đã thay đổi", default=list, editable=False)

    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    request_number = NFCCharField("số văn bản đề nghị", max_length=60, blank=True)
    request_on = models.DateField("ngày văn bản đề nghị", null=True, blank=True)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)
    opinion_number = NFCCharField("số văn bản của Sở", max_length=60, blank=True)
    opinion_on = models.DateField("ngày văn bản của Sở", null=True, blank=True)
    opinion = NFCTextField("ý kiến của Sở", max_length=5_000, blank=True)
    opinion_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)
    decision_number = NFCCharField("số văn bản quyết định", max_length=60, blank=True)
    decision_on = models.DateField("ngày quyết định", null=True, blank=True)
    decided_by = NFCCharField("người ký", max_length=200, blank=True)
    decided_as = NFCCharField("người ghi quyết định", max_length=400, blank=True, editable=False)
    answer = NFCTextField("trả lời", max_length=5_000, blank=True)

    objects = AdjustmentQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state"], name="adjustment_by_state")]  # few are open
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="adjustment_number_once"),
            models.UniqueConstraint(
                fields=["project"], condition=models.Q(state__in=OPEN_STATES), name="adjustment_one_open"
            ),
            models.CheckConstraint(
                condition=~models.Q(state=AdjustmentState.DECIDED)
                | (~models.Q(decision_number="") & ~models.Q(decided_by="") & models.Q(decision_on__isnull=False)),
                name="adjustment_decided_by_document",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[AdjustmentState.DRAFT, AdjustmentState.WITHDRAWN])
                | (~models.Q(level="") & models.Q(request_on__isnull=False)),
                name="adjustment_proposed_to_a_level",
            ),
        ]

    def __str__(self) -> str:
        return f"Điều chỉnh lần {self.number}, đề án {self.project.code}"

    def get_absolute_url(self) -> str:
        return reverse("adjustment", args=[self.pk])

    @property
    def thread(self) -> str:
        """The timeline of the đề án: its adjustments belong to its life."""
        return self.project.thread

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def needs_opinion(self) -> bool:
        """Whether Sở must confirm before the level decides: TT 36/2013 Đ11.1."""
        above = self.level in {authority.Level.AGENCY, authority.Level.MINISTRY}
        return above and self.project.related_agency_id(Relation.DEPARTMENT) is not None

    @property
    def decision(self) -> str:
        """The decision as ledger and versions name it."""
        return f"Điều chỉnh lần {self.number}, {self.get_level_display()}: {self.decision_number}"

    def related_agency_id(self, relation: Relation) -> int | None:
        """As the đề án's; who decides, or lays it before the level that decides, follows from the level."""
        if relation is not Relation.DECIDING:
            return self.project.related_agency_id(relation)
        if not self.level:
            return None
        return self.project.department_id if self.level == authority.Level.DEPARTMENT else self.project.funder_id

    def is_in_scope(self, actor: Actor) -> bool:
        """The same answer as `visible_to`, for one record."""
        return self.project.is_in_scope(actor)


class PaperKind(models.TextChoices):
    REQUEST = "request", "Văn bản đề nghị"
    OPINION = "opinion", "Văn bản của Sở"
    DECISION = "decision", "Quyết định"


class AdjustmentPaper(KeptFile):
    """The scanned document of one step, outside the web root under a made-up name; never replaced."""

    adjustment = models.ForeignKey(Adjustment, models.PROTECT, related_name="papers")
    kind = models.CharField("loại", max_length=10, choices=PaperKind)
    file = models.FileField(upload_to="adjustments/%Y/%m", max_length=200)
