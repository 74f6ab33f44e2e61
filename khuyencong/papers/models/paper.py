"""A paper that was made of a record."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.functions import Now
from django.http import Http404
from django.urls import reverse

from khuyencong.core.creation import CreatedOnce
from khuyencong.core.errors import NotAllowed
from khuyencong.core.fields import NFCCharField
from khuyencong.core.text import fold
from khuyencong.papers.models.template import PaperTemplate
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, User
from khuyencong.people.relations import Relation

NUMBER_LENGTH, FOLDED_LENGTH = 60, 900


class Paper(CreatedOnce, models.Model):
    """One Word paper as it was made: its data, its template and its file do not change any more, whatever the record becomes.

    `key` names the record to the form's `Subject`, `thread` is the timeline of that record. `token` is what the QR code says.
    Signed is a paper to which a page of a scan belongs (`pages`).
    """

    form = models.SlugField("mẫu", max_length=60)
    key = NFCCharField("bản ghi", max_length=80)
    thread = models.CharField(max_length=100)
    title = NFCCharField("tên giấy tờ", max_length=300)
    about = NFCCharField("về", max_length=400)  # the record as it was called then
    agency = models.ForeignKey(Agency, models.PROTECT, verbose_name="cơ quan lập", related_name="+")
    number = NFCCharField("số", max_length=NUMBER_LENGTH, blank=True)
    data = models.JSONField()
    template = models.ForeignKey(PaperTemplate, models.PROTECT, related_name="+", null=True)  # None: the shipped one
    file = models.FileField(upload_to="papers/%Y/%m", max_length=200)
    size = models.PositiveIntegerField("dung lượng")
    sha256 = models.CharField(max_length=64)
    token = models.CharField(max_length=20, unique=True)
    folded = models.CharField(max_length=FOLDED_LENGTH, editable=False)  # title, record and number
    version = models.PositiveIntegerField(default=1, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["form", "key", "-id"], name="paper_of_record"),
            models.Index(fields=["agency", "-id"], name="paper_of_agency"),
        ]

    def __str__(self) -> str:
        return f"{self.title} số {self.number}" if self.number else self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the words by which the list finds it."""
        self.folded = fold(f"{self.title} {self.about} {self.number}")[:FOLDED_LENGTH]
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "folded"}
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("paper", args=[self.pk])

    @property
    def file_name(self) -> str:
        """What a download is called: plain letters."""
        return f"{self.form}-{self.pk}.docx"

    def related_agency_id(self, relation: Relation) -> int | None:
        return self.agency_id if relation is Relation.OWN else None

    def is_in_scope(self, actor: Actor) -> bool:
        """Of the own agency, or about a record whose papers the actor may see; of a private subject only the latter."""
        from khuyencong.papers.catalogue import FORMS

        form = FORMS.get(self.form)
        if self.agency_id in actor.agency_ids and (form is None or not form.subject.private):
            return True
        if form is None:
            return False
        try:
            form.subject.find(actor, self.key)
        except (Http404, NotAllowed):
            return False
        return True
