"""What an officer has decided the public may read about a đề án: its own words, never the record itself."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.urls import reverse

from khuyencong.core.fields import NFCCharField, NFCTextField
from khuyencong.core.finding import holds, question
from khuyencong.people.actors import Actor
from khuyencong.people.models import User
from khuyencong.people.relations import Relation
from khuyencong.projects.models import Project


class PublicationState(models.TextChoices):
    DRAFT = "draft", "Bản nháp"
    PUBLISHED = "published", "Đang công bố"
    WITHDRAWN = "withdrawn", "Đã gỡ"


S = PublicationState


class PublicationQuerySet(models.QuerySet["Publication"]):
    def visible_to(self, actor: Actor) -> PublicationQuerySet:
        """Those of the đề án that the actor may know of."""
        return self.filter(project__in=Project.objects.visible_to(actor).order_by())

    def public(self) -> PublicationQuerySet:
        """What everybody may read; every public page, file and endpoint begins here."""
        return self.filter(state=S.PUBLISHED)

    def search(self, text: str) -> PublicationQuerySet:
        """Those of whose public words every word of `text` begins one; see `core.finding`.

        Never the search column of the đề án: that one also holds the names of households.
        """
        asked = question(text)
        if not asked:
            return self.none() if text.strip() else self
        return self.filter(holds(asked))


class Publication(models.Model):
    """The public face of one đề án; the state changes only through `states.move`.

    `consent` says that the households and persons of the đề án have agreed in writing to be named, `consent_document`
    where that stands. Names of enterprises and cooperatives need none.
    """

    project = models.OneToOneField(Project, models.PROTECT, related_name="publication")
    title = NFCCharField("tên công khai", max_length=500)
    summary = NFCTextField("tóm tắt", max_length=5_000, blank=True)
    result = NFCTextField("kết quả", max_length=5_000, blank=True)
    consent = models.BooleanField("hộ, cá nhân đồng ý nêu tên", default=False)
    consent_document = NFCCharField("văn bản đồng ý", max_length=200, blank=True)
    state = models.CharField("trạng thái", max_length=10, choices=PublicationState, default=S.DRAFT, editable=False)
    published_on = models.DateField("ngày công bố", null=True, editable=False)
    published_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)
    withdrawn_on = models.DateField("ngày gỡ", null=True, editable=False)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)
    withdrawn_because = NFCTextField("lý do gỡ", max_length=1_000, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    haystack = models.TextField(default="", editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        ordering = ["-published_on", "-pk"]
        indexes = [models.Index(fields=["state", "-published_on", "-id"], name="publication_public")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state=S.PUBLISHED)
                | models.Q(published_on__isnull=False, published_by__isnull=False, withdrawn_on__isnull=True),
                name="publication_published_by_somebody",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=S.WITHDRAWN)
                | (models.Q(withdrawn_on__isnull=False, withdrawn_by__isnull=False) & ~models.Q(withdrawn_because="")),
                name="publication_withdrawn_with_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(consent=False) | ~models.Q(consent_document=""),
                name="publication_consent_in_writing",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("publication", args=[self.project.code])

    @property
    def thread(self) -> str:
        """Its events stand in the timeline of the đề án."""
        return self.project.thread

    def related_agency_id(self, relation: Relation) -> int | None:
        return self.project.related_agency_id(relation)

    def is_in_scope(self, actor: Actor) -> bool:
        return self.project.is_in_scope(actor)


CURRENT = "hien-hanh"


class Edition(models.Model):
    """The open data as they were made at one moment: of a month (`name` «2026-11»), or the current ones (`CURRENT`).

    What is taken back later is taken out of every edition (`opendata.months`): `dropped` are the keys of rows that none of
    its files shows any more, `consented` the đề án whose households it names because they had agreed.
    """

    name = models.CharField("bản", max_length=10, unique=True)
    made_on = models.DateField("ngày lập")
    made_at = models.DateTimeField("lập lúc")
    remade_on = models.DateField("làm lại ngày", null=True)
    dropped = models.JSONField("dòng đã gỡ", default=list)
    consented = models.JSONField("đề án nêu tên hộ, cá nhân", default=list)
    fingerprint = models.CharField(max_length=64)

    class Meta:
        ordering = ["-name"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_current(self) -> bool:
        return self.name == CURRENT


class EditionFile(models.Model):
    """One file of an edition: «de-an.csv». Those that end in `.rows` are what the others are made of, and are not shown."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="files")
    name = models.CharField("tệp", max_length=40)
    content = models.FileField(upload_to="opendata/%Y/%m", max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField("cỡ (byte)")
    rows = models.PositiveIntegerField("số dòng")

    class Meta:
        ordering = ["edition", "name"]
        constraints = [models.UniqueConstraint(fields=["edition", "name"], name="edition_file_once")]

    def __str__(self) -> str:
        return self.name
