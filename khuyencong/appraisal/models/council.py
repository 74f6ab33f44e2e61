"""The appraisal council that a director sets up by decision (TT 36/2013 Đ8.1.a, Đ8.2), and who sits in it."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from django.db import models
from django.db.models.functions import Now
from django.urls import reverse

from khuyencong.appraisal.models.appraisal import Level
from khuyencong.core.creation import CreatedOnce
from khuyencong.core.fields import NFCCharField
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, User
from khuyencong.people.relations import Relation
from khuyencong.people.scope import is_inside, province_scope


class Quorum(models.TextChoices):
    """How many must be there. The law names no number: the agency says so in its decision."""

    HALF = "half", "Hơn một nửa số thành viên"
    TWO_THIRDS = "two_thirds", "Ít nhất hai phần ba số thành viên"
    THREE_QUARTERS = "three_quarters", "Ít nhất ba phần tư số thành viên"


# The share of the members, and whether just that share is enough.
SHARES: dict[str, tuple[Fraction, bool]] = {
    Quorum.HALF: (Fraction(1, 2), False),
    Quorum.TWO_THIRDS: (Fraction(2, 3), True),
    Quorum.THREE_QUARTERS: (Fraction(3, 4), True),
}


class MemberRole(models.TextChoices):
    CHAIR = "chair", "Chủ tịch"
    DEPUTY = "deputy", "Phó Chủ tịch"
    SECRETARY = "secretary", "Thư ký"
    MEMBER = "member", "Ủy viên"


class CouncilQuerySet(models.QuerySet["Council"]):
    def visible_to(self, actor: Actor) -> CouncilQuerySet:
        """Those of the actor's province; the national agency sees all. Who may open them is asked of the matrix."""
        return self.filter(province_scope(actor, province="agency__province", implementing_unit="agency"))


class Council(CreatedOnce, models.Model):
    """A council of one agency at one level, by one decision, sitting between two days."""

    agency = models.ForeignKey(Agency, models.PROTECT, verbose_name="cơ quan", related_name="+", editable=False)
    level = models.CharField("cấp thẩm định", max_length=10, choices=Level, editable=False)
    title = NFCCharField("tên Hội đồng", max_length=200)
    decision_number = NFCCharField("số quyết định thành lập", max_length=60)
    decision_on = models.DateField("ngày quyết định")
    active_from = models.DateField("hoạt động từ")
    active_to = models.DateField("hoạt động đến hết", null=True, blank=True)
    quorum = models.CharField("số thành viên phải có mặt", max_length=16, choices=Quorum, default=Quorum.HALF)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = CouncilQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(active_to__isnull=True) | models.Q(active_to__gte=models.F("active_from")),
                name="council_days_in_order",
                violation_error_message="Ngày chấm dứt không được trước ngày bắt đầu.",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("council", args=[self.pk])

    @property
    def thread(self) -> str:
        return f"council:{self.pk}"

    def sits_on(self, on: date) -> bool:
        """Whether the council may meet on the day, both ends included."""
        return self.active_from <= on and (self.active_to is None or on <= self.active_to)

    @property
    def quorum_sentence(self) -> str:
        """The rule as the minutes state it."""
        return f"{Quorum(self.quorum).label} được bỏ phiếu phải có mặt, trong đó có Chủ tịch hoặc Phó Chủ tịch."

    def related_agency_id(self, relation: Relation) -> int | None:
        """A council stands to its agency as the đề án of its level do: who appraises there runs it."""
        of_level = Relation.NATIONAL if self.level == Level.CENTRAL else Relation.DEPARTMENT
        return self.agency_id if relation in {Relation.OWN, of_level} else None

    def is_in_scope(self, actor: Actor) -> bool:
        """The same answer as `visible_to`, for one record."""
        return is_inside(actor, province=self.agency.province, implementing_unit_id=self.agency_id)


class CouncilMember(models.Model):
    """One seat: a user of the system, or a guest whose paper sheet the secretary enters."""

    council = models.ForeignKey(Council, models.PROTECT, related_name="members")
    number = models.PositiveSmallIntegerField()
    user = models.ForeignKey(User, models.PROTECT, verbose_name="tài khoản", related_name="+", null=True, blank=True)
    guest = NFCCharField("người ngoài hệ thống", max_length=120, blank=True)
    position = NFCCharField("chức vụ, đơn vị", max_length=200, blank=True)
    role = models.CharField("vai trò trong Hội đồng", max_length=10, choices=MemberRole, default=MemberRole.MEMBER)

    class Meta:
        ordering = ["council", "number"]
        constraints = [
            models.UniqueConstraint(fields=["council", "number"], name="council_seat_once"),
            models.UniqueConstraint(fields=["council", "user"], name="council_user_once"),
            models.UniqueConstraint(
                fields=["council", "role"],
                condition=models.Q(role__in=["chair", "secretary"]),
                name="council_one_chair_one_secretary",
            ),
            models.CheckConstraint(
                condition=(models.Q(user__isnull=False) & models.Q(guest=""))
                | (models.Q(user__isnull=True) & ~models.Q(guest="")),
                name="council_member_is_user_or_guest",
            ),
        ]

    def __str__(self) -> str:
        return str(self.user) if self.user else self.guest
