"""What a contract says of days: milestones with amounts, and guarantees that run out."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from khuyencong.core.creation import CreatedOnce
from khuyencong.core.fields import MoneyField, NFCCharField
from khuyencong.finance.models.contract import Contract
from khuyencong.people.models import User
from khuyencong.projects.models import Project


class Milestone(models.Model):
    """One point of the schedule: what is to be done or paid by a day, and how many đồng it stands for."""

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="milestones")
    # None: of the contract as a whole.
    project = models.ForeignKey(Project, models.PROTECT, related_name="+", null=True, blank=True)
    on = models.DateField("ngày")
    content = NFCCharField("nội dung", max_length=300)
    amount = MoneyField("số tiền (đồng)")
    done_on = models.DateField("xong ngày", null=True, blank=True)

    class Meta:
        ordering = ["on", "pk"]
        constraints = [models.CheckConstraint(condition=models.Q(amount__gt=0), name="milestone_has_amount")]

    def __str__(self) -> str:
        return self.content


class Guarantee(CreatedOnce, models.Model):
    """A guarantee (bảo lãnh) that the unit has given for the contract."""

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="guarantees")
    issuer = NFCCharField("tổ chức bảo lãnh", max_length=200)
    number = NFCCharField("số thư bảo lãnh", max_length=60)
    amount = MoneyField("số tiền (đồng)")
    from_on = models.DateField("hiệu lực từ")
    to_on = models.DateField("hiệu lực đến")
    released_on = models.DateField("giải tỏa ngày", null=True, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["to_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="guarantee_has_amount"),
            models.CheckConstraint(condition=models.Q(to_on__gte=models.F("from_on")), name="guarantee_days_in_order"),
            models.UniqueConstraint(
                fields=["contract", "issuer", "number"],
                name="guarantee_once",
                violation_error_message="Thư bảo lãnh này đã được ghi.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.issuer}, {self.number}"
