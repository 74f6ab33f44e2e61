"""Other programmes, and what each has paid and brought in a đề án."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.urls import reverse

from khuyencong.core.creation import CreatedOnce
from khuyencong.core.fields import MoneyField, NFCCharField
from khuyencong.core.finding import haystack
from khuyencong.core.text import fold
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, User
from khuyencong.people.relations import Relation
from khuyencong.places.models import Province
from khuyencong.projects.models import Project

FIRST_YEAR, LAST_YEAR = 2005, 2100


class OtherProgrammeQuerySet(models.QuerySet["OtherProgramme"]):
    def visible_to(self, actor: Actor) -> OtherProgrammeQuerySet:
        """National ones, and those of the actor's province; the national agency sees all."""
        if actor.is_national:
            return self
        return self.filter(models.Q(province__isnull=True) | models.Q(province__in=actor.province_ids))


class OtherProgramme(CreatedOnce, models.Model):
    """A programme of the State that is not khuyến công: national (`province` None) or of one province."""

    province = models.ForeignKey(Province, models.PROTECT, related_name="+", null=True, editable=False)
    name = NFCCharField("tên chương trình", max_length=300)
    document = NFCCharField("văn bản phê duyệt", max_length=200)
    first_year = models.PositiveSmallIntegerField("từ năm")
    last_year = models.PositiveSmallIntegerField("đến năm", null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    kept_by = models.ForeignKey(Agency, models.PROTECT, related_name="+", editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    folded = models.CharField(max_length=300, editable=False)
    haystack = models.TextField(default="", editable=False)

    objects = OtherProgrammeQuerySet.as_manager()

    class Meta:
        ordering = ["folded", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["province", "folded"],
                nulls_distinct=False,
                name="other_programme_once",
                violation_error_message="Chương trình này đã có trong danh mục.",
            ),
            models.CheckConstraint(
                condition=models.Q(first_year__range=(FIRST_YEAR, LAST_YEAR))
                & (models.Q(last_year__isnull=True) | models.Q(last_year__gte=models.F("first_year"))),
                name="other_programme_years_in_order",
            ),
            models.CheckConstraint(condition=~models.Q(document=""), name="other_programme_by_document"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        """Keep the columns that are compared, sorted and searched true to the name."""
        self.folded = fold(self.name)[:300]
        self.haystack = haystack(self.name, self.document)
        super().save(*args, **kwargs)  # type: ignore[arg-type]  # passes Django's own arguments through unchanged

    def get_absolute_url(self) -> str:
        return reverse("other_programme", args=[self.pk])

    @property
    def years(self) -> str:
        """«2026–2030», or «từ 2026»."""
        return f"{self.first_year}–{self.last_year}" if self.last_year else f"từ {self.first_year}"

    @property
    def thread(self) -> str:
        return f"other_programme:{self.pk}"

    def related_agency_id(self, relation: Relation) -> int | None:
        return self.kept_by_id if relation is Relation.OWN else None

    def is_in_scope(self, actor: Actor) -> bool:
        """The same answer as `visible_to`, for one record."""
        return actor.is_national or self.province_id is None or self.province_id in actor.province_ids


class CountedBy(models.TextChoices):
    """Who reports a common result: never both."""

    HERE = "here", "khuyến công"
    THERE = "there", "chương trình kia"


class LeftTo(models.TextChoices):
    """Which records of the đề án a result is that the other programme reports: the codes of `projects.subjects.Subject`."""

    COURSES = "dao-tao", "lớp đào tạo, tập huấn, hội nghị"
    FAIRS = "hoi-cho", "hội chợ, triển lãm"
    WORKS = "thong-tin", "sản phẩm thông tin, tuyên truyền"
    ADVICE = "tu-van-co-so", "lần tư vấn cho cơ sở"


class Combination(CreatedOnce, models.Model):
    """What one programme paid in a đề án in a year, or brought together with it; a withdrawn row counts for nothing.

    `left_to`: the records of the đề án of that year that khuyến công does not count, since the other programme reports them.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="combinations")
    programme = models.ForeignKey(OtherProgramme, models.PROTECT, related_name="rows", verbose_name="chương trình")
    year = models.PositiveSmallIntegerField("năm")
    amount = MoneyField("kinh phí (đồng)", default=0)
    content = NFCCharField("nội dung chi", max_length=300)
    document = NFCCharField("chứng từ, văn bản", max_length=200)
    result = NFCCharField("kết quả chung", max_length=200, blank=True)
    quantity = models.DecimalField("số lượng", max_digits=14, decimal_places=2, null=True, blank=True)
    unit = NFCCharField("đơn vị tính", max_length=60, blank=True)
    counted_by = models.CharField("kết quả được báo cáo bởi", max_length=5, choices=CountedBy, default=CountedBy.HERE)
    left_to = models.CharField("hồ sơ để chương trình kia báo cáo", max_length=20, choices=LeftTo, blank=True)
    withdrawn_because = NFCCharField("lý do bỏ", max_length=300, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["year", "pk"]
        indexes = [
            models.Index(fields=["programme", "year"], name="combination_by_programme"),
            models.Index(fields=["project", "left_to"], name="combination_left_to"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="combination_not_negative"),
            models.CheckConstraint(
                condition=models.Q(amount__gt=0) | models.Q(quantity__isnull=False), name="combination_of_something"
            ),
            models.CheckConstraint(
                condition=(models.Q(quantity__isnull=True, result="", unit=""))
                | (models.Q(quantity__gt=0) & ~models.Q(result="") & ~models.Q(unit="")),
                name="combination_result_is_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(year__range=(FIRST_YEAR, LAST_YEAR)), name="combination_year_sane"
            ),
            models.CheckConstraint(
                condition=models.Q(left_to="") | models.Q(quantity__isnull=False, counted_by="there"),
                name="combination_left_to_who_reports",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme}, {self.year}"

    def get_absolute_url(self) -> str:
        return f"{self.project.get_absolute_url()}?tab=du-toan"

    @property
    def is_withdrawn(self) -> bool:
        return bool(self.withdrawn_because)

    def related_agency_id(self, relation: Relation) -> int | None:
        return self.project.related_agency_id(relation)

    def is_in_scope(self, actor: Actor) -> bool:
        return self.project.is_in_scope(actor)
