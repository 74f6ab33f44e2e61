"""Mẫu 1: the estimate of a đề án."""

from __future__ import annotations

from django.db import models

from khuyencong.core.fields import MoneyField, NFCCharField
from khuyencong.projects.models.beneficiary import Beneficiary


class EstimateLine(models.Model):
    """One line of Mẫu 1 (Phụ lục 1 TT 36/2013), in đồng: total = support + counterpart + other."""

    project = models.ForeignKey("projects.Project", models.CASCADE, related_name="lines")
    beneficiary = models.ForeignKey(
        Beneficiary, models.CASCADE, related_name="lines", null=True, blank=True, verbose_name="cơ sở thụ hưởng"
    )
    position = models.PositiveSmallIntegerField("thứ tự", default=0)
    content = NFCCharField("nội dung chi", max_length=500)
    total = MoneyField("tổng kinh phí")
    support = MoneyField("kinh phí khuyến công", default=0)
    counterpart = MoneyField("đơn vị thụ hưởng đóng góp", default=0)
    other = MoneyField("nguồn khác", default=0)
    # Only where the plan gives less than was asked for: what was; see projects/cutting.py.
    asked = MoneyField("kinh phí khuyến công đề nghị", null=True, editable=False)
    in_cost_base = models.BooleanField("tính vào chi phí được hỗ trợ", default=True)
    note = NFCCharField("ghi chú", max_length=300, blank=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(total=models.F("support") + models.F("counterpart") + models.F("other")),
                name="estimate_line_adds_up",
                violation_error_message="Tổng kinh phí phải bằng khuyến công + đóng góp + nguồn khác (Mẫu số 1).",
            ),
            models.CheckConstraint(
                condition=models.Q(total__gte=0, support__gte=0, counterpart__gte=0, other__gte=0),
                name="estimate_line_not_negative",
            ),
            models.CheckConstraint(
                condition=models.Q(asked__isnull=True) | models.Q(asked__gt=models.F("support")),
                name="estimate_line_cut_is_less",
            ),
        ]

    def __str__(self) -> str:
        return self.content

    @property
    def asked_support(self) -> int:
        """What was asked for, in đồng, whether the plan gives it or less."""
        return self.support if self.asked is None else self.asked
