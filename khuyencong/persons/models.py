"""What persons ask about their data, how long each agency keeps it, and which rows were hidden."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse

from khuyencong.core.creation import CreatedOnce
from khuyencong.core.fields import NFCCharField, NFCTextField
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, User
from khuyencong.people.relations import Relation

MOST_YEARS = 70


class OfAgency(models.Model):
    """A record of one agency: seen and judged by it and whoever succeeded it."""

    agency = models.ForeignKey(Agency, models.PROTECT, verbose_name="cơ quan", related_name="+", editable=False)

    class Meta:
        abstract = True

    def related_agency_id(self, relation: Relation) -> int | None:
        return self.agency_id if relation is Relation.OWN else None

    def is_in_scope(self, actor: Actor) -> bool:
        return self.agency_id in actor.agency_ids


class RetentionTerm(CreatedOnce, OfAgency):
    """How many years an agency keeps the persons of one rule, by which document; the latest row of a rule counts."""

    rule = models.SlugField("loại dữ liệu", max_length=20)
    years = models.PositiveSmallIntegerField("số năm", validators=[MinValueValidator(1), MaxValueValidator(MOST_YEARS)])
    document = NFCCharField("văn bản quy định", max_length=200)
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    set_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(years__range=(1, MOST_YEARS)), name="retention_years_sane"),
            models.CheckConstraint(condition=~models.Q(document=""), name="retention_by_document"),
        ]

    def __str__(self) -> str:
        return f"{self.rule}: {self.years} năm"

    @property
    def thread(self) -> str:
        """The timeline of an agency's terms in the audit log."""
        return f"retention:{self.agency_id}"


class RequestKind(models.TextChoices):
    COPY = "copy", "Cung cấp bản sao dữ liệu"
    HIDE = "hide", "Xóa, ẩn dữ liệu"


class RequestState(models.TextChoices):
    OPEN = "open", "Đang xử lý"
    ANSWERED = "answered", "Đã trả lời"
    REFUSED = "refused", "Từ chối"


class IdentityCheck(models.TextChoices):
    """How it was made sure that the asker is the person: never by which number, the number is in `identity_number`."""

    IN_PERSON = "in_person", "Đối chiếu giấy tờ tùy thân khi nộp trực tiếp"
    CERTIFIED = "certified", "Bản sao chứng thực gửi kèm đơn"
    ELECTRONIC = "electronic", "Định danh điện tử hoặc chữ ký số"
    DEPUTY = "deputy", "Người được ủy quyền, có giấy ủy quyền"


class PersonRequestQuerySet(models.QuerySet["PersonRequest"]):
    def visible_to(self, actor: Actor) -> PersonRequestQuerySet:
        """What was asked of the actor's agency, or of one that it succeeded."""
        return self.filter(agency__in=actor.agency_ids)


class PersonRequest(CreatedOnce, OfAgency):
    """What somebody asks about the own data, by which paper. `chosen`: rows that were found to be about this person.

    A copy of what was chosen is handed out once a leader, `copy_agreed_by`, has looked at the choice.
    """

    kind = models.CharField("yêu cầu", max_length=6, choices=RequestKind)
    person = NFCCharField("họ và tên", max_length=120)
    birth_year = models.PositiveSmallIntegerField("năm sinh", null=True, blank=True)
    phone = models.CharField("điện thoại", max_length=20, blank=True)
    email = models.EmailField("thư điện tử", blank=True)
    identity_number = models.CharField("số định danh cá nhân", max_length=12, blank=True)
    paper = NFCCharField("văn bản yêu cầu", max_length=200)
    identity_check = models.CharField(  # "" only of requests of version 0.1.0
        "cách kiểm tra người yêu cầu", max_length=10, choices=IdentityCheck, blank=True, default=""
    )
    received_on = models.DateField("ngày nhận")
    state = models.CharField("trạng thái", max_length=8, choices=RequestState, default=RequestState.OPEN)
    chosen = models.JSONField("các mục của người này", default=list, editable=False)  # [["training.Learner", 5], …]
    copy_agreed_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)
    answered_on = models.DateField("ngày trả lời", null=True, editable=False)
    answer_number = NFCCharField("số văn bản trả lời", max_length=60, blank=True, editable=False)
    answer = NFCTextField("nội dung trả lời", max_length=2_000, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    taken_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = PersonRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "yêu cầu về dữ liệu cá nhân"
        verbose_name_plural = "yêu cầu về dữ liệu cá nhân"
        ordering = ["-received_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state=RequestState.OPEN, answered_on__isnull=True)
                | (~models.Q(state=RequestState.OPEN) & models.Q(answered_on__isnull=False)),
                name="person_request_answered_on_a_day",
            ),
            models.CheckConstraint(
                condition=models.Q(answered_on__isnull=True) | models.Q(answered_on__gte=models.F("received_on")),
                name="person_request_days_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"Yêu cầu số {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("person_request", args=[self.pk])

    @property
    def thread(self) -> str:
        """The name of its timeline in the audit log."""
        return f"person_request:{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state == RequestState.OPEN


class HidingRun(CreatedOnce, OfAgency):
    """What a leader let be hidden on one day, by the terms of that day; it goes on turn by turn while `done` < `wanted`."""

    on = models.DateField("theo ngày")
    wanted = models.PositiveIntegerField("số mục")
    done = models.PositiveIntegerField("đã xử lý", default=0)
    version = models.PositiveIntegerField(default=1, editable=False)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    moved_at = models.DateTimeField(auto_now=True)  # when the last of its rows was looked at

    class Meta:
        verbose_name = "đợt ẩn dữ liệu"
        verbose_name_plural = "đợt ẩn dữ liệu"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(done__lte=models.F("wanted")), name="hiding_done_within_wanted")
        ]

    def __str__(self) -> str:
        return f"Đợt ẩn ngày {self.on:%d/%m/%Y}"

    def get_absolute_url(self) -> str:
        return reverse("hiding_run", args=[self.pk])

    @property
    def thread(self) -> str:
        """The name of its timeline in the audit log."""
        return f"hiding:{self.pk}"

    @property
    def runs(self) -> bool:
        return self.done < self.wanted


class HiddenRow(models.Model):
    """One row that is to be hidden, or was: the list by which a restored copy is hidden anew. It names nobody.

    `told` says why it was left as it is; `run` or `request` who wanted it, neither after a copy was brought back. `likeness`
    tells the same row again after that. A row whose number is used for another person later may be hidden once more.
    """

    run = models.ForeignKey(HidingRun, models.PROTECT, related_name="rows", null=True)
    request = models.ForeignKey(PersonRequest, models.PROTECT, related_name="hidden", null=True)
    model = models.CharField("loại bản ghi", max_length=60)
    row = models.BigIntegerField("số bản ghi")
    rule = models.SlugField("loại dữ liệu", max_length=20, blank=True)
    hidden_at = models.DateTimeField("ẩn lúc", null=True)
    likeness = models.CharField(max_length=64, blank=True, default="", editable=False)
    told = NFCCharField("vì sao để nguyên", max_length=500, blank=True)

    class Meta:
        verbose_name = "mục đã ẩn"
        verbose_name_plural = "mục đã ẩn"
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["model", "row"], condition=models.Q(hidden_at__isnull=False), name="row_hidden")
        ]
        constraints = [
            models.UniqueConstraint(fields=["run", "model", "row"], name="row_once_in_a_run"),
            models.CheckConstraint(
                condition=models.Q(run__isnull=True) | models.Q(request__isnull=True), name="hidden_row_of_one_cause"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.model} {self.row}"
