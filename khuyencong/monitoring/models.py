"""What the unit reports every month of a đề án under way, and what Sở says to it (TT 36/2013 Đ21.4, Đ23.3.a)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse

from khuyencong.core.creation import CreatedOnce
from khuyencong.core.fields import MoneyField, NFCCharField, NFCTextField
from khuyencong.core.money import percent
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, User
from khuyencong.people.relations import Relation
from khuyencong.projects.indicators import plain_number
from khuyencong.projects.models import Attachment, Beneficiary, Project, WorkItem

LONGEST = 5_000
WHOLE = 100


class ReportState(models.TextChoices):
    DRAFT = "draft", "Đang soạn"
    SUBMITTED = "submitted", "Chờ xác nhận"
    RETURNED = "returned", "Bị trả lại"
    CONFIRMED = "confirmed", "Đã xác nhận"


OPEN_STATES = (ReportState.DRAFT, ReportState.SUBMITTED, ReportState.RETURNED)
WRITABLE = frozenset({ReportState.DRAFT, ReportState.RETURNED})


class ReportQuerySet(models.QuerySet["ProgressReport"]):
    def visible_to(self, actor: Actor) -> ReportQuerySet:
        """Those of the đề án that the actor may know of."""
        return self.filter(project__in=Project.objects.visible_to(actor).order_by())


class ProgressReport(CreatedOnce, models.Model):
    """One report of one month; correcting a confirmed one adds a row with the next `number`, the earlier one stays.

    Every figure is what stands at the end of the month, not what the month added. The newest row of a month is
    `current`. `filed_on`: the day on which the month was first handed in; a return or a correction does not change it.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="progress_reports")
    month = models.DateField("tháng", help_text="Ngày đầu tháng.")
    number = models.PositiveSmallIntegerField("bản", default=1, editable=False)
    current = models.BooleanField("bản mới nhất của tháng", default=True, editable=False)
    state = models.CharField(
        "trạng thái", max_length=10, choices=ReportState, default=ReportState.DRAFT, editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    # Of the supported items, by volume (TT 36/2013 Đ13.1.b).
    volume = models.DecimalField(
        "khối lượng đã thực hiện (%)",
        max_digits=5,
        decimal_places=2,
        default=Decimal(0),
        validators=[MinValueValidator(0), MaxValueValidator(WHOLE)],
    )
    # The sums of the rows by beneficiary: the value done of all that is invested (TT 36/2013 Đ13.2.d).
    investment_done = MoneyField("giá trị khối lượng đã thực hiện", default=0)
    investment_total = MoneyField("tổng vốn đầu tư", default=0)
    support_received = MoneyField("kinh phí khuyến công đã nhận", default=0)
    support_used = MoneyField("kinh phí khuyến công đã sử dụng", default=0)
    difficulties = NFCTextField("khó khăn, vướng mắc", max_length=LONGEST, blank=True)
    proposals = NFCTextField("kiến nghị, đề xuất", max_length=LONGEST, blank=True)
    next_month = NFCTextField("kế hoạch tháng tới", max_length=LONGEST, blank=True)
    decrease_reason = NFCTextField("lý do thấp hơn số đã xác nhận", max_length=LONGEST, blank=True)
    correction_reason = NFCTextField("lý do đính chính", max_length=LONGEST, blank=True)

    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    filed_on = models.DateField("ngày nộp lần đầu", null=True, editable=False)
    submitted_on = models.DateField("ngày nộp", null=True, editable=False)
    submitted_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)
    decided_on = models.DateField("ngày xác nhận, trả lại", null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)
    decided_as = NFCCharField("người xác nhận, trả lại", max_length=400, blank=True, editable=False)
    answer = NFCTextField("ý kiến của cơ quan xác nhận", max_length=LONGEST, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["-month", "-number"]
        indexes = [
            models.Index(fields=["month", "current"], name="progress_by_month"),
            models.Index(fields=["project", "state", "month"], name="progress_by_project"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["project", "month", "number"], name="progress_number_once"),
            models.UniqueConstraint(
                fields=["project", "month"], condition=models.Q(current=True), name="progress_one_current"
            ),
            models.UniqueConstraint(
                fields=["project", "month"], condition=models.Q(state__in=OPEN_STATES), name="progress_one_open"
            ),
            models.CheckConstraint(
                condition=models.Q(volume__gte=0, volume__lte=WHOLE), name="progress_volume_is_a_share"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    investment_done__gte=0, investment_total__gte=0, support_received__gte=0, support_used__gte=0
                ),
                name="progress_money_not_negative",
            ),
            models.CheckConstraint(
                condition=models.Q(investment_done__lte=models.F("investment_total")),
                name="progress_not_more_than_all",
                violation_error_message="Giá trị đã thực hiện không được lớn hơn tổng vốn đầu tư.",
            ),
            models.CheckConstraint(
                condition=models.Q(support_used__lte=models.F("support_received")),
                name="progress_used_of_received",
                violation_error_message="Kinh phí đã sử dụng không được lớn hơn kinh phí đã nhận.",
            ),
            models.CheckConstraint(
                condition=models.Q(state=ReportState.DRAFT)
                | models.Q(filed_on__isnull=False, submitted_on__isnull=False, submitted_by__isnull=False),
                name="progress_submitted_by_somebody",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=[ReportState.CONFIRMED, ReportState.RETURNED])
                | models.Q(decided_on__isnull=False, decided_by__isnull=False),
                name="progress_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=ReportState.RETURNED) | ~models.Q(answer=""), name="progress_returned_why"
            ),
            models.CheckConstraint(
                condition=models.Q(number=1) | ~models.Q(correction_reason=""), name="progress_corrected_why"
            ),
        ]

    def __str__(self) -> str:
        again = f" (đính chính lần {self.number - 1})" if self.number > 1 else ""
        return f"Báo cáo tiến độ tháng {self.month:%m/%Y}{again}"

    def get_absolute_url(self) -> str:
        return reverse("monthly_report", args=[self.pk])

    @property
    def thread(self) -> str:
        """The timeline of the đề án: its reports belong to its life."""
        return self.project.thread

    @property
    def volume_share(self) -> Fraction:
        """The share of the volume of the supported items, 0 to 1."""
        return Fraction(self.volume) / WHOLE

    @property
    def investment_share(self) -> Fraction:
        """The share of all that is invested, 0 to 1; 0 where nothing is to be invested."""
        return Fraction(self.investment_done, self.investment_total) if self.investment_total else Fraction(0)

    @property
    def investment_percent(self) -> Decimal | None:
        """The same in per cent, one decimal; None where nothing is to be invested."""
        return percent(self.investment_done, self.investment_total)

    @property
    def volume_text(self) -> str:
        """«62,5 %»."""
        return f"{plain_number(self.volume)} %"

    @property
    def typed_key(self) -> str:
        """Under which name what somebody types on its form is kept (`projects.step_drafts`)."""
        return f"thang:{self.pk}"

    @property
    def is_writable(self) -> bool:
        return self.state in WRITABLE

    @property
    def confirmed_on(self) -> date | None:
        return self.decided_on if self.state == ReportState.CONFIRMED else None

    def related_agency_id(self, relation: Relation) -> int | None:
        """As the đề án's."""
        return self.project.related_agency_id(relation)

    def is_in_scope(self, actor: Actor) -> bool:
        """The same answer as `visible_to`, for one record."""
        return self.project.is_in_scope(actor)


class PartProgress(models.Model):
    """What was invested at one beneficiary by the end of the month; without a beneficiary the common part of the đề án."""

    report = models.ForeignKey(ProgressReport, models.CASCADE, related_name="parts")
    beneficiary = models.ForeignKey(Beneficiary, models.PROTECT, related_name="+", null=True)
    done = MoneyField("giá trị đã thực hiện", default=0)
    total = MoneyField("tổng vốn đầu tư", default=0)
    note = NFCCharField("ghi chú", max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["report", "beneficiary"], name="progress_part_once"),
            models.UniqueConstraint(
                fields=["report"], condition=models.Q(beneficiary__isnull=True), name="progress_common_part_once"
            ),
            models.CheckConstraint(
                condition=models.Q(done__gte=0, done__lte=models.F("total")), name="progress_part_not_more_than_all"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return str(self.beneficiary) if self.beneficiary else "Phần chung của đề án"

    @property
    def percent(self) -> Decimal | None:
        """What is done, in per cent of the whole, one decimal; None where nothing is to be invested."""
        return percent(self.done, self.total)


class WorkState(models.TextChoices):
    WAITING = "waiting", "Chưa làm"
    UNDER_WAY = "under_way", "Đang làm"
    DONE = "done", "Đã xong"


class WorkProgress(models.Model):
    """How far one work item of the đề án has come. Its words are copied: an adjustment may take the item away later."""

    report = models.ForeignKey(ProgressReport, models.CASCADE, related_name="works")
    item = models.ForeignKey(WorkItem, models.SET_NULL, related_name="+", null=True)
    position = models.PositiveSmallIntegerField("thứ tự", default=0)
    content = NFCCharField("nội dung công việc", max_length=500)
    ends_on = models.DateField("phải xong ngày", null=True)
    state = models.CharField("tình trạng", max_length=10, choices=WorkState, default=WorkState.WAITING)
    note = NFCCharField("ghi chú", max_length=300, blank=True)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.content


class ReportPhoto(models.Model):
    """A photo of the place, a file of the đề án; when and where as the camera wrote it, null where it wrote nothing."""

    report = models.ForeignKey(ProgressReport, models.PROTECT, related_name="photos")
    attachment = models.ForeignKey(Attachment, models.PROTECT, related_name="+")
    caption = NFCCharField("chú thích", max_length=300, blank=True)
    taken_at = models.CharField("chụp lúc (giờ của máy ảnh)", max_length=19, blank=True)
    latitude = models.DecimalField("vĩ độ", max_digits=8, decimal_places=5, null=True)
    longitude = models.DecimalField("kinh độ", max_digits=8, decimal_places=5, null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["report", "attachment"], name="progress_photo_once")]

    def __str__(self) -> str:
        return str(self.attachment)


class Reminding(models.Model):
    """That a unit was told that the report of a month is missing: once a day for each đề án."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="progress_remindings")
    month = models.DateField("tháng")
    on = models.DateField("ngày nhắc")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-on", "-pk"]
        constraints = [models.UniqueConstraint(fields=["project", "month", "on"], name="progress_reminded_once_a_day")]

    def __str__(self) -> str:
        return f"{self.project_id}: {self.month:%m/%Y}"


class OwnReportDay(CreatedOnce, models.Model):
    """What an agency asks for its local money, where the law asks nothing: a report before that day of every month.

    Each row holds from a month on until the next row; without a `day` the report is voluntary again.
    """

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", editable=False)
    from_month = models.DateField("từ tháng")
    day = models.PositiveSmallIntegerField(
        "trước ngày", null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(28)]
    )
    document = NFCCharField("theo văn bản", max_length=200, blank=True)
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    set_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-from_month", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(day__isnull=True) | models.Q(day__gte=1, day__lte=28), name="own_report_day_in_month"
            ),
            models.CheckConstraint(
                condition=models.Q(day__isnull=True) | ~models.Q(document=""), name="own_report_day_by_document"
            ),
        ]

    def __str__(self) -> str:
        return f"Trước ngày {self.day} hằng tháng" if self.day else "Không yêu cầu báo cáo tháng"

    @property
    def thread(self) -> str:
        return f"monthly:{self.agency_id}"

    def related_agency_id(self, relation: Relation) -> int | None:
        """It belongs to the agency that asks."""
        return self.agency_id if relation is Relation.OWN else None

    def is_in_scope(self, actor: Actor) -> bool:
        """Only the agency's own people set it."""
        return self.agency_id in actor.agency_ids
