"""Who receives support in a đề án, and the frozen calculation of how much the law allows."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.db import models
from django.db.models.functions import Now

from khuyencong.core.errors import Refused
from khuyencong.core.fields import MoneyField, NFCCharField
from khuyencong.establishments.models import Establishment
from khuyencong.law.support import CalculationSheet, sheet_from_dict
from khuyencong.people.actors import Actor


class BeneficiaryQuerySet(models.QuerySet["Beneficiary"]):
    def visible_to(self, actor: Actor) -> BeneficiaryQuerySet:
        """Those of the đề án that the actor may know of."""
        from khuyencong.projects.models.project import Project

        return self.filter(project__in=Project.objects.visible_to(actor).order_by())


class CurrentBeneficiaries(models.Manager.from_queryset(BeneficiaryQuerySet)):  # type: ignore[misc]  # made by Django at run time
    """Those that have not left the đề án: what every list, sum and rule speaks of."""

    def get_queryset(self) -> BeneficiaryQuerySet:
        found: BeneficiaryQuerySet = super().get_queryset()
        return found.filter(left_on__isnull=True)


class Beneficiary(models.Model):
    """One establishment in one đề án. What it gets and pays stands in the lines of the estimate.

    One that an adjustment takes out of an approved đề án stays, with the day, since ledger and calculations name it:
    `objects` (and every relation) has those of today, `all_ever` also those that have left.
    """

    # No index of its own: `beneficiary_by_project` begins with it.
    project = models.ForeignKey("projects.Project", models.CASCADE, related_name="beneficiaries", db_index=False)
    establishment = models.ForeignKey(Establishment, models.PROTECT, related_name="benefits", verbose_name="cơ sở")
    place_text = NFCCharField("địa điểm như ghi khi ấy", max_length=300, blank=True)
    commits_own_capital = models.BooleanField(
        "cam kết đầu tư đủ phần vốn của mình",
        default=False,
        help_text="Văn bản cam kết đầu tư toàn bộ phần kinh phí còn lại (TTLT 26/2014 Đ7.3; Mẫu số 1).",
    )
    declares_no_other_support = models.BooleanField(
        "cam kết chưa được Nhà nước hỗ trợ cho cùng nội dung",
        default=False,
        help_text="Chưa được hỗ trợ từ nguồn ngân sách nào cho cùng nội dung chi (TTLT 26/2014 Đ7.4; Mẫu số 1).",
    )
    amounts_approximate = models.BooleanField("số tiền chia theo ước tính", default=False, editable=False)
    left_on = models.DateField("không còn thụ hưởng từ", null=True, editable=False)

    objects = CurrentBeneficiaries()
    all_ever = BeneficiaryQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["project", "left_on"], name="beneficiary_by_project")]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "establishment"],
                name="beneficiary_once",
                violation_error_message="Cơ sở này đã có trong đề án.",
            )
        ]

    def __str__(self) -> str:
        return str(self.establishment)

    def save(self, *args: object, **kwargs: object) -> None:
        """The đề án is found by the names of the establishment as well."""
        super().save(*args, **kwargs)  # type: ignore[arg-type]  # passes Django's own arguments through unchanged
        self._refresh_search()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Take the establishment out, also from what the đề án is found by."""
        done = super().delete(*args, **kwargs)
        self._refresh_search()
        return done

    def _refresh_search(self) -> None:
        from khuyencong.projects.models.project import Project

        parts = Beneficiary.objects.filter(project=self.project_id, left_on=None).select_related(
            "establishment__merged_into"
        )
        words = self.project.gathered([part.establishment for part in parts])
        Project.objects.filter(pk=self.project_id).update(haystack=words)


class SupportSheet(models.Model):
    """The calculation of support as it stood when the đề án was submitted; never changed afterwards."""

    project = models.ForeignKey("projects.Project", models.CASCADE, related_name="sheets")
    beneficiary = models.ForeignKey(Beneficiary, models.SET_NULL, related_name="sheets", null=True)
    submission = models.PositiveSmallIntegerField("lần gửi")
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    allowed = MoneyField("được phép", null=True)
    asked = MoneyField("đề nghị")
    # "" at a submission; else by what the calculation was made anew: an adjustment with its decision.
    occasion = NFCCharField("chốt theo", max_length=200, blank=True)
    sheet = models.JSONField()

    class Meta:
        ordering = ["submission", "pk"]

    def __str__(self) -> str:
        return f"{self.project_id}: lần gửi {self.submission}"

    @cached_property
    def calculation(self) -> CalculationSheet:
        """What was frozen, as the law room has it. Refused with a sentence where it cannot be read any more."""
        try:
            return sheet_from_dict(self.sheet)
        except ValueError as wrong:
            raise Refused(str(wrong)) from wrong
