"""Signed papers that came back as a PDF or photos, and which page is of which paper."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.urls import reverse

from khuyencong.core.fields import NFCCharField
from khuyencong.papers.models.paper import Paper
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, User
from khuyencong.people.relations import Relation


class Scan(models.Model):
    """One uploaded file; those that were sent by one form have the same `upload`. Its pages are read turn by turn."""

    upload = models.UUIDField("lần tải lên")
    position = models.PositiveSmallIntegerField("thứ tự")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    name = NFCCharField("tên tệp", max_length=255)
    file = models.FileField(upload_to="papers/scans/%Y/%m", max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField("dung lượng")
    sha256 = models.CharField(max_length=64)
    count = models.PositiveSmallIntegerField("số trang")
    read = models.PositiveSmallIntegerField("số trang đã đọc", default=0)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["upload", "position"], name="scan_once_in_upload"),
            models.UniqueConstraint(fields=["agency", "sha256"], name="scan_once_in_agency"),
            models.CheckConstraint(
                condition=models.Q(count__gt=0, read__lte=models.F("count")), name="scan_read_within_count"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("paper_upload", args=[self.upload])

    @property
    def thread(self) -> str:
        """The timeline of this upload in the audit log."""
        return f"paper_upload:{self.upload}"

    def related_agency_id(self, relation: Relation) -> int | None:
        return self.agency_id if relation is Relation.OWN else None

    def is_in_scope(self, actor: Actor) -> bool:
        return self.agency_id in actor.agency_ids


class ScanPage(models.Model):
    """One page: the paper that it belongs to, or the sentence why to none. `by_code`: its own QR code said so."""

    scan = models.ForeignKey(Scan, models.PROTECT, related_name="pages")
    number = models.PositiveSmallIntegerField("trang")
    paper = models.ForeignKey(Paper, models.PROTECT, related_name="pages", null=True)
    by_code = models.BooleanField(default=False)
    told = NFCCharField("vì sao chưa gắn", max_length=500, blank=True)

    class Meta:
        ordering = ["scan", "number"]
        constraints = [
            models.UniqueConstraint(fields=["scan", "number"], name="scan_page_once"),
            models.CheckConstraint(
                condition=models.Q(paper__isnull=True) | models.Q(told=""), name="scan_page_of_paper_or_told"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scan}, trang {self.number}"
