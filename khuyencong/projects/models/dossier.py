"""The dossier of a đề án: what was handed in for each paper, what was said of it, and what an agency asks for besides."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from khuyencong.core.creation import CreatedOnce
from khuyencong.core.fields import NFCCharField, NFCTextField
from khuyencong.law.papers import Stage
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, AgencyKind, User
from khuyencong.people.relations import Relation
from khuyencong.projects.models.attachment import Attachment

KEY_LENGTH = 80
LONGEST_COMMENT = 2_000
STAGE_CHOICES = [(stage.value, stage.label) for stage in Stage if stage is not Stage.COMPETITION]


class Verdict(models.TextChoices):
    """What the appraiser says of one version; nothing yet is the empty text."""

    ACCEPTED = "accepted", "Chấp nhận"
    REFUSED = "refused", "Phải nộp lại"


class PaperVersion(models.Model):
    """One answer of the unit to a paper that is asked for: a file, or why the paper does not apply.

    `paper` is the key of the law's paper ('registration.request_letter') or of one asked for besides ('asked.7'). A
    later version supersedes; earlier ones stay readable.
    """

    project = models.ForeignKey("projects.Project", models.CASCADE, related_name="paper_versions")
    paper = models.CharField("giấy tờ", max_length=KEY_LENGTH)
    number = models.PositiveSmallIntegerField("phiên bản")
    attachment = models.ForeignKey(Attachment, models.PROTECT, related_name="papers", null=True, verbose_name="tệp")
    taken_from = NFCCharField("lấy từ", max_length=300, blank=True)
    not_applicable = NFCTextField("lý do không áp dụng", max_length=LONGEST_COMMENT, blank=True)
    expires_on = models.DateField("hết hạn", null=True, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)
    verdict = models.CharField("kết quả kiểm tra", max_length=10, choices=Verdict, blank=True)
    reason = NFCTextField("lý do", max_length=LONGEST_COMMENT, blank=True)
    judged_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    judged_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["paper", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "paper", "number"],
                name="paper_version_once",
                violation_error_message="Phiên bản này của giấy tờ đã có.",
            ),
            models.CheckConstraint(
                condition=models.Q(attachment__isnull=False, not_applicable="")
                | (models.Q(attachment__isnull=True) & ~models.Q(not_applicable="")),
                name="paper_version_file_or_reason",
                violation_error_message="Phiên bản của giấy tờ là một tệp, hoặc lý do giấy tờ không áp dụng.",
            ),
            models.CheckConstraint(
                condition=models.Q(verdict="", judged_by__isnull=True, judged_at__isnull=True)
                | (~models.Q(verdict="") & models.Q(judged_by__isnull=False, judged_at__isnull=False)),
                name="paper_version_judged_by_someone",
            ),
            models.CheckConstraint(
                condition=~models.Q(verdict=Verdict.REFUSED) | ~models.Q(reason=""),
                name="paper_version_refused_with_reason",
                violation_error_message="Không chấp nhận giấy tờ thì phải ghi lý do.",
            ),
            models.CheckConstraint(
                condition=models.Q(judged_by__isnull=True) | ~models.Q(judged_by=models.F("by")),
                name="paper_version_judged_by_another",
                violation_error_message="Người nộp giấy tờ không được tự kiểm tra giấy tờ đó.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.paper}, bản {self.number}"


class PaperComment(models.Model):
    """One sentence in the conversation about a paper; rows are only added."""

    project = models.ForeignKey("projects.Project", models.CASCADE, related_name="paper_comments")
    paper = models.CharField("giấy tờ", max_length=KEY_LENGTH)
    text = NFCTextField("ý kiến", max_length=LONGEST_COMMENT)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["project", "paper"], name="comment_by_paper")]

    def __str__(self) -> str:
        return f"{self.by}: {self.text[:60]}"


class AskedPaper(CreatedOnce, models.Model):
    """A paper that an agency asks for besides the law, or one of the law that it makes obligatory (`law_key`).

    Of one đề án, or of all that the agency looks at (`project` None), of one activity or of every one.
    """

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="asked_papers", verbose_name="cơ quan yêu cầu")
    project = models.ForeignKey("projects.Project", models.CASCADE, related_name="asked_papers", null=True)
    stage = models.CharField("bước", max_length=30, choices=STAGE_CHOICES)
    activity = models.CharField("nội dung hoạt động", max_length=40, blank=True)
    law_key = models.CharField("giấy tờ theo quy định", max_length=KEY_LENGTH, blank=True)
    text = NFCCharField("giấy tờ", max_length=300, blank=True)
    basis = NFCCharField("căn cứ", max_length=200)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    ended_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(law_key="") ^ models.Q(text=""),
                name="asked_paper_of_law_or_own",
                violation_error_message="Chọn một giấy tờ theo quy định, hoặc ghi tên giấy tờ yêu cầu thêm.",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_by__isnull=True, ended_at__isnull=True)
                | models.Q(ended_by__isnull=False, ended_at__isnull=False),
                name="asked_paper_ended_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return self.text or self.law_key

    def related_agency_id(self, relation: Relation) -> int | None:
        """The asking agency, whatever it is to đề án, for the permission matrix."""
        if relation is Relation.DEPARTMENT:
            return self.agency_id if self.agency.kind == AgencyKind.DEPARTMENT else None
        if relation is Relation.NATIONAL:
            return self.agency_id if self.agency.kind == AgencyKind.NATIONAL else None
        return self.agency_id if relation is Relation.FUNDER else None

    def is_in_scope(self, actor: Actor) -> bool:
        """Only those who ask may change what is asked."""
        return self.agency_id in actor.agency_ids

    @property
    def key(self) -> str:
        """By which versions and comments name the paper."""
        return self.law_key or f"asked.{self.pk}"
