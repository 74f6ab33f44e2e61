"""Mẫu 1: the estimate of a đề án."""

from __future__ import annotations

from django.db import models

from khuyencong.core.fields import HaystackField, MoneyField, NFCCharField
from khuyencong.core.money import format_dong
from khuyencong.projects.indicators import plain_number
from khuyencong.projects.models.attachment import Attachment
from khuyencong.projects.models.beneficiary import Beneficiary


class EstimateLine(models.Model):
    """One line of Mẫu 1 (Phụ lục 1 TT 36/2013), in đồng: total = support + counterpart + other.

    `year`: the year whose money pays it, None for the plan year. `cost_item`: under which cost of the norm it counts.
    Where `quantity` and `unit_price` are given, their product is the total (`save_estimate` holds it).
    """

    # No index of its own: that of the figures begins with it.
    project = models.ForeignKey("projects.Project", models.CASCADE, related_name="lines", db_index=False)
    beneficiary = models.ForeignKey(
        Beneficiary, models.CASCADE, related_name="lines", null=True, blank=True, verbose_name="cơ sở thụ hưởng"
    )
    position = models.PositiveSmallIntegerField("thứ tự", default=0)
    content = NFCCharField("nội dung chi", max_length=500)
    year = models.PositiveSmallIntegerField("năm", null=True, blank=True)
    cost_item = NFCCharField("khoản chi theo định mức", max_length=300, blank=True)
    unit = NFCCharField("đơn vị tính", max_length=60, blank=True)
    quantity = models.DecimalField("số lượng", max_digits=12, decimal_places=3, null=True, blank=True)
    unit_price = MoneyField("đơn giá", null=True, blank=True)
    quotation = models.ForeignKey(
        Attachment, models.SET_NULL, related_name="quoted_lines", null=True, blank=True, verbose_name="báo giá"
    )
    total = MoneyField("tổng kinh phí")
    support = MoneyField("kinh phí khuyến công", default=0)
    counterpart = MoneyField("đơn vị thụ hưởng đóng góp", default=0)
    other = MoneyField("nguồn khác", default=0)
    # Only where the plan gives less than was asked for: what was; see projects/cutting.py.
    asked = MoneyField("kinh phí khuyến công đề nghị", null=True, editable=False)
    in_cost_base = models.BooleanField("tính vào chi phí được hỗ trợ", default=True)
    note = NFCCharField("ghi chú", max_length=300, blank=True)
    # By what the price of the same machine is found in other đề án.
    haystack = HaystackField(of="content")

    class Meta:
        ordering = ["position", "pk"]
        # What others put in, by year (`reporting.figures`).
        indexes = [models.Index(fields=["project", "year", "counterpart", "other"], name="estimate_of_others")]
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
                condition=models.Q(quantity__isnull=True, unit_price__isnull=True)
                | models.Q(quantity__gt=0, quantity__isnull=False, unit_price__gte=0, unit_price__isnull=False),
                name="estimate_line_quantity_with_price",
                violation_error_message="Số lượng và đơn giá phải đi cùng nhau.",
            ),
            models.CheckConstraint(
                condition=models.Q(year__isnull=True) | models.Q(year__gte=2013, year__lte=2100),
                name="estimate_line_year_sane",
            ),
            models.CheckConstraint(
                condition=models.Q(asked__isnull=True) | models.Q(asked__gt=models.F("support")),
                name="estimate_line_cut_is_less",
            ),
        ]

    def __str__(self) -> str:
        return self.content

    @staticmethod
    def paid_in(year: int) -> models.Q:
        """Condition: the money of that year pays the line; a line without a year is of the plan year."""
        return models.Q(year=year) | models.Q(year__isnull=True, project__year=year)

    @property
    def quantity_text(self) -> str:
        return plain_number(self.quantity)

    @property
    def priced(self) -> str:
        """«2 bộ × 300.000.000 đồng», "" where no quantity is given."""
        if self.quantity is None or self.unit_price is None:
            return ""
        return f"{self.quantity_text} {self.unit} × {format_dong(self.unit_price)} đồng".replace("  ", " ")

    @property
    def asked_support(self) -> int:
        """What was asked for, in đồng, whether the plan gives it or less."""
        return self.support if self.asked is None else self.asked
