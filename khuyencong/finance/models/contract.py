"""The contract, or the assignment of a task, by which approved đề án are carried out."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.urls import reverse

from khuyencong.core.creation import CreatedOnce
from khuyencong.core.fields import MoneyField, NFCCharField
from khuyencong.finance.models.bank import BankAccount
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, User
from khuyencong.people.relations import Relation
from khuyencong.programmes.models import FundingSource
from khuyencong.projects.models import Project


class ContractKind(models.TextChoices):
    CONTRACT = "contract", "Hợp đồng"
    ASSIGNMENT = "assignment", "Giao nhiệm vụ"


class ContractState(models.TextChoices):
    DRAFT = "draft", "Dự thảo"
    SIGNED = "signed", "Đã ký"
    AMENDED = "amended", "Đã ký phụ lục"
    LIQUIDATED = "liquidated", "Đã thanh lý"


# Signed and not ended: what may be amended, paid on and reminded of.
IN_FORCE = frozenset({ContractState.SIGNED, ContractState.AMENDED})


class ContractQuerySet(models.QuerySet["Contract"]):
    def visible_to(self, actor: Actor) -> ContractQuerySet:
        """Those that cover a đề án in the actor's scope; a draft only for the agency that prepares it."""
        mine = models.Q(state=ContractState.DRAFT, payer__in=actor.agency_ids)
        signed = ~models.Q(state=ContractState.DRAFT)
        if actor.is_national:
            return self.filter(mine | signed)
        seen = Project.objects.visible_to(actor).order_by().filter(contract_part__isnull=False)
        return self.filter(mine | models.Q(signed, pk__in=seen.values("contract_part__contract")))


class Contract(CreatedOnce, models.Model):
    """Between the agency that holds the money and the implementing unit: TT 36/2013 Đ6.4, Đ12.

    One contract may cover several đề án of one unit: each has its `ContractPart`; those of a draft are `DraftPart`, so
    that whatever asks for the contract of a đề án never finds a draft. The state changes only through
    `finance.contract_states.move`.
    """

    kind = models.CharField("hình thức", max_length=12, choices=ContractKind, default=ContractKind.CONTRACT)
    number = NFCCharField("số", max_length=60)
    # Of a draft: the day on which it is to be signed.
    signed_on = models.DateField("ngày ký")
    ends_on = models.DateField("thời hạn", null=True, blank=True)
    payer = models.ForeignKey(Agency, models.PROTECT, verbose_name="bên giao", related_name="+")
    unit = models.ForeignKey(Agency, models.PROTECT, verbose_name="bên nhận", related_name="+")
    source = models.CharField("nguồn kinh phí", max_length=10, choices=FundingSource)
    # As the two were called on the day of signing.
    party = NFCCharField("bên nhận", max_length=300)
    payer_account = models.ForeignKey(
        BankAccount, models.PROTECT, verbose_name="tài khoản bên giao", related_name="+", null=True, blank=True
    )
    unit_account = models.ForeignKey(
        BankAccount, models.PROTECT, verbose_name="tài khoản bên nhận", related_name="+", null=True, blank=True
    )
    state = models.CharField("trạng thái", max_length=12, choices=ContractState, default=ContractState.DRAFT)
    version = models.PositiveIntegerField(default=1, editable=False)
    liquidated_on = models.DateField("ngày thanh lý", null=True, blank=True)
    liquidation_number = NFCCharField("số biên bản thanh lý", max_length=60, blank=True)
    prepared_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    signed_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    signed_as = NFCCharField("người ký ghi là", max_length=400, blank=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = ContractQuerySet.as_manager()

    class Meta:
        ordering = ["-signed_on", "-pk"]
        indexes = [
            models.Index(fields=["-signed_on", "-id"], name="contract_newest"),
            models.Index(fields=["ends_on", "state"], name="contract_by_term"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("signed_on")),
                name="contract_ends_after_signing",
            ),
            models.CheckConstraint(
                condition=models.Q(state=ContractState.DRAFT) | models.Q(signed_by__isnull=False),
                name="contract_signed_by_somebody",
            ),
            models.CheckConstraint(condition=models.Q(state__in=ContractState.values), name="contract_state_known"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("contract", args=[self.pk])

    @property
    def thread(self) -> str:
        """The name of this contract's timeline in the audit log."""
        return f"contract:{self.pk}"

    @property
    def title(self) -> str:
        return f"{self.get_kind_display()} {self.number}"

    @property
    def account(self) -> str:
        """The number of the payee's account, with which payments compare; "" while none is named."""
        return self.unit_account.number if self.unit_account else ""

    @property
    def is_draft(self) -> bool:
        return self.state == ContractState.DRAFT

    @property
    def in_force(self) -> bool:
        return self.state in IN_FORCE

    def related_agency_id(self, relation: Relation) -> int | None:
        match relation:
            case Relation.PAYER:
                return self.payer_id
            case Relation.IMPLEMENTING:
                return self.unit_id
            case _:
                return None

    def is_in_scope(self, actor: Actor) -> bool:
        """The same answer as `visible_to`, for one record."""
        return Contract.objects.visible_to(actor).filter(pk=self.pk).exists()


class ContractPart(models.Model):
    """What a signed contract says of one đề án, in đồng: the value by source, and how much of the support may be advanced."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="parts")
    project = models.OneToOneField(Project, models.PROTECT, related_name="contract_part")
    value = MoneyField("giá trị hỗ trợ (đồng)")
    # What the estimate names beside the support for the same years: Mẫu 1.
    counterpart = MoneyField("đơn vị thụ hưởng đóng góp (đồng)", default=0)
    other = MoneyField("nguồn khác (đồng)", default=0)
    # The legal share for the activity on the day of signing, in đồng and with the article it rests on.
    advance_ceiling = MoneyField("tạm ứng tối đa (đồng)", default=0)
    advance_basis = NFCCharField("căn cứ tạm ứng", max_length=500, blank=True)
    advance_condition = NFCCharField("điều kiện tạm ứng", max_length=500, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(value__gt=0), name="contract_part_has_value"),
            models.CheckConstraint(
                condition=models.Q(counterpart__gte=0, other__gte=0), name="contract_part_sources_not_negative"
            ),
            models.CheckConstraint(
                condition=models.Q(advance_ceiling__gte=0, advance_ceiling__lte=models.F("value")),
                name="contract_advance_within_value",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract}: {self.project_id}"

    @property
    def total(self) -> int:
        """All sources together, in đồng."""
        return self.value + self.counterpart + self.other


class DraftPart(models.Model):
    """One đề án in the draft of a contract; a đề án stands in one draft only."""

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="draft_parts")
    project = models.OneToOneField(Project, models.PROTECT, related_name="draft_part")
    value = MoneyField("giá trị hỗ trợ (đồng)")

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=models.Q(value__gt=0), name="draft_part_has_value")]

    def __str__(self) -> str:
        return f"{self.contract}: {self.project_id}"


def part_of(project: Project) -> ContractPart | None:
    """What the contract of the đề án says of it, with the contract; None before signing. One query."""
    return ContractPart.objects.select_related("contract__unit_account").filter(project=project).first()
