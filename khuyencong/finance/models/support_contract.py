"""Tier two: the contract between the implementing unit and an establishment that receives support."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from khuyencong.core.fields import MoneyField, NFCCharField, NFCTextField
from khuyencong.finance.models.bank import BankAccount
from khuyencong.people.actors import Actor
from khuyencong.people.models import User
from khuyencong.projects.models import Attachment, Beneficiary, Project

LONG_TEXT = 4_000


class SupportContractQuerySet(models.QuerySet["SupportContract"]):
    def visible_to(self, actor: Actor) -> SupportContractQuerySet:
        """Those of the đề án that the actor may know of."""
        return self.filter(project__in=Project.objects.visible_to(actor).order_by())


class SupportContract(models.Model):
    """«Hợp đồng hỗ trợ»: asked for by TT 36/2013 Đ13.1, Đ13.2.c. One for each establishment of a đề án."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="support_contracts")
    beneficiary = models.OneToOneField(Beneficiary, models.PROTECT, related_name="support_contract")
    number = NFCCharField("số", max_length=60)
    signed_on = models.DateField("ngày ký")
    support = MoneyField("kinh phí khuyến công (đồng)")
    counterpart = MoneyField("cơ sở đóng góp (đồng)", default=0)
    other = MoneyField("nguồn khác (đồng)", default=0)
    schedule = NFCTextField("tiến độ, cách thanh toán", max_length=LONG_TEXT, blank=True)
    account = models.ForeignKey(
        BankAccount, models.PROTECT, verbose_name="tài khoản của cơ sở", related_name="+", null=True, blank=True
    )
    file = models.ForeignKey(
        Attachment, models.PROTECT, verbose_name="bản đã ký", related_name="support_contracts", null=True, blank=True
    )
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = SupportContractQuerySet.as_manager()

    class Meta:
        ordering = ["signed_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(support__gt=0, counterpart__gte=0, other__gte=0), name="support_contract_amounts"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def total(self) -> int:
        """All sources together, in đồng."""
        return self.support + self.counterpart + self.other
