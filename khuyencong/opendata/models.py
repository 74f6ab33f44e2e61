"""What an officer has decided the public may read about a đề án: its own words, never the record itself."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.functions import Now
from django.urls import reverse

from khuyencong.core.fields import NFCCharField, NFCTextField
from khuyencong.core.finding import holds, question
from khuyencong.establishments.models import Establishment
from khuyencong.people.actors import Actor
from khuyencong.people.models import User
from khuyencong.people.relations import Relation
from khuyencong.places.models import Province
from khuyencong.projects.models import Project


class PublicationState(models.TextChoices):
    DRAFT = "draft", "Bản nháp"
    PUBLISHED = "published", "Đang công bố"
    WITHDRAWN = "withdrawn", "Đã gỡ"


S = PublicationState


NARROWED_BY = ("year", "activity", "source", "province")


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

    `agreed` are the households and persons who have agreed in writing to be named, each by the key of its establishment,
    `consent_document` where that stands: whoever is not among them is not named, also who comes into the đề án later.
    Names of enterprises and cooperatives need none. `confirmed` are the doubtful words (`rules.doubts`) that an officer
    has looked at.
    """

    project = models.OneToOneField(Project, models.PROTECT, related_name="publication")
    title = NFCCharField("tên công khai", max_length=500)
    summary = NFCTextField("tóm tắt", max_length=5_000, blank=True)
    result = NFCTextField("kết quả", max_length=5_000, blank=True)
    agreed = models.JSONField("hộ, cá nhân đồng ý nêu tên", default=list)
    consent_document = NFCCharField("văn bản đồng ý", max_length=200, blank=True)
    confirmed = models.JSONField("lời đã xem lại", default=list)
    state = models.CharField("trạng thái", max_length=10, choices=PublicationState, default=S.DRAFT, editable=False)
    published_on = models.DateField("ngày công bố", null=True, editable=False)
    published_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)
    changed_on = models.DateField("sửa khi đang công bố ngày", null=True, editable=False)
    withdrawn_on = models.DateField("ngày gỡ", null=True, editable=False)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)
    withdrawn_because = NFCTextField("lý do gỡ", max_length=1_000, blank=True, editable=False)
    # Which of its texts name somebody who may be named no longer, as far as the open data have been cleared of them.
    withheld = models.JSONField(default=list, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    haystack = models.TextField(default="", editable=False)
    # By what the public narrows its list: those of the đề án, here so that one index holds them with the order of the list.
    year = models.PositiveSmallIntegerField(editable=False)
    activity = models.CharField(max_length=40, editable=False)
    source = models.CharField(max_length=10, editable=False)
    province = models.ForeignKey(Province, models.PROTECT, related_name="+", db_index=False, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        ordering = ["-published_on", "-pk"]
        indexes = [
            models.Index(fields=["state", "-published_on", "-id"], name="publication_public"),
            *(
                models.Index(fields=["state", name, "-published_on", "-id"], name=f"publication_of_{name}")
                for name in NARROWED_BY
            ),
        ]
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
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep what the list is narrowed by; `months.refresh` follows what changes in the đề án later."""
        self.year, self.activity, self.source, self.province_id = self._of_project()
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], *NARROWED_BY}
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("publication", args=[self.project.code])

    @property
    def has_moved(self) -> bool:
        """Whether the đề án stands elsewhere in the list than this says."""
        return self._of_project() != (self.year, self.activity, self.source, self.province_id)

    def _of_project(self) -> tuple[int, str, str, int]:
        one = self.project
        return one.year, one.activity, one.source, one.province_id

    @property
    def thread(self) -> str:
        """Its events stand in the timeline of the đề án."""
        return self.project.thread

    def related_agency_id(self, relation: Relation) -> int | None:
        return self.project.related_agency_id(relation)

    def is_in_scope(self, actor: Actor) -> bool:
        return self.project.is_in_scope(actor)


CURRENT = "hien-hanh"


class Retraction(models.Model):
    """One time that something public was taken back: the row `key` of the open data said more before than it may now.

    Written in the transaction that takes it back. Editions remember which of these they have followed (`Edition.dropped`).
    """

    key = models.CharField("dòng", max_length=60)
    on = models.DateField("ngày")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.key}: {self.on}"


class PublicName(models.Model):
    """That an edition names an establishment in the row `key`: should it be named no longer, the row is taken back."""

    key = models.CharField("dòng", max_length=60)
    establishment = models.ForeignKey(Establishment, models.CASCADE, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["key", "establishment"], name="public_name_once")]

    def __str__(self) -> str:
        return f"{self.key}: {self.establishment_id}"


class Edition(models.Model):
    """The open data as they were made at one moment: of a month (`name` «2026-11»), or the current ones (`CURRENT`).

    What is taken back later is taken out of every edition (`opendata.months`): `dropped` is what none of its files shows
    any more, each by the mark of `months.taken_back`.
    """

    name = models.CharField("bản", max_length=10, unique=True)
    made_on = models.DateField("ngày lập")
    made_at = models.DateTimeField("lập lúc")
    remade_on = models.DateField("làm lại ngày", null=True)
    dropped = models.JSONField("đã bỏ", default=list)
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
