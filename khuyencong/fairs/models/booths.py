"""The booths of a fair: where each lies, what it costs, who pays how much of it, and under which contract."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from khuyencong.core.creation import CreatedOnce
from khuyencong.core.fields import MoneyField, NFCCharField
from khuyencong.fairs.models.fair import Fair, FairFile
from khuyencong.fairs.models.participants import Participant
from khuyencong.people.models import User

PER_MILLE = 1_000


class BoothContract(CreatedOnce, models.Model):
    """A contract or agreement on renting one booth or several (TT 36/2013 Đ14.10, Đ14.11)."""

    fair = models.ForeignKey(Fair, models.PROTECT, related_name="booth_contracts")
    number = NFCCharField("số hợp đồng, thỏa thuận", max_length=60)
    signed_on = models.DateField("ngày ký")
    party = NFCCharField("bên cho thuê", max_length=300)
    file = models.ForeignKey(FairFile, models.PROTECT, related_name="contracts", null=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["signed_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["fair", "number"],
                name="fair_contract_once",
                violation_error_message="Hợp đồng số này đã được ghi.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} ngày {self.signed_on:%d/%m/%Y}"


class Booth(models.Model):
    """A booth: by row and column on a grid, by per mille of width and height on a picture, or nowhere yet.

    `support` is what the State pays of the rent, reckoned by `rent.reckon`; the establishment pays the rest. A booth
    belongs to a participant, or bears the name of somebody else (the department, an office of khuyến công).
    """

    fair = models.ForeignKey(Fair, models.PROTECT, related_name="booths")
    number = NFCCharField("số gian", max_length=20)
    row = models.PositiveSmallIntegerField("hàng", null=True, blank=True)
    column = models.PositiveSmallIntegerField("cột", null=True, blank=True)
    x = models.PositiveSmallIntegerField("từ trái (‰)", null=True, blank=True)
    y = models.PositiveSmallIntegerField("từ trên (‰)", null=True, blank=True)
    price = MoneyField("giá thuê (đồng)", default=0)
    supported = models.BooleanField("được hỗ trợ", default=True)
    support = MoneyField("khuyến công hỗ trợ (đồng)", default=0, editable=False)
    participant = models.ForeignKey(Participant, models.PROTECT, related_name="booths", null=True, blank=True)
    holder = NFCCharField("đơn vị khác dùng gian", max_length=200, blank=True)
    contract = models.ForeignKey(BoothContract, models.PROTECT, related_name="booths", null=True, blank=True)

    class Meta:
        verbose_name = "gian hàng"
        verbose_name_plural = "gian hàng"
        ordering = ["row", "column", "number", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["fair", "number"], name="fair_booth_once", violation_error_message="Đã có gian mang số này."
            ),
            models.UniqueConstraint(
                fields=["fair", "row", "column"],
                name="fair_booth_one_in_a_place",
                violation_error_message="Ô này của sơ đồ đã có gian khác.",
            ),
            models.CheckConstraint(
                condition=models.Q(price__gte=0, support__gte=0, support__lte=models.F("price")),
                name="fair_booth_support_within_price",
            ),
            models.CheckConstraint(
                condition=models.Q(supported=True) | models.Q(support=0), name="fair_booth_support_only_if_supported"
            ),
            models.CheckConstraint(
                condition=models.Q(participant__isnull=True) | models.Q(holder=""), name="fair_booth_of_one"
            ),
            models.CheckConstraint(
                condition=models.Q(x__isnull=True, y__isnull=True)
                | models.Q(x__lte=PER_MILLE, y__lte=PER_MILLE, x__isnull=False, y__isnull=False),
                name="fair_booth_on_the_picture",
            ),
            models.CheckConstraint(
                condition=models.Q(row__isnull=True, column__isnull=True)
                | models.Q(row__gte=1, column__gte=1, row__isnull=False, column__isnull=False),
                name="fair_booth_on_the_grid",
            ),
        ]

    def __str__(self) -> str:
        return f"Gian {self.number}"

    @property
    def own(self) -> int:
        """What whoever stands there pays, in đồng."""
        return self.price - self.support

    @property
    def holder_name(self) -> str:
        """Who stands there; expects `participant__establishment` loaded."""
        return str(self.participant) if self.participant else self.holder
