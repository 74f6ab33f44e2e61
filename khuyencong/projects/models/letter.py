"""Letters in and out about đề án: công văn, tờ trình, phiếu, quyết định."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from khuyencong.core.fields import NFCCharField
from khuyencong.core.text import fold
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, User
from khuyencong.places.models import Province
from khuyencong.projects.models.attachment import Attachment


class LetterKind(models.TextChoices):
    REQUEST = "request", "Công văn đề nghị"
    LETTER = "letter", "Công văn"
    SUBMISSION = "submission", "Tờ trình"
    REPORT = "report", "Báo cáo"
    SHEET = "sheet", "Phiếu, biên bản"
    DECISION = "decision", "Quyết định"
    NOTICE = "notice", "Thông báo"
    OTHER = "other", "Văn bản khác"


class Letter(models.Model):
    """One letter with its official number, once for its issuer and year in a province; it may concern several đề án.

    `issuer` and `recipient` are agencies of the system where they are known, the names are those of that day.
    """

    kind = models.CharField("loại văn bản", max_length=12, choices=LetterKind)
    number = NFCCharField("số, ký hiệu", max_length=60)
    day = models.DateField("ngày văn bản")
    year = models.PositiveSmallIntegerField("năm", editable=False)
    issuer = models.ForeignKey(Agency, models.PROTECT, related_name="+", null=True, blank=True)
    issuer_name = NFCCharField("nơi gửi", max_length=200)
    issuer_key = models.CharField(max_length=220, editable=False)
    number_key = models.CharField(max_length=60, editable=False)
    recipient = models.ForeignKey(Agency, models.PROTECT, related_name="+", null=True, blank=True)
    recipient_name = NFCCharField("nơi nhận", max_length=200)
    summary = NFCCharField("trích yếu", max_length=500)
    # A number is looked for in one province alone: nobody learns what was written to another.
    province = models.ForeignKey(Province, models.PROTECT, related_name="+", editable=False)
    reply_to = models.ForeignKey("self", models.PROTECT, related_name="replies", null=True, blank=True)
    projects: models.ManyToManyField[models.Model, LetterOfProject] = models.ManyToManyField(
        "projects.Project", through="LetterOfProject", related_name="letters"
    )
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-day", "-pk"]
        indexes = [models.Index(fields=["year", "issuer"], name="letter_by_year_issuer")]
        constraints = [
            models.UniqueConstraint(
                fields=["province", "issuer_key", "year", "number_key"],
                name="letter_number_once",
                violation_error_message="Số văn bản này của nơi gửi đã có trong năm.",
            ),
            models.CheckConstraint(condition=~models.Q(number_key=""), name="letter_has_a_number"),
        ]

    def __str__(self) -> str:
        return f"{self.number} ngày {self.day:%d/%m/%Y}"

    def save(self, *args: object, **kwargs: object) -> None:
        """Keep the columns by which a number is unique true to what is written."""
        self.year = self.day.year
        self.issuer_key = issuer_key(self.issuer, self.issuer_name)
        self.number_key = number_key(self.number)
        super().save(*args, **kwargs)  # type: ignore[arg-type]  # passes Django's own arguments through unchanged

    def is_out(self, actor: Actor) -> bool:
        """Whether it was sent by the actor's agency, as opposed to received or passed between others."""
        return self.issuer_id in actor.agency_ids

    def direction(self, actor: Actor) -> str:
        """'Đi', 'Đến', or '' where the actor's agency neither sent nor received it."""
        if self.is_out(actor):
            return "Đi"
        return "Đến" if self.recipient_id in actor.agency_ids else ""


class LetterOfProject(models.Model):
    """That a letter concerns a đề án, with the file of it that lies in the dossier."""

    letter = models.ForeignKey(Letter, models.CASCADE, related_name="links")
    project = models.ForeignKey("projects.Project", models.CASCADE, related_name="letter_links")
    attachment = models.ForeignKey(Attachment, models.PROTECT, related_name="letters", null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["letter", "project"], name="letter_of_project_once")]

    def __str__(self) -> str:
        return f"{self.letter_id}: {self.project_id}"


def issuer_key(issuer: Agency | None, name: str) -> str:
    """By what an issuer is told from others: the agency of the system, else its name without marks."""
    return f"a{issuer.pk}" if issuer else f"n{fold(name)}"[:220]


def number_key(number: str) -> str:
    """A number as it is compared: '12 / TTr-SCT' and '12/TTr-sct' are one; leading noughts count for nothing."""
    return fold(number).replace(" ", "").lstrip("0")[:60]
