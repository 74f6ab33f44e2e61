"""A visit to the place of a đề án before it is decided on."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Now

from khuyencong.core.fields import NFCCharField, NFCTextField
from khuyencong.people.models import Agency, User
from khuyencong.projects.models import Attachment, Project


class SiteVisit(models.Model):
    """Who went where on which day, and what they found; photos are files of the đề án."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="site_visits")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    visited_on = models.DateField("ngày kiểm tra")
    people = NFCCharField("người tham gia", max_length=400)
    place = NFCCharField("địa điểm", max_length=300)
    latitude = models.DecimalField(
        "vĩ độ", max_digits=8, decimal_places=5, null=True, blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )  # fmt: skip
    longitude = models.DecimalField(
        "kinh độ", max_digits=8, decimal_places=5, null=True, blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )  # fmt: skip
    findings = NFCTextField("kết quả kiểm tra", max_length=10_000)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-visited_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(latitude__isnull=True, longitude__isnull=True)
                | models.Q(latitude__isnull=False, longitude__isnull=False)
                & models.Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
                name="site_visit_place_whole",
            )
        ]

    def __str__(self) -> str:
        return f"Kiểm tra thực tế ngày {self.visited_on:%d/%m/%Y}"


class VisitPhoto(models.Model):
    """A photo of a visit: when and where it was taken, as the camera wrote it; null where it wrote nothing."""

    visit = models.ForeignKey(SiteVisit, models.PROTECT, related_name="photos")
    attachment = models.OneToOneField(Attachment, models.PROTECT, related_name="+")
    taken_at = models.CharField("chụp lúc (giờ của máy ảnh)", max_length=19, blank=True)
    latitude = models.DecimalField("vĩ độ", max_digits=8, decimal_places=5, null=True)
    longitude = models.DecimalField("kinh độ", max_digits=8, decimal_places=5, null=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.attachment)
