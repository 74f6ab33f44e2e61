"""One fair or exhibition of a đề án, and the files that came with it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.db import models
from django.db.models.functions import Now
from django.urls import reverse

from khuyencong.competitions.models import Round
from khuyencong.core.creation import CreatedOnce
from khuyencong.core.fields import HaystackField, NFCCharField, NFCTextField
from khuyencong.people.actors import Actor
from khuyencong.people.kept_file import KeptFile
from khuyencong.people.models import AgencyKind, User
from khuyencong.people.relations import Relation
from khuyencong.projects.models import Project

MOST_SIDE = 40  # rows and columns of a plan drawn as a grid
LONGEST_DAYS = 60  # of a fair


class FairState(models.TextChoices):
    DRAFT = "draft", "Đang chuẩn bị"
    CALLED = "called", "Đang nhận đăng ký"
    CONFIRMED = "confirmed", "Đã xác nhận danh sách"
    CLOSED = "closed", "Đã kết thúc"
    CANCELLED = "cancelled", "Không tổ chức"


class Layout(models.TextChoices):
    """How the booths lie on the plan."""

    GRID = "grid", "Sơ đồ ô: hàng và cột"
    PICTURE = "picture", "Ảnh mặt bằng của đơn vị tổ chức"


S = FairState
# What is still being arranged: who comes, where each stands, what it costs.
ARRANGED = (S.DRAFT, S.CALLED)
# The list has been confirmed, so that figures of the fair count.
COUNTED = (S.CONFIRMED, S.CLOSED)


class FairQuerySet(models.QuerySet["Fair"]):
    def visible_to(self, actor: Actor) -> FairQuerySet:
        """Those of the đề án that the actor sees; an owner those that were called around, and those that asked him."""
        if actor.is_national:
            return self
        if actor.agency.kind == AgencyKind.ESTABLISHMENT:
            asked = self.model.objects.filter(participants__establishment__account=actor.agency.pk).order_by()
            near = models.Q(project__province__current=actor.province_id) & ~models.Q(state=S.CANCELLED)
            return self.filter(near | models.Q(pk__in=asked.values("pk"))).exclude(state=S.DRAFT)
        return self.filter(project__in=Project.objects.visible_to(actor).order_by())

    def with_all(self) -> FairQuerySet:
        """With what its page and its permissions ask for, in the same query."""
        return self.select_related(
            "project__province__current",
            "project__province_before",
            "project__implementing_unit",
            "project__department",
            "project__funder",
            "project__payer",
            "project__plan",
            "round",
            "created_by",
        )


class Fair(CreatedOnce, models.Model):
    """A fair or exhibition on which a đề án spends (NĐ 45/2012 Đ4.4); the state changes only through `states.move`.

    The day `starts_on` and the day `ends_on` both belong to it.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="fairs", verbose_name="đề án")
    # A show of products together with their competition: TT 46/2012 Đ4.7.
    round = models.ForeignKey(
        Round, models.PROTECT, related_name="fairs", null=True, blank=True, verbose_name="kỳ bình chọn"
    )
    name = NFCCharField("tên hội chợ, triển lãm", max_length=300)
    organiser = NFCCharField("đơn vị tổ chức sự kiện", max_length=300, blank=True)
    place = NFCCharField("địa điểm", max_length=300)
    country = NFCCharField("nước", max_length=100, blank=True)
    starts_on = models.DateField("khai mạc")
    ends_on = models.DateField("bế mạc")
    register_until = models.DateField("đăng ký đến hết ngày", null=True, blank=True)
    about = NFCTextField("nội dung, yêu cầu với cơ sở", max_length=5_000, blank=True)
    call_number = NFCCharField("số văn bản mời", max_length=60, blank=True)
    call_on = models.DateField("ngày văn bản mời", null=True, blank=True)
    # Somebody has decided, by a preview, that everybody may read of it (`portal.calls`).
    on_portal = models.BooleanField("hiện trên cổng thông tin", default=False, editable=False)
    layout = models.CharField("cách vẽ sơ đồ", max_length=10, choices=Layout, default=Layout.GRID)
    rows = models.PositiveSmallIntegerField("số hàng", default=0)
    columns = models.PositiveSmallIntegerField("số cột", default=0)
    # How much of the rent the State pays, as it was when the list was confirmed; with its ground.
    rate_percent = models.DecimalField("tỷ lệ hỗ trợ (%)", max_digits=5, decimal_places=2, null=True, editable=False)
    rate_basis = NFCCharField("căn cứ tỷ lệ", max_length=300, blank=True, editable=False)
    confirmed_number = NFCCharField("số văn bản xác nhận", max_length=60, blank=True, editable=False)
    confirmed_on = models.DateField("ngày xác nhận", null=True, editable=False)
    cancelled_because = NFCTextField("lý do không tổ chức", max_length=2_000, blank=True, editable=False)
    state = models.CharField("trạng thái", max_length=10, choices=FairState, default=S.DRAFT, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    haystack = HaystackField(of="name")

    objects = FairQuerySet.as_manager()

    class Meta:
        verbose_name = "hội chợ"
        verbose_name_plural = "hội chợ"
        ordering = ["-starts_on", "-pk"]
        indexes = [models.Index(fields=["starts_on", "state"], name="fair_by_day")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="fair_days_in_order",
                violation_error_message="Ngày bế mạc không được trước ngày khai mạc.",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[S.DRAFT, S.CANCELLED])
                | (~models.Q(call_number="") & models.Q(call_on__isnull=False, register_until__isnull=False)),
                name="fair_called_by_document",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=COUNTED)
                | (~models.Q(confirmed_number="") & models.Q(confirmed_on__isnull=False)),
                name="fair_confirmed_by_document",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=S.CANCELLED) | ~models.Q(cancelled_because=""),
                name="fair_cancelled_with_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(rows__lte=MOST_SIDE, columns__lte=MOST_SIDE), name="fair_plan_not_too_large"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("fair", args=[self.pk])

    @property
    def thread(self) -> str:
        """The name of its timeline in the audit log."""
        return f"fair:{self.pk}"

    @property
    def is_arranged(self) -> bool:
        """Whether participants, booths and prices may still change."""
        return self.state in ARRANGED

    @property
    def place_text(self) -> str:
        return f"{self.place}, {self.country}" if self.country else self.place

    def days(self) -> Iterator[date]:
        """Every day on which it is open."""
        for number in range((self.ends_on - self.starts_on).days + 1):
            yield self.starts_on + timedelta(days=number)

    def takes_registrations_on(self, on: date) -> bool:
        """Whether an establishment may register on the day."""
        return self.state == S.CALLED and self.register_until is not None and on <= self.register_until

    def related_agency_id(self, relation: Relation) -> int | None:
        return self.project.related_agency_id(relation)

    def is_in_scope(self, actor: Actor) -> bool:
        """The same answer as `visible_to`, for one record; one query for an owner."""
        if actor.agency.kind == AgencyKind.ESTABLISHMENT:
            return Fair.objects.visible_to(actor).filter(pk=self.pk).exists()
        return self.project.is_in_scope(actor)


class FairFileKind(models.TextChoices):
    CALL = "call", "Văn bản mời"
    PLAN = "plan", "Ảnh mặt bằng"
    CONTRACT = "contract", "Hợp đồng, thỏa thuận thuê gian hàng"
    CONFIRMED = "confirmed", "Danh sách có xác nhận"
    OTHER = "other", "Giấy tờ khác"


class FairFile(KeptFile):
    """A file as it came, outside the web root under a made-up name; never replaced."""

    fair = models.ForeignKey(Fair, models.PROTECT, related_name="files")
    kind = models.CharField("loại", max_length=10, choices=FairFileKind)
    file = models.FileField(upload_to="fairs/%Y/%m", max_length=200)
    # Of a picture, in points, so that booths keep their place on it.
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)

    class Meta(KeptFile.Meta):
        constraints = [models.UniqueConstraint(fields=["fair", "sha256"], name="fair_file_once")]
