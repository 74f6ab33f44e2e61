"""The sheets of a round as one PDF, made turn by turn."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.urls import reverse

from khuyencong.competitions.models.round import Round
from khuyencong.core.creation import CreatedOnce
from khuyencong.people.actors import Actor
from khuyencong.people.models import User
from khuyencong.people.relations import Relation


class SheetPrint(CreatedOnce, models.Model):
    """All signed sheets of a round as they stood when it was asked for; it runs until `file` is there.

    `keys`: the signatures in the order of the pages. `made` counts those that are set; their pages wait in `parts`.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="prints")
    keys = models.JSONField()
    made = models.PositiveIntegerField("đã lập", default=0)
    file = models.FileField(upload_to="competitions/%Y/%m", max_length=200, blank=True)
    size = models.PositiveBigIntegerField("dung lượng", default=0)
    version = models.PositiveIntegerField(default=1, editable=False)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    moved_at = models.DateTimeField(auto_now=True)  # when the last sheets were set

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"Phiếu chấm điểm của {self.round}"

    def get_absolute_url(self) -> str:
        return reverse("sheet_print", args=[self.pk])

    @property
    def wanted(self) -> int:
        return len(self.keys)

    @property
    def runs(self) -> bool:
        return not self.file

    def related_agency_id(self, relation: Relation) -> int | None:
        return self.round.related_agency_id(relation)

    def is_in_scope(self, actor: Actor) -> bool:
        return self.round.is_in_scope(actor)


class SheetPrintPart(models.Model):
    """Some pages of a print that is under way; gone when they are joined."""

    print = models.ForeignKey(SheetPrint, models.CASCADE, related_name="parts")
    position = models.PositiveIntegerField("thứ tự")
    content = models.BinaryField()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["print", "position"], name="competition_print_part_once")]

    def __str__(self) -> str:
        return f"{self.position}"
