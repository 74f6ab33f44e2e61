"""A report of a period, what was handed in of it, and what agencies ask for: tables by hand, days, indicators."""

from __future__ import annotations

from typing import NoReturn

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse

from khuyencong.core.creation import CreatedOnce
from khuyencong.core.fields import NFCCharField, NFCTextField
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, User
from khuyencong.people.relations import Relation
from khuyencong.programmes.models import FIRST_YEAR, LAST_YEAR, FundingSource
from khuyencong.reporting.figures import CODES
from khuyencong.reporting.period import Period, PeriodKind

LONGEST = 10_000
MOST_DAYS = 365


class PeriodReportState(models.TextChoices):
    DRAFT = "draft", "Đang soạn"
    SUBMITTED = "submitted", "Đã nộp, chờ duyệt"
    RETURNED = "returned", "Bị trả lại"
    APPROVED = "approved", "Đã duyệt"
    LOCKED = "locked", "Đã khóa"


WRITABLE = frozenset({PeriodReportState.DRAFT, PeriodReportState.RETURNED})
# Handed in: the figures are those of the latest version.
HANDED_IN = frozenset({PeriodReportState.SUBMITTED, PeriodReportState.APPROVED, PeriodReportState.LOCKED})


class PeriodReportQuerySet(models.QuerySet["PeriodReport"]):
    def visible_to(self, actor: Actor) -> PeriodReportQuerySet:
        """Those of agencies that the actor's answers for and those that it receives; drafts only for who writes them."""
        own = actor.agency_ids
        below = Agency.objects.in_scope_of(actor).order_by().values("pk")
        seen = models.Q(receiver__in=own) | models.Q(agency__in=below)
        return self.filter(models.Q(keeper__in=own) | (seen & ~models.Q(state=PeriodReportState.DRAFT)))


class PeriodReport(CreatedOnce, models.Model):
    """The report of one agency and period. The state changes only through `periods.states.move`.

    `keeper` writes it: the agency itself or, where that has no records here (`by_hand`), also who receives it. `receiver`
    follows from the tree of agencies on the day on which it was begun (`periods.node.receiver_of`).
    """

    agency = models.ForeignKey(Agency, models.PROTECT, verbose_name="cơ quan báo cáo", related_name="period_reports")
    keeper = models.ForeignKey(Agency, models.PROTECT, verbose_name="cơ quan lập", related_name="+")
    receiver = models.ForeignKey(Agency, models.PROTECT, verbose_name="nơi nhận", related_name="+")
    kind = models.CharField("kỳ", max_length=8, choices=PeriodKind)
    year = models.PositiveSmallIntegerField("năm")
    number = models.PositiveSmallIntegerField("số của kỳ", default=1)
    closing_on = models.DateField("số liệu đến ngày")
    by_hand = models.BooleanField("báo cáo bằng bảng", default=False)
    state = models.CharField(
        "trạng thái", max_length=10, choices=PeriodReportState, default=PeriodReportState.DRAFT, editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    # Section → the agency's own words in place of the sentences made of figures; section → comment.
    texts = models.JSONField("nội dung tự viết", default=dict, blank=True)
    comments = models.JSONField("nhận xét theo phần", default=dict, blank=True)
    explanation = NFCTextField("giải trình các điểm cần xem lại", max_length=LONGEST, blank=True)
    document = NFCCharField("số văn bản báo cáo", max_length=100, blank=True)
    document_on = models.DateField("ngày văn bản", null=True, blank=True)

    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    submitted_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)
    submitted_as = NFCCharField("người nộp", max_length=400, blank=True, editable=False)
    submitted_on = models.DateField("ngày nộp", null=True, editable=False)
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)
    decided_as = NFCCharField("người duyệt, trả lại, khóa", max_length=400, blank=True, editable=False)
    decided_on = models.DateField("ngày duyệt, trả lại, khóa", null=True, editable=False)
    answer = NFCTextField("ý kiến của nơi nhận", max_length=LONGEST, blank=True, editable=False)

    objects = PeriodReportQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "-closing_on", "agency__sort_key", "pk"]
        indexes = [models.Index(fields=["year", "kind", "number", "state"], name="period_report_by_period")]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "kind", "year", "number"],
                name="period_report_once",
                violation_error_message="Cơ quan này đã có báo cáo của kỳ ấy.",
            ),
            models.CheckConstraint(
                condition=models.Q(year__gte=FIRST_YEAR, year__lte=LAST_YEAR), name="period_report_year_sane"
            ),
            models.CheckConstraint(
                condition=models.Q(kind=PeriodKind.MONTH, number__gte=1, number__lte=12)
                | models.Q(kind=PeriodKind.QUARTER, number__gte=1, number__lte=4)
                | models.Q(kind__in=[PeriodKind.HALF, PeriodKind.NINE, PeriodKind.YEAR], number=1),
                name="period_report_number_sane",
            ),
            models.CheckConstraint(
                condition=models.Q(state=PeriodReportState.DRAFT)
                | models.Q(submitted_by__isnull=False, submitted_on__isnull=False),
                name="period_report_submitted_by_somebody",
            ),
            models.CheckConstraint(
                condition=~models.Q(
                    state__in=[PeriodReportState.RETURNED, PeriodReportState.APPROVED, PeriodReportState.LOCKED]
                )
                | models.Q(decided_by__isnull=False, decided_on__isnull=False),
                name="period_report_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=PeriodReportState.RETURNED) | ~models.Q(answer=""),
                name="period_report_returned_why",
            ),
        ]

    def __str__(self) -> str:
        return f"Báo cáo {self.period}"

    def get_absolute_url(self) -> str:
        return reverse("period_report", args=[self.pk])

    @property
    def period(self) -> Period:
        return Period(PeriodKind(self.kind), self.year, self.number)

    @property
    def is_writable(self) -> bool:
        return self.state in WRITABLE

    @property
    def thread(self) -> str:
        """The name of its timeline in the audit log."""
        return f"period_report:{self.pk}"

    def related_agency_id(self, relation: Relation) -> int | None:
        """OWN: who writes it; DECIDING: who receives it."""
        match relation:
            case Relation.OWN:
                return self.keeper_id
            case Relation.DECIDING:
                return self.receiver_id
            case _:
                return None

    def is_in_scope(self, actor: Actor) -> bool:
        """The same answer as `visible_to`, for one record."""
        return PeriodReport.objects.visible_to(actor).filter(pk=self.pk).exists()


class ReportVersion(models.Model):
    """What was handed in, as canonical JSON (`periods.content`): rows are only ever added, the database refuses the rest."""

    report = models.ForeignKey(PeriodReport, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField("lần nộp")
    content = models.TextField("nội dung")
    sha256 = models.CharField(max_length=64)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_as = NFCCharField("người nộp", max_length=400)
    made_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["report", "number"]
        constraints = [models.UniqueConstraint(fields=["report", "number"], name="period_report_version_once")]

    def __str__(self) -> str:
        return f"Lần nộp {self.number}"

    def save(self, *args: object, **kwargs: object) -> None:
        """Add the row; an existing one is never saved again."""
        if self.pk is not None:
            self._refuse()
        super().save(*args, **kwargs)

    def delete(self, *_args: object, **_kwargs: object) -> NoReturn:
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise TypeError("Số liệu đã nộp chỉ ghi thêm.")


class HandRow(models.Model):
    """One row of a table reported by hand: an activity and source with the figures that its agency gives, in đồng.

    `values` by code of `reporting.figures`; `stated_total` and `stated_percent` are what the agency itself reckoned, kept to
    be compared.
    """

    report = models.ForeignKey(PeriodReport, models.CASCADE, related_name="rows")
    source = models.CharField("nguồn kinh phí", max_length=10, choices=FundingSource)
    activity = models.CharField("nội dung", max_length=40)
    values = models.JSONField("số liệu", default=dict)
    stated_total = models.BigIntegerField("tổng kinh phí như bảng ghi (đồng)", null=True, blank=True)
    stated_percent = models.DecimalField(
        "tỷ lệ giải ngân như bảng ghi (%)", max_digits=7, decimal_places=2, null=True, blank=True
    )

    class Meta:
        ordering = ["report", "source", "activity"]
        constraints = [
            models.UniqueConstraint(fields=["report", "source", "activity"], name="period_hand_row_once"),
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.activity}"


class OfAgency(models.Model):
    """Rows by which one agency says what it asks for; its own people keep them."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", editable=False)
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    set_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        abstract = True

    @property
    def thread(self) -> str:
        """The timeline of what the agency asks for."""
        return f"periods_asked:{self.agency_id}"

    def related_agency_id(self, relation: Relation) -> int | None:
        return self.agency_id if relation is Relation.OWN else None

    def is_in_scope(self, actor: Actor) -> bool:
        """Only the agency's own people keep it."""
        return self.agency_id in actor.agency_ids


class ReportDay(CreatedOnce, OfAgency):
    """Within how many days after a period of that kind an agency wants the reports that it receives; None: no day.

    No article of TT 36/2013 names a day, so a document of the agency does. The newest row of a kind counts.
    """

    kind = models.CharField("kỳ", max_length=8, choices=PeriodKind)
    days = models.PositiveSmallIntegerField(
        "số ngày sau khi hết kỳ",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_DAYS)],
    )
    document = NFCCharField("theo văn bản", max_length=200, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(days__isnull=True)
                | (models.Q(days__gte=1, days__lte=MOST_DAYS) & ~models.Q(document="")),
                name="period_report_day_by_document",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.days or 'không đặt hạn'}"


class IndicatorQuerySet(models.QuerySet["ReportIndicator"]):
    def visible_to(self, actor: Actor) -> IndicatorQuerySet:
        """Those of the actor's own agency."""
        return self.filter(agency__in=actor.agency_ids)

    def in_force(self) -> IndicatorQuerySet:
        return self.filter(ended=False)


RECOGNISED = "recognised"  # an indicator counted from certificates, see `recognised.py`


class ReportIndicator(CreatedOnce, OfAgency):
    """One indicator of the list by which an agency reports: each province issues its own (TT 46/2012 Đ9.1.c).

    Counted from records where `figure` names one of `reporting.figures` (of these activities, or of all), or RECOGNISED;
    typed by hand where it is empty. One that is no longer reported has `ended`.
    """

    label = NFCCharField("chỉ tiêu", max_length=300)
    unit = NFCCharField("đơn vị tính", max_length=60)
    figure = models.CharField("cách tính", max_length=20, blank=True)
    activities = models.JSONField("của nội dung", default=list, blank=True)
    document = NFCCharField("theo văn bản", max_length=200, blank=True)
    position = models.PositiveSmallIntegerField("thứ tự", default=1)
    ended = models.BooleanField("không còn báo cáo", default=False, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(figure__in=["", RECOGNISED, *CODES]), name="report_indicator_figure_known"
            ),
            models.UniqueConstraint(
                fields=["agency", "label"],
                condition=models.Q(ended=False),
                name="report_indicator_once",
                violation_error_message="Cơ quan đã có chỉ tiêu tên này.",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class IndicatorValue(models.Model):
    """What an agency typed for an indicator that no record answers; None: not known."""

    report = models.ForeignKey(PeriodReport, models.CASCADE, related_name="indicator_values")
    indicator = models.ForeignKey(ReportIndicator, models.PROTECT, related_name="+")
    value = models.DecimalField("giá trị", max_digits=18, decimal_places=3)

    class Meta:
        ordering = ["report", "indicator"]
        constraints = [
            models.UniqueConstraint(fields=["report", "indicator"], name="report_indicator_value_once"),
            models.CheckConstraint(condition=models.Q(value__gte=0), name="report_indicator_value_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id}: {self.value}"
