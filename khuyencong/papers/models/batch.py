"""The papers of one form for many records, made turn by turn."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.urls import reverse

from khuyencong.core.creation import CreatedOnce
from khuyencong.core.fields import NFCCharField
from khuyencong.papers.models.paper import Paper
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, User
from khuyencong.people.relations import Relation


class PaperBatch(CreatedOnce, models.Model):
    """What was asked for at once. Each item is made once, however often the work was stopped; it runs while `made` < `wanted`."""

    form = models.SlugField("mẫu", max_length=60)
    title = NFCCharField("tên bộ", max_length=300)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    wanted = models.PositiveIntegerField("số giấy tờ")
    made = models.PositiveIntegerField("đã xử lý", default=0)
    version = models.PositiveIntegerField(default=1, editable=False)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    moved_at = models.DateTimeField(auto_now=True)  # when the last of its papers was made

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(made__lte=models.F("wanted")), name="paper_batch_made_within_wanted"
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("paper_batch", args=[self.pk])

    @property
    def thread(self) -> str:
        """The timeline of this batch in the audit log."""
        return f"paper_batch:{self.pk}"

    @property
    def runs(self) -> bool:
        return self.made < self.wanted

    def related_agency_id(self, relation: Relation) -> int | None:
        return self.agency_id if relation is Relation.OWN else None

    def is_in_scope(self, actor: Actor) -> bool:
        return self.agency_id in actor.agency_ids


class BatchItem(models.Model):
    """One record of a batch: its paper, or the sentence why there is none; neither while it waits."""

    batch = models.ForeignKey(PaperBatch, models.CASCADE, related_name="items")
    position = models.PositiveIntegerField("thứ tự")
    key = NFCCharField("bản ghi", max_length=80)
    label = NFCCharField("tên bản ghi", max_length=400)
    paper = models.OneToOneField(Paper, models.PROTECT, related_name="batch_item", null=True)
    told = NFCCharField("vì sao không lập được", max_length=1000, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "position"], name="batch_item_once"),
            models.UniqueConstraint(fields=["batch", "key"], name="batch_item_record_once"),
        ]

    def __str__(self) -> str:
        return self.label
