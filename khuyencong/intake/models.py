"""What owners bring to the counter: their registration, and their requests for support."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.urls import reverse

from khuyencong.core.creation import CreatedOnce
from khuyencong.core.fields import MoneyField, NFCCharField, NFCTextField
from khuyencong.establishments.models import Establishment, EstablishmentKind
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, AgencyKind, User
from khuyencong.people.relations import Relation
from khuyencong.people.scope import is_inside, province_scope
from khuyencong.places.models import Commune, Province
from khuyencong.projects.models import Project


class RegistrationState(models.TextChoices):
    UNCONFIRMED = "unconfirmed", "Chờ xác nhận thư điện tử"
    WAITING = "waiting", "Chờ duyệt"
    APPROVED = "approved", "Đã duyệt"
    REFUSED = "refused", "Từ chối"


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def visible_to(self, actor: Actor) -> RegistrationQuerySet:
        """Those of the actor's province or region whose letter was answered; the national agency sees all of these."""
        return self.filter(province_scope(actor)).exclude(state=RegistrationState.UNCONFIRMED)


class Registration(CreatedOnce, models.Model):
    """An owner who asks for an account: first the letter is answered, then an officer decides.

    Only the SHA-256 of the secret in the letter's link is stored.
    """

    name = NFCCharField("tên cơ sở", max_length=300)
    kind = models.CharField("loại hình", max_length=20, choices=EstablishmentKind)
    tax_code = models.CharField("mã số thuế", max_length=14)
    province = models.ForeignKey(Province, models.PROTECT, verbose_name="tỉnh, thành phố", related_name="+")
    commune = models.ForeignKey(
        Commune, models.PROTECT, verbose_name="xã, phường, đặc khu", related_name="+", null=True, blank=True
    )
    place_text = NFCCharField("địa chỉ", max_length=300, blank=True)
    full_name = NFCCharField("họ và tên", max_length=120)
    email = models.EmailField("thư điện tử")
    phone = models.CharField("điện thoại", max_length=20)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    state = models.CharField(
        "trạng thái", max_length=12, choices=RegistrationState, default=RegistrationState.UNCONFIRMED
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField("gửi lúc", db_default=Now(), editable=False)
    expires_at = models.DateTimeField("hết hạn xác nhận")
    confirmed_at = models.DateTimeField("xác nhận lúc", null=True, editable=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)
    establishment = models.ForeignKey(Establishment, models.PROTECT, related_name="+", null=True, editable=False)
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)
    decided_at = models.DateTimeField(null=True, editable=False)
    reason = NFCCharField("lý do từ chối", max_length=300, blank=True)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = "đăng ký của cơ sở"
        verbose_name_plural = "đăng ký của cơ sở"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="approved") | models.Q(user__isnull=False, establishment__isnull=False),
                name="registration_approved_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def related_agency_id(self, _relation: Relation) -> int | None:
        return None

    def is_in_scope(self, actor: Actor) -> bool:
        return self.state != RegistrationState.UNCONFIRMED and is_inside(actor, province=self.province)

    @property
    def thread(self) -> str:
        """The name of its timeline in the audit log."""
        return f"registration:{self.pk}"


class RequestState(models.TextChoices):
    DRAFT = "draft", "Đang soạn"
    SENT = "sent", "Đã gửi"
    RECEIVED = "received", "Đã tiếp nhận"
    RETURNED = "returned", "Cần bổ sung"
    DECLINED = "declined", "Không hỗ trợ được"
    TAKEN_UP = "taken_up", "Đã lập đề án"
    WITHDRAWN = "withdrawn", "Đã rút"


class SupportRequestQuerySet(models.QuerySet["SupportRequest"]):
    def visible_to(self, actor: Actor) -> SupportRequestQuerySet:
        """The owner's own; for the agencies those of establishments in their scope that they were shown.

        What an owner is still writing is the owner's, until it is sent or an officer is asked to help.
        """
        inside = self.filter(
            province_scope(
                actor,
                province="establishment__province",
                commune="establishment__commune",
                account="establishment__account",
            )
        )
        if actor.agency.kind == AgencyKind.ESTABLISHMENT:
            return inside
        return inside.filter(models.Q(sent_at__isnull=False) | models.Q(open_to_officers=True))


class SupportRequest(CreatedOnce, models.Model):
    """What an establishment asks the State to help with, before there is a đề án."""

    establishment = models.ForeignKey(
        Establishment, models.PROTECT, verbose_name="cơ sở", related_name="support_requests"
    )
    activity = models.CharField("nội dung hỗ trợ", max_length=40, blank=True)
    title = NFCCharField("việc muốn làm", max_length=300)
    description = NFCTextField("mô tả", max_length=4_000, blank=True)
    total_cost = MoneyField("dự kiến chi phí (đồng)", null=True, blank=True)
    support_wished = MoneyField("mong được hỗ trợ (đồng)", null=True, blank=True)
    wanted_year = models.PositiveSmallIntegerField("năm mong muốn", null=True, blank=True)
    commits_own_capital = models.BooleanField("cam kết tự lo phần vốn còn lại", default=False)
    declares_no_other_support = models.BooleanField("chưa được nhà nước hỗ trợ cùng hạng mục", default=False)
    # The owner has asked an officer to help with the draft, or sat at the counter while the officer wrote it.
    open_to_officers = models.BooleanField("nhờ cán bộ soạn giúp", default=False, editable=False)
    state = models.CharField("trạng thái", max_length=10, choices=RequestState, default=RequestState.DRAFT)
    version = models.PositiveIntegerField(default=1, editable=False)
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    sent_at = models.DateTimeField("gửi lúc", null=True, editable=False)
    handled_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)
    handled_for = models.ForeignKey(Agency, models.PROTECT, related_name="+", null=True, editable=False)
    answer = NFCTextField("trả lời của cán bộ", max_length=2_000, blank=True)
    project = models.ForeignKey(Project, models.PROTECT, related_name="requests", null=True, editable=False)

    objects = SupportRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "đề nghị hỗ trợ"
        verbose_name_plural = "đề nghị hỗ trợ"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="taken_up") | models.Q(project__isnull=False),
                name="request_taken_up_has_project",
            ),
            models.CheckConstraint(
                condition=models.Q(support_wished__isnull=True)
                | models.Q(total_cost__isnull=False, support_wished__lte=models.F("total_cost")),
                name="request_wishes_no_more_than_it_costs",
                violation_error_message="Số mong được hỗ trợ không được lớn hơn dự kiến chi phí.",
            ),
            models.UniqueConstraint(
                fields=["project"], condition=models.Q(project__isnull=False), name="request_one_for_a_project"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("request", args=[self.pk])

    def related_agency_id(self, relation: Relation) -> int | None:
        return self.establishment.account_id if relation is Relation.ACCOUNT else None

    def is_in_scope(self, actor: Actor) -> bool:
        """The same answer as `visible_to`, for one record."""
        shown = actor.agency.kind == AgencyKind.ESTABLISHMENT or self.sent_at is not None or self.open_to_officers
        return shown and self.establishment.is_in_scope(actor)

    @property
    def thread(self) -> str:
        """The name of its timeline in the audit log."""
        return f"request:{self.pk}"


class RequestPaper(models.Model):
    """A paper or photo that belongs to a request, as a phone's camera makes it."""

    request = models.ForeignKey(SupportRequest, models.CASCADE, related_name="papers")
    title = NFCCharField("giấy tờ", max_length=200)
    file = models.FileField(upload_to="requests/%Y/", max_length=200)
    file_name = NFCCharField("tên tệp", max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = "giấy tờ kèm đề nghị"
        verbose_name_plural = "giấy tờ kèm đề nghị"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "sha256"],
                name="request_paper_once",
                violation_error_message="Tệp này đã có trong đề nghị.",
            )
        ]

    def __str__(self) -> str:
        return self.title
