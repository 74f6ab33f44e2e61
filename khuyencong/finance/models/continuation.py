"""The later years of a đề án of several years."""

from __future__ import annotations

from django.db import models

from khuyencong.programmes.models import AnnualPlan
from khuyencong.projects.models import Project


class Continuation(models.Model):
    """A đề án under way in the plan of a later year: that year's part of its estimate is planned and approved there.

    The plan that first approved the đề án is `Project.plan` (TT 36/2013 Đ2.3, Đ6; NĐ 45/2012 Đ14: money is given by year).
    """

    plan = models.ForeignKey(AnnualPlan, models.PROTECT, related_name="continuations")
    project = models.ForeignKey(Project, models.PROTECT, related_name="continuations")
    # Of the plan, so that the database knows that one year is paid once.
    year = models.PositiveSmallIntegerField("năm")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "year"],
                name="continuation_once_a_year",
                violation_error_message="Phần của năm này đã nằm trong một kế hoạch.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.project_id}: {self.year}"
