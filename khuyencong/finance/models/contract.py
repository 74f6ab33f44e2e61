"""The contract, or the assignment of a task, by which an approved đề án is carried out."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from khuyencong.core.fields import MoneyField, NFCCharField
from khuyencong.people.models import Agency, User
from khuyencong.projects.models import Project


class ContractKind(models.TextChoices):
    CONTRACT = "contract", "Hợp đồng"
    ASSIGNMENT = "assignment", "Giao nhiệm vụ"


class ContractState(models.TextChoices):
    SIGNED = "signed", "Đã ký"
    LIQUIDATED = "liquidated", "Đã thanh lý"


class Contract(models.Model):
    """Between the agency that holds the money and the implementing unit: TT 36/2013 Đ6.4, Đ12.

    One contract may cover several đề án of one unit: each has its `ContractPart`.
    """

    kind = models.CharField("hình thức", max_length=12, choices=ContractKind, default=ContractKind.CONTRACT)
    number = NFCCharField("số", max_length=60)
    signed_on = models.DateField("ngày ký")
    ends_on = models.DateField("thời hạn", null=True, blank=True)
    payer = models.ForeignKey(Agency, models.PROTECT, verbose_name="bên giao", related_name="+")
    unit = models.ForeignKey(Agency, models.PROTECT, verbose_name="bên nhận", related_name="+")
    # As the two were called on the day of signing.
    party = NFCCharField("bên nhận", max_length=300)
    account = NFCCharField("tài khoản nhận tiền", max_length=120, blank=True)
    state = models.CharField("trạng thái", max_length=12, choices=ContractState, default=ContractState.SIGNED)
    liquidated_on = models.DateField("ngày thanh lý", null=True, blank=True)
    liquidation_number = NFCCharField("số biên bản thanh lý", max_length=60, blank=True)
    signed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    signed_as = NFCCharField("người ký ghi là", max_length=400, blank=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("signed_on")),
                name="contract_ends_after_signing",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class ContractPart(models.Model):
    """What a contract says of one đề án: the support, and how much of it may be advanced."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="parts")
    project = models.OneToOneField(Project, models.PROTECT, related_name="contract_part")
    value = MoneyField("giá trị hỗ trợ (đồng)")
    # The legal share for the activity on the day of signing, in đồng and with the article it rests on.
    advance_ceiling = MoneyField("tạm ứng tối đa (đồng)", default=0)
    advance_basis = NFCCharField("căn cứ tạm ứng", max_length=500, blank=True)
    advance_condition = NFCCharField("điều kiện tạm ứng", max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(value__gt=0), name="contract_part_has_value"),
            models.CheckConstraint(
                condition=models.Q(advance_ceiling__gte=0, advance_ceiling__lte=models.F("value")),
                name="contract_advance_within_value",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract}: {self.project_id}"


def part_of(project: Project) -> ContractPart | None:
    """What the contract of the đề án says of it, with the contract; None before signing. One query."""
    return ContractPart.objects.select_related("contract").filter(project=project).first()
