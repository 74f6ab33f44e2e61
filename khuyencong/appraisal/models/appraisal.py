"""What an appraiser found and decided."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from khuyencong.core.fields import NFCCharField, NFCTextField
from khuyencong.people.models import Agency, User
from khuyencong.projects.models import Project


class Level(models.TextChoices):
    BASE = "base", "Cấp cơ sở"
    CENTRAL = "central", "Cấp Bộ"


class Outcome(models.TextChoices):
    AGREE = "agree", "Đồng ý"
    AGREE_WITH_CONDITIONS = "agree_with_conditions", "Đồng ý có điều kiện"
    RETURN = "return", "Trả lại để hoàn thiện"
    REFUSE = "refuse", "Không đồng ý"


# TT 36/2013 Đ9: the five points, in the order of the article.
POINTS: dict[int, tuple[str, str]] = {
    1: ("Phù hợp với nguyên tắc lập đề án", "TT 36/2013 Đ9.1, Đ4"),
    2: ("Mục tiêu, sự cần thiết, hiệu quả; kinh phí và nguồn lực hợp lý", "TT 36/2013 Đ9.2"),
    3: ("Năng lực của đơn vị thực hiện, phối hợp, thụ hưởng", "TT 36/2013 Đ9.3"),
    4: ("Khả năng kết hợp, lồng ghép với chương trình khác", "TT 36/2013 Đ9.4"),
    5: ("Hồ sơ phù hợp và đầy đủ", "TT 36/2013 Đ9.5"),
}


class Appraisal(models.Model):
    """One appraisal of one submission at one level; kept for ever, a new submission is appraised anew."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="appraisals")
    level = models.CharField("cấp", max_length=10, choices=Level)
    submission = models.PositiveSmallIntegerField("lần gửi")
    outcome = models.CharField("kết quả", max_length=24, choices=Outcome)
    by_council = models.BooleanField("do Hội đồng thẩm định", default=False)
    minutes_number = NFCCharField("số biên bản, phiếu thẩm định", max_length=60, blank=True)
    appraised_on = models.DateField("ngày thẩm định")
    comment = NFCTextField("nhận xét", max_length=20_000, blank=True)
    conditions = NFCTextField("điều kiện kèm theo", max_length=20_000, blank=True)
    # What the law said of the đề án when it was judged, as `core.findings.as_dicts` writes it.
    findings = models.JSONField("kết quả đối chiếu quy định", default=list)
    norm_confirmed = models.BooleanField("đã đối chiếu định mức với văn bản gốc", default=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["project", "level", "submission"], name="appraisal_once_per_submission"),
            models.CheckConstraint(
                condition=models.Q(outcome=Outcome.AGREE) | ~models.Q(comment="") | ~models.Q(conditions=""),
                name="appraisal_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()}: {self.get_outcome_display()}"


class AppraisalPoint(models.Model):
    """The judgement of one of the five points."""

    appraisal = models.ForeignKey(Appraisal, models.CASCADE, related_name="points")
    number = models.PositiveSmallIntegerField()
    met = models.BooleanField("đạt")
    comment = NFCTextField("nhận xét", max_length=5_000, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["appraisal", "number"], name="appraisal_point_once"),
            models.CheckConstraint(condition=models.Q(number__gte=1, number__lte=5), name="appraisal_point_of_five"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return POINTS[self.number][0]

    @property
    def article(self) -> str:
        return POINTS[self.number][1]
