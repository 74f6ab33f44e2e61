"""Bảng đối chiếu kinh phí (Mẫu số 10) of a unit and year, signed by both sides."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from khuyencong.core.fields import NFCCharField
from khuyencong.people.models import Agency, User


class Reconciliation(models.Model):
    """TT 36/2013 Đ19.3. `rows` are the figures that both signed, by contract, in đồng; they are never computed anew."""

    payer = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField("năm")
    number = NFCCharField("số", max_length=60)
    signed_on = models.DateField("ngày ký")
    signed_for_payer = NFCCharField("đại diện cơ quan giữ kinh phí", max_length=200)
    signed_for_unit = NFCCharField("đại diện đơn vị thực hiện", max_length=200)
    rows = models.JSONField(default=list)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["payer", "unit", "year"], name="reconciliation_once_a_year"),
        ]

    def __str__(self) -> str:
        return self.number
