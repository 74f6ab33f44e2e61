"""Figures that others have published, kept as published, with the sums that they must satisfy."""

from __future__ import annotations

from django.db import models

from khuyencong.core.fields import NFCCharField, NFCTextField
from khuyencong.people.actors import Actor
from khuyencong.people.relations import Relation
from khuyencong.people.scope import is_inside, province_scope
from khuyencong.places.models import Province, Region


class PublishedCaseQuerySet(models.QuerySet["PublishedCase"]):
    def visible_to(self, actor: Actor) -> PublishedCaseQuerySet:
        """Published figures of a region are for all; those of a province for whoever may see the province."""
        return self.filter(province_scope(actor) | models.Q(province__isnull=True))


class PublishedCase(models.Model):
    """A press article or report of one province or region and year."""

    slug = models.SlugField(unique=True)
    title = NFCCharField(max_length=300)
    province = models.ForeignKey(Province, models.PROTECT, null=True, related_name="+")
    region = models.CharField(max_length=10, choices=Region, blank=True)
    year = models.PositiveSmallIntegerField(null=True)
    period = NFCCharField(max_length=60, blank=True)
    source = NFCCharField(max_length=300)
    note = NFCTextField(blank=True)

    objects = PublishedCaseQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "slug"]

    def __str__(self) -> str:
        return self.title

    def related_agency_id(self, _relation: Relation) -> int | None:
        return None

    def is_in_scope(self, actor: Actor) -> bool:
        return self.province is None or is_inside(actor, province=self.province)


class FigureUnit(models.TextChoices):
    MILLION = "million", "triệu đồng"
    COUNT = "count", ""
    PERCENT = "percent", "%"


class PublishedFigure(models.Model):
    """One figure, as published."""

    case = models.ForeignKey(PublishedCase, models.CASCADE, related_name="figures")
    key = models.SlugField(max_length=60)
    label = NFCCharField(max_length=200)
    value = models.DecimalField(max_digits=18, decimal_places=3)
    unit = models.CharField(max_length=10, choices=FigureUnit)
    unit_label = NFCCharField(max_length=40, blank=True)
    approximate = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["case", "key"], name="published_figure_once")]

    def __str__(self) -> str:
        return self.label


class CheckKind(models.TextChoices):
    SUM = "sum", "tổng các số"
    DIFFERENCE = "difference", "hiệu hai số"
    PERCENT = "percent", "tỷ lệ phần trăm"


class PublishedCheck(models.Model):
    """A relation that the figures of a case must satisfy: `stated` = the sum, difference or percentage of `operands`."""

    case = models.ForeignKey(PublishedCase, models.CASCADE, related_name="checks")
    kind = models.CharField(max_length=10, choices=CheckKind)
    stated = models.ForeignKey(PublishedFigure, models.CASCADE, related_name="+")
    operands = models.JSONField(help_text="Keys of the case's figures, in order.")
    explanation = NFCTextField(blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.stated} = {self.get_kind_display()}"
