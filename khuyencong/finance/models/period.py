"""Periods of an agency's ledger that are closed."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import models
from django.db.models.functions import Now

from khuyencong.core.creation import CreatedOnce
from khuyencong.core.fields import NFCCharField
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, User
from khuyencong.people.relations import Relation
from khuyencong.people.scope import is_inside
from khuyencong.programmes.models import FIRST_YEAR, LAST_YEAR, AgencyOwnedQuerySet

DECEMBER = 12


def days_of(year: int, month: int | None) -> tuple[date, date]:
    """First and last day of a month, or of the whole year."""
    first = date(year, month or 1, 1)
    following = date(year + 1, 1, 1) if month in {None, DECEMBER} else date(year, (month or 0) + 1, 1)
    return first, following - timedelta(days=1)


class ClosedPeriod(CreatedOnce, models.Model):
    """A month or a year of which an agency has closed the ledger: nothing is booked into it any more.

    The closed periods of an agency follow one another without a gap, so that "the first day after what is closed" is
    one day. `closed_after` and `reopened_after` are the numbers of the ledger's last row at those moments: with them
    `khuyencong check` can tell what was booked into a period while it was closed, whatever the clocks said.
    """

    agency = models.ForeignKey(Agency, models.PROTECT, verbose_name="cơ quan", related_name="+")
    year = models.PositiveSmallIntegerField("năm")
    month = models.PositiveSmallIntegerField("tháng", null=True, blank=True)  # None: the whole year
    first_on = models.DateField("từ ngày", editable=False)
    last_on = models.DateField("đến ngày", editable=False)
    closed_on = models.DateField("ngày khóa sổ")
    document = NFCCharField("văn bản khóa sổ", max_length=200)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    closed_after = models.BigIntegerField(editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    reopened_at = models.DateTimeField(null=True, editable=False)
    reopened_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)
    reopened_after = models.BigIntegerField(null=True, editable=False)
    reason = NFCCharField("lý do mở lại", max_length=500, blank=True)
    version = models.PositiveSmallIntegerField(default=1, editable=False)

    objects = AgencyOwnedQuerySet["ClosedPeriod"].as_manager()

    class Meta:
        ordering = ["-last_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(month__isnull=True) | models.Q(month__gte=1, month__lte=DECEMBER),
                name="period_month_sane",
            ),
            models.CheckConstraint(
                condition=models.Q(year__gte=FIRST_YEAR, year__lte=LAST_YEAR), name="period_year_sane"
            ),
            models.CheckConstraint(
                condition=models.Q(first_on__lte=models.F("last_on"), closed_on__gt=models.F("last_on")),
                name="period_closed_after_its_end",
            ),
            models.CheckConstraint(
                condition=models.Q(reopened_at__isnull=True, reopened_by__isnull=True, reopened_after__isnull=True)
                | (
                    models.Q(reopened_at__isnull=False, reopened_by__isnull=False, reopened_after__isnull=False)
                    & ~models.Q(reason="")
                ),
                name="period_reopened_with_a_reason",
            ),
            models.UniqueConstraint(
                fields=["agency", "last_on"],
                condition=models.Q(reopened_at__isnull=True),
                name="period_closed_once",
            ),
        ]

    def __str__(self) -> str:
        return f"năm {self.year}" if self.month is None else f"tháng {self.month:02d}/{self.year}"

    def related_agency_id(self, relation: Relation) -> int | None:
        return self.agency_id if relation == Relation.OWN else None

    def is_in_scope(self, actor: Actor) -> bool:
        return is_inside(actor, province=self.agency.province, implementing_unit_id=self.agency_id)

    @property
    def thread(self) -> str:
        """The name of the timeline of an agency's closed periods in the audit log."""
        return f"periods:{self.agency_id}"
