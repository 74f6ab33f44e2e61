"""Who sits in the council, the jury and the expert group of a round, and the detailed scale they use."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models.functions import Now

from khuyencong.competitions.models.round import Round
from khuyencong.core.fields import NFCCharField, NFCTextField
from khuyencong.people.actors import Actor
from khuyencong.people.models import User
from khuyencong.people.relations import Relation


class SeatRole(models.TextChoices):
    """TT 26/2014 Đ9 (council), Đ11.2 (jury), Đ10.1 (the group that helps)."""

    CHAIR = "chair", "Chủ tịch Hội đồng"
    STANDING_DEPUTY = "standing_deputy", "Phó Chủ tịch thường trực"
    DEPUTY = "deputy", "Phó Chủ tịch"
    COUNCIL_MEMBER = "council_member", "Ủy viên Hội đồng"
    JURY_HEAD = "jury_head", "Trưởng ban Giám khảo"
    JURY_DEPUTY = "jury_deputy", "Phó Trưởng ban Giám khảo"
    JUDGE = "judge", "Giám khảo"
    EXPERT = "expert", "Tổ chuyên môn giúp việc"


COUNCIL = (SeatRole.CHAIR, SeatRole.STANDING_DEPUTY, SeatRole.DEPUTY, SeatRole.COUNCIL_MEMBER)
JURY = (SeatRole.JURY_HEAD, SeatRole.JURY_DEPUTY, SeatRole.JUDGE)
ALONE = (SeatRole.CHAIR, SeatRole.STANDING_DEPUTY, SeatRole.JURY_HEAD)


class MemberQuerySet(models.QuerySet["Member"]):
    def standing_on(self, on: date) -> MemberQuerySet:
        """Those whose seat covers the day, both ends included."""
        return self.filter(from_on__lte=on).filter(models.Q(until_on__isnull=True) | models.Q(until_on__gte=on))

    def council(self) -> MemberQuerySet:
        return self.filter(role__in=COUNCIL)

    def jury(self) -> MemberQuerySet:
        return self.filter(role__in=JURY)

    def of(self, actor: Actor) -> MemberQuerySet:
        """The seats of this very person, whatever hat is worn."""
        return self.filter(user=actor.user.pk)


class Member(models.Model):
    """One seat by decision. A person in council and jury has two (TT 26/2014 Đ11.2); who is replaced ends on a day."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="members")
    role = models.CharField("vai trò", max_length=16, choices=SeatRole)
    full_name = NFCCharField("họ và tên", max_length=120)
    position = NFCCharField("chức vụ, học hàm, đơn vị", max_length=200, blank=True)
    user = models.ForeignKey(
        User, models.PROTECT, verbose_name="tài khoản", related_name="competition_seats", null=True, blank=True
    )
    # For the search after conflicts of interest; empty where unknown.
    tax_code = models.CharField("mã số thuế của đơn vị", max_length=14, blank=True)
    address = NFCCharField("địa chỉ", max_length=300, blank=True)
    decision_number = NFCCharField("số quyết định", max_length=60)
    decision_on = models.DateField("ngày quyết định")
    from_on = models.DateField("từ ngày")
    until_on = models.DateField("đến hết ngày", null=True, blank=True)
    replaces = models.OneToOneField("self", models.PROTECT, related_name="replaced_by", null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    added_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = "thành viên"
        verbose_name_plural = "thành viên"
        ordering = ["round", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "role"],
                condition=models.Q(role__in=ALONE, until_on__isnull=True),
                name="competition_one_head",
                violation_error_message="Vai trò này đã có người giữ.",
            ),
            models.CheckConstraint(
                condition=models.Q(until_on__isnull=True) | models.Q(until_on__gte=models.F("from_on")),
                name="competition_seat_days_in_order",
                violation_error_message="Ngày thôi không được trước ngày bắt đầu.",
            ),
            models.CheckConstraint(condition=~models.Q(decision_number=""), name="competition_seat_by_decision"),
            models.CheckConstraint(condition=~models.Q(replaces=models.F("id")), name="competition_seat_of_another"),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def in_jury(self) -> bool:
        return self.role in JURY

    @property
    def in_council(self) -> bool:
        return self.role in COUNCIL

    def stands_on(self, on: date) -> bool:
        """The same answer as `standing_on`, for one record."""
        return self.from_on <= on and (self.until_on is None or on <= self.until_on)

    def related_agency_id(self, relation: Relation) -> int | None:
        """A seat belongs to whoever organises the round."""
        return self.round.related_agency_id(relation)

    def is_in_scope(self, actor: Actor) -> bool:
        """A seat is its holder's alone: nobody scores for another (TT 26/2014 Đ16.2)."""
        return self.user_id is not None and self.user_id == actor.user.pk


class Part(models.TextChoices):
    """The four parts of the sheet, Phụ lục 4 of TT 26/2014; how many points each has is data of the law room."""

    MARKET = "market", "Đáp ứng thị trường và khả năng phát triển sản xuất"
    IMPACT = "impact", "Kinh tế, kỹ thuật, xã hội và môi trường"
    BEAUTY = "beauty", "Văn hóa và thẩm mỹ"
    OTHER = "other", "Tiêu chí khác"


class Criterion(models.Model):
    """One line of the detailed scale (TT 26/2014 Đ16.1); Phụ lục 3 could not be read, so the lines are the jury's."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="criteria")
    part = models.CharField("nội dung", max_length=10, choices=Part)
    text = NFCTextField("tiêu chí", max_length=500)
    max_points = models.DecimalField("điểm tối đa", max_digits=5, decimal_places=2)
    order = models.PositiveSmallIntegerField("thứ tự")

    class Meta:
        ordering = ["round", "order"]
        constraints = [
            models.UniqueConstraint(fields=["round", "order"], name="competition_criterion_order_once"),
            models.CheckConstraint(
                condition=models.Q(max_points__gt=0, max_points__lte=100), name="competition_criterion_points"
            ),
        ]

    def __str__(self) -> str:
        return self.text
