"""A list of establishments brought in from a spreadsheet: read, shown, then written in slices."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.urls import reverse

from khuyencong.core.creation import CreatedOnce
from khuyencong.core.fields import NFCCharField
from khuyencong.establishments.models.registry import Establishment
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, User
from khuyencong.people.relations import Relation


class ImportState(models.TextChoices):
    READ = "read", "Đang xem trước"
    CHECKED = "checked", "Đã xem trước, chưa ghi"
    APPLYING = "applying", "Đang ghi"
    APPLIED = "applied", "Đã ghi xong"


class ImportQuerySet(models.QuerySet["Import"]):
    def visible_to(self, actor: Actor) -> ImportQuerySet:
        """Those of the actor's own agency: the rows hold telephone and identity numbers."""
        return self.filter(agency__in=actor.agency_ids)


class Import(CreatedOnce, models.Model):
    """One file. `checked` and `applied` count rows, so that a page can show how far it is and go on after a stop."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    file_name = NFCCharField("tên tệp", max_length=200)
    sha256 = models.CharField(max_length=64)
    state = models.CharField("trạng thái", max_length=10, choices=ImportState, default=ImportState.READ)
    rows = models.PositiveIntegerField(default=0)
    checked = models.PositiveIntegerField(default=0)
    applied = models.PositiveIntegerField(default=0)  # of those that are to be created or updated
    to_apply = models.PositiveIntegerField(default=0)
    sheet_name = NFCCharField("trang tính", max_length=100, blank=True)
    columns = models.JSONField("các cột", default=list)  # see `documents.incoming.stored`
    notes = models.JSONField("lưu ý khi đọc", default=list)  # sentences
    version = models.PositiveIntegerField(default=1, editable=False)  # changes with every slice

    objects = ImportQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("establishment_import", args=[self.pk])

    @property
    def thread(self) -> str:
        return f"import:{self.pk}"

    def related_agency_id(self, relation: Relation) -> int | None:
        """It belongs to the agency that brought the file."""
        return self.agency_id if relation is Relation.OWN else None

    def is_in_scope(self, actor: Actor) -> bool:
        """The same answer as `visible_to`, for one record."""
        return self.agency_id in actor.agency_ids


class RowOutcome(models.TextChoices):
    WAITING = "waiting", "Chưa xem"
    CREATE = "create", "Thêm mới"
    UPDATE = "update", "Cập nhật"
    UNCHANGED = "unchanged", "Không đổi"
    REFUSED = "refused", "Không nhận"


class ImportRow(models.Model):
    """One row of the sheet as it was read, and what will be or was done with it."""

    of = models.ForeignKey(Import, models.CASCADE, related_name="lines")
    number = models.PositiveIntegerField("dòng")  # as the spreadsheet counts, from 1
    cells = models.JSONField(default=dict)  # place of the column → value as read, see `documents.incoming.stored`
    name = NFCCharField("tên cơ sở", max_length=300, blank=True)
    outcome = models.CharField("kết quả", max_length=10, choices=RowOutcome, default=RowOutcome.WAITING)
    errors = models.JSONField(default=list)  # [{"cell": "C7", "column": "Mã số thuế", "sentence": "…"}]
    notes = models.JSONField(default=list)  # sentences
    changes = models.JSONField(default=list)  # [[label, before, after]] as texts
    establishment = models.ForeignKey(Establishment, models.SET_NULL, null=True, related_name="+")
    done = models.BooleanField(default=False)

    class Meta:
        ordering = ["of", "number"]
        constraints = [models.UniqueConstraint(fields=["of", "number"], name="import_row_once")]
        indexes = [models.Index(fields=["of", "outcome"], name="import_row_by_outcome")]

    def __str__(self) -> str:
        return f"{self.of_id}: {self.number}"
