"""What a version of a programme wants: its targets, and its money by source."""

from __future__ import annotations

from typing import Self

from django.db import models

from khuyencong.core.fields import MoneyField, NFCCharField
from khuyencong.core.money import format_dong
from khuyencong.programmes.indicators import Indicator, indicator
from khuyencong.programmes.models.plans import FIRST_YEAR, LAST_YEAR, FundingSource
from khuyencong.programmes.models.programme import ProgrammeVersion, period_text

NOT_READ = "chưa đọc được"


class ProgrammeSource(models.TextChoices):
    """Whose money a programme counts on: NĐ 45/2012 Đ11; `TOTAL` where its decision does not divide it."""

    NATIONAL = FundingSource.NATIONAL.value, "Khuyến công quốc gia"
    LOCAL = FundingSource.LOCAL.value, "Khuyến công địa phương"
    COUNTERPART = "counterpart", "Đối ứng của đơn vị thụ hưởng"
    OTHER = "other", "Nguồn khác"
    TOTAL = "total", "Tổng kinh phí"


def _range(name: str) -> list[models.BaseConstraint]:
    """Both ends or none, in order. None: the decision has not been read so far."""
    none = models.Q(low__isnull=True, high__isnull=True)
    # Both are named as there: a comparison with nothing is neither true nor false, and a CHECK lets that pass.
    both = models.Q(low__isnull=False, high__isnull=False, low__gte=1, high__gte=models.F("low"))
    return [
        models.CheckConstraint(
            condition=none | both,
            name=name,
            violation_error_message="Hãy ghi một số, hoặc số thấp nhất và cao nhất theo thứ tự.",
        )
    ]


class Wanted(models.Model):
    """From `low` to `high`, equal where the decision names one number, both None where it could not be read.

    `verified`: somebody has compared it with the decision.
    """

    low: int | None
    high: int | None
    article = NFCCharField("điều khoản", max_length=200, blank=True)
    note = NFCCharField("ghi chú", max_length=1_000, blank=True)
    verified = models.BooleanField("đã đối chiếu", default=False, editable=False)

    class Meta:
        abstract = True

    @property
    def amount(self) -> str:
        """«1.600», «100–120», or that nobody has read it."""
        if self.low is None or self.high is None:
            return NOT_READ
        return format_dong(self.low) if self.low == self.high else f"{format_dong(self.low)}–{format_dong(self.high)}"

    def copy_to(self, version: ProgrammeVersion) -> Self:
        """The same, not saved, for another version."""
        values = {one.attname: getattr(self, one.attname) for one in self._meta.concrete_fields if not one.primary_key}
        return type(self)(**{**values, "version_id": version.pk})


class ProgrammeTarget(Wanted):
    """One target: how much of an indicator within some years of the programme."""

    version = models.ForeignKey(ProgrammeVersion, models.CASCADE, related_name="targets")
    position = models.PositiveSmallIntegerField("thứ tự", default=0)
    indicator = models.CharField("chỉ tiêu", max_length=60)
    label = NFCCharField("tên chỉ tiêu", max_length=300)
    unit = NFCCharField("đơn vị tính", max_length=60)
    low = models.PositiveBigIntegerField("từ", null=True, blank=True)
    high = models.PositiveBigIntegerField("đến", null=True, blank=True)
    first_year = models.PositiveSmallIntegerField("từ năm")
    last_year = models.PositiveSmallIntegerField("đến năm")

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            *_range("programme_target_in_order"),
            models.CheckConstraint(
                condition=models.Q(
                    first_year__gte=FIRST_YEAR, last_year__lte=LAST_YEAR, first_year__lte=models.F("last_year")
                ),
                name="programme_target_years_in_order",
            ),
            models.UniqueConstraint(
                fields=["version", "indicator", "label", "first_year", "last_year"],
                name="programme_target_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label}: {self.amount} {self.unit}"

    @property
    def known(self) -> Indicator:
        """The indicator of the catalogue."""
        return indicator(self.indicator)

    @property
    def period(self) -> str:
        return period_text(self.first_year, self.last_year)


class ProgrammeMoney(Wanted):
    """How much money of one source, in đồng, over the whole programme."""

    version = models.ForeignKey(ProgrammeVersion, models.CASCADE, related_name="money")
    source = models.CharField("nguồn", max_length=12, choices=ProgrammeSource)
    low = MoneyField("từ (đồng)", null=True, blank=True)
    high = MoneyField("đến (đồng)", null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            *_range("programme_money_in_order"),
            models.UniqueConstraint(fields=["version", "source"], name="programme_money_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_source_display()}: {self.amount} đồng"
