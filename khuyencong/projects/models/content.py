"""The rows under a đề án that TT 36/2013 Đ5 asks for: who does what when, what it promises, where, and with what linked."""

from __future__ import annotations

from typing import Any, cast

from django.db import models

from khuyencong.core.fields import MoneyField, NFCCharField
from khuyencong.places.models import Province
from khuyencong.projects.indicators import INDICATORS, MOST_DECIMALS, OTHER, plain_number


class WorkItem(models.Model):
    """One piece of work, when it is done and who does it: TT 36/2013 Đ5.5. A draft may leave who and when open."""

    project = models.ForeignKey("projects.Project", models.CASCADE, related_name="work_items")
    position = models.PositiveSmallIntegerField("thứ tự", default=0)
    content = NFCCharField("nội dung công việc", max_length=500)
    who = NFCCharField("tổ chức, cá nhân thực hiện", max_length=300, blank=True)
    starts_on = models.DateField("từ ngày", null=True, blank=True)
    ends_on = models.DateField("đến ngày", null=True, blank=True)
    output = NFCCharField("kết quả", max_length=300, blank=True)
    cost = MoneyField("kinh phí dự kiến", null=True, blank=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(starts_on__isnull=True)
                | models.Q(ends_on__isnull=True)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="work_item_ends_after_start",
                violation_error_message="Ngày kết thúc không được trước ngày bắt đầu.",
            ),
            models.CheckConstraint(
                condition=models.Q(cost__isnull=True) | models.Q(cost__gte=0), name="work_item_cost_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return self.content


class ExpectedIndicator(models.Model):
    """A figure that the đề án promises: how it stands today and what it shall be (TT 36/2013 Đ5.3, Đ5.8)."""

    project = models.ForeignKey("projects.Project", models.CASCADE, related_name="indicators")
    position = models.PositiveSmallIntegerField("thứ tự", default=0)
    code = models.CharField("chỉ tiêu", max_length=20)
    name = NFCCharField("tên chỉ tiêu khác", max_length=200, blank=True)
    unit = NFCCharField("đơn vị tính", max_length=60)
    baseline = models.DecimalField("hiện nay", max_digits=18, decimal_places=MOST_DECIMALS, null=True, blank=True)
    target = models.DecimalField("sau đề án", max_digits=18, decimal_places=MOST_DECIMALS)
    note = NFCCharField("cách tính, ghi chú", max_length=300, blank=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "code", "name"],
                name="expected_indicator_once",
                violation_error_message="Chỉ tiêu này đã có trong đề án.",
            ),
            models.CheckConstraint(
                condition=models.Q(code=OTHER) ^ models.Q(name=""),
                name="expected_indicator_named_where_other",
                violation_error_message="Chỉ «Chỉ tiêu khác» có tên riêng.",
            ),
            models.CheckConstraint(
                condition=(models.Q(baseline__isnull=True) | models.Q(baseline__gte=0)) & models.Q(target__gte=0),
                name="expected_indicator_not_negative",
            ),
        ]

    def __str__(self) -> str:
        known = INDICATORS.get(self.code)
        return self.name or (known.name if known else self.code)

    @property
    def change(self) -> str:
        """«12 → 20 người»; without a figure of today only what it shall be."""
        today = f"{self.baseline_text} → " if self.baseline is not None else ""
        return f"{today}{self.target_text} {self.unit}".strip()

    @property
    def baseline_text(self) -> str:
        return plain_number(self.baseline)

    @property
    def target_text(self) -> str:
        return plain_number(self.target)


class LinkedActivity(models.Model):
    """A further activity of a flagship đề án beside its main one, and how the two serve one aim: TT 36/2013 Đ2.3."""

    project = models.ForeignKey("projects.Project", models.CASCADE, related_name="linked_activities")
    position = models.PositiveSmallIntegerField("thứ tự", default=0)
    activity = models.CharField("nội dung hoạt động", max_length=40)
    link = NFCCharField("liên kết với nội dung chính thế nào", max_length=500, blank=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "activity"],
                name="linked_activity_once",
                violation_error_message="Nội dung hoạt động này đã có trong đề án.",
            )
        ]

    def __str__(self) -> str:
        from khuyencong.law.catalogue import activity_name

        return activity_name(self.activity)


class ProjectProvince(models.Model):
    """A further province in which a national đề án is carried out, beside its first: TT 36/2013 Đ8.1.b."""

    project = models.ForeignKey("projects.Project", models.CASCADE, related_name="further_provinces")
    province = models.ForeignKey(Province, models.PROTECT, verbose_name="tỉnh, thành phố", related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "province"],
                name="project_province_once",
                violation_error_message="Tỉnh, thành phố này đã có trong đề án.",
            )
        ]

    def __str__(self) -> str:
        return str(self.province)


def as_dict(row: models.Model, names: tuple[str, ...]) -> dict[str, Any]:
    """The named columns of a row as the audit log keeps them; what is empty is left out."""
    values = {name: getattr(row, name) for name in names}
    return {name: cast("Any", str(value)) for name, value in values.items() if value not in {None, ""}}
