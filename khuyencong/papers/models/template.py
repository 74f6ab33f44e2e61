"""An agency's own Word templates: versions are only added, and so is what says which of them is in force."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from khuyencong.core.creation import CreatedOnce
from khuyencong.core.fields import NFCCharField
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, User
from khuyencong.people.relations import Relation


class PaperTemplate(CreatedOnce, models.Model):
    """One version of an agency's template of one form; it was looked at and tried before it was kept."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    form = models.SlugField("mẫu", max_length=60)
    number = models.PositiveSmallIntegerField("bản")
    name = NFCCharField("tên tệp", max_length=255)
    file = models.FileField(upload_to="papers/templates", max_length=200)
    size = models.PositiveIntegerField("dung lượng")
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "form", "number"], name="paper_template_numbered"),
            models.UniqueConstraint(fields=["agency", "form", "sha256"], name="paper_template_once"),
            models.CheckConstraint(condition=models.Q(number__gt=0), name="paper_template_number_positive"),
        ]

    def __str__(self) -> str:
        return f"Mẫu của {self.agency.short_name}, bản {self.number}"

    @property
    def thread(self) -> str:
        """The timeline of the templates of this form at this agency."""
        return thread_of(self.agency_id, self.form)

    def related_agency_id(self, relation: Relation) -> int | None:
        return self.agency_id if relation is Relation.OWN else None

    def is_in_scope(self, actor: Actor) -> bool:
        return self.agency_id in actor.agency_ids


class TemplateUse(models.Model):
    """From `put_at` on this template is in force; None: the shipped one. The newest row counts, an older version comes back by a new row."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    form = models.SlugField("mẫu", max_length=60)
    template = models.ForeignKey(PaperTemplate, models.PROTECT, related_name="+", null=True)
    put_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    put_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["agency", "form", "-id"], name="paper_template_in_force")]

    def __str__(self) -> str:
        return str(self.template) if self.template else "Mẫu kèm phần mềm"


def thread_of(agency_id: int, form: str) -> str:
    """The name of the timeline of an agency's templates of one form in the audit log."""
    return f"paper_template:{agency_id}:{form}"


def use_version(agency_id: int, form: str) -> int:
    """Counts every change of the template in force, from 1, so that a page opened before another change is refused."""
    return 1 + TemplateUse.objects.filter(agency=agency_id, form=form).count()
