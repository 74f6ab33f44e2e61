"""A list of proposals brought in from a spreadsheet: read and shown, then made to drafts one after another."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.urls import reverse

from khuyencong.core.creation import CreatedOnce
from khuyencong.core.fields import NFCCharField
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, User
from khuyencong.people.relations import Relation
from khuyencong.projects.models.project import Project


class ProposalListState(models.TextChoices):
    CHECKED = "checked", "Đã xem trước, chưa lập"
    APPLYING = "applying", "Đang lập"
    APPLIED = "applied", "Đã lập xong"


class ProposalListQuerySet(models.QuerySet["ProposalList"]):
    def visible_to(self, actor: Actor) -> ProposalListQuerySet:
        """Those of the actor's own agency."""
        return self.filter(agency__in=actor.agency_ids)


class ProposalList(CreatedOnce, models.Model):
    """One file of one plan year. `applied` counts đề án of `to_apply`, so that a page can go on after a stop."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    year = models.PositiveSmallIntegerField("năm kế hoạch")
    file_name = NFCCharField("tên tệp", max_length=200)
    sha256 = models.CharField(max_length=64)
    state = models.CharField("trạng thái", max_length=10, choices=ProposalListState, default=ProposalListState.CHECKED)
    rows = models.PositiveIntegerField(default=0)
    to_apply = models.PositiveIntegerField(default=0)
    applied = models.PositiveIntegerField(default=0)
    sheet_name = NFCCharField("trang tính", max_length=100, blank=True)
    columns = models.JSONField("các cột", default=list)  # see `documents.incoming.stored`
    notes = models.JSONField("lưu ý khi đọc", default=list)  # sentences
    version = models.PositiveIntegerField(default=1, editable=False)  # changes with every đề án

    objects = ProposalListQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(applied__lte=models.F("to_apply")), name="proposal_list_applies_what_it_has"
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("proposal_list", args=[self.pk])

    @property
    def thread(self) -> str:
        return f"proposals:{self.pk}"

    def related_agency_id(self, relation: Relation) -> int | None:
        """It belongs to the unit that brought the file and will carry out its đề án."""
        return self.agency_id if relation is Relation.IMPLEMENTING else None

    def is_in_scope(self, actor: Actor) -> bool:
        """The same answer as `visible_to`, for one record."""
        return self.agency_id in actor.agency_ids


class ProposalOutcome(models.TextChoices):
    CREATE = "create", "Lập mới"
    EXISTS = "exists", "Đã có"
    REFUSED = "refused", "Không nhận"


class ProposalRow(models.Model):
    """One row of the sheet as it was read, and what will be or was done with it."""

    of = models.ForeignKey(ProposalList, models.CASCADE, related_name="lines")
    number = models.PositiveIntegerField("dòng")  # as the spreadsheet counts, from 1
    group = models.PositiveIntegerField("dòng đầu của đề án")  # the number of the first row of the same đề án
    cells = models.JSONField(default=dict)  # place of the column → value as read, see `documents.incoming.stored`
    name = NFCCharField("tên đề án", max_length=500, blank=True)
    outcome = models.CharField("kết quả", max_length=10, choices=ProposalOutcome)
    errors = models.JSONField(default=list)  # [{"cell": "C7", "column": "Mã số thuế", "sentence": "…"}]
    notes = models.JSONField(default=list)  # sentences
    told = models.JSONField(default=list)  # [[label, text]]: what the row makes
    project = models.ForeignKey(Project, models.SET_NULL, null=True, related_name="+")
    done = models.BooleanField(default=False)

    class Meta:
        ordering = ["of", "number"]
        constraints = [
            models.UniqueConstraint(fields=["of", "number"], name="proposal_row_once"),
            models.CheckConstraint(
                condition=~models.Q(outcome=ProposalOutcome.REFUSED) | models.Q(project__isnull=True),
                name="proposal_row_refused_makes_nothing",
            ),
        ]
        indexes = [models.Index(fields=["of", "outcome"], name="proposal_row_by_outcome")]

    def __str__(self) -> str:
        return f"{self.of_id}: {self.number}"
