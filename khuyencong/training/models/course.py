"""A class, workshop, conference or trip inside a đề án: what it is, its sessions, trainers, rates and files."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse

from khuyencong.core.creation import CreatedOnce
from khuyencong.core.errors import Stale
from khuyencong.core.fields import HaystackField, MoneyField, NFCCharField, NFCTextField
from khuyencong.people.actors import Actor
from khuyencong.people.kept_file import KeptFile
from khuyencong.people.models import User
from khuyencong.people.relations import Relation
from khuyencong.places.models import Commune
from khuyencong.projects.models import Project

SECRET_LENGTH = 20
MOST_SESSIONS = 400
MOST_LEARNERS = 2_000
STALE = "Lớp đã được thay đổi sau khi bạn mở trang. Chưa có gì được ghi; hãy xem lại rồi làm lại nếu vẫn cần."


class CourseKind(models.TextChoices):
    VOCATIONAL = "vocational", "Đào tạo nghề, truyền nghề"
    MANAGEMENT = "management", "Đào tạo, tập huấn quản lý"
    WORKSHOP = "workshop", "Hội thảo, diễn đàn"
    MEETING = "meeting", "Hội nghị"
    TRIP = "trip", "Tham quan, khảo sát trong nước"
    TRIP_ABROAD = "trip_abroad", "Tham quan, khảo sát nước ngoài"


# Of which activities (NĐ 45/2012 Đ4) a đề án may hold one: its main activity or a linked one must be among them.
ACTIVITIES: dict[CourseKind, tuple[str, ...]] = {
    CourseKind.VOCATIONAL: ("vocational_training",),
    CourseKind.MANAGEMENT: ("management_training", "enterprise_founding", "system_capacity"),
    CourseKind.WORKSHOP: ("conference", "cluster_investment_promotion", "trade_promotion", "system_capacity"),
    # TT 36/2013 Đ14.3: a demonstration model is shown at a conference of its own.
    CourseKind.MEETING: ("conference", "demonstration_model", "system_capacity"),
    CourseKind.TRIP: ("study_trip_domestic", "system_capacity"),
    CourseKind.TRIP_ABROAD: ("study_trip_abroad", "international_cooperation"),
}


class CourseState(models.TextChoices):
    PLANNED = "planned", "Chuẩn bị"
    RUNNING = "running", "Đang mở"
    DONE = "done", "Đã kết thúc"
    CANCELLED = "cancelled", "Không tổ chức"


class CourseQuerySet(models.QuerySet["Course"]):
    def visible_to(self, actor: Actor) -> CourseQuerySet:
        """Those of the đề án that the actor may know of."""
        if actor.is_national:
            return self
        return self.filter(project__in=Project.objects.visible_to(actor).order_by())

    def counted_for(self, actor: Actor) -> CourseQuerySet:
        """Those that the figures of the actor's agency hold, as `ProjectQuerySet.counted_for`."""
        if actor.is_national:
            return self
        return self.filter(project__in=Project.objects.counted_for(actor).order_by().values("pk"))

    def with_all(self) -> CourseQuerySet:
        """With what its page and its permissions ask for, in the same query."""
        return self.select_related(
            "commune",
            "created_by",
            "project__province__current",
            "project__implementing_unit__province",
            "project__implementing_unit__parent",
            "project__department",
            "project__funder",
            "project__payer",
        )


class Course(CreatedOnce, models.Model):
    """One class, workshop, conference or trip of a đề án; the state changes only through `states.move`.

    `told_*`: what the papers of a past class say where no list is kept here; None is not known, never 0.
    `attendance_needed`: the share of sessions in per cent without which nobody is certified, the class's own rule.
    `secret`: the address at the door (`/lop/<secret>/`), where learners enter themselves and evaluate.
    `ended_at`: when it was ended, None before; what was tapped without network until then may still arrive.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="courses")
    kind = models.CharField("loại", max_length=12, choices=CourseKind)
    name = NFCCharField("tên", max_length=300)
    haystack = HaystackField(of="name")
    place_text = NFCCharField("địa điểm", max_length=300)
    commune = models.ForeignKey(
        Commune, models.PROTECT, verbose_name="xã, phường, đặc khu", related_name="+", null=True, blank=True
    )
    starts_on = models.DateField("ngày khai giảng")
    ends_on = models.DateField("ngày kết thúc")
    planned_learners = models.PositiveIntegerField(
        "số người dự kiến", null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(MOST_LEARNERS)]
    )
    attendance_needed = models.PositiveSmallIntegerField(
        "số buổi phải có mặt để được cấp chứng nhận (%)",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    programme = NFCTextField("chương trình", max_length=10_000, blank=True)
    state = models.CharField(
        "trạng thái", max_length=10, choices=CourseState, default=CourseState.PLANNED, editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    cancelled_because = NFCTextField("lý do không tổ chức", max_length=2_000, blank=True, editable=False)
    told_people = models.PositiveIntegerField("số người theo hồ sơ", null=True, blank=True)
    told_women = models.PositiveIntegerField("trong đó nữ", null=True, blank=True)
    told_minority = models.PositiveIntegerField("trong đó dân tộc thiểu số", null=True, blank=True)
    told_from = NFCCharField("hồ sơ, nguồn của số liệu", max_length=300, blank=True)
    secret = models.CharField(max_length=SECRET_LENGTH, unique=True, editable=False)
    ended_at = models.DateTimeField("kết thúc lúc", null=True, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = CourseQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "-pk"]
        indexes = [
            models.Index(fields=["starts_on", "id"], name="course_by_day"),
            models.Index(fields=["state", "ends_on"], name="course_by_state"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="course_ends_after_start",
                violation_error_message="Ngày kết thúc không được trước ngày khai giảng.",
            ),
            models.CheckConstraint(
                condition=models.Q(told_people__isnull=True, told_women__isnull=True, told_minority__isnull=True)
                | (models.Q(told_people__isnull=False) & ~models.Q(told_from="")),
                name="course_told_from_somewhere",
            ),
            models.CheckConstraint(
                condition=(models.Q(told_women__isnull=True) | models.Q(told_women__lte=models.F("told_people")))
                & (models.Q(told_minority__isnull=True) | models.Q(told_minority__lte=models.F("told_people"))),
                name="course_told_parts_fit",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=CourseState.CANCELLED) | ~models.Q(cancelled_because=""),
                name="course_cancelled_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("course", args=[self.pk])

    @property
    def thread(self) -> str:
        """A timeline of its own: every session leaves events, and that of the đề án is read for its money."""
        return f"course:{self.pk}"

    @property
    def is_vocational(self) -> bool:
        return self.kind == CourseKind.VOCATIONAL

    @property
    def person_word(self) -> str:
        """How those who come are called: TT 36/2013 Đ14.1, Đ14.2."""
        return "học viên" if self.kind in {CourseKind.VOCATIONAL, CourseKind.MANAGEMENT} else "đại biểu"

    def check_version(self, version: int) -> None:
        """Raise Stale where the form was opened before the latest change."""
        if self.version != version:
            raise Stale(STALE)

    def related_agency_id(self, relation: Relation) -> int | None:
        return self.project.related_agency_id(relation)

    def is_in_scope(self, actor: Actor) -> bool:
        """The same answer as `visible_to`, for one record."""
        return self.project.is_in_scope(actor)


class Trainer(models.Model):
    """Who teaches or reports."""

    course = models.ForeignKey(Course, models.PROTECT, related_name="trainers")
    name = NFCCharField("họ và tên", max_length=120)
    position = NFCCharField("chức danh, đơn vị", max_length=200, blank=True)
    topic = NFCCharField("chuyên đề", max_length=300, blank=True)
    phone = models.CharField("điện thoại", max_length=20, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "name"],
                name="trainer_once",
                violation_error_message="Người này đã có trong danh sách.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.position}" if self.position else self.name


class Session(models.Model):
    """One part of a day: who is there is told session by session."""

    course = models.ForeignKey(Course, models.PROTECT, related_name="sessions")
    held_on = models.DateField("ngày")
    starts_at = models.TimeField("từ")
    ends_at = models.TimeField("đến")
    topic = NFCCharField("nội dung", max_length=300, blank=True)
    trainer = models.ForeignKey(Trainer, models.PROTECT, related_name="sessions", null=True, blank=True)

    class Meta:
        ordering = ["held_on", "starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "held_on", "starts_at"],
                name="session_once",
                violation_error_message="Đã có một buổi vào giờ này.",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")),
                name="session_ends_after_start",
                violation_error_message="Giờ kết thúc phải sau giờ bắt đầu.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.held_on:%d/%m/%Y} {self.starts_at:%H:%M}–{self.ends_at:%H:%M}"


class RateKind(models.TextChoices):
    MEAL = "meal", "Tiền ăn"
    TRAVEL = "travel", "Tiền đi lại"
    LODGING = "lodging", "Tiền chỗ nghỉ"
    TRAINER = "trainer", "Thù lao giảng viên, báo cáo viên"
    MATERIALS = "materials", "Tài liệu, văn phòng phẩm, vật tư"
    HALL = "hall", "Hội trường, thiết bị"
    OTHER = "other", "Chi khác"


# What is paid to those who come, hand to hand, against a signature (TT 36/2013 Đ14.1, Đ14.2).
ALLOWANCES = (RateKind.MEAL, RateKind.TRAVEL, RateKind.LODGING)


class RateUnit(models.TextChoices):
    PERSON_DAY = "person_day", "người/ngày"
    PERSON = "person", "người/khóa"
    SESSION = "session", "buổi"
    DAY = "day", "ngày"
    WHOLE = "whole", "cả lớp"


class Rate(models.Model):
    """How much one kind of cost may be, in đồng for a unit, and the document that says so."""

    course = models.ForeignKey(Course, models.PROTECT, related_name="rates")
    kind = models.CharField("khoản chi", max_length=10, choices=RateKind)
    unit = models.CharField("tính cho", max_length=10, choices=RateUnit)
    amount = MoneyField("mức (đồng)")
    document = NFCCharField("văn bản, điều khoản", max_length=300)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["course", "kind"], name="rate_once"),
            models.CheckConstraint(condition=models.Q(amount__gt=0) & ~models.Q(document=""), name="rate_by_document"),
            models.CheckConstraint(
                condition=~models.Q(kind__in=ALLOWANCES) | models.Q(unit__in=[RateUnit.PERSON_DAY, RateUnit.PERSON]),
                name="rate_of_allowance_is_per_head",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.amount} đồng/{self.get_unit_display()}"


class CourseFileKind(models.TextChoices):
    PROGRAMME = "programme", "Chương trình, kế hoạch"
    MATERIAL = "material", "Giáo trình, tài liệu"
    SIGNED = "signed", "Danh sách có chữ ký"
    DECISION = "decision", "Quyết định"
    OTHER = "other", "Tệp khác"


class CourseFile(KeptFile):
    """A file of the class, outside the web root under a made-up name; never replaced."""

    course = models.ForeignKey(Course, models.PROTECT, related_name="files")
    kind = models.CharField("loại", max_length=10, choices=CourseFileKind)
    file = models.FileField(upload_to="training/%Y/%m", max_length=200)
