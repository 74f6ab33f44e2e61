"""Consulting that khuyến công pays for: what was done for one establishment of a đề án."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.urls import reverse

from khuyencong.core.creation import CreatedOnce
from khuyencong.core.fields import MoneyField, NFCCharField, NFCTextField
from khuyencong.core.finding import haystack
from khuyencong.people.actors import Actor
from khuyencong.people.models import User
from khuyencong.people.relations import Relation
from khuyencong.projects.models import Beneficiary, Project


class AdviceQuerySet(models.QuerySet["Advice"]):
    def standing(self) -> AdviceQuerySet:
        """Those that were not withdrawn."""
        return self.filter(withdrawn_because="")

    def visible_to(self, actor: Actor) -> AdviceQuerySet:
        """That of the đề án that the actor may know of."""
        return self.filter(project__in=Project.objects.visible_to(actor).order_by())


class Advice(CreatedOnce, models.Model):
    """Consulting to an establishment (NĐ 45/2012 Đ4.5): who advised on what, on which days, at what cost.

    One that was withdrawn stays to be read and counts for nothing.

    The support for it is that of the đề án, its acceptance and its payments; here stands only what was done.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="advice")
    beneficiary = models.ForeignKey(Beneficiary, models.PROTECT, related_name="advice")
    subject = NFCCharField("nội dung tư vấn", max_length=300)
    consultant = NFCCharField("đơn vị, người tư vấn", max_length=300)
    from_on = models.DateField("từ ngày")
    to_on = models.DateField("đến ngày")
    days = models.DecimalField("số ngày tư vấn", max_digits=5, decimal_places=1)
    contract = NFCCharField("số, ngày hợp đồng thuê tư vấn", max_length=120, blank=True)
    cost = MoneyField("chi phí tư vấn", null=True, blank=True)
    result = NFCTextField("kết quả, sản phẩm tư vấn", max_length=5_000)
    withdrawn_because = NFCCharField("lý do bỏ", max_length=1_000, blank=True, editable=False)
    haystack = models.TextField(default="", editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = AdviceQuerySet.as_manager()

    class Meta:
        ordering = ["from_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(to_on__gte=models.F("from_on")), name="advice_ends_after_it_begins"
            ),
            models.CheckConstraint(condition=models.Q(days__gt=0), name="advice_takes_time"),
            models.CheckConstraint(
                condition=models.Q(cost__isnull=True) | models.Q(cost__gt=0), name="advice_cost_is_real"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject}: {self.beneficiary}"

    def save(self, *args: object, **kwargs: object) -> None:
        """Keep the column that is searched true to what is written."""
        self.haystack = haystack(self.subject, self.consultant)
        super().save(*args, **kwargs)  # type: ignore[arg-type]  # passes Django's own arguments through unchanged

    def get_absolute_url(self) -> str:
        return reverse("advice", args=[self.pk])

    @property
    def is_withdrawn(self) -> bool:
        return bool(self.withdrawn_because)

    @property
    def thread(self) -> str:
        """Its events stand in the timeline of the đề án."""
        return self.project.thread

    def related_agency_id(self, relation: Relation) -> int | None:
        return self.project.related_agency_id(relation)

    def is_in_scope(self, actor: Actor) -> bool:
        return self.project.is_in_scope(actor)
