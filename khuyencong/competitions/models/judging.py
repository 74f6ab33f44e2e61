"""Scoring: who may not score what, the sheets, their signatures and their reopening."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from khuyencong.competitions.models.entries import Entry
from khuyencong.competitions.models.people import Criterion, Member
from khuyencong.core.fields import NFCCharField, NFCTextField
from khuyencong.people.actors import Actor
from khuyencong.people.models import User
from khuyencong.people.relations import Relation


class ConflictSource(models.TextChoices):
    DECLARED = "declared", "Giám khảo tự khai"
    OWN = "own", "Giám khảo là chủ cơ sở"
    ADDRESS = "address", "Cùng địa chỉ"
    TAX_CODE = "tax_code", "Cùng mã số thuế"
    FAMILY_NAME = "family_name", "Cùng họ với chủ cơ sở"


class ConflictDecision(models.TextChoices):
    EXCLUDED = "excluded", "Không chấm"
    ALLOWED = "allowed", "Được chấm"


class Conflict(models.Model):
    """A judge and a product that belong together too closely. Without a decision it waits: nobody scores meanwhile.

    Declared, own, address and tax code exclude at once; a family name alone says little in Viet Nam and needs a person.
    """

    member = models.ForeignKey(Member, models.PROTECT, related_name="conflicts")
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="conflicts")
    found_by = models.CharField("thấy do", max_length=12, choices=ConflictSource)
    note = NFCTextField("nội dung", max_length=1_000, blank=True)
    decision = models.CharField("quyết định", max_length=10, choices=ConflictDecision, blank=True)
    reason = NFCTextField("lý do", max_length=1_000, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)
    decided_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    found_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["member", "entry", "found_by"], name="competition_conflict_once"),
            models.CheckConstraint(
                condition=~models.Q(decision=ConflictDecision.ALLOWED) | ~models.Q(reason=""),
                name="competition_conflict_allowed_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_found_by_display()}: {self.member_id} × {self.entry_id}"


class SheetState(models.TextChoices):
    OPEN = "open", "Đang chấm"
    SIGNED = "signed", "Đã ký"


class Sheet(models.Model):
    """The sheet of one judge for one product (Phụ lục 4). Signed, it is frozen; what was signed stands in `signatures`.

    `total` is set with the signature: the exact sum of the points.
    """

    member = models.ForeignKey(Member, models.PROTECT, related_name="sheets")
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="sheets")
    state = models.CharField("trạng thái", max_length=10, choices=SheetState, default=SheetState.OPEN, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    remark = NFCTextField("nhận xét", max_length=2_000, blank=True)
    total = models.DecimalField("tổng điểm", max_digits=6, decimal_places=2, null=True, editable=False)
    # The sums of the four parts, frozen with the total: what ties are decided by. In the order of `Part`.
    market_points = models.DecimalField(max_digits=6, decimal_places=2, null=True, editable=False)
    impact_points = models.DecimalField(max_digits=6, decimal_places=2, null=True, editable=False)
    beauty_points = models.DecimalField(max_digits=6, decimal_places=2, null=True, editable=False)
    other_points = models.DecimalField(max_digits=6, decimal_places=2, null=True, editable=False)
    # The open page that has written last, and its how manieth call: it may repeat itself where an answer was lost.
    page = models.UUIDField(null=True, editable=False)
    turn = models.PositiveIntegerField(default=0, editable=False)
    signed_at = models.DateTimeField("ký lúc", null=True, editable=False)
    started_at = models.DateTimeField(db_default=Now(), editable=False)
    saved_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["entry", "member"]
        indexes = [models.Index(fields=["entry", "state"], name="competition_sheet_by_state")]
        constraints = [
            models.UniqueConstraint(fields=["member", "entry"], name="competition_sheet_once"),
            models.CheckConstraint(
                condition=models.Q(state=SheetState.OPEN, signed_at__isnull=True, total__isnull=True)
                | models.Q(state=SheetState.SIGNED, signed_at__isnull=False, total__gte=0, total__lte=100),
                name="competition_sheet_signed_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    total__isnull=True,
                    market_points__isnull=True,
                    impact_points__isnull=True,
                    beauty_points__isnull=True,
                    other_points__isnull=True,
                )
                | models.Q(
                    total=models.F("market_points")
                    + models.F("impact_points")
                    + models.F("beauty_points")
                    + models.F("other_points")
                ),
                name="competition_sheet_parts_add_up",
            ),
        ]

    def __str__(self) -> str:
        return f"Phiếu {self.pk}"

    @property
    def thread(self) -> str:
        """A timeline of its own: nobody else reads what a judge does before the scoring is closed."""
        return f"competition_sheet:{self.pk}"

    def related_agency_id(self, relation: Relation) -> int | None:
        return self.member.related_agency_id(relation)

    def is_in_scope(self, actor: Actor) -> bool:
        """The judge's own, and nobody else's."""
        return self.member.is_in_scope(actor)


class Score(models.Model):
    """The points of one criterion on one sheet; None: not scored yet, which is not zero."""

    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="scores")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="scores")
    points = models.DecimalField("điểm", max_digits=5, decimal_places=2, null=True, blank=True)
    note = NFCCharField("ghi chú", max_length=300, blank=True)

    class Meta:
        ordering = ["sheet", "criterion__order"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "criterion"], name="competition_score_once"),
            models.CheckConstraint(
                condition=models.Q(points__isnull=True) | models.Q(points__gte=0, points__lte=100),
                name="competition_score_in_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.points}"


class SheetSignature(models.Model):
    """What was signed, whole: criteria, points, notes, remark. Added and never changed, by the database itself."""

    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="signatures")
    number = models.PositiveSmallIntegerField("lần ký")
    content = models.JSONField("nội dung")
    total = models.DecimalField("tổng điểm", max_digits=6, decimal_places=2)
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["sheet", "number"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "number"], name="competition_signature_once"),
            models.CheckConstraint(
                condition=models.Q(total__gte=0, total__lte=100), name="competition_signature_total"
            ),
        ]

    def __str__(self) -> str:
        return f"Lần ký {self.number}"


class Reopening(models.Model):
    """The head of the jury gives a signed sheet back to its judge, with a reason; never changed."""

    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="reopenings")
    reason = NFCTextField("lý do", max_length=1_000)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~models.Q(reason=""), name="competition_reopened_with_reason")]

    def __str__(self) -> str:
        return self.reason
