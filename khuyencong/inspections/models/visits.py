"""One day on the spot: who went, whom they met, and what they saw of each machine."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Now

from khuyencong.core.fields import NFCCharField, NFCTextField
from khuyencong.delivery.models import AcceptanceItem
from khuyencong.establishments.models import Establishment
from khuyencong.inspections.models.inspection import Inspection
from khuyencong.people.models import User
from khuyencong.projects.models import EstimateLine


class PlacedBy(models.TextChoices):
    """How the point of a visit came into the form; nothing proves it."""

    PHONE = "phone", "máy tại chỗ gửi"
    HAND = "hand", "người ghi gõ"


class TeamRole(models.TextChoices):
    LEAD = "lead", "Trưởng đoàn"
    MEMBER = "member", "Thành viên"
    SECRETARY = "secretary", "Thư ký"


class ItemState(models.TextChoices):
    """What was found of one machine or item."""

    RUNNING = "running", "Có, đang dùng đúng mục đích"
    IDLE = "idle", "Có, không hoạt động"
    OTHER_USE = "other_use", "Có, dùng sai mục đích"
    MOVED = "moved", "Đã chuyển đi nơi khác"
    SOLD = "sold", "Đã bán, cho thuê"
    MISSING = "missing", "Không tìm thấy"
    NOT_YET = "not_yet", "Chưa mua, chưa lắp"
    UNCHECKED = "unchecked", "Chưa xem"


# What asks for a word of explanation.
TO_EXPLAIN = (ItemState.IDLE, ItemState.OTHER_USE, ItemState.MOVED, ItemState.SOLD, ItemState.MISSING)


class Visit(models.Model):
    """Added and never changed; one establishment of a group is one visit."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="visits")
    number = models.PositiveSmallIntegerField("lần")
    establishment = models.ForeignKey(Establishment, models.PROTECT, related_name="inspection_visits", null=True)
    visited_on = models.DateField("ngày kiểm tra")
    met = NFCCharField("người làm việc với đoàn", max_length=400)
    place = NFCCharField("địa điểm", max_length=300)
    latitude = models.DecimalField(
        "vĩ độ", max_digits=8, decimal_places=5, null=True, blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )  # fmt: skip
    longitude = models.DecimalField(
        "kinh độ", max_digits=8, decimal_places=5, null=True, blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )  # fmt: skip
    accuracy = models.PositiveIntegerField("sai số máy báo (m)", null=True, blank=True)
    placed_by = models.CharField("tọa độ do", max_length=5, choices=PlacedBy, blank=True)
    compared = NFCTextField("đối chiếu hợp đồng, dự toán, nghiệm thu", max_length=10_000, blank=True)
    result = NFCTextField("kết quả kiểm tra", max_length=10_000)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["number"]
        indexes = [models.Index(fields=["visited_on"], name="inspection_visit_by_day")]
        constraints = [
            models.UniqueConstraint(fields=["inspection", "number"], name="inspection_visit_number_once"),
            models.CheckConstraint(
                condition=models.Q(latitude__isnull=True, longitude__isnull=True, placed_by="", accuracy__isnull=True)
                | models.Q(latitude__gte=Decimal(-90), latitude__lte=Decimal(90), latitude__isnull=False)
                & models.Q(longitude__gte=Decimal(-180), longitude__lte=Decimal(180), longitude__isnull=False)
                & models.Q(placed_by__in=PlacedBy.values),
                name="inspection_visit_place_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"Lần {self.number}, ngày {self.visited_on:%d/%m/%Y}"


class VisitMember(models.Model):
    """Somebody of the team: a user, or a guest of another office."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="members")
    user = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    guest = NFCCharField("người ngoài hệ thống", max_length=120, blank=True)
    position = NFCCharField("chức vụ, đơn vị", max_length=200, blank=True)
    role = models.CharField("vai trò", max_length=10, choices=TeamRole, default=TeamRole.MEMBER)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(user__isnull=False, guest="") | (models.Q(user__isnull=True) & ~models.Q(guest="")),
                name="inspection_member_is_somebody",
            ),
            models.UniqueConstraint(
                fields=["visit"], condition=models.Q(role=TeamRole.LEAD), name="inspection_team_one_lead"
            ),
        ]

    def __str__(self) -> str:
        return str(self.user) if self.user else self.guest


class CheckedItem(models.Model):
    """One machine of the estimate or of an acceptance as it was found; its name and serial as they read on that day."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="items")
    # An adjustment may take a line away again; what was seen stays.
    line = models.ForeignKey(EstimateLine, models.SET_NULL, related_name="+", null=True)
    accepted = models.ForeignKey(AcceptanceItem, models.SET_NULL, related_name="+", null=True)
    name = NFCCharField("tên máy, hạng mục", max_length=500)
    serial = NFCCharField("số máy", max_length=200, blank=True)
    promised = NFCCharField("theo dự toán, nghiệm thu", max_length=500, blank=True)
    state = models.CharField("tình trạng", max_length=10, choices=ItemState)
    note = NFCCharField("ghi chú", max_length=500, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state__in=TO_EXPLAIN) | ~models.Q(note=""), name="inspection_item_explained"
            )
        ]

    def __str__(self) -> str:
        return self.name
