"""The settlement of a đề án."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from khuyencong.core.fields import MoneyField, NFCCharField
from khuyencong.people.models import User
from khuyencong.projects.models import Project


class Settlement(models.Model):
    """The figure that the auditors will read: TT 36/2013 Đ18-19."""

    project = models.OneToOneField(Project, models.PROTECT, related_name="settlement")
    number = NFCCharField("số văn bản quyết toán", max_length=60)
    settled_on = models.DateField("ngày quyết toán")
    amount = MoneyField("số quyết toán (đồng)")
    late = models.BooleanField("chậm so với thời hạn", default=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    def __str__(self) -> str:
        return self.number
