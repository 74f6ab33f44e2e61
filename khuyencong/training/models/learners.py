"""Those who come: as they were entered, session by session, what they thought of it and what work they found."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Now

from khuyencong.core.creation import CreatedOnce
from khuyencong.core.fields import HaystackField, NFCCharField, NFCTextField
from khuyencong.establishments.models import Establishment, Gender
from khuyencong.people.actors import Actor
from khuyencong.people.models import User
from khuyencong.people.relations import Relation
from khuyencong.places.models import Commune
from khuyencong.training.models.course import Course, Session

FIRST_BIRTH, LAST_BIRTH = 1920, 2100


class LearnerSource(models.TextChoices):
    OFFICER = "officer", "Cán bộ ghi"
    DOOR = "door", "Tự ghi danh"
    IMPORT = "import", "Nhập từ Excel"


class LearnerQuerySet(models.QuerySet["Learner"]):
    def visible_to(self, actor: Actor) -> LearnerQuerySet:
        """Those of the classes that the actor may know of."""
        if actor.is_national:
            return self
        # By the class and not through it: fifty thousand rows are not joined to be counted.
        return self.filter(course__in=Course.objects.visible_to(actor).order_by().values("pk"))

    def listed(self) -> LearnerQuerySet:
        """Those who stand in the list today; who was taken out of it keeps the row."""
        return self.filter(removed_on__isnull=True)

    def attended(self) -> LearnerQuerySet:
        """Those of the list who were there in one session at least."""
        return self.listed().filter(present__gt=0)


class Learner(CreatedOnce, models.Model):
    """Somebody in the list of one class. The same person in another class is another row, known by `identity_number`.

    `present`: in how many sessions, kept by `actions.attendance` so that lists and figures ask no other table.
    `salaried`: is paid from the State's budget, and gets no allowance here (TT 36/2013 Đ14.2).
    """

    course = models.ForeignKey(Course, models.PROTECT, related_name="learners")
    number = models.PositiveSmallIntegerField("số thứ tự")
    name = NFCCharField("họ và tên", max_length=120)
    haystack = HaystackField(of="name")
    folded = models.CharField(max_length=120, editable=False)
    birth_year = models.PositiveSmallIntegerField(
        "năm sinh", null=True, blank=True, validators=[MinValueValidator(FIRST_BIRTH), MaxValueValidator(LAST_BIRTH)]
    )
    gender = models.CharField("giới tính", max_length=6, choices=Gender, blank=True)
    ethnicity = NFCCharField("dân tộc", max_length=40, blank=True)
    minority = models.BooleanField("dân tộc thiểu số", null=True, editable=False)
    commune = models.ForeignKey(
        Commune, models.PROTECT, verbose_name="xã, phường, đặc khu", related_name="+", null=True, blank=True
    )
    place_text = NFCCharField("địa chỉ", max_length=300, blank=True)
    phone = models.CharField("điện thoại", max_length=20, blank=True)
    identity_number = models.CharField("số căn cước", max_length=12, blank=True)
    workplace = NFCCharField("nơi làm việc", max_length=300, blank=True)
    salaried = models.BooleanField("hưởng lương từ ngân sách nhà nước", default=False)
    source = models.CharField("nguồn", max_length=8, choices=LearnerSource, editable=False)
    present = models.PositiveSmallIntegerField("số buổi có mặt", default=0, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)
    entered_at = models.DateTimeField(db_default=Now(), editable=False)
    removed_on = models.DateField("ngày đưa ra", null=True, editable=False)
    removed_because = NFCCharField("lý do đưa ra", max_length=300, blank=True, editable=False)

    objects = LearnerQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        indexes = [
            models.Index(fields=["folded", "id"], name="learner_by_name"),
            models.Index(fields=["identity_number"], name="learner_by_identity"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["course", "number"], name="learner_number_once"),
            models.UniqueConstraint(
                fields=["course", "identity_number"],
                condition=models.Q(removed_on__isnull=True) & ~models.Q(identity_number=""),
                name="learner_once_in_a_course",
            ),
            models.CheckConstraint(
                condition=models.Q(removed_on__isnull=True) | ~models.Q(removed_because=""),
                name="learner_removed_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_woman(self) -> bool:
        return self.gender == Gender.FEMALE

    def related_agency_id(self, relation: Relation) -> int | None:
        return self.course.related_agency_id(relation)

    def is_in_scope(self, actor: Actor) -> bool:
        """The same answer as `visible_to`, for one record."""
        return self.course.is_in_scope(actor)


class Attendance(models.Model):
    """Whether somebody was there in a session; no row: nobody has said.

    `tapped_at`: when it was tapped on the telephone, by which the later of two marks wins however late it arrives.
    """

    session = models.ForeignKey(Session, models.PROTECT, related_name="marks")
    learner = models.ForeignKey(Learner, models.PROTECT, related_name="marks")
    present = models.BooleanField("có mặt")
    tapped_at = models.DateTimeField("bấm lúc")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "learner"], name="session_mark_once")]

    def __str__(self) -> str:
        return "có mặt" if self.present else "vắng"


def _score(label: str) -> models.PositiveSmallIntegerField[int | None, int | None]:
    return models.PositiveSmallIntegerField(
        label, null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )


class Evaluation(CreatedOnce, models.Model):
    """What one of those who came thinks of it, without a name: 1 (poor) to 5 (very good), None not answered."""

    course = models.ForeignKey(Course, models.PROTECT, related_name="evaluations")
    content = _score("nội dung")
    teaching = _score("giảng viên, báo cáo viên")
    materials = _score("tài liệu")
    organisation = _score("tổ chức, phục vụ")
    usefulness = _score("áp dụng được vào công việc")
    comment = NFCTextField("ý kiến khác", max_length=1_000, blank=True)
    kept_offline = models.BooleanField("ghi khi không có mạng", default=False)
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    *(
                        models.Q(**{f"{name}__isnull": True}) | models.Q(**{f"{name}__gte": 1, f"{name}__lte": 5})
                        for name in ("content", "teaching", "materials", "organisation", "usefulness")
                    )
                ),
                name="evaluation_from_1_to_5",
            )
        ]

    def __str__(self) -> str:
        return f"Phiếu {self.pk}"


class Employment(models.Model):
    """Whether somebody works in what he or she learnt, and where: the list of TT 36/2013 Đ14.1. No row: not known."""

    learner = models.OneToOneField(Learner, models.PROTECT, related_name="employment")
    employed = models.BooleanField("có việc làm sau đào tạo")
    establishment = models.ForeignKey(Establishment, models.PROTECT, related_name="+", null=True, blank=True)
    employer = NFCCharField("cơ sở sử dụng lao động", max_length=300, blank=True)
    job = NFCCharField("công việc", max_length=200, blank=True)
    since_on = models.DateField("làm từ ngày", null=True, blank=True)
    proof = NFCCharField("xác nhận, nguồn", max_length=300)
    version = models.PositiveIntegerField(default=1, editable=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(employed=False) | ~models.Q(employer=""), name="employment_names_the_employer"
            ),
            models.CheckConstraint(condition=~models.Q(proof=""), name="employment_by_proof"),
        ]

    def __str__(self) -> str:
        return self.employer if self.employed else "chưa có việc làm"
